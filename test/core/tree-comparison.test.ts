import fc from 'fast-check';
import { MemoryTree } from './support/memory-tree';
import { Catalogue } from '../../src/core/catalogue';
import { PathChange } from '../../src/core/comparison';
import { makePlan } from '../../src/core/plan';
import { differingComponents } from '../../src/core/tree-comparison';

const CATALOGUE: Catalogue = {
  version: 1,
  globalPaths: ['lock'],
  components: [
    { name: 'a', path: 'packages/a', exclude: ['packages/a/docs/**'] },
    { name: 'b', path: 'packages/b', include: ['shared/*.txt'], dependsOn: ['a'] },
    { name: 'file', path: 'template.yml' },
  ],
};
const BEFORE = { 'packages/a/x': '1', 'packages/a/docs/d': '1', 'packages/b/x': '1', 'shared/s.txt': '1', 'shared/other': '1', 'template.yml': '1', 'lock': '1' };

const differing = async (after: Record<string, string>, catalogue = CATALOGUE) => (
  [...await differingComponents(catalogue, new MemoryTree(BEFORE), new MemoryTree(after))].sort()
);

test.each<[string, Record<string, string>, string[]]>([
  ['nothing', {}, []],
  ['a file', { 'packages/a/x': '2' }, ['a']],
  ['an excluded file', { 'packages/a/docs/d': '2' }, []],
  ['an included file', { 'shared/s.txt': '2' }, ['b']],
  ['a file beside it', { 'shared/other': '2' }, []],
  ['a component that is a file', { 'template.yml': '2' }, ['file']],
  ['a global path', { lock: '2' }, ['a', 'b', 'file']],
  ['a new file', { 'packages/b/deep/new': '1' }, ['b']],
])('finds %s', async (_, changes, expected) => expect(await differing({ ...BEFORE, ...changes })).toEqual(expected));

test('finds a component that is gone, and what no component owns under the policy `all`', async () => {
  const { 'packages/a/x': _gone, 'packages/a/docs/d': _doc, ...rest } = BEFORE;
  expect(await differing(rest)).toEqual(['a']);
  expect(await differing({ ...BEFORE, 'shared/other': '2' }, { ...CATALOGUE, unownedPaths: 'all' })).toEqual(['a', 'b', 'file']);
});

test('reads each side\'s folders, not what changed in them', async () => {
  const files = (content: string) => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`packages/a/src/${index}/file`, content]));
  const before = new MemoryTree({ ...files('1'), 'packages/b/x': '1' });
  const after = new MemoryTree({ ...files('2'), 'packages/b/x': '1' });
  const catalogue: Catalogue = { version: 1, components: [{ name: 'a', path: 'packages/a' }, { name: 'b', path: 'packages/b' }] };
  expect([...await differingComponents(catalogue, before, after)]).toEqual(['a']);
  expect(new Set([...before.reads, ...after.reads])).toEqual(new Set(['packages']));
});

test('a plan by object IDs affects whatever a plan by paths does', async () => {
  const paths = Object.keys(BEFORE);
  await fc.assert(fc.asyncProperty(fc.subarray(paths), fc.subarray(paths), async (modified, deleted) => {
    const after: Record<string, string> = { ...BEFORE, ...Object.fromEntries(modified.map((path) => [path, '2'])) };
    deleted.forEach((path) => delete after[path]);
    const changes = [...new Set([...modified, ...deleted])].map((path): PathChange => ({ path, type: deleted.includes(path) ? 'D' : 'M' }));
    const baseline = { commit: 'base' };
    const byPaths = makePlan({ catalogue: CATALOGUE, head: 'h', comparison: { kind: 'diff', baseline, changes } });
    const changed = await differingComponents(CATALOGUE, new MemoryTree(BEFORE), new MemoryTree(after));
    const byTrees = makePlan({ catalogue: CATALOGUE, head: 'h', comparison: { kind: 'trees', baseline, changed } });
    expect(byTrees.changed.map(({ component }) => component)).toEqual(byPaths.changed.map(({ component }) => component));
    expect(byTrees.baseline).toBe('base');
    expect(byTrees.unowned).toEqual({ count: 0, paths: [] });
  }));
});
