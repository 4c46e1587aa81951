import { BOUNDS } from '../../../lambda/shared/source/git/remote';
import { WHOLE_COMMIT } from '../../../src/core/inputs';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';
import { file, GitHistory } from '../source/support/git-history';
import { GitServer } from '../source/support/git-server';

const NAMES = Array.from({ length: 20 }, (_, index) => `c${index}`);

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

test('of which more would have to be fetched than is read: everything is planned, by few requests, as its commits alone say what they hold', async () => {
  const world = await World.create(db, NAMES.map((name) => fileComponent(name)));
  const history = new GitHistory();
  const commit = (content: string) => history.commit(new Map([...NAMES, 'template'].map((name) => [`${name}/source`, file(`${name} ${content}`)])));
  const server = await GitServer.start(history.directory, { hasNoFilter: true });
  try {
    const first = commit('1');
    world.openSource = () => server.repository();
    expect(await world.diff()).toBeDefined();
    // What the first environment has is a release of the first commit.
    await world.putItem('deploymentsTable', {
      Component: 'shop##test', BuildNumber: 0, Solution: 'shop', Sequence: 1, CommitId: first, Release: 'releases/first.json', PipelineExecutionId: 'execution-1', Timestamp: '2026-03-01T12:00:00Z',
    });
    world.s3.objects.set('artifacts/releases/first.json', {
      input: {} as never,
      body: Buffer.from(JSON.stringify({
        version: 1, solution: 'shop', commitId: first, planId: 'p', sequence: 1, pipelineExecutionId: 'execution-1', timestamp: '2026-03-01T12:00:00Z', components: {},
      })),
    });

    world.openSource = () => server.repository({ bounds: { ...BOUNDS, pack: 500 } });
    for (const [index, blind] of [1, 2].entries()) {
      const head = commit(`over the bound ${index}`);
      server.requests.length = 0;
      expect(await world.diff()).toMatchObject({ commitId: head });
      expect(server.requests.length).toBeLessThan(15);
      expect(await world.reasons(head)).toEqual(Object.fromEntries([...NAMES, 'template'].map((name) => [name, ['DiffUnreadable']])));
      expect((await world.plans().diff(head, 'c0'))?.InputsDigest).toBe(`${WHOLE_COMMIT}${head}`);
      expect(await world.heads().read()).toMatchObject({ BlindPlans: blind });
    }
  } finally {
    await server.stop();
    history.remove();
  }
});
