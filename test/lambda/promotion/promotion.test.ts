import { assertStillLive } from '../../../lambda/delivery/single-build';
import { EnvironmentStore } from '../../../lambda/shared/environment-store';
import { environmentKey } from '../../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, SOLUTION, World } from '../../support/world';

describe('Promotion by hand', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('library'), fileComponent('x', { dependsOn: ['library'] }), fileComponent('y')];

  /** Release 1 and, with another x and y, release 2. */
  async function twoReleases(): Promise<World> {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    await world.deploy({ x: 'x2', y: 'y2' });
    return world;
  }

  it('deploys an earlier release to one environment, without building', async () => {
    const world = await twoReleases();
    const execution = await world.promote('prod=1');
    expect(world.live).toEqual({ test: { library: 'l1', x: 'x2', y: 'y2' }, prod: { library: 'l1', x: 'x1', y: 'y1' } });
    expect(world.built.get(execution.id)).toBeUndefined();
    expect(world.releaseOf(execution)).toMatchObject({ sequence: 3, planId: 'promotion', promotion: { environment: 'prod', release: 1 } });
  });

  it('deploys one earlier build, and leaves the others as they are', async () => {
    const world = await twoReleases();
    const execution = await world.promote('prod/x=1');
    expect(world.live.prod).toEqual({ library: 'l1', x: 'x1', y: 'y2' });
    expect(world.live.test).toEqual({ library: 'l1', x: 'x2', y: 'y2' });
    expect(world.releaseOf(execution)).toMatchObject({ pinned: ['x'] });
  });

  it('goes back to a template without a parameter that another environment gives by now', async () => {
    const world = await twoReleases();
    world.environmentParameters = { test: { Size: '2' } };
    await world.deploy({ 'template/source': 'Parameters:\n  Size: { Type: String, Default: "1" }\nResources: {}\n' });
    await world.promote('prod=1');
    expect(world.live.prod).toEqual({ library: 'l1', x: 'x1', y: 'y1' });
  });

  it('refuses with its reason, and nothing is deployed or numbered', async () => {
    const world = await twoReleases();
    world.push({ x: 'x3' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'test' })).rejects.toThrow('fail');
    await expect(world.promote('prod=3')).rejects.toThrow("Release 3 cannot be deployed to 'prod': it never was live in 'test'");
    await expect(world.promote('prod/x=3')).rejects.toThrow("Build 3 of component 'x' cannot be deployed to 'prod': it never was live in 'test'");
    expect(world.live.prod).toEqual({ library: 'l1', x: 'x2', y: 'y2' });
    expect(world.releaseOf(await world.promote('prod=1')).sequence).toBe(4);
  });

  it('refuses a text that is no promotion', async () => {
    const world = await twoReleases();
    await expect(world.promote('prod')).rejects.toThrow('"prod" is no promotion: write ENVIRONMENT=RELEASE');
  });

  it('refuses a single build while another execution could change the environment first', async () => {
    const world = await twoReleases();
    world.push({ y: 'y3' });
    const other = (await world.diff())!;
    await world.plan(other);
    await expect(world.promote('prod/x=1')).rejects.toThrow(`Execution ${other.id} is under way and may change 'prod'`);
    other.status = 'Stopped';
    await world.promote('prod/x=1');
    expect(world.live.prod!.x).toBe('x1');
  });

  it('refuses a single build while a rollback by AWS is under way, which has no number yet', async () => {
    const world = await twoReleases();
    const rollback = world.pipeline.start('', { rollbackTarget: 'execution-1' });
    await expect(world.promote('prod/x=1')).rejects.toThrow(`Execution ${rollback.id} is under way and may change 'prod'`);
  });

  it('of a single build is refused in the stage, where something else went live since it was put together', async () => {
    const world = await twoReleases();
    const single = world.pipeline.start('0'.repeat(40), { promotion: 'prod/x=1' });
    await world.plan(single);
    const environments = new EnvironmentStore(world.deployments());
    await assertStillLive(world.releaseOf(single), 'prod', environments);
    await world.record(world.pipeline.start('', { rollbackTarget: 'execution-1' }), 'prod');
    await expect(assertStillLive(world.releaseOf(single), 'prod', environments)).rejects.toThrow("prod/x=1 was to change one component of what was live in 'prod', but something else is live there now: shop/releases/execution-1.json. Nothing was deployed.");
    // A whole release goes into anything.
    await assertStillLive(world.releaseOf(await world.promote('prod=2')), 'prod', environments);
  });

  it('of a single build may be retried after it was recorded', async () => {
    const world = await twoReleases();
    const single = await world.promote('prod/x=1');
    await assertStillLive(world.releaseOf(single), 'prod', new EnvironmentStore(world.deployments()));
  });

  it('is planned once: a retry finds the release that stands', async () => {
    const world = await twoReleases();
    const execution = world.pipeline.start('0'.repeat(40), { promotion: 'prod/x=1' });
    const first = await world.plan(execution);
    await world.promote('prod=1');
    expect(await world.plan(execution)).toEqual(first);
    expect(first).toMatchObject({ planId: 'promotion', sequence: '3', builds: 'false', environments: ',prod,' });
  });

  it('is recorded as what is live, with everything that went live before', async () => {
    const world = await twoReleases();
    const execution = await world.promote('prod=1');
    const item = async (number: number) => world.item('deploymentsTable', { Component: environmentKey(SOLUTION, 'prod'), BuildNumber: number });
    expect(await item(0)).toMatchObject({ Sequence: 3, Promotion: 'prod=1', PipelineExecutionId: execution.id });
    expect(await item(3)).toMatchObject({ Sequence: 3, Promotion: 'prod=1' });
    expect(await item(1)).toMatchObject({ Sequence: 1 });
    expect(await item(1)).not.toHaveProperty('Promotion');
  });

  it('deploys a release that is older than a component, and one that is younger', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    const all = world.catalogue;
    world.catalogue = { ...all, components: all.components.filter(({ name }) => name !== 'y') };
    await world.deploy({ x: 'x1' });
    world.catalogue = all;
    await world.deploy({ x: 'x2', y: 'y1' });
    await world.promote('prod=1');
    expect(world.live.prod).toEqual({ x: 'x1' });
    await world.promote('prod=2');
    expect(world.live.prod).toEqual({ x: 'x2', y: 'y1' });
  });

  describe('to the first environment', () => {
    it('stays until the branch moves', async () => {
      const world = await twoReleases();
      await world.promote('test=1');
      expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
    });

    it('stays also where nothing of the head differed from the baseline', async () => {
      const world = await twoReleases();
      world.push({ 'readme.md': 'text' });
      expect(await world.diff()).toBeUndefined();
      await world.promote('test=1');
      expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
      expect(world.live.test!.x).toBe('x1');
    });

    it('stays while it is on its way', async () => {
      const world = await twoReleases();
      world.push({ 'readme.md': 'text' });
      await world.diff();
      await world.plan(world.pipeline.start('0'.repeat(40), { promotion: 'test=1' }));
      expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
    });

    it('makes the next release deploy again what it took back, from the builds that there are', async () => {
      const world = await twoReleases();
      await world.promote('test=1');
      const next = await world.deploy({ library: 'l2' });
      expect(world.live.test).toEqual({ library: 'l2', x: 'x2', y: 'y2' });
      expect(world.built.get(next.id)).toEqual(['library', 'x']);
    });

    it('of one build makes the next release judge the component by its content, not by the baseline\'s commit', async () => {
      const world = await twoReleases();
      await world.promote('test/y=1');
      expect(world.live.test).toEqual({ library: 'l1', x: 'x2', y: 'y1' });
      const next = await world.deploy({ x: 'x3' });
      expect(await world.reasons(next.commitId)).toEqual({ x: ['Direct'], y: ['Pinned'] });
      expect(world.live.test).toEqual({ library: 'l1', x: 'x3', y: 'y2' });
      expect(world.built.get(next.id)).toEqual(['x']);
      expect(world.releaseOf(next)).not.toHaveProperty('pinned');
    });

    it('of one build that others depend on builds those with what the head holds', async () => {
      const world = await World.create(db, components);
      await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
      await world.deploy({ library: 'l2' });
      await world.promote('test/library=1');
      const next = await world.deploy({ x: 'x2' });
      expect(world.live.test).toEqual({ library: 'l2', x: 'x2', y: 'y1' });
      expect(world.built.get(next.id)).toEqual(['x']);
    });
  });

  it('to a later environment leaves the baseline, and a head without changes starts nothing', async () => {
    const world = await twoReleases();
    const baseline = await world.baseline();
    await world.promote('prod=1');
    expect(await world.baseline()).toBe(baseline);
    world.push({ 'readme.md': 'text' });
    expect(await world.diff()).toBeUndefined();
  });

  it('that a rollback by AWS was is recorded as one', async () => {
    const world = await twoReleases();
    const rollback = world.pipeline.start('', { rollbackTarget: 'execution-1' });
    await world.record(rollback, 'prod');
    const live = await world.item('deploymentsTable', { Component: environmentKey(SOLUTION, 'prod'), BuildNumber: 0 });
    expect(live).toMatchObject({ Sequence: 3, Promotion: 'prod=1' });
  });
});
