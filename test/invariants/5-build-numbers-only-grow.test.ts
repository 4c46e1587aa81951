import { ObjectStore } from '../../agent/object-store';
import { BuildStore } from '../../lambda/shared/build-store';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { BUCKET, fileComponent, World } from '../support/world';

describe('Invariant 5: build numbers only grow and are never given twice; a location is never overwritten', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('gives fifty builds at once fifty numbers', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const numbers = await Promise.all(Array.from({ length: 50 }, async () => new BuildStore(world.deployments()).nextNumber('x')));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('leaves a gap for a build that failed', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    world.push({ x: 'x1' });
    await expect(world.run((await world.diff())!, { failing: ['x'] })).rejects.toThrow('fail');
    const execution = await world.deploy({ x: 'x2' });
    expect(world.releaseOf(execution).components.x).toMatchObject({ buildNumber: 2, location: 's3://artifacts/shop/components/x/2/out' });
  });

  it('counts for each component by itself', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    const execution = await world.deploy({ x: 'x2' });
    expect(world.releaseOf(execution).components).toMatchObject({ x: { buildNumber: 2 }, y: { buildNumber: 1 } });
  });

  it('refuses to write where something else is', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const objects = new ObjectStore(world.s3.client, BUCKET);
    await objects.putNew('key', { bytes: Buffer.from('first') });
    await expect(objects.putNew('key', { bytes: Buffer.from('second') })).rejects.toThrow('s3://artifacts/key holds something else already');
    expect(world.s3.text('artifacts/key')).toBe('first');
  });

  it('refuses to record another build under a number', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const execution = await world.deploy({ x: 'x1' });
    const build = world.releaseOf(execution).components.x!;
    const builds = new BuildStore(world.deployments());
    await expect(builds.put({ ...build, location: 's3://elsewhere/out' })).rejects.toThrow('Build 1 of component x is already recorded');
    expect(await builds.get(build)).toEqual(build);
  });
});
