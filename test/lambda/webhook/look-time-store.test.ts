import { LookTimeStore } from '../../../lambda/shared/look-time-store';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

test('of several that claim a look at once, one has it; solutions share nothing', async () => {
  const { diffTable } = await db.createTables();
  const world = await World.create(db, [fileComponent('x')]);
  const store = (solution: string) => new LookTimeStore({ client: db.client, tableName: diffTable, solution, timing: world.timing });
  expect(await store('shop').read()).toBeUndefined();
  const claims = await Promise.all([1, 2, 3].map(async (at) => store('shop').replace(undefined, { at, isAsked: false })));
  expect(claims.filter(Boolean)).toHaveLength(1);
  const { at: last } = (await store('shop').read())!;
  expect(await store('shop').replace(last + 1, { at: 9, isAsked: false })).toBe(false);
  expect(await store('shop').replace(last, { at: last, isAsked: true })).toBe(true);
  expect(await store('shop').read()).toEqual({ at: last, isAsked: true });
  expect(await store('shop').replace(last, { at: 10, isAsked: false })).toBe(true);
  expect([await store('shop').read(), await store('other').read()]).toEqual([{ at: 10, isAsked: false }, undefined]);
});

test('a look waits for its time, ten seconds at most; without one, or when it is over, it does not', async () => {
  const world = await World.create(db, [fileComponent('x')]);
  world.push({ x: 'x1' });
  const at = (milliseconds: number) => ({ action: 'look', at: new Date(world.timing.milliseconds + milliseconds).toISOString() });
  const waited = async (event: object) => {
    world.timing.slept.splice(0);
    await world.diff(event);
    return Math.max(0, ...world.timing.slept.filter((slept) => slept >= 1_000));
  };
  expect(await waited(at(7_000))).toBe(7_000);
  expect(await waited(at(3_600_000))).toBe(10_000);
  expect(await waited(at(-5_000))).toBe(0);
  expect(await waited({ action: 'look' })).toBe(0);
});
