import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

describe('record function', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('fails for an execution without a release', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const execution = world.pipeline.start(world.push({ x: 'x1' }));
    await expect(world.record(execution, 'test')).rejects.toThrow(`Execution ${execution.id} has no release`);
    expect(await world.baseline()).toBeUndefined();
  });

  it('gives a rollback a number of its own: later than what it replaced, earlier than what follows', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const first = await world.deploy({ x: 'x1' });
    const second = await world.deploy({ x: 'x2' });
    const rollback = world.pipeline.start(first.commitId, { rollbackTarget: first.id });
    await world.record(rollback, 'test');
    expect(await world.item('deploymentsTable', { Component: 'shop##test', BuildNumber: 0 })).toMatchObject({
      CommitId: first.commitId, PipelineExecutionId: rollback.id, Release: `shop/releases/${first.id}.json`, Sequence: 3,
    });
    await expect(world.record(second, 'test', { isLate: true })).rejects.toThrow('not in stage \'test\' any more');
    expect(await world.baseline()).toBe(first.commitId);
    const third = await world.deploy({ x: 'x3' });
    expect(await world.baseline()).toBe(third.commitId);
  });

  it('records an execution that a rollback overtook and that deployed after it', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const first = await world.deploy({ x: 'x1' });
    await world.deploy({ x: 'x2' });
    world.push({ x: 'x3' });
    const underWay = (await world.diff())!;
    const variables = await world.plan(underWay);
    await world.build(underWay, variables.planId);
    const artifact = await world.release(underWay, variables);
    await world.record(world.pipeline.start(first.commitId, { rollbackTarget: first.id }), 'test');
    world.deployTo('test', artifact);
    underWay.status = 'InProgress';
    await world.record(underWay, 'test');
    await world.record(underWay, 'test');
    const live = await world.item('deploymentsTable', { Component: 'shop##test', BuildNumber: 0 });
    expect(live).toMatchObject({ CommitId: underWay.commitId, PipelineExecutionId: underWay.id, Sequence: 5 });
    expect(live).not.toHaveProperty('Promotion');
    const fourth = await world.deploy({ x: 'x4' });
    expect(await world.baseline()).toBe(fourth.commitId);
  });

  it('records the same execution again without harm', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const execution = await world.deploy({ x: 'x1' });
    const item = async () => world.item('deploymentsTable', { Component: 'shop#x', BuildNumber: 1 });
    const before = await item();
    world.timing.pass(1_000);
    await world.record(execution, 'test');
    expect(await item()).toEqual(before);
    expect(await world.baseline()).toBe(execution.commitId);
  });

  it('fails for a build that is gone, and leaves the environment as it was', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const first = await world.deploy({ x: 'x1' });
    world.push({ x: 'x2' });
    const execution = (await world.diff())!;
    const variables = await world.plan(execution);
    await world.build(execution, variables.planId);
    await world.release(execution, variables);
    await world.deleteItem('deploymentsTable', { Component: 'shop#x', BuildNumber: 2 });
    await expect(world.record(execution, 'test')).rejects.toThrow('Build 2 of component x is not in table');
    expect(await world.baseline()).toBe(first.commitId);
  });
});
