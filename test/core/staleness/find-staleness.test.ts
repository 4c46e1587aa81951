import { Catalogue, CatalogueComponent } from '../../../src/core/catalogue';
import { findStaleness, TextUnreadableError } from '../../../src/core/staleness/find-staleness';
import { Staleness } from '../../../src/core/staleness/staleness';

type Texts = { readonly [path: string]: string | undefined };

const COMPONENTS: CatalogueComponent[] = [
  { name: '@org/web', path: 'web', dependsOn: ['@org/ui'], testDependsOn: ['@org/kit'], include: ['tsconfig.base.json', 'proto/**'], interface: ['web/!(*.test.ts)', 'web/**/!(*.test.ts)'], testPackages: ['mocha'] },
  { name: '@org/ui', path: 'ui', interface: ['ui/!(*.test.*|karma.*)', 'ui/(?!test/)**/!(*.test.*|karma.*)'] },
  { name: '@org/kit', path: 'kit' },
  { name: '@org/lib', path: 'lib' },
];
const CATALOGUE: Catalogue = {
  version: 1,
  components: COMPONENTS,
  unownedPaths: 'all',
  globalPaths: ['package-lock.json', 'package.json'],
  unread: ['docs/**', 'README.md'],
  foundAt: 'c'.repeat(40),
  foundFrom: ['**/package.json', '**/go.mod', 'package-lock.json'],
  references: { '@org/web': ['@org/web'], '@org/ui': ['@org/ui'], '@org/kit': ['@org/kit'], '@org/lib': ['@org/lib'], 'lib-cli': ['@org/lib'] },
  sharedPackages: { typescript: { build: ['@org/ui'], test: ['@org/web'] } },
  commands: { tsc: ['typescript'] },
};

interface Given {
  readonly catalogue?: Partial<Catalogue>;
  readonly changedSinceBaseline?: string[];
  readonly maxFiles?: number;
  readonly samePackages?: () => boolean;
}

async function staleness(before: Texts, after: Texts, { catalogue, ...more }: Given = {}): Promise<Staleness> {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]);
  return findStaleness({
    catalogue: { ...CATALOGUE, ...catalogue },
    changes: paths.map((path) => ({ path, type: before[path] === undefined ? 'A' : after[path] === undefined ? 'D' : 'M' })),
    changedSinceBaseline: [],
    read: async (side, path) => {
      const text = (side === 'found' ? before : after)[path];
      if (text === 'unreadable') {
        throw new TextUnreadableError('it is a link');
      }
      return text;
    },
    ...more,
  });
}

/** `all`, or the names of the components of which the catalogue doesn't hold. */
function stale({ everything, components }: Staleness): 'all' | string[] {
  return everything !== undefined ? 'all' : [...components.keys()].sort();
}

