import * as fc from 'fast-check';
import { parseYaml } from '../../cli/yaml';
import { readToml } from '../../lambda/shared/toml';
import { Catalogue } from '../../src/core/catalogue';
import { Trace, traceLockfiles } from '../../src/core/lockfile/trace';

type Files = { readonly [path: string]: string };

const catalogue: Catalogue = {
  version: 1,
  traceLockfiles: true,
  globalPaths: ['Cargo.lock', 'Cargo.toml', 'uv.lock', 'pyproject.toml', 'poetry.lock'],
  components: [
    { name: 'core', path: 'crates/core' }, { name: 'api', path: 'crates/api', dependsOn: ['core'] }, { name: 'cli-tool', path: 'cli' }, { name: 'web', path: 'web' }, { name: 'by-hand', path: 'other' },
  ],
  references: { 'core': ['core'], 'api': ['api'], 'my-cli': ['cli-tool'], 'web': ['web'] },
};

async function trace(before: Files, after: Files, over: Partial<Catalogue> = {}): Promise<Trace> {
  return traceLockfiles({
    catalogue: { ...catalogue, ...over },
    paths: [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]),
    read: async (side, path) => (side === 'before' ? before : after)[path],
    parseYaml,
    parseToml: readToml,
  });
}

async function affected(path: string, before: string, after: string, over: Partial<Catalogue> = {}): Promise<string[] | 'all' | undefined> {
  const found = (await trace({ [path]: before }, { [path]: after }, over)).affected.get(path);
  return found === undefined || found === 'all' ? found : [...found].sort();
}

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';
const crate = (name: string, dependencies: readonly string[] = [], version?: string, checksum = version) => (
  `[[package]]\nname = "${name}"\nversion = "${version ?? '0.1.0'}"\n${version === undefined ? '' : `source = "${REGISTRY}"\nchecksum = "${checksum!}"\n`}${dependencies.length === 0 ? '' : `dependencies = [\n${dependencies.map((one) => ` "${one}",\n`).join('')}]\n`}`);
const cargo = (...crates: readonly string[]) => `version = 4\n\n${crates.join('\n')}`;

