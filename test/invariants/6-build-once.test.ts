import { PlaceStacks } from '../../src/core/delivery/place-stacks';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('Invariant 6: build once', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('gives every environment of an execution the same locations', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    const execution = (await world.diff())!;
    const variables = await world.plan(execution);
    await world.build(execution, variables.planId);
    const artifact = await world.release(execution, variables);
    const parameters = (environment: string) => (
      (JSON.parse(artifact[`${environment}.stacks.json`]!) as PlaceStacks).stacks[0]!.parameters
    );
    expect(parameters('test')).toEqual({ xLocation: 's3://artifacts/shop/components/x/2/out', yLocation: 's3://artifacts/shop/components/y/1/out' });
    expect(parameters('prod')).toEqual(parameters('test'));
  });

  it('gives a retried stage the builds that the execution has', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    world.push({ x: 'x1', y: 'y1' });
    const execution = (await world.diff())!;
    const variables = await world.plan(execution);
    await expect(world.build(execution, variables.planId, { failing: ['y'] })).rejects.toThrow('fail');
    await world.build(execution, (await world.plan(execution)).planId);
    expect(world.built.get(execution.id)).toEqual(['template', 'x', 'y', 'y']);
    const first = await world.release(execution, variables);
    expect(await world.release(execution, variables)).toEqual(first);
    expect(world.releaseOf(execution).components).toMatchObject({ x: { buildNumber: 1 }, y: { buildNumber: 2 } });
  });
});
