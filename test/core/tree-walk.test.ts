import { MemoryTree } from './support/memory-tree';
import { listTree, TreeSelection } from '../../src/core/tree-walk';

const TREE = new MemoryTree({ 'packages/a/file': '1', 'packages/b/file': '1', 'packages/file': '1', 'root': '1' });

function asked(names?: TreeSelection['names']) {
  const paths: string[] = [];
  const selection: TreeSelection = {
    folder: (path) => { paths.push(path); return 'whole'; },
    file: (path) => { paths.push(path); return true; },
    ...(names ? { names } : {}),
  };
  return { paths, listed: listTree(TREE, selection, ['packages']) };
}

test('looks at everything in a folder', async () => {
  const { paths, listed } = asked();
  expect((await listed).map((line) => line.split(' ')[2])).toEqual(['packages/a', 'packages/b', 'packages/file']);
  expect(paths.sort()).toEqual(['packages/a', 'packages/b', 'packages/file']);
});

test('looks at nothing but the names that may be wanted', async () => {
  const { paths, listed } = asked(() => new Set(['b', 'absent']));
  expect((await listed).map((line) => line.split(' ')[2])).toEqual(['packages/b']);
  expect(paths).toEqual(['packages/b']);
});