describe('Cargo.lock', () => {
  const lock = (version: string, checksum = version) => cargo(
    crate('api', ['core', 'left']), crate('core', ['middle']), crate('my-cli', ['right']), crate('left', [], '1.0.0'), crate('middle', ['deep'], '1.0.0'), crate('deep', [], version, checksum), crate('right', [], '1.0.0'));

  test('a component is affected by what its package leads to, and what was given by hand always is', async () => {
    expect(await affected('Cargo.lock', lock('1.0.0'), lock('1.0.1'))).toEqual(['api', 'by-hand', 'core']);
    expect(await affected('Cargo.lock', lock('1.0.0'), lock('1.0.0', 'other'))).toEqual(['api', 'by-hand', 'core']);
  });

  test('the chain is said', async () => {
    expect([...(await trace({ 'Cargo.lock': lock('1.0.0') }, { 'Cargo.lock': lock('1.0.1') })).packages.get('core')!]).toEqual(['middle > deep']);
  });

  test('versions that are written because of others change nothing', async () => {
    const before = cargo(crate('core', ['rand']), crate('my-cli'), crate('rand', [], '0.8.0'));
    const after = cargo(crate('core', ['rand 0.8.0']), crate('my-cli', ['rand 0.9.0']), crate('rand', [], '0.8.0'), crate('rand', [], '0.9.0'));
    expect(await affected('Cargo.lock', before, after)).toEqual(['by-hand', 'cli-tool']);
  });

  test('crates of the repository that are no components are looked through', async () => {
    const with1 = (version: string) => cargo(crate('core', ['vendored']), crate('vendored', ['deep']), crate('deep', [], version), crate('my-cli'));
    expect(await affected('Cargo.lock', with1('1.0.0'), with1('2.0.0'))).toEqual(['by-hand', 'core']);
  });

  test.each([
    ['of another version', lock('1.0.0').replace('version = 4', 'version = 5')], ['that lacks what is required', cargo(crate('core', ['gone']))], ['that is no TOML', '<<<<<<< HEAD'], ['without a version', crate('core')],
  ])('one %s affects all, and is named', async (_, after) => {
    const { affected: found, warnings } = await trace({ 'Cargo.lock': lock('1.0.0') }, { 'Cargo.lock': after });
    expect(found.get('Cargo.lock')).toBe('all');
    expect(warnings.map(({ path }) => path)).toEqual(['Cargo.lock']);
  });

  test('without names of packages in the catalogue it affects all', async () => {
    expect(await affected('Cargo.lock', lock('1.0.0'), lock('1.0.1'), { references: undefined })).toBe('all');
  });

  test('versions that members share are said better by the lockfile', async () => {
    const manifest = (version: string, more = '') => `[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nleft = "${version}"\ndeep = { version = "${version}", features = ["x"${more}] }\n`;
    const both = async (after: string, locked = lock('1.0.1')) => (await trace({ 'Cargo.lock': lock('1.0.0'), 'Cargo.toml': manifest('1.0.0') }, { 'Cargo.lock': locked, 'Cargo.toml': after })).affected.get('Cargo.toml');
    expect(await both(manifest('1.0.1'))).toEqual(new Set());
    // Undefined: as any file that is everybody's.
    expect(await both(manifest('1.0.1', ', "y"'))).toBeUndefined();
    expect(await both(manifest('1.0.1'), lock('1.0.0'))).toBeUndefined();
    expect(await both(`${manifest('1.0.1')}\n[profile.release]\nlto = true\n`)).toBeUndefined();
  });

  test('for any two lockfiles: who reaches another package is affected, and nobody else', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graph = fc.record({
      versions: fc.array(fc.constantFrom('1.0.0', '2.0.0'), { minLength: 6, maxLength: 6 }),
      edges: fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }), { minLength: 6, maxLength: 6 }),
      members: fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }), { minLength: 3, maxLength: 3 }),
    });
    type Graph = typeof graph extends fc.Arbitrary<infer T> ? T : never;
    const members = ['core', 'api', 'my-cli'];
    const text = ({ versions, edges, members: required }: Graph) => cargo(
      ...members.map((name, at) => crate(name, [...new Set(required[at])].map((one) => names[one]!))),
      ...names.map((name, at) => crate(name, [...new Set(edges[at])].map((one) => names[one]!), versions[at])));
    const reach = ({ versions, edges, members: required }: Graph, at: number) => {
      const seen = new Set(required[at]);
      seen.forEach((one) => edges[one]!.forEach((next) => seen.add(next)));
      return JSON.stringify([[...new Set(required[at])].sort(), [...seen].sort().map((one) => [one, versions[one], [...new Set(edges[one])].sort()])]);
    };
    await fc.assert(fc.asyncProperty(graph, graph, async (before, after) => {
      const differ = ['core', 'api', 'cli-tool'].filter((_, at) => reach(before, at) !== reach(after, at));
      const found = text(before) === text(after) ? ['by-hand'] : await affected('Cargo.lock', text(before), text(after));
      expect(found).toEqual([...differ, 'by-hand'].sort());
    }));
  });
});

