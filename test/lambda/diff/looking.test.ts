import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';
import { file, GitHistory } from '../source/support/git-history';
import { GitServer } from '../source/support/git-server';

let db: DynamoDb;
let world: World;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());
beforeEach(async () => { world = await World.create(db, [fileComponent('x'), fileComponent('y')]); });

test('an unchanged minute costs two requests to the host, and no write', async () => {
  const history = new GitHistory();
  history.commit(new Map([['x/source', file('x1')], ['y/source', file('y1')], ['template/source', file('Resources: {}')]]));
  const server = await GitServer.start(history.directory);
  try {
    world.openSource = () => server.repository();
    expect((await world.diff())?.id).toBe('execution-1');
    for (let minute = 0; minute < 3; minute++) {
      const [requests, writes] = [server.requests.length, world.crash.writes];
      await world.diff({ action: 'reconcile' });
      expect([server.requests.length - requests, world.crash.writes - writes]).toEqual([2, 0]);
    }
    // What is counted is what moves where there is something to do.
    history.commit(new Map([['x/source', file('x2')], ['y/source', file('y1')], ['template/source', file('Resources: {}')]]));
    const [requests, writes] = [server.requests.length, world.crash.writes];
    await world.diff({ action: 'reconcile' });
    expect(world.crash.writes).toBeGreaterThan(writes);
    // Three looks, of which the first asks what the server can do as well, and one for all folders.
    expect(server.requests.length - requests).toBe(5);
  } finally {
    await server.stop();
    history.remove();
  }
});

describe('the lease of a head', () => {
  /** Runs while an invocation plans. */
  function whilePlanning(work: () => Promise<void>): void {
    const plan = world.pipeline.beforeStart;
    world.pipeline.beforeStart = async () => {
      world.pipeline.beforeStart = plan;
      await work();
    };
  }

  it('keeps others from planning the same head, and is gone when it is started', async () => {
    world.push({ x: 'x1', y: 'y1' });
    let seen = 0;
    whilePlanning(async () => {
      const { writes } = world.crash;
      expect(await world.heads().read()).toMatchObject({ PlannedBy: 'planner', PlannedUntil: new Date(world.timing.milliseconds + 60_000).toISOString() });
      expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
      expect(world.crash.writes).toBe(writes);
      seen++;
    });
    expect((await world.diff(undefined, 60_000, 'planner'))?.id).toBe('execution-1');
    expect([seen, (await world.heads().read())?.PlannedBy]).toEqual([1, undefined]);
  });

  it('ends where the invocation must have ended, and does not bind that invocation\'s own retry', async () => {
    world.push({ x: 'x1', y: 'y1' });
    const lease = { PlannedBy: 'died', PlannedUntil: new Date(world.timing.milliseconds + 60_000).toISOString() };
    await expect(async () => {
      world.crash.after(1);
      await world.diff();
    }).rejects.toThrow();
    world.crash.never();
    const abandoned = { ...(await world.heads().read())!, ...lease };
    await world.heads().replace(await world.heads().read(), abandoned);
    expect(await world.diff()).toBeUndefined();
    expect((await world.diff(undefined, 60_000, 'died'))?.id).toBe('execution-1');

    world.push({ x: 'x2' });
    await expect(async () => {
      world.crash.after(1);
      await world.diff();
    }).rejects.toThrow();
    world.crash.never();
    await world.heads().replace(await world.heads().read(), { ...(await world.heads().read())!, ...lease });
    world.timing.pass(59_999);
    expect(await world.diff()).toBeUndefined();
    world.timing.pass(1);
    expect((await world.diff())?.id).toBe('execution-2');
  });

  it('does not hold a head that comes after, nor what a person asks for', async () => {
    world.push({ x: 'x1', y: 'y1' });
    whilePlanning(async () => {
      world.push({ x: 'x2' });
      expect(await world.diff()).toBeDefined();
    });
    await world.diff();
    expect(await world.heads().read()).toMatchObject({ HeadNumber: 2, Status: 'Started' });
    whilePlanning(async () => {
      expect(await world.diff({ action: 'force', components: ['y'] })).toBeDefined();
    });
    await world.diff({ action: 'force', components: ['x'] });
    expect(await world.heads().read()).toMatchObject({ Status: 'Started', Forced: ['x', 'y'] });
  });

  it('is given back where planning fails', async () => {
    world.push({ x: 'x1', y: 'y1' });
    world.pipeline.beforeStart = async () => { throw new Error('throttled'); };
    await expect(world.diff()).rejects.toThrow('throttled');
    world.pipeline.beforeStart = undefined;
    expect((await world.diff({ action: 'reconcile' }))?.id).toBe('execution-1');
  });
});

test('plans that know nothing of what differs are counted in a row, each once, and forgotten by one that does', async () => {
  const blind = async () => {
    await world.diff({ action: 'reconcile' });
    return (world.logs.filter(({ message }) => message === 'Waiting').at(-1) as { PlannedBlind: number }).PlannedBlind;
  };
  await world.deploy({ x: 'x1', y: 'y1' });
  expect(await blind()).toBe(0);
  world.repository.forget((await world.baseline())!);
  world.push({ x: 'x2' });
  await world.diff();
  expect(await blind()).toBe(1);
  // The same plan, started once more.
  world.pipeline.last().status = 'Superseded';
  await world.diff();
  expect(await blind()).toBe(1);
  world.push({ x: 'x3' });
  const second = await world.diff();
  expect(await blind()).toBe(2);
  await world.run(second!);
  world.push({ x: 'x4' });
  await world.diff();
  expect(await blind()).toBe(0);
});

describe('a doorbell', () => {
  const ring = (id: string) => ({ 'CodePipeline.job': { id, data: { actionConfiguration: { configuration: { UserParameters: '{"action":"look"}' } } } } });

  test('rings: what changed is started, and the job answered; at nothing new, the job is answered and nothing started', async () => {
    world.push({ x: 'x1', y: 'y1' });
    expect((await world.diff(ring('first')))?.id).toBe('execution-1');
    expect(await world.diff(ring('second'))).toBeUndefined();
    expect([world.pipeline.results.get('first'), world.pipeline.results.get('second')]).toEqual([{ variables: {} }, { variables: {} }]);
  });

  test('that could not look fails, and is not tried again: the schedule is', async () => {
    world.push({ x: 'x1', y: 'y1' });
    world.pipeline.beforeStart = async () => { throw new Error('throttled'); };
    await world.diff(ring('job'));
    expect(world.pipeline.results.get('job')).toEqual({ failure: 'throttled' });
    world.pipeline.beforeStart = undefined;
    expect((await world.diff({ action: 'reconcile' }))?.id).toBe('execution-1');
  });
});
