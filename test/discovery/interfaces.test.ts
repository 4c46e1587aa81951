import { affectedBy, withRootPackage } from './support/affected';
import { Contents } from './support/memory-files';

/** A library `l` and the service `s` that depends on it; `changed` is a path of the library's. */
interface Case {
  readonly files: Contents;
  readonly changed: string;
  /** Of the service. */
  readonly user?: Contents;
}

const NPM: { readonly [name: string]: Case } = {
  'a source imports what is called like a test, without its extension': { files: { 'src/index.ts': "export * from './load.test'", 'src/load.test.ts': '' }, changed: 'src/load.test.ts' },
  'what a source imports imports it': { files: { 'src/index.ts': "import './karma'", 'src/karma.ts': "import './user.spec'", 'src/user.spec.ts': '' }, changed: 'src/user.spec.ts' },
  'a source calls it by name': { files: { 'src/index.ts': "load(['playwright.config'])", 'src/playwright.config.ts': '' }, changed: 'src/playwright.config.ts' },
  'a source lists the folder that it is in': { files: { 'src/index.js': "fs.readdirSync(path.join(__dirname, 'rules'))", 'src/rules/a.test.js': '' }, changed: 'src/rules/a.test.js' },
  'a source lists its own folder': { files: { 'rules/index.js': 'fs.readdirSync(__dirname)', 'rules/a.test.js': '' }, changed: 'rules/a.test.js' },
  'a source globs': { files: { 'index.js': "glob.sync('test/**/*.json')", 'test/a.json': '' }, changed: 'test/a.json' },
  'a source opens what is called by a variable': { files: { 'index.js': "open(path.join(__dirname, 'docs', name))", 'docs/help.txt': '' }, changed: 'docs/help.txt' },
  'a source opens what is called by a variable in its own folder': { files: { 'index.js': "open(path.join(__dirname, name + '.md'))", 'README.md': '' }, changed: 'README.md' },
  'a source loads what nobody can tell': { files: { 'index.js': 'module.exports = (name) => require(name)', 'x.test.js': '' }, changed: 'x.test.js' },
  'a source lists what nobody can tell': { files: { 'index.js': 'module.exports = (folder) => fs.readdirSync(folder)', 'x.test.js': '' }, changed: 'x.test.js' },
  'the manifest publishes its folder': { files: { 'package.json': { name: 'l', exports: { './spec/*': './spec/*.js' } }, 'spec/a.js': '' }, changed: 'spec/a.js' },
  'a dependent mentions a file by its name': { files: { 'test/cases.json': '' }, changed: 'test/cases.json', user: { 'index.js': "find('cases.json')" } },
  'a dependent\'s dependent mentions it': { files: { 'test/cases.json': '' }, changed: 'test/cases.json', user: { 'index.js': '', '../t/package.json': { name: 't', dependencies: { s: '*' } }, '../t/x.js': "find('cases.json')" } },
  'a document is data': { files: { 'prompts/system.md': '' }, changed: 'prompts/system.md' },
  'a document lies among sources': { files: { 'src/index.js': '', 'src/template.md': '' }, changed: 'src/template.md' },
};

const OTHERS: { readonly [name: string]: Case & { readonly ecosystem: 'python' | 'go' | 'cargo' | 'maven' } } = {
  'Python: a module that is called like a test': { ecosystem: 'python', files: { 'l/__init__.py': 'from .ab_test import x', 'l/ab_test.py': '' }, changed: 'l/ab_test.py' },
  'Python: by its dotted name': { ecosystem: 'python', files: { 'l/__init__.py': 'import l.test_helpers as helpers', 'l/test_helpers.py': '' }, changed: 'l/test_helpers.py' },
  'Python: by a dotted name in a text': { ecosystem: 'python', files: { 'l/__init__.py': 'PLUGINS = ["l.test_plugin.Plugin"]', 'l/test_plugin.py': '' }, changed: 'l/test_plugin.py' },
  'Python: a resource that a function opens': { ecosystem: 'python', files: { 'l/__init__.py': 'files("l").joinpath("docs", name).read_text()', 'docs/help.txt': '' }, changed: 'docs/help.txt' },
  'Python: modules that are walked': { ecosystem: 'python', files: { 'l/__init__.py': 'for m in pkgutil.iter_modules(__path__): import_module(m.name)', 'l/test_x.py': '' }, changed: 'l/test_x.py' },
  'Go: a pattern that is embedded': { ecosystem: 'go', files: { 'x.go': '//go:embed all:docs "testdata/a b.txt"\nvar fs embed.FS', 'docs/deep/z.txt': '', 'testdata/a b.txt': '' }, changed: 'docs/deep/z.txt' },
  'Go: a quoted file that is embedded': { ecosystem: 'go', files: { 'x.go': '//go:embed all:docs "testdata/a b.txt"\nvar fs embed.FS', 'docs/deep/z.txt': '', 'testdata/a b.txt': '' }, changed: 'testdata/a b.txt' },
  'Go: documents of the folder that are embedded': { ecosystem: 'go', files: { 'x.go': '//go:embed *.md\nvar fs embed.FS', 'README.md': '' }, changed: 'README.md' },
  'Rust: a document that is included': { ecosystem: 'cargo', files: { 'src/lib.rs': '#![doc = include_str!("../README.md")]', 'README.md': '' }, changed: 'README.md' },
  'Rust: a file of the tests that is included': { ecosystem: 'cargo', files: { 'src/lib.rs': 'static X: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data.bin"));', 'tests/data.bin': '' }, changed: 'tests/data.bin' },
  'Maven: resources of the tests that are packaged': { ecosystem: 'maven', files: { 'pom.xml': '<project><groupId>g</groupId><artifactId>l</artifactId><build><resources><resource><directory>./src/test/resources</directory></resource></resources></build></project>', 'src/test/resources/r.xml': '' }, changed: 'src/test/resources/r.xml' },
};