describe('uv.lock', () => {
  const wheel = (hash: string) => `wheels = [\n  { url = "https://x/y.whl", hash = "sha256:${hash}" },\n]\n`;
  const lock = (version: string, more: { top?: string; core?: string; root?: string } = {}) => `version = 1\nrevision = 3\nrequires-python = ">=3.10"\n${more.top ?? ''}
[manifest]\nmembers = ["core", "api"]\n
[[package]]\nname = "core"\nsource = { editable = "crates/core" }\ndependencies = [\n  { name = "middle", extra = ["fast"] },\n${more.core ?? ''}]\n
[[package]]\nname = "api"\nsource = { virtual = "crates/api" }\ndependencies = [{ name = "core" }]\n
[package.dev-dependencies]\ndev = [{ name = "pytest" }]\n
${more.root ?? ''}[[package]]\nname = "middle"\nversion = "1.0.0"\nsource = { registry = "https://pypi.org/simple" }\n${wheel('m')}
[package.optional-dependencies]\nfast = [{ name = "deep" }]\n
[[package]]\nname = "deep"\nversion = "${version}"\nsource = { registry = "https://pypi.org/simple" }\n${wheel(version)}
[[package]]\nname = "pytest"\nversion = "8.0"\nsource = { registry = "https://pypi.org/simple" }\n${wheel('p')}`;

  test('a project is affected by what it leads to, through extras as well', async () => {
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.1'))).toEqual(['core']);
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0').replace(wheel('p'), wheel('q')))).toEqual(['api']);
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0', { core: '  { name = "pytest", marker = "sys_platform == \'win32\'" },\n' }))).toEqual(['core']);
  });

  test('what the root requires, and what holds for all packages, concerns all', async () => {
    const all = ['api', 'by-hand', 'cli-tool', 'core', 'web'];
    const root = '[[package]]\nname = "root"\nsource = { virtual = "." }\ndependencies = [{ name = "pytest" }]\n\n';
    expect(await affected('uv.lock', lock('1.0.0', { root }), lock('1.0.0', { root }).replace(wheel('p'), wheel('q')))).toEqual(all);
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0').replace('>=3.10', '>=3.11'))).toEqual(all);
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0').replace('members', 'dependency-groups = { dev = [{ name = "pytest" }] }\nmembers'))).toEqual(all);
  });

  test('what the catalogue says of packages of npm holds for none of the same name', async () => {
    const root = '[[package]]\nname = "root"\nsource = { virtual = "." }\ndependencies = [{ name = "pytest" }]\n\n';
    const shared = { sharedPackages: { pytest: { build: ['web'] } } };
    expect(await affected('uv.lock', lock('1.0.0', { root }), lock('1.0.0', { root }).replace(wheel('p'), wheel('q')), shared)).toEqual(['api', 'by-hand', 'cli-tool', 'core', 'web']);
    const components = [{ name: 'core', path: 'crates/core', testPackages: ['middle'], testDependsOn: ['middle'] }, { name: 'middle', path: 'web' }];
    const { affected: found, testOnly } = await trace({ 'uv.lock': lock('1.0.0') }, { 'uv.lock': lock('1.0.1') }, { components });
    expect([found.get('uv.lock'), testOnly.get('uv.lock')]).toEqual([new Set(['core']), new Set()]);
  });

  test('what concerns later resolutions alone changes nothing', async () => {
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0', { top: '[options]\nexclude-newer = "2026-01-01T00:00:00Z"\n' }))).toEqual([]);
    expect(await affected('uv.lock', lock('1.0.0'), lock('1.0.0').replace('revision = 3', 'revision = 4'))).toEqual([]);
  });

  test('one of another version affects all, and is named', async () => {
    const { affected: found, warnings } = await trace({ 'uv.lock': lock('1.0.0') }, { 'uv.lock': lock('1.0.0').replace('version = 1', 'version = 2') });
    expect(found.get('uv.lock')).toBe('all');
    expect(warnings).toEqual([{ kind: 'LockfileUnreadable', path: 'uv.lock', detail: 'version is 2; version 1 can be read' }]);
  });
});

test('poetry.lock names no project: it concerns all at the root, and those in its folder below', async () => {
  expect(await affected('poetry.lock', 'a', 'b')).toBeUndefined();
  expect(await affected('crates/poetry.lock', 'a', 'b', { globalPaths: ['crates/poetry.lock'] })).toEqual(['api', 'core']);
});
