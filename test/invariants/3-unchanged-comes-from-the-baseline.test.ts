import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('Invariant 3: an unchanged component comes from the baseline\'s release', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('whatever was built or recorded since: H reverts X while the run that changed it is under way', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    const l = await world.deploy({ x: 'x at L', y: 'y1' });

    world.push({ x: 'x at H0' });
    const runOfH0 = (await world.diff())!;
    const planOfH0 = await world.plan(runOfH0);

    world.push({ x: 'x at L', y: 'y2' });
    const runOfH = (await world.diff())!;
    const planOfH = await world.plan(runOfH);
    await world.build(runOfH, planOfH.planId);

    await world.build(runOfH0, planOfH0.planId);
    const releaseOfH0 = await world.release(runOfH0, planOfH0);
    world.deployTo('test', releaseOfH0);
    await world.record(runOfH0, 'test');
    expect(world.live.test).toEqual({ x: 'x at H0', y: 'y1' });

    world.deployTo('test', await world.release(runOfH, planOfH));
    await world.record(runOfH, 'test');
    expect(world.live.test).toEqual({ x: 'x at L', y: 'y2' });
    expect(world.releaseOf(runOfH).components.x).toEqual(world.releaseOf(l).components.x);
    expect(world.releaseOf(runOfH)).toMatchObject({ baseline: { commitId: l.commitId }, sequence: 3 });
  });
});
