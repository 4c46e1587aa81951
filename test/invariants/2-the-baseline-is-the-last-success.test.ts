import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('Invariant 2: the baseline is the last release that succeeded', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('x'), fileComponent('y'), fileComponent('z')];

  it('compares with the last success, not with the previous commit', async () => {
    const world = await World.create(db, components);
    const success = await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    world.push({ x: 'x2' });
    await expect(world.run((await world.diff())!, { failing: ['x'] })).rejects.toThrow('fail');
    const head = world.push({ y: 'y2' });
    await world.diff();
    expect(await world.reasons(head)).toEqual({ x: ['Direct'], y: ['Direct'] });
    expect(await world.plans().marker(head)).toMatchObject({ BaselineCommitId: success.commitId, Changed: 2 });
  });

  it('does not take a release for the baseline that the first environment refused', async () => {
    const world = await World.create(db, components);
    const success = await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    world.push({ x: 'x2' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'test' })).rejects.toThrow('fail');
    expect(await world.baseline()).toBe(success.commitId);
  });

  it('takes one that a later environment refused', async () => {
    const world = await World.create(db, components);
    await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    const head = world.push({ x: 'x2' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
    expect(await world.baseline()).toBe(head);
  });

  it('with a branch to compare with, takes what differs from either', async () => {
    const world = await World.create(db, components);
    const first = await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    world.repository.branches.set('staging', first.commitId);
    await world.deploy({ x: 'x2' });
    world.baselineBranch = 'staging';
    const head = world.push({ y: 'y2' });
    await world.diff();
    expect(await world.reasons(head)).toEqual({ x: ['Direct'], y: ['Direct'] });
  });

  it('is what a rollback went back to', async () => {
    const world = await World.create(db, components);
    const first = await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    await world.deploy({ x: 'x2' });
    const rollback = world.pipeline.start(first.commitId, { rollbackTarget: first.id });
    await world.record(rollback, 'test');
    expect(await world.baseline()).toBe(first.commitId);
    const head = world.push({ y: 'y2' });
    await world.diff();
    expect(await world.reasons(head)).toEqual({ x: ['Direct'], y: ['Direct'] });
  });
});
