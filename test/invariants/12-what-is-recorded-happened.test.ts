import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, SOLUTION, World } from '../support/world';

describe('Invariant 12: what is recorded happened, and what happened is recorded', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  /** Release 3 is live in both environments; then the table of plans is another one. */
  async function withoutDiffs(): Promise<World> {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    for (const x of ['x1', 'x2', 'x3']) {
      await world.deploy({ x, y: 'y1' });
    }
    Object.assign(world.tables, { diffTable: (await db.createTables()).diffTable });
    return world;
  }

  const live = async (world: World, environment: string) => world.item('deploymentsTable', { Component: `${SOLUTION}##${environment}`, BuildNumber: 0 });

  it('numbers go on from what is recorded where the table of plans is lost', async () => {
    const world = await withoutDiffs();
    const execution = await world.deploy({ x: 'x4' });
    for (const environment of ['test', 'prod']) {
      expect(await live(world, environment)).toMatchObject({ Sequence: 4, PipelineExecutionId: execution.id });
    }
    expect(await world.item('deploymentsTable', { Component: 'shop#x', BuildNumber: 4 })).toMatchObject({ Deployments: { test: {}, prod: {} } });
  });

  it('numbers of promotions go on as well', async () => {
    const world = await withoutDiffs();
    const execution = await world.promote('prod=1');
    expect(await live(world, 'prod')).toMatchObject({ Sequence: 4, PipelineExecutionId: execution.id, Promotion: 'prod=1' });
  });

  it('a revert is deployed although the table of plans was lost in between', async () => {
    const world = await withoutDiffs();
    await world.deploy({ x: 'x4' });
    await world.deploy({ x: 'x3' });
    expect(world.live).toEqual({ test: { x: 'x3', y: 'y1' }, prod: { x: 'x3', y: 'y1' } });
  });

  it('a head that differs in nothing is released once more where nobody knows what was under way', async () => {
    const world = await withoutDiffs();
    const again = (await world.diff({ action: 'reconcile' }))!;
    expect(again.commitId).toBe(await world.baseline());
    await world.run(again);
    expect(world.built.get(again.id)).toBeUndefined();
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
  });

  it('an execution that deploys after one of a greater number gets a number anew', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    await world.deploy({ x: 'x1' });
    world.push({ x: 'x2' });
    const older = (await world.diff())!;
    const planned = await world.plan(older);
    await world.build(older, planned.planId);
    const artifact = await world.release(older, planned);
    // The table is another one while the older execution is on its way: the newer one gets its number.
    Object.assign(world.tables, { diffTable: (await db.createTables()).diffTable });
    world.push({ x: 'x3' });
    const newer = (await world.diff())!;
    expect((await world.plan(newer)).sequence).toBe(planned.sequence);
    world.deployTo('test', artifact);
    await world.record(older, 'test');
    await world.run(newer);
    expect(await live(world, 'test')).toMatchObject({ Sequence: 3, CommitId: newer.commitId, PipelineExecutionId: newer.id });
  });

  it('an execution that is over records nothing over a later one, and says so', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    await world.deploy({ x: 'x1' });
    world.push({ x: 'x2' });
    const older = (await world.diff())!;
    const planned = await world.plan(older);
    await world.build(older, planned.planId);
    await world.release(older, planned);
    const newer = await world.deploy({ x: 'x3' });
    older.status = 'Stopped';
    await expect(world.record(older, 'test')).rejects.toThrow(/is not in stage 'test' any more, and a later one is recorded as live in 'test': execution-3, number 3\. Nothing was recorded/);
    expect(await live(world, 'test')).toMatchObject({ PipelineExecutionId: newer.id });
  });
});
