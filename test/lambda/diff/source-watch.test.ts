import { SourceUnavailableError } from '../../../lambda/shared/source/errors';
import { SourceStateStore } from '../../../lambda/shared/source-state-store';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

describe('a source that cannot be read', () => {
  let db: DynamoDb;
  let world: World;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  beforeEach(async () => {
    world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
  });

  const state = async () => new SourceStateStore(world.diffs()).read();

  it('plans nothing, is tried again at the next look, and then forgotten', async () => {
    world.repository.beforeBranch = async () => { throw new SourceUnavailableError('down'); };
    await expect(world.diff({ action: 'reconcile' })).rejects.toThrow('down');
    const { FailedSince: since } = (await state())!;
    world.timing.pass(60_000);
    await expect(world.diff({ action: 'reconcile' })).rejects.toThrow('down');
    expect(await state()).toMatchObject({ FailedSince: since });
    expect((await state())?.NotBefore).toBeUndefined();
    world.repository.beforeBranch = undefined;
    expect((await world.diff({ action: 'reconcile' }))?.id).toBe('execution-2');
    expect(await state()).toBeUndefined();
    expect(world.logs.filter(({ UnreadableSeconds }) => (UnreadableSeconds as number) >= 60)).not.toEqual([]);
  });

  it('is left alone for as long as it asks for, and for 15 minutes at most', async () => {
    world.repository.beforeBranch = async () => { throw new SourceUnavailableError('throttled', { status: 429, retryAfterMs: 3_600_000 }); };
    await expect(world.diff()).rejects.toThrow('throttled');
    world.repository.beforeBranch = undefined;
    const asked = world.repository.commands().length;
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
    world.timing.pass(14 * 60_000);
    expect(await world.diff()).toBeUndefined();
    expect(world.repository.commands()).toHaveLength(asked);
    world.timing.pass(60_000);
    expect((await world.diff({ action: 'reconcile' }))?.id).toBe('execution-2');
  });

  it('that throttles and does not say for how long is left alone twice as long each time; pipelines that share it come back apart', async () => {
    world.repository.beforeBranch = async () => { throw new SourceUnavailableError('throttled', { status: 429 }); };
    const rests: number[] = [];
    for (let look = 0; look < 7; look++) {
      await expect(world.diff({ action: 'reconcile' })).rejects.toThrow('throttled');
      const rest = Date.parse((await state())!.NotBefore!) - world.timing.now().getTime();
      rests.push(rest / 60_000);
      world.timing.pass(rest);
    }
    // An eighth more than what is asked for, as chance has it here.
    expect(rests.map((minutes) => Math.round(minutes * 1000) / 1000)).toEqual([1.125, 1.266, 2.689, 5.715, 12.144, 15, 15]);
  });
});