const BASE = {
  python: { 'libs/l/pyproject.toml': '[project]\nname = "l"', 'apps/s/pyproject.toml': '[project]\nname = "s"\ndependencies = ["l"]' },
  go: { 'go.work': 'use ./libs/l\nuse ./apps/s', 'libs/l/go.mod': 'module l', 'apps/s/go.mod': 'module s\nrequire l v0.0.0', 'apps/s/x.go': 'import "l"' },
  cargo: { 'Cargo.toml': '[workspace]\nmembers = ["libs/*", "apps/*"]', 'libs/l/Cargo.toml': '[package]\nname = "l"', 'apps/s/Cargo.toml': '[package]\nname = "s"\n[dependencies]\nl = { path = "../../libs/l" }' },
  maven: {
    'pom.xml': '<project><groupId>g</groupId><artifactId>root</artifactId><modules><module>libs/l</module><module>apps/s</module></modules></project>',
    'apps/s/pom.xml': '<project><groupId>g</groupId><artifactId>s</artifactId><dependencies><dependency><groupId>g</groupId><artifactId>l</artifactId></dependency></dependencies></project>',
  },
};

const npmBase: Contents = {
  'package.json': { private: true, workspaces: ['apps/*', 'libs/*'] }, 'libs/l/package.json': { name: 'l' }, 'apps/s/package.json': { name: 's', dependencies: { l: '*' } },
};

function under(folder: string, files: Contents): Contents {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path.startsWith('../') ? `apps/${path.slice(3)}` : `${folder}/${path}`, content]));
}

describe.each([['', (contents: Contents) => contents], [', beside a package at the root', withRootPackage]])('dependents are affected where%s', (_, complete) => {
  test.each(Object.entries(NPM))('%s', (__, { files, changed, user = {} }) => {
    expect(affectedBy(complete({ ...npmBase, ...under('libs/l', files), ...under('apps/s', user) }), `libs/l/${changed}`)).toEqual(expect.arrayContaining(['l', 's']));
  });
});

describe('dependents are affected where', () => {
  test.each(Object.entries(OTHERS))('%s', (_, { ecosystem, files, changed, user = {} }) => {
    expect(affectedBy({ ...BASE[ecosystem], ...under('libs/l', files), ...under('apps/s', user) }, `libs/l/${changed}`)).toEqual(['l', 's']);
  });
});

describe('dependents are not affected where', () => {
  test.each<[string, Contents, string]>([
    ['nothing reads a test', { 'src/index.ts': '', 'src/load.test.ts': "import './index'" }, 'src/load.test.ts'],
    ['a test alone lists a folder of tests', { 'src/index.ts': '', 'test/run.js': 'readdirSync(__dirname)', 'test/cases/a.json': '' }, 'test/cases/a.json'],
    ['a test alone loads by a computed name', { 'src/index.ts': '', 'test/run.js': 'require(name)', 'test/a.js': '' }, 'test/a.js'],
    ['the compiler takes in the folder of sources', { 'tsconfig.json': '{"include": ["./src", "./test"]}', 'src/index.ts': '', 'test/a.ts': '' }, 'test/a.ts'],
    ['everything is published and nobody reads it', { 'package.json': { name: 'l', exports: { './*': './*' } }, 'test/a.js': '' }, 'test/a.js'],
    ['a source needs its own package\'s folder', { 'src/index.js': "const root = path.join(__dirname, '..')", 'test/a.js': '' }, 'test/a.js'],
  ])('%s', (_, files, changed) => {
    expect(affectedBy({ ...npmBase, ...under('libs/l', files) }, `libs/l/${changed}`)).toEqual(['l']);
  });
});
