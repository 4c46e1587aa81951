import { dependencyBuilds } from '../../agent/dependencies';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { FakeExecution } from '../support/fake-code-pipeline';
import { fileComponent, World } from '../support/world';

describe('the builds that a build depends on', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  /** x depends on y and z; a first release is live, and another y is planned. */
  async function planned(): Promise<{ world: World; execution: FakeExecution; planId: string }> {
    const world = await World.create(db, [fileComponent('y'), fileComponent('z'), fileComponent('x', { dependsOn: ['y', 'z'] })]);
    await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    world.push({ y: 'y2' });
    const execution = (await world.diff())!;
    return { world, execution, planId: (await world.plan(execution)).planId };
  }

  it('are never the baseline\'s where they changed: without a build of this execution there is none', async () => {
    const { world, execution, planId } = await planned();
    const props = world.agent(execution, planId, 'x');
    await expect(dependencyBuilds(props, (await props.plans.marker(execution.commitId))!)).rejects.toThrow("depends on 'y', which changed, but this execution has no build of it");
    await world.buildComponent(execution, planId, 'y');
    expect((await dependencyBuilds(props, (await props.plans.marker(execution.commitId))!)).map(({ component, buildNumber }) => [component, buildNumber])).toEqual([['y', 2], ['z', 1]]);
  });

  it('are of one plan', async () => {
    const { world, execution, planId } = await planned();
    const props = world.agent(execution, planId, 'x');
    const marker = (await props.plans.marker(execution.commitId))!;
    await world.buildComponent(execution, planId, 'y');
    const key = { CommitId: execution.commitId, Component: 'shop#y' };
    await world.putItem('diffTable', { ...await world.item('diffTable', key), PlanId: 'another' });
    await expect(dependencyBuilds(props, marker)).rejects.toThrow('was planned again while component \'x\' was about to be built');
  });
});
