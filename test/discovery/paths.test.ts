import { affectedBy, withRootPackage } from './support/affected';
import { Contents, Link, SUBMODULE } from './support/memory-files';

const ROOT = { private: true, workspaces: ['apps/*', 'libs/*'] };

interface Case {
  /** Of the component `a` in `apps/a`, apart from its manifest. */
  readonly files: Contents;
  readonly changed: string;
  /** What is there besides. */
  readonly others?: Contents;
  readonly also?: readonly string[];
}

const reads = (path: string, text: string, changed: string, others: Contents = { [changed]: '' }): Case => ({ files: { [path]: text }, changed, others });

const CASES: { readonly [name: string]: Case } = {
  'an ES module calls TypeScript by what it becomes': reads('src/x.mts', "export { y } from '../../../shared/y.mjs'", 'shared/y.mts'),
  'a React component likewise': reads('src/x.tsx', "import { Y } from '../../../shared/y.js'", 'shared/y.tsx'),
  'an import of a folder means its index, and what that imports': reads('src/x.ts', "import '../../../shared'", 'shared/deep/y.ts', {
    'shared/index.ts': "export * from './deep/y.js'", 'shared/deep/y.ts': '',
  }),
  'a folder that is imported without an index is read as a whole': reads('x.js', "require('../../data')", 'data/deep/z.json'),
  'a folder in a list of what is compiled': reads('tsconfig.json', '{ "include": ["src", "../../types"] }', 'types/globals.d.ts'),
  'behind a template literal\'s variable': reads('x.js', 'open(`${__dirname}/../../shared/z.json`)', 'shared/z.json'),
  'behind a sum': reads('x.js', "open(import.meta.dirname + '/../../shared/z.json')", 'shared/z.json'),
  'behind a shell variable': reads('bin/run', 'source "$HERE/../../shared/env.sh"', 'shared/env.sh'),
  'behind a shell expansion': reads('build.sh', 'cp "${ROOT:-.}/shared/z.json" dist/', 'shared/z.json'),
  'behind a call in a shell': reads('build.sh', 'cp $(git rev-parse --show-toplevel)/shared/z.json dist/', 'shared/z.json'),
  'behind a placeholder of a test runner': reads('jest.config.js', "setupFiles: ['<rootDir>/../../shared/setup.js']", 'shared/setup.js'),
  'behind a placeholder of a build tool': reads('project.json', '{ "assets": ["{workspaceRoot}/shared/z.json"] }', 'shared/z.json'),
  'below a variable that holds the root': reads('x.js', "const root = resolve(__dirname, '../..');\nopen(join(root, 'shared', 'z.json'))", 'shared/z.json'),
  'of parts, one of them a call': reads('x.mjs', "readFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'z.json'))", 'shared/z.json'),
  'of a URL': reads('x.mjs', "new URL('../../shared/z.json', import.meta.url)", 'shared/z.json'),
  'of parts in Python': reads('x.py', 'Path(__file__).resolve().parent.parent.parent / "shared" / "z.json"', 'shared/z.json'),
  'of numbered parents in Python': reads('x.py', "(Path(__file__).parents[2] / 'shared' / 'z.json').read_text()", 'shared/z.json'),
  'of os.path in Python': reads('x.py', 'os.path.join(os.path.dirname(__file__), "..", "..", "shared", "z.json")', 'shared/z.json'),
  'cut off where it is computed': reads('x.js', 'open(`../../shared/${name}.json`)', 'shared/deep/z.json'),
  'cut off in the middle of a name': reads('x.js', "open('../../shared/ta' + n)", 'shared/table.json'),
  'with a wildcard': reads('x.ts', "import.meta.glob('../../shared/**/*.json')", 'shared/deep/z.json'),
  'relative to the package, in a script of it': reads('scripts/deep/build.sh', 'cat ../../shared/z.json', 'shared/z.json'),
  'of a folder, with a slash at its end': reads('template.yaml', 'ContentUri: ../../layers/common/', 'layers/common/python/z.py'),
  'of a folder, as the value of an attribute': reads('main.tf', 'module "m" { source = "../../modules/m" }', 'modules/m/main.tf'),
  'with a blank': reads('x.js', "open('../../shared files/z 1.json')", 'shared files/z 1.json'),
  'in another script': reads('x.js', 'open("../../共有/設定.json")', '共有/設定.json'),
  'with an accent': reads('conf.ini', 'file = ../../données/été.csv', 'données/été.csv'),
  'with brackets': reads('x.ts', "export * from '../../shared/[id]/page'", 'shared/[id]/page.ts'),
  'with backslashes': reads('build.cmd', 'copy ..\\..\\shared\\z.json dist', 'shared/z.json'),
  'in a line of a template literal that looks like a comment': reads('x.ts', "const code = `\n// @ts-nocheck\n/* import '../../shared/z' */\n`", 'shared/z.ts'),
  'after a case of a shell that looks like a comment': reads('run.sh', 'case "$1" in\n  /*) echo absolute ;;\nesac\n. ../../shared/env.sh', 'shared/env.sh'),
  'in a directive that looks like a comment': reads('x.ts', '/// <reference path="../../types/globals.d.ts" />', 'types/globals.d.ts'),
  'of a list that is compiled from its root': reads('Dockerfile', 'FROM x\nCOPY shared/tools /tools', 'shared/tools/z'),
  'mapped by TypeScript\'s configuration, without a dot': {
    files: { 'src/x.ts': "import '@lib/deep/y'" },
    others: { 'tsconfig.base.json': '{ /* shared */ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["code/lib/src/*"], } } }', 'code/lib/src/deep/y.ts': '' },
    changed: 'code/lib/src/deep/y.ts',
  },
  'found from TypeScript\'s base': {
    files: { 'src/x.ts': "import { y } from 'code/y'" },
    others: { 'tsconfig.json': '{ "compilerOptions": { "baseUrl": "./" } }', 'code/y.ts': '' },
    changed: 'code/y.ts',
  },
  'of a symbolic link': { files: { common: new Link('../../shared/common') }, others: { 'shared/common/deep/z.js': '' }, changed: 'shared/common/deep/z.js' },
  'of a symbolic link to a link': {
    files: { 'z.json': new Link('../../now.json') }, others: { 'now.json': new Link('shared/z.json'), 'shared/z.json': '' }, changed: 'shared/z.json',
  },
  'through a symbolic link at the root': { files: { 'x.js': "require('../../now/z')" }, others: { 'now': new Link('shared'), 'shared/z.js': '' }, changed: 'shared/z.js' },
  'into a submodule': { files: { 'x.js': "require('../../external/deep/z')" }, others: { external: SUBMODULE }, changed: 'external' },
};

