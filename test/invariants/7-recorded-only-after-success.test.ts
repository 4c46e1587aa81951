import { buildsKey } from '../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, SOLUTION, World } from '../support/world';

describe('Invariant 7: recorded only after success, and in order', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const deployments = async (world: World, component: string, build: number) => (
    (await world.item('deploymentsTable', { Component: buildsKey(SOLUTION, component), BuildNumber: build }))!.Deployments
  );

  it('records an environment after its own success alone', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    world.push({ x: 'x1' });
    const execution = (await world.diff())!;
    await expect(world.run(execution, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
    expect(await deployments(world, 'x', 1)).toEqual({
      test: { CommitId: execution.commitId, PipelineExecutionId: execution.id, Timestamp: '2026-03-01T12:00:00.000Z' },
    });
  });

  it('records the builds that are new to an environment, and no others', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    const first = await world.deploy({ x: 'x1', y: 'y1' });
    const second = await world.deploy({ x: 'x2' });
    expect(await deployments(world, 'x', 2)).toMatchObject({ test: { PipelineExecutionId: second.id }, prod: { PipelineExecutionId: second.id } });
    expect(await deployments(world, 'y', 1)).toMatchObject({ test: { PipelineExecutionId: first.id }, prod: { PipelineExecutionId: first.id } });
  });

  it('does not move the baseline back for an older execution that ends later', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    world.push({ x: 'x1' });
    const older = (await world.diff())!;
    const planOfOlder = await world.plan(older);
    world.push({ x: 'x2' });
    const newer = (await world.diff())!;
    await world.run(newer);
    await world.build(older, planOfOlder.planId);
    await world.release(older, planOfOlder);
    await expect(world.record(older, 'test', { isLate: true })).rejects.toThrow(`Execution ${older.id}, number 1, is not in stage 'test' any more`);
    expect(await world.baseline()).toBe(newer.commitId);
  });

  it.each(['oldest first', 'newest first'])('does not move it back either when all record at once, %s', async (order) => {
    const world = await World.create(db, [fileComponent('x')]);
    const executions = [];
    for (const x of ['x1', 'x2', 'x3', 'x4']) {
      world.push({ x });
      const execution = (await world.diff())!;
      const variables = await world.plan(execution);
      await world.build(execution, variables.planId);
      await world.release(execution, variables);
      executions.push(execution);
    }
    const recording = order === 'oldest first' ? executions : [...executions].reverse();
    await Promise.allSettled(recording.map(async (execution) => world.record(execution, 'test', { isLate: true })));
    expect(await world.baseline()).toBe(executions[3]!.commitId);
  });
});