describe('a changed manifest', () => {
  const manifest = (more: object) => JSON.stringify({ name: '@org/web', version: '1.0.0', dependencies: { '@org/ui': '^1.0.0', 'left-pad': '^1.0.0', 'mocha': '1' }, scripts: { build: 'rollup -c' }, ...more });

  it.each<[string, string, 'all' | string[]]>([
    ['another version', manifest({ version: '2.0.0' }), []],
    ['other versions of packages', manifest({ dependencies: { '@org/ui': '^2.0.0', 'left-pad': '^9.0.0', 'mocha': '2' } }), []],
    ['another package of the registry', manifest({ dependencies: { '@org/ui': '^1.0.0', 'mocha': '1', 'right-pad': '1' } }), []],
    ['another component', manifest({ dependencies: { '@org/ui': '^1.0.0', '@org/lib': '*', 'mocha': '1' } }), ['@org/web']],
    ['a component in another section', manifest({ dependencies: { mocha: '1' }, devDependencies: { '@org/ui': '^1.0.0' } }), ['@org/web']],
    ['a package of the tests in another section', manifest({ dependencies: { '@org/ui': '1' }, devDependencies: { mocha: '1' } }), ['@org/web']],
    ['a folder', manifest({ dependencies: { '@org/ui': '^1.0.0', 'left-pad': 'file:../vendored', 'mocha': '1' } }), ['@org/web']],
    ['an alias', manifest({ dependencies: { '@org/ui': '^1.0.0', 'left-pad': 'npm:@org/lib@1', 'mocha': '1' } }), ['@org/web']],
    ['what it publishes', manifest({ exports: './karma.js' }), ['@org/web']],
    ['a script that runs nothing else', manifest({ scripts: { build: 'rollup -c --minify' } }), []],
    ['a script that runs another component', manifest({ scripts: { build: 'lib-cli && rollup -c' } }), ['@org/web']],
    ['a script that reads another', manifest({ scripts: { build: 'cat ../lib/x > y' } }), ['@org/web']],
    ['no JSON', '{', ['@org/web']],
  ])('%s', async (_title, after, expected) => {
    expect(stale(await staleness({ 'web/package.json': manifest({}) }, { 'web/package.json': after }))).toEqual(expected);
  });

  it('new, gone or unreadable: its owner\'s; everybody\'s where nobody owns it or it is the root\'s', async () => {
    expect(stale(await staleness({}, { 'web/sub/package.json': '{}' }))).toEqual(['@org/web']);
    expect(stale(await staleness({ 'web/package.json': '{}' }, {}))).toEqual(['@org/web']);
    expect(stale(await staleness({ 'web/package.json': 'unreadable' }, { 'web/package.json': '{}' }))).toEqual(['@org/web']);
    expect(stale(await staleness({}, { 'new/package.json': '{}' }))).toBe('all');
    expect(stale(await staleness({ 'package.json': '{"workspaces":["a"]}' }, { 'package.json': '{"workspaces":["b"]}' }))).toBe('all');
    expect(stale(await staleness({ 'package.json': '{"scripts":{}}' }, { 'package.json': '{"scripts":{"build":"lib-cli"}}' }))).toBe('all');
  });

  it('of another ecosystem: versions alone mean nothing', async () => {
    const mod = (text: string) => ({ 'web/go.mod': `module x\nrequire (\n\texample.com/a v1.2.3\n)\nreplace example.com/b => ../lib-1.0\n${text}` });
    expect(stale(await staleness(mod(''), { 'web/go.mod': mod('')['web/go.mod'].replace('v1.2.3', 'v1.10.0-rc.1') }))).toEqual([]);
    expect(stale(await staleness(mod(''), { 'web/go.mod': mod('')['web/go.mod'].replace('lib-1.0', 'lib-1.1') }))).toEqual(['@org/web']);
    expect(stale(await staleness(mod(''), { 'web/go.mod': mod('')['web/go.mod'].replace('lib-1.0', 'lib-1.1') }, { catalogue: { globalPaths: ['web/go.mod'] } }))).toBe('all');
    expect(stale(await staleness(mod(''), mod('require example.com/c v1.0.0')))).toEqual(['@org/web']);
  });

  it('a lockfile: what it takes from the repository, and who may use what', async () => {
    const lock = (text: string) => ({ 'package-lock.json': `{"packages":{"node_modules/a":{"resolved":"https://r/a-1.tgz"${text}}}}` });
    const bumped = { 'package-lock.json': lock('')['package-lock.json'].replace('a-1', 'a-2') };
    expect(await staleness(lock(''), bumped)).toMatchObject({ packageUse: { paths: ['package-lock.json'] } });
    expect(await staleness(lock(''), bumped, { samePackages: () => true })).toEqual({ components: new Map(), unknown: new Set() });
    expect(stale(await staleness(lock(''), lock(',"x":"file:../vendored"')))).toBe('all');
  });

  it.each(['npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])('%s, like any other lockfile', async (name) => {
    const catalogue = { globalPaths: [name], foundFrom: [name] };
    expect(await staleness({ [name]: 'a 1' }, { [name]: 'a 2' }, { catalogue })).toMatchObject({ packageUse: { paths: [name] } });
    expect(stale(await staleness({ [name]: 'a 1' }, { [name]: 'a 1 link:../vendored' }, { catalogue }))).toBe('all');
  });
});

