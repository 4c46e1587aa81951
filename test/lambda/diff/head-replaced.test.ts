import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';
import { file, GitHistory } from '../source/support/git-history';
import { GitServer } from '../source/support/git-server';

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

const sources = (api: string, web: string) => new Map([
  ['api/source', file(api)], ['web/source', file(web)], ['template/source', file('template')],
]);

/** What the first environment has is a release of the commit. */
async function makeLive(world: World, commitId: string): Promise<void> {
  const release = { PipelineExecutionId: 'execution-0', Timestamp: '2026-03-01T12:00:00Z' };
  await world.putItem('deploymentsTable', { Component: 'shop##test', BuildNumber: 0, Solution: 'shop', Sequence: 1, CommitId: commitId, Release: 'releases/first.json', ...release });
  const components = Object.fromEntries(world.catalogue.components.map(({ name, build }) => [name, { definition: build!.digest }]));
  world.s3.objects.set('artifacts/releases/first.json', {
    input: {} as never,
    body: Buffer.from(JSON.stringify({ version: 1, solution: 'shop', commitId, planId: 'p', sequence: 1, pipelineExecutionId: 'execution-0', timestamp: release.Timestamp, components })),
  });
}

/**
 * A branch is forced to another commit, and the one before is removed, at the given request of a look.
 * @returns how many requests the look made, and how it failed
 */
async function replacedAt(position: number): Promise<{ readonly requests: number; readonly error?: string }> {
  const world = await World.create(db, [fileComponent('api'), fileComponent('web')]);
  const history = new GitHistory();
  const base = history.commit(sources('1', '1'));
  const server = await GitServer.start(history.directory);
  try {
    world.openSource = () => server.repository();
    history.git(['branch', 'released', base]);
    await makeLive(world, base);

    const replaced = history.commit(sources('2', '1'));
    let requests = 0;
    let head = replaced;
    server.before = () => {
      if (requests++ === position) {
        head = history.commit(sources('1', '2'), { parent: base });
        history.prune();
      }
      return false;
    };
    // What is gone is an error, for another attempt to meet the new head.
    const error = await world.diff().then(() => undefined, ({ message }: Error) => message);
    const made = requests;
    await world.diff();
    expect(await world.heads().read()).toMatchObject({ HeadCommitId: head });
    expect(await world.reasons(head)).toEqual(head === replaced ? { api: ['Direct'] } : { web: ['Direct'] });
    expect(world.pipeline.executions.at(-1)?.commitId).toBe(head);
    return { requests: made, error: error?.replace(replaced, 'HEAD') };
  } finally {
    await server.stop();
    history.remove();
  }
}

test('a head that is replaced at any moment of a look, and is gone: the new one is planned, by what it differs in from the release', async () => {
  const { requests } = await replacedAt(Infinity);
  const errors = new Set<string | undefined>();
  for (let position = 0; position < requests; position++) {
    errors.add((await replacedAt(position)).error);
  }
  expect(errors).toEqual(new Set([undefined, 'Commit HEAD is not in the repository.']));
});
