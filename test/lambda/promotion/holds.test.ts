import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeExecution } from '../../support/fake-code-pipeline';
import { fileComponent, World } from '../../support/world';

describe('What people promoted', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const RECONCILE = { action: 'reconcile' };
  const RESUME = { action: 'resume' };

  /** Releases 1 and 2 are live; the execution of a third head waits for the environment. */
  async function waiting(): Promise<{ world: World; head: FakeExecution }> {
    const world = await World.create(db, [fileComponent('x')]);
    await world.deploy({ x: 'x1' });
    await world.deploy({ x: 'x2' });
    world.push({ x: 'x3' });
    const head = (await world.diff())!;
    const { planId, sequence } = await world.plan(head);
    await world.build(head, planId);
    await world.release(head, { planId, sequence });
    return { world, head };
  }

  it.each(['Superseded', 'Cancelled'] as const)('stays where a release that waited was %s by it', async (status) => {
    const { world, head } = await waiting();
    const rollback = world.pipeline.start(head.commitId, { promotion: 'prod=1' });
    head.status = status;
    expect(await world.diff(RECONCILE)).toBeUndefined();
    await world.run(rollback);
    expect(await world.diff(RECONCILE)).toBeUndefined();
    expect(await world.diff()).toBeUndefined();
    expect(world.live).toEqual({ test: { x: 'x2' }, prod: { x: 'x1' } });
  });

  it('stays where AWS\'s own rollback came last', async () => {
    const { world, head } = await waiting();
    world.pipeline.start(head.commitId, { rollbackTarget: 'execution-1', status: 'Succeeded' });
    head.status = 'Superseded';
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  it('stays where the catalogue changes', async () => {
    const { world, head } = await waiting();
    await world.run(head);
    await world.promote('prod=1');
    world.catalogue = { ...world.catalogue, globalPaths: ['lock.json'] };
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.push({ x: 'x4' });
    expect(await world.diff()).toBeDefined();
  });

  it('stays where the table of plans was lost, until the branch moves', async () => {
    const { world, head } = await waiting();
    await world.run(head);
    await world.promote('prod=1');
    Object.assign(world.tables, { diffTable: (await db.createTables()).diffTable });
    expect(await world.diff(RECONCILE)).toBeUndefined();
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.push({ x: 'x4' });
    expect(await world.diff()).toBeDefined();
  });

  it('stays where somebody promotes while the head is about to be started again', async () => {
    const { world, head } = await waiting();
    head.status = 'Superseded';
    const heads = world.heads();
    const read = (await heads.read())!;
    await heads.replace(read, { ...read, Status: 'Planning', Origin: 'Again', Attempt: 2 });
    await world.promote('prod=1');
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  it('is replaced when the branch moves', async () => {
    const { world, head } = await waiting();
    head.status = 'Superseded';
    await world.promote('prod=1');
    const next = await world.deploy({ x: 'x4' });
    expect(world.live).toEqual({ test: { x: 'x4' }, prod: { x: 'x4' } });
    expect(next.commitId).toBe(await world.baseline());
  });

  it('is replaced when somebody lets the branch flow again', async () => {
    const { world, head } = await waiting();
    head.status = 'Superseded';
    await world.promote('prod=1');
    const resumed = (await world.diff(RESUME))!;
    expect(resumed.commitId).toBe(head.commitId);
    await world.run(resumed);
    expect(world.live).toEqual({ test: { x: 'x3' }, prod: { x: 'x3' } });
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  it('is replaced by what was asked for, also where nothing differs from the first environment', async () => {
    const { world, head } = await waiting();
    await world.run(head);
    await world.promote('prod=1');
    await world.run((await world.diff(RESUME))!);
    expect(world.live.prod).toEqual({ x: 'x3' });
  });

  it('is replaced by what somebody started by hand, once that is lost as well', async () => {
    const { world, head } = await waiting();
    head.status = 'Superseded';
    await world.promote('prod=1');
    world.pipeline.start(head.commitId).status = 'Cancelled';
    expect(await world.diff(RECONCILE)).toBeDefined();
  });
});