describe('a changed source', () => {
  it.each<[string, string, 'all' | string[]]>([
    ['nothing else than before', 'import "./a"; import "@org/ui"; const x = 2', []],
    ['another file of its own', 'import "./b"', []],
    ['what it has as a dependency', 'import "@org/ui/src/button"', []],
    ['what it includes', 'import "../tsconfig.base.json"; open("../proto/a.proto"); import "../proto"', []],
    ['what nobody owns', 'import "../shared/a"', []],
    ['what is global', 'import "../package.json"', []],
    ['what leads out', 'import "../../../other"', []],
    ['another component', 'import "@org/lib/x"', ['@org/web']],
    ['what only its tests depend on', 'import "@org/kit"', ['@org/web']],
    ['another component\'s command', 'spawn("lib-cli")', ['@org/web']],
    ['another component\'s file', 'import "../lib/x"', ['@org/web']],
    ['what dependents don\'t read of a dependency', 'import "@org/ui/karma"', ['@org/web']],
    ['the same by its path', 'import "../ui/karma"', ['@org/web']],
    ['what dependents don\'t read of itself', 'import "./x.test.ts"', ['@org/web']],
    ['what nothing read', 'open("../docs/a.md")', ['@org/web']],
    ['the root', 'list("../..")', ['@org/web']],
  ])('that refers to %s', async (title, after, expected) => {
    const path = title === 'the root' ? 'web/src/a.ts' : 'web/a.ts';
    expect(stale(await staleness({ [path]: 'import "./a"' }, { [path]: after }))).toEqual(expected);
    expect(stale(await staleness({}, { [path]: after }))).toEqual(expected);
    // What it referred to before is in the catalogue.
    expect(stale(await staleness({ [path]: `${after};1` }, { [path]: after }))).toEqual([]);
  });

  it('of a test may refer to what tests depend on', async () => {
    expect(stale(await staleness({}, { 'web/a.test.ts': 'import "@org/kit"; import "./b.test.ts"' }))).toEqual([]);
  });

  it('that is gone, or says nothing, changes nothing', async () => {
    expect(stale(await staleness({ 'web/a.ts': 'import "@org/lib"' }, {}))).toEqual([]);
    expect(stale(await staleness({}, { 'web/a.md': '../lib/x' }))).toEqual([]);
  });

  it('that several include is theirs; that nobody owns is everybody\'s', async () => {
    expect(stale(await staleness({}, { 'tsconfig.base.json': '{"extends":"./lib/tsconfig.json"}' }))).toEqual(['@org/web']);
    expect(stale(await staleness({}, { 'scripts/build.sh': 'cp ../lib/x y' }))).toBe('all');
    expect(stale(await staleness({}, { 'docs/conf.py': 'open("../lib/x")' }, { catalogue: { dirtyPaths: [] } }))).toBe('all');
    expect(stale(await staleness({ 'docs/conf.py': '1' }, { 'docs/conf.py': 'open("../lib/x")' }))).toEqual([]);
  });

  it('that is a link by now leads somewhere, though its name says that it holds no references', async () => {
    const changes = (path: string, isLink: boolean) => findStaleness({
      catalogue: CATALOGUE, changedSinceBaseline: [], changes: [{ path, type: 'A', isLink }], read: () => Promise.resolve('../lib/terms.md'),
    });
    expect(stale(await changes('web/terms.md', true))).toEqual(['@org/web']);
    expect(stale(await changes('web/terms.md', false))).toEqual([]);
    expect(stale(await changes('web/data.csv', true))).toEqual(['@org/web']);
  });

  it('that can\'t be read, or is one too many, makes its owner\'s facts unknown', async () => {
    expect(stale(await staleness({}, { 'web/a.ts': 'unreadable' }))).toEqual(['@org/web']);
    expect(stale(await staleness({}, { 'web/a.ts': '1', 'lib/a.ts': '2', 'kit/a.ts': '3' }, { maxFiles: 1 }))).toEqual(['@org/kit', '@org/lib']);
  });

  it('that uses a package otherwise', async () => {
    const use = async (path: string, text: string) => (await staleness({}, { [path]: text })).packageUse?.paths;
    expect(await use('web/a.ts', 'import "mocha"')).toEqual(['web/a.ts']);
    expect(await use('web/a.test.ts', 'import "mocha"; run("tsc")')).toBeUndefined();
    expect(await use('web/a.ts', 'run("tsc")')).toEqual(['web/a.ts']);
    expect(await use('ui/a.ts', 'run("tsc")')).toBeUndefined();
    expect(await use('lib/a.test.ts', 'run("tsc")')).toEqual(['lib/a.test.ts']);
  });
});

describe('a work tree that was no commit\'s', () => {
  it('a manifest that differed is not known, nor what a source says that it did not say', async () => {
    const dirty = (path: string) => ({ catalogue: { dirtyPaths: [path] } });
    expect(stale(await staleness({}, {}, dirty('web/package.json')))).toEqual(['@org/web']);
    const same = { 'web/a.ts': 'import "@org/lib"' };
    expect(stale(await staleness(same, same, dirty('web/a.ts')))).toEqual(['@org/web']);
    expect(stale(await staleness({ 'web/a.ts': '1' }, { 'web/a.ts': '2' }, dirty('web/a.ts')))).toEqual([]);
  });
});

describe('what only a component\'s tests read', () => {
  it('may be read by others where something names it by now', async () => {
    const given = { changedSinceBaseline: ['ui/test/fixture.json'] };
    expect(stale(await staleness({ 'lib/a.ts': '1' }, { 'lib/a.ts': 'load("fixture")' }, given))).toEqual(['@org/ui']);
    expect(stale(await staleness({ 'lib/a.ts': 'load("fixture")' }, { 'lib/a.ts': 'load("fixture"); 2' }, given))).toEqual([]);
    expect(stale(await staleness({ 'ui/a.ts': '1' }, { 'ui/a.ts': 'require(name)' }))).toEqual(['@org/ui']);
  });
});

describe('what nothing read', () => {
  it('may be read where it is new', async () => {
    expect((await staleness({}, { 'docs/new.md': '1' })).unknown).toEqual(new Set(['docs/new.md']));
    expect((await staleness({ 'docs/old.md': '1' }, { 'docs/old.md': '2' })).unknown).toEqual(new Set());
  });

  it.each(['read("docs")', 'open("a.md")', 'open("a")', 'x(root + "/docs/a.md")'])('may be read where something names it by now: %s', async (text) => {
    const given = { changedSinceBaseline: ['docs/a.md', 'lib/a.ts'] };
    expect((await staleness({ 'web/a.ts': '1' }, { 'web/a.ts': text }, given)).unknown).toEqual(new Set(['docs/a.md']));
    expect((await staleness({ 'web/a.ts': '1' }, { 'web/a.ts': 'open("b.md")' }, given)).unknown).toEqual(new Set());
  });
});