describe.each([['', (contents: Contents) => contents], [', beside a package at the root', withRootPackage]])('a path%s', (_, complete) => {
  test.each(Object.entries(CASES))('%s', (__, { files, others, changed, also = [] }) => {
    const own = Object.fromEntries(Object.entries(files).map(([path, content]) => [`apps/a/${path}`, content]));
    const contents = complete({
      'package.json': ROOT, 'apps/a/package.json': { name: 'a' }, 'apps/z/package.json': { name: 'z' }, 'apps/z/x.js': '', ...own, ...others,
    });
    expect(affectedBy(contents, changed).filter((name) => name !== 'root-package')).toEqual(['a', ...also]);
  });

  test('of one file of another component includes the file alone, unless it is source', () => {
    const contents = complete({
      'package.json': ROOT,
      'apps/a/package.json': { name: 'a' },
      'apps/a/Makefile': 'include ../../libs/l/common.mk',
      'libs/l/package.json': { name: 'l' },
      'libs/l/common.mk': '',
      'libs/l/index.js': '',
    });
    expect(affectedBy(contents, 'libs/l/common.mk')).toEqual(['a', 'l']);
    expect(affectedBy(contents, 'libs/l/index.js')).toEqual(['l']);
    expect(affectedBy({ ...contents, 'apps/a/x.ts': "import '../../libs/l/index.js'" }, 'libs/l/other.js')).toEqual(['a', 'l']);
  });

  test('of what a component\'s build will leave is a dependency on it', () => {
    const contents = complete({
      'package.json': ROOT, 'apps/a/package.json': { name: 'a' }, 'apps/a/x.js': "require('../../libs/l/dist/index.js')", 'libs/l/package.json': { name: 'l' }, 'libs/l/src/index.ts': '',
    });
    expect(affectedBy(contents, 'libs/l/src/index.ts')).toEqual(['a', 'l']);
  });

  test('to the root, or to a folder of components, includes nothing', () => {
    const contents = complete({
      'package.json': ROOT,
      'apps/a/package.json': { name: 'a' },
      'apps/a/x.js': "run({ cwd: path.resolve(__dirname, '../..') }, '../')",
      'libs/l/package.json': { name: 'l' },
      'libs/l/index.js': '',
    });
    expect(affectedBy(contents, 'libs/l/index.js')).toEqual(['l']);
  });
});
