import { memoryFiles } from './support/memory-files';
import { PathTargets } from '../../cli/discovery/path-targets';
import { FileIndex } from '../../cli/discovery/repository-files';

const paths = ['shared/table.json', 'shared/tables/a.json', 'shared/other.json', 'shared/x.ts', 'shared/x.d.ts', 'shared/index.ts'];
const targets = new PathTargets(new FileIndex(memoryFiles(Object.fromEntries(paths.map((path) => [path, ''])))));

test.each<[string, Parameters<PathTargets['locate']>, string[]]>([
  ['a file', ['shared/other.json'], ['shared/other.json']],
  ['a file without its extension', ['shared/other'], ['shared/other.json']],
  ['what a module becomes', ['shared/x.js'], ['shared/x.ts']],
  ['a folder', ['shared'], ['shared/']],
  ['a folder that is imported', ['shared', { isImport: true }], ['shared/index.ts']],
  ['a path whose end is computed', ['shared/ta', { isOpen: true }], ['shared/table.json', 'shared/tables/']],
  ['a folder of which a file is computed', ['shared', { isOpen: true, endsInSlash: true }], ['shared/']],
  ['nothing', ['shared/gone'], []],
])('%s', (_, [path, options], expected) => {
  expect(targets.locate(path, options).targets.map(({ kind, path: found }) => (kind === 'folder' ? `${found}/` : found))).toEqual(expected);
});
