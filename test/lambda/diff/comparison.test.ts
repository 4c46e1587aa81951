import { compare } from '../../../lambda/diff/comparison';
import { CommitGoneError, SourceUnavailableError, SourceUnreadableError } from '../../../lambda/shared/source/errors';
import { SourceRepository } from '../../../lambda/shared/source/source-repository';
import { PathChange } from '../../../src/core/comparison';
import { Release } from '../../../src/core/release';

const catalogue = { version: 1 as const, components: [{ name: 'x', path: 'x' }, { name: 'y', path: 'y' }] };
const release = { components: {} } as unknown as Release;
const inTime = () => true;

async function* endless(): AsyncGenerator<PathChange[]> {
  for (;;) {
    yield [{ path: 'x/1', type: 'M' }];
  }
}

/** A source in memory: a tree ID of the folder x by commit. */
function source(trees: Readonly<Record<string, string>>, branch: string, differences: SourceRepository['differences'] = endless): SourceRepository {
  return {
    name: 'shop',
    branchHead: async () => branch,
    differences,
    folders: (commit) => ({
      readFolder: async (path) => (path === '.'
        ? { treeId: `root of ${trees[commit]}`, files: [], folders: [{ name: 'x', treeId: trees[commit]! }] }
        : { treeId: trees[commit]!, files: [], folders: [] }),
    }),
    readFile: async () => undefined,
  };
}

const compared = async (from: SourceRepository, commitId: string, baselineBranch?: string) => compare(
  { key: 'k', commitId, pipelineExecutionId: 'e', sequence: 1, release } as Parameters<typeof compare>[0],
  { source: from, headCommitId: 'head', catalogue, inTime, ...(baselineBranch === undefined ? {} : { baselineBranch }) } as Parameters<typeof compare>[1],
);

test.each([['old', 'same'], ['same', 'old']])('beyond the pages that it pays to read, what differs from either base counts: %s and %s', async (baseline, branch) => {
  const trees = { old: 'before', same: 'now', head: 'now' };
  const { comparison } = await compared(source(trees, branch), baseline, 'staging');
  expect(comparison.kind === 'trees' && [...comparison.changed]).toEqual(['x']);
});

function failing(error: Error): SourceRepository {
  // eslint-disable-next-line require-yield -- it never comes to that
  return source({}, 'b', async function* () { throw error; });
}

test('a base that is gone builds everything, and so does what no attempt could read', async () => {
  expect((await compared(failing(new CommitGoneError('base')), 'base')).comparison).toEqual({ kind: 'baseline-missing', commit: 'base' });
  expect((await compared(failing(new SourceUnreadableError('too much')), 'base')).comparison).toEqual({ kind: 'unreadable', detail: 'too much' });
});

test('a head that is gone was replaced meanwhile, and a source that does not answer may answer later: both plan nothing', async () => {
  await expect(compared(failing(new CommitGoneError('head')), 'base')).rejects.toThrow(CommitGoneError);
  await expect(compared(failing(new SourceUnavailableError('down')), 'base')).rejects.toThrow('down');
});
