import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

describe('A build that is older than it may get', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const RECONCILE = { action: 'reconcile' };
  const HOUR = 3_600_000;
  const WEEK = 7 * 24 * HOUR;

  /** x is built every week, y depends on it, z does not. Everything is live, and a day short of a week old. */
  async function aged(): Promise<World> {
    const world = await World.create(db, [fileComponent('x', { rebuildEveryHours: 168 }), fileComponent('y', { dependsOn: ['x'] }), fileComponent('z')]);
    await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    world.timing.pass(WEEK - 24 * HOUR);
    return world;
  }

  it('is made again by the schedule, under another number, though the same was built before', async () => {
    const world = await aged();
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.timing.pass(24 * HOUR);
    const execution = (await world.diff(RECONCILE))!;
    expect(await world.reasons(execution.commitId)).toEqual({ x: ['RebuildDue'], y: ['Dependency'] });
    await world.run(execution);
    const { components } = world.releaseOf(execution);
    // What comes out the same rebuilds no dependents.
    expect([components.x!.buildNumber, components.y!.buildNumber, components.z!.buildNumber]).toEqual([2, 1, 1]);
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.timing.pass(WEEK - HOUR);
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.timing.pass(HOUR);
    expect(await world.diff(RECONCILE)).toBeDefined();
  });

  it('is made with the next merge of something else', async () => {
    const world = await aged();
    world.timing.pass(24 * HOUR);
    world.push({ z: 'z2' });
    const execution = (await world.diff())!;
    expect(await world.reasons(execution.commitId)).toEqual({ x: ['RebuildDue'], y: ['Dependency'], z: ['Direct'] });
  });

  it('is made where the head itself had nothing to build', async () => {
    const world = await aged();
    world.push({ 'README.md': 'more' });
    expect(await world.diff()).toBeUndefined();
    world.timing.pass(24 * HOUR);
    expect(await world.diff(RECONCILE)).toBeDefined();
  });

  it('is tried again a day after it failed, and no sooner', async () => {
    const world = await aged();
    world.timing.pass(24 * HOUR);
    const execution = (await world.diff(RECONCILE))!;
    await expect(world.run(execution, { failing: ['x'] })).rejects.toThrow();
    execution.status = 'Failed';
    world.timing.pass(24 * HOUR - 1);
    expect(await world.diff(RECONCILE)).toBeUndefined();
    world.timing.pass(1);
    expect(await world.diff(RECONCILE)).toBeDefined();
  });

  it('waits while an execution is under way', async () => {
    const world = await aged();
    world.push({ z: 'z2' });
    const execution = (await world.diff())!;
    expect(execution.status).toBe('InProgress');
    world.timing.pass(2 * WEEK);
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  it('stays where somebody promoted, until the branch flows again', async () => {
    const world = await aged();
    await world.deploy({ z: 'z2' });
    await world.promote('prod=1');
    world.timing.pass(2 * WEEK);
    expect(await world.diff(RECONCILE)).toBeUndefined();
    const execution = (await world.diff({ action: 'resume' }))!;
    expect(await world.reasons(execution.commitId)).toMatchObject({ x: ['RebuildDue'] });
  });

  it('is nothing that two looks at once start twice', async () => {
    const world = await aged();
    world.timing.pass(24 * HOUR);
    const started = await Promise.all([world.diff(RECONCILE), world.diff(RECONCILE)]);
    expect(new Set(started.flatMap((execution) => execution?.id ?? [])).size).toBe(1);
  });
});
