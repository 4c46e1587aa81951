import { readInputs } from '../../../lambda/diff/inputs';
import { SourceUnavailableError, SourceUnreadableError } from '../../../lambda/shared/source/errors';
import { STALE_INPUTS, WHOLE_COMMIT } from '../../../src/core/inputs';
import { NOT_STALE } from '../../../src/core/staleness/staleness';
import { TreeReader } from '../../../src/core/tree-reader';
import { MemoryTree } from '../../core/support/memory-tree';

const catalogue = { version: 1 as const, components: [{ name: 'x', path: 'x' }, { name: 'y', path: 'y' }] };
const FILES = { 'x/a': '1', 'y/a': '1' };
const read = async (folders: TreeReader, more: Partial<Parameters<typeof readInputs>[1]> = {}) => (
  readInputs(['x', 'y'], { catalogue, commitId: 'commit1', folders, staleness: NOT_STALE, inTime: () => true, ...more }));

/** Folders of which one can't be listed. */
function failingAt(failing: string, error: Error): TreeReader {
  const tree = new MemoryTree(FILES);
  return {
    readFolder: async (path) => {
      if (path === failing) {
        throw error;
      }
      return tree.readFolder(path);
    },
  };
}

test('inputs are digests of what the components are made of, the same in any commit', async () => {
  const first = await read(new MemoryTree(FILES));
  expect(await read(new MemoryTree(FILES), { commitId: 'commit2' })).toEqual(first);
  expect(first.get('x')).not.toContain('commit1');
});

test('where a folder can\'t be listed, the inputs are the commit\'s own: no build of another commit is taken for it', async () => {
  const x = { version: 1 as const, components: [{ name: 'x', path: 'x', include: ['z/*.ts'] }, { name: 'y', path: 'y' }] };
  const of = async (commitId: string) => read(failingAt('z', new SourceUnreadableError('too much')), { catalogue: x, commitId });
  const tree = { ...FILES, 'z/b.ts': '1' };
  const failing = async (commitId: string) => {
    const whole = new MemoryTree(tree);
    return read({
      readFolder: async (path) => {
        if (path === 'z') {
          throw new SourceUnreadableError('too much');
        }
        return whole.readFolder(path);
      },
    }, { catalogue: x, commitId });
  };
  expect((await failing('commit1')).get('x')).toBe(`${WHOLE_COMMIT}commit1`);
  expect((await failing('commit2')).get('x')).toBe(`${WHOLE_COMMIT}commit2`);
  // The other component is read as ever.
  expect((await failing('commit1')).get('y')).toBe((await of('commit2')).get('y'));
});

test('where the time is over, the inputs are the commit\'s own', async () => {
  expect([...(await read(new MemoryTree(FILES), { inTime: () => false })).values()]).toEqual([`${WHOLE_COMMIT}commit1`, `${WHOLE_COMMIT}commit1`]);
});

test('an error that another attempt may not meet is thrown', async () => {
  await expect(read(failingAt('.', new SourceUnavailableError('down')))).rejects.toThrow('down');
});

test('what of the catalogue does not hold marks the inputs: a build can\'t compute them again', async () => {
  const staleness = { ...NOT_STALE, components: new Map([['x', { paths: ['x/package.json'], count: 1 }]]) };
  const digests = await read(new MemoryTree(FILES), { staleness });
  expect(digests.get('x')!.startsWith(STALE_INPUTS)).toBe(true);
  expect(digests.get('y')!.startsWith(STALE_INPUTS)).toBe(false);
});
