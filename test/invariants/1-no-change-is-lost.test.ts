import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('Invariant 1: no change is lost', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('library'), fileComponent('x', { dependsOn: ['library'] }), fileComponent('y')];

  it('deploys every component from its content at the head', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    expect(world.live).toEqual({ test: { library: 'l1', x: 'x1', y: 'y1' }, prod: { library: 'l1', x: 'x1', y: 'y1' } });
    const second = await world.deploy({ library: 'l2' });
    expect(world.built.get(second.id)).toEqual(['library', 'x']);
    expect(world.live.prod).toEqual({ library: 'l2', x: 'x1', y: 'y1' });
  });

  it('carries what a failed execution held into the next plan', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    await expect(world.run((await world.diff())!, { failing: ['x'] })).rejects.toThrow('fail');
    const next = await world.deploy({ y: 'y2' });
    expect(world.built.get(next.id)).toEqual(['x', 'y']);
    expect(world.live.test).toEqual({ library: 'l1', x: 'x2', y: 'y2' });
  });

  it('finds by the schedule what a dropped event left undone', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    const head = world.push({ y: 'y2' });
    const execution = await world.diff({ action: 'reconcile' });
    expect(execution?.commitId).toBe(head);
    await world.run(execution!);
    expect(world.live.test).toEqual({ library: 'l1', x: 'x1', y: 'y2' });
  });

  it('starts the newest head, however late and in whatever order events come', async () => {
    const world = await World.create(db, components);
    world.push({ library: 'l1', x: 'x1', y: 'y1' });
    const newer = world.push({ x: 'x2' });
    await world.diff();
    await world.diff();
    expect(world.pipeline.executions.map(({ commitId }) => commitId)).toEqual([newer]);
  });

  it.each(['Cancelled', 'Superseded'] as const)('starts an unchanged head when the execution before it ended %s after the first environment', async (status) => {
    const world = await World.create(db, components);
    // Only the first environment has it; the catalogue's change is of a kind that affects no component.
    (await world.deploy({ library: 'l1', x: 'x1', y: 'y1' })).status = status;
    world.catalogue = { ...world.catalogue, globalPaths: ['lock'] };
    const execution = await world.diff({ action: 'reconcile' });
    expect(execution?.id).toBe('execution-2');
    await world.run(execution!);
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
  });

  it('builds by nothing but the definitions of the plan, as while the pipeline\'s stack is deployed', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    const before = world.catalogue;
    const redefined = before.components.map((component) => (
      component.name === 'x' ? { ...component, build: { ...component.build!, digest: 'another definition' } } : component
    ));
    world.catalogue = { ...before, components: redefined };
    const execution = (await world.diff({ action: 'reconcile' }))!;
    const { planId } = await world.plan(execution);
    world.catalogue = before;
    for (const component of ['x', 'y', 'library']) {
      await expect(world.buildComponent(execution, planId, component)).rejects.toThrow('the pipeline\'s own stack was deployed meanwhile');
    }
    execution.status = 'Failed';
    world.catalogue = { ...before, components: redefined };
    const again = world.pipeline.start(execution.commitId);
    await world.run(again);
    expect(await world.reasons(again.commitId)).toEqual({ x: ['DefinitionChanged'] });
    expect(world.releaseOf(again).components.x!.definition).toBe('another definition');
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
  });

  it.each(['Cancelled', 'Superseded'] as const)('starts the head again when its execution ended %s', async (status) => {
    const world = await World.create(db, components);
    const head = world.push({ library: 'l1', x: 'x1', y: 'y1' });
    (await world.diff())!.status = status;
    const again = await world.diff({ action: 'reconcile' });
    expect(again).toMatchObject({ id: 'execution-2', commitId: head });
  });

  it.each(['Failed', 'Stopped', 'Succeeded', 'InProgress'] as const)('leaves a head whose execution is %s to people', async (status) => {
    const world = await World.create(db, components);
    world.push({ library: 'l1', x: 'x1', y: 'y1' });
    (await world.diff())!.status = status;
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
  });

  it('starts the newest head last, also when an older one was started after it', async () => {
    const world = await World.create(db, components);
    world.push({ library: 'l1', x: 'x1', y: 'y1' });
    let newer = '';
    world.pipeline.beforeStart = async () => {
      world.pipeline.beforeStart = undefined;
      newer = world.push({ x: 'x2' });
      await world.diff();
    };
    await world.diff();
    expect(world.pipeline.last().commitId).toBe(newer);
    expect(world.pipeline.executions).toHaveLength(3);
  });

  it('deploys a revert although nothing differs from the baseline, where a failed execution left its mark', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ x: 'broken' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'test' })).rejects.toThrow('fail');
    expect(world.live.test!.x).toBe('broken');
    const revert = await world.deploy({ x: 'x1' });
    expect(world.built.get(revert.id)).toBeUndefined();
    expect(world.live.test).toEqual({ library: 'l1', x: 'x1', y: 'y1' });
  });

  it('deploys a revert although nothing differs from the baseline, where the reverted commit is still on its way', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    await world.diff();
    const head = world.push({ x: 'x1' });
    expect((await world.diff())?.commitId).toBe(head);
  });

  it('looks again at a head without changes when another release has gone live since', async () => {
    const world = await World.create(db, components);
    const first = await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    const head = world.push({ 'readme.md': 'text' });
    expect(await world.diff()).toBeUndefined();
    const byHand = world.pipeline.start(world.repository.commit('other', { ...world.repository.tree(first.commitId), 'x/source': 'x2' }));
    await world.run(byHand);
    expect(world.live.test!.x).toBe('x2');
    const healing = await world.diff({ action: 'reconcile' });
    expect(healing?.commitId).toBe(head);
    await world.run(healing!);
    expect(world.live.test!.x).toBe('x1');
  });
});
