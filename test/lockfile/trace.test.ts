import { pnpmLockfileWithEnvironment } from './support/render-pnpm';
import { parseYaml } from '../../cli/yaml';
import { readToml } from '../../lambda/shared/toml';
import { Catalogue } from '../../src/core/catalogue';
import { explainVerdict, formatExplanation } from '../../src/core/explain';
import { Side } from '../../src/core/lockfile/read-graph';
import { LockfileError } from '../../src/core/lockfile/resolved-graph';
import { Trace, traceLockfiles } from '../../src/core/lockfile/trace';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';
import { Plan, PlannedChange } from '../../src/core/plan';

type Files = { readonly [path: string]: string };

const LOCK = 'package-lock.json';

const catalogue: Catalogue = {
  version: 1,
  traceLockfiles: true,
  globalPaths: [LOCK, 'package.json', 'yarn.lock', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  sharedPackages: { eslint: { test: ['api', 'core'] }, esbuild: { build: ['app'] }, husky: {} },
  components: [
    { name: 'core', path: 'packages/core', testPackages: ['mocha'] },
    { name: 'api', path: 'packages/api', dependsOn: ['core'] },
    { name: 'app', path: 'packages/app', testDependsOn: ['core'] },
    { name: 'handler', path: 'packages/api/handler' },
  ],
};

/** A lockfile in which each importer has the dependencies given, in versions given. */
function lockfile(importers: { readonly [folder: string]: { readonly [name: string]: string } }, links: Files = {}): string {
  const packages: { [path: string]: object } = {};
  for (const [folder, dependencies] of Object.entries(importers)) {
    packages[folder === '.' ? '' : folder] = { dependencies: Object.fromEntries(Object.keys(dependencies).map((name) => [name, '*'])) };
    for (const [name, version] of Object.entries(dependencies)) {
      packages[`${folder === '.' ? '' : `${folder}/`}node_modules/${name}`] = { version };
    }
  }
  for (const [path, resolved] of Object.entries(links)) {
    packages[path] = { resolved, link: true };
  }
  return JSON.stringify({ lockfileVersion: 3, packages }, undefined, 2);
}

async function trace(before: Files, after: Files, over: Partial<Catalogue> = {}): Promise<Trace> {
  return traceLockfiles({
    catalogue: { ...catalogue, ...over },
    paths: [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]),
    read: async (side: Side, path: string) => (side === 'before' ? before : after)[path],
    parseYaml,
    parseToml: readToml,
  });
}

async function traceLock(before: string, after: string): Promise<{ build: string[] | 'all' | undefined; test: string[]; warnings: string[] }> {
  const { affected, testOnly, warnings } = await trace({ [LOCK]: before }, { [LOCK]: after });
  const build = affected.get(LOCK);
  return {
    build: build === undefined || build === 'all' ? build : [...build].sort(),
    test: [...testOnly.get(LOCK) ?? []].sort(),
    warnings: warnings.map(({ kind, path }) => `${kind} ${path}`),
  };
}

const explained = (plan: Plan, component: string) => formatExplanation(explainVerdict(plan, catalogue, component));

describe('a changed lockfile', () => {
  test('affects the component whose dependency resolves to another version', async () => {
    const result = await traceLock(lockfile({ 'packages/core': { left: '1.0.0' }, 'packages/app': { left: '1.0.0' } }),
      lockfile({ 'packages/core': { left: '1.0.1' }, 'packages/app': { left: '1.0.0' } }));
    expect(result).toEqual({ build: ['core'], test: [], warnings: [] });
  });

  test('affects a component in a folder below, which finds the same packages', async () => {
    const result = await traceLock(lockfile({ 'packages/api': { left: '1.0.0' } }), lockfile({ 'packages/api': { left: '2.0.0' } }));
    expect(result.build).toEqual(['api', 'handler']);
  });

  test('affects nothing where only its form changed', async () => {
    const before = lockfile({ 'packages/core': { left: '1.0.0' } });
    expect(await traceLock(before, JSON.stringify(JSON.parse(before)))).toEqual({ build: [], test: [], warnings: [] });
  });

  test('re-tests a component whose tests alone use what changed', async () => {
    const result = await traceLock(lockfile({ 'packages/core': { mocha: '1.0.0', left: '1.0.0' } }), lockfile({ 'packages/core': { mocha: '2.0.0', left: '1.0.0' } }));
    expect(result).toEqual({ build: [], test: ['core'], warnings: [] });
  });

  test('affects a component fully where what is built uses something else that changed', async () => {
    const result = await traceLock(lockfile({ 'packages/core': { mocha: '1.0.0', left: '1.0.0' } }), lockfile({ 'packages/core': { mocha: '2.0.0', left: '2.0.0' } }));
    expect(result).toEqual({ build: ['core'], test: [], warnings: [] });
  });

  test.each([
    ['its users', 'esbuild', ['app'], []],
    ['its users, whose tests use it', 'eslint', [], ['api', 'core']],
    ['nobody, where nobody uses it', 'husky', [], []],
    ['all, where nobody knows', 'unlisted', ['api', 'app', 'core', 'handler'], []],
    ['all, where its name is that of an object\'s own member', 'constructor', ['api', 'app', 'core', 'handler'], []],
  ])('affects by a package of the root: %s', async (_, name, build, tested) => {
    const result = await traceLock(lockfile({ '.': { [name]: '1.0.0' } }), lockfile({ '.': { [name]: '2.0.0' } }));
    expect(result).toEqual({ build, test: tested, warnings: [] });
  });

  test('counts fully for a component that it concerns in both ways', async () => {
    const result = await traceLock(lockfile({ '.': { eslint: '1.0.0' }, 'packages/core': { left: '1.0.0' } }), lockfile({ '.': { eslint: '2.0.0' }, 'packages/core': { left: '2.0.0' } }));
    expect(result).toEqual({ build: ['core'], test: ['api'], warnings: [] });
  });

  test('leaves a dependency between components to the catalogue', async () => {
    const links = { 'node_modules/core': 'packages/core' };
    const importers = { 'packages/api': {}, 'packages/core': { left: '1.0.0' } };
    const withLink = (text: string) => text.replace('"packages/api": {\n      "dependencies": {}', '"packages/api": {\n      "dependencies": {"core": "*"}');
    const result = await traceLock(withLink(lockfile(importers, links)), withLink(lockfile({ ...importers, 'packages/core': { left: '2.0.0' } }, links)));
    expect(result.build).toEqual(['core']);
  });

  test.each([
    ['no JSON', '{'],
    ['another version', '{"lockfileVersion":1}'],
    ['no packages', '{"lockfileVersion":3}'],
    ['packages of another form', '{"lockfileVersion":3,"packages":{"a":1}}'],
  ])('affects all, with a warning, where it is unreadable: %s', async (_, text) => {
    expect(await traceLock(lockfile({}), text)).toEqual({ build: 'all', test: [], warnings: [`LockfileUnreadable ${LOCK}`] });
    expect(await traceLock(text, lockfile({}))).toEqual({ build: 'all', test: [], warnings: [`LockfileUnreadable ${LOCK}`] });
  });

  test('affects all, with a warning that says on which side it is not there', async () => {
    const { affected, warnings } = await trace({}, { [LOCK]: lockfile({}) });
    expect(affected.get(LOCK)).toBe('all');
    expect(warnings).toEqual([{ kind: 'LockfileUnreadable', path: LOCK, detail: 'it is not there at the baseline' }]);
  });

  test('is not traced where the catalogue does not ask for it, or it is no global path', async () => {
    const [before, after] = [{ [LOCK]: lockfile({}) }, { [LOCK]: lockfile({ 'packages/core': { left: '1.0.0' } }) }];
    expect((await trace(before, after, { traceLockfiles: false })).affected.size).toBe(0);
    expect((await trace(before, after, { globalPaths: [] })).affected.size).toBe(0);
  });

  test('of Yarn 1 is read with the manifests beside it', async () => {
    const manifests = { 'packages/core/package.json': '{"name":"core","dependencies":{"left":"^1.0.0"}}', 'packages/app/package.json': '{"name":"app","dependencies":{"right":"^1.0.0"}}' };
    const lock = (version: string) => `# yarn lockfile v1\n\nleft@^1.0.0:\n  version "${version}"\n\n"right@^1.0.0":\n  version "1.0.0"\n`;
    const { affected, warnings } = await trace({ ...manifests, 'yarn.lock': lock('1.0.0') }, { ...manifests, 'yarn.lock': lock('1.0.1') });
    expect(warnings).toEqual([]);
    expect(affected.get('yarn.lock')).toEqual(new Set(['core']));
  });

  test('of Yarn 1 that holds a line of another form is named with the line', async () => {
    const { affected, warnings } = await trace({ 'yarn.lock': '# yarn lockfile v1\n\nleft@1:\n  version "1"\n' }, { 'yarn.lock': '# yarn lockfile v1\n\n<<<<<<< ours and theirs\n' });
    expect(affected.get('yarn.lock')).toBe('all');
    expect(warnings[0]!.detail).toBe('line 3 is not of yarn.lock\'s form: "<<<<<<< ours and theirs"');
  });
});

describe('a lockfile in a folder below the root', () => {
  const nested: Catalogue = {
    version: 1,
    traceLockfiles: true,
    globalPaths: ['**/package-lock.json', '**/bun.lockb', '**/Cargo.lock', '**/uv.lock', '**/go.sum'],
    components: [{ name: 'web', path: 'web/packages/app' }, { name: 'site', path: 'web/packages/site' }, { name: 'api', path: 'api' }, { name: 'crate', path: 'rust/crate' }],
  };
  const affectedBy = async (path: string, before: string, after: string) => {
    const found = (await trace({ [path]: before }, { [path]: after }, nested)).affected.get(path);
    return found instanceof Set ? [...found].sort() : found;
  };

  test('concerns components there', async () => {
    const lock = (left: string) => lockfile({ 'packages/app': { left } });
    expect(await affectedBy('web/package-lock.json', lock('1.0.0'), lock('2.0.0'))).toEqual(['web']);
  });

  test.each([
    ['web/package-lock.json', ['site', 'web']],
    ['web/bun.lockb', ['site', 'web']],
    ['rust/Cargo.lock', ['crate']],
    ['api/uv.lock', ['api']],
    ['api/go.sum', ['api']],
  ])('concerns all components there where it is not read: %s', async (path, components) => {
    expect(await affectedBy(path, 'a', 'b')).toEqual(components);
  });

  test.each(['package-lock.json', 'bun.lockb', 'tools/package-lock.json', 'tools/bun.lockb'])('concerns all where it is the root\'s, or no component lies there: %s', async (path) => {
    expect(await affectedBy(path, 'a', 'b')).toBe('all');
  });

  test.each(['go.sum', 'tools/go.sum'])('is like any other global path where it is the root\'s, or no component lies there: %s', async (path) => {
    expect(await affectedBy(path, 'a', 'b')).toBeUndefined();
  });
});

test('a binary lockfile of bun affects all, and says how to have one that can be traced', async () => {
  const { affected, warnings } = await trace({ 'bun.lockb': 'a' }, { 'bun.lockb': 'b' }, { globalPaths: ['bun.lockb'] });
  expect(affected.get('bun.lockb')).toBe('all');
  expect(warnings).toEqual([{
    kind: 'LockfileUnreadable', path: 'bun.lockb', detail: 'it is binary; "bun install --save-text-lockfile" writes a bun.lock, which can be read',
  }]);
});

describe('what can not be read', () => {
  const files = (version: string) => ({ [LOCK]: lockfile({ 'packages/core': { left: version } }), 'package.json': `{"description":"${version}"}` });
  const traceReading = async (read: (path: string) => string) => traceLockfiles({
    catalogue, paths: [LOCK, 'package.json'], parseYaml, parseToml: readToml, read: async (side, path) => (side === 'before' ? read(path) : files('2.0.0')[path as typeof LOCK]),
  });

  test('at any attempt affects all, says why, and explains nothing else', async () => {
    const { affected, warnings } = await traceReading(() => { throw new LockfileError('it is too large'); });
    expect([...affected]).toEqual([[LOCK, 'all']]);
    expect(warnings).toEqual([{ kind: 'LockfileUnreadable', path: LOCK, detail: 'it is too large' }]);
  });

  test('at this attempt ends the tracing', async () => {
    await expect(traceReading(() => { throw new Error('throttled'); })).rejects.toThrow('throttled');
  });

  test('is said in at most 200 characters', async () => {
    const { warnings: [warning] } = await traceReading(() => { throw new LockfileError('x'.repeat(10_000)); });
    expect(warning!.detail).toHaveLength(200);
  });
});

describe('the packages that a component is concerned by', () => {
  const chain = (...names: string[]) => ({
    lockfileVersion: 3,
    packages: Object.fromEntries([
      ['packages/core', { dependencies: { [names[0]!]: '*' } }],
      ...names.map((name, index) => [`node_modules/${name}`, index + 1 < names.length ? { dependencies: { [names[index + 1]!]: '*' } } : { version: 'last' }]),
    ]) as { [path: string]: object },
  });
  const packagesOf = async (...names: string[]) => {
    const before = JSON.stringify(chain(...names));
    return [...(await trace({ [LOCK]: before }, { [LOCK]: before.replace('"last"', '"other"') })).packages.get('core')!];
  };

  test('are named with the way to what changed', async () => {
    expect(await packagesOf('express', 'body-parser', 'qs')).toEqual(['express > body-parser > qs']);
  });

  test('show the ends of a long way', async () => {
    expect(await packagesOf('a', 'b', 'c', 'd', 'e', 'f')).toEqual(['a > b > c > … > f']);
  });

  test('are cut where their names are longer than any package may have', async () => {
    expect((await packagesOf('a'.repeat(10_000)))[0]).toHaveLength(200);
  });
});

describe('a lockfile of pnpm 11 or later, which begins with what pnpm itself is', () => {
  const importers = (left: string) => `importers:
  .: {}
  packages/core:
    dependencies:
      left: { specifier: '*', version: ${left} }
packages:
  left@${left}: { resolution: { integrity: left-${left} } }
snapshots:
  left@${left}: {}`;
  const lock = (left: string, environment?: { pnpm?: string; hooks?: string }) => pnpmLockfileWithEnvironment(`lockfileVersion: '9.0'\n${importers(left)}`, environment);
  const affectedBy = async (before: string, after: string) => {
    const { affected, packages, warnings } = await trace({ 'pnpm-lock.yaml': before }, { 'pnpm-lock.yaml': after });
    expect(warnings).toEqual([]);
    return { affected: [...affected.get('pnpm-lock.yaml') as Set<string>], by: [...packages.get('core') ?? []] };
  };

  test('concerns those whose dependencies changed', async () => {
    expect(await affectedBy(lock('1.0.0'), lock('1.0.1'))).toEqual({ affected: ['core'], by: ['left'] });
  });

  test.each([
    ['another pnpm', lock('1.0.0'), lock('1.0.0', { pnpm: '12.4.3' }), 'packageManagerDependencies > pnpm'],
    ['another configuration', lock('1.0.0', { hooks: '1.0.0' }), lock('1.0.0', { hooks: '1.0.1' }), 'configDependencies > hooks'],
    ['a configuration', lock('1.0.0'), lock('1.0.0', { hooks: '1.0.1' }), 'configDependencies > hooks'],
    ['a pnpm that is named now', `lockfileVersion: '9.0'\n${importers('1.0.0')}`, lock('1.0.0'), 'packageManagerDependencies'],
  ])('concerns everybody where it has %s', async (_, before, after, by) => {
    const found = await affectedBy(before, after);
    expect(found.affected).toEqual(['core', 'api', 'app', 'handler']);
    expect(found.by).toContain(by);
  });

  test('of three documents can\'t be read', async () => {
    const { affected, warnings } = await trace({ 'pnpm-lock.yaml': lock('1.0.0') }, { 'pnpm-lock.yaml': `${lock('1.0.0')}\n---\na: 1\n` });
    expect(affected.get('pnpm-lock.yaml')).toBe('all');
    expect(warnings[0]!.detail).toBe('it holds 3 documents; one, or two where the first is about pnpm itself, can be read');
  });
});

test.each<[string, Files, string[]]>([
  ['nothing', {}, ['app']],
  ['pnpm-workspace.yaml', { 'pnpm-workspace.yaml': 'nodeLinker: hoisted' }, ['app', 'core']],
  ['.npmrc', { '.npmrc': 'registry=x\nnode-linker = hoisted\n' }, ['app', 'core']],
  ['settings that can\'t be read', { 'pnpm-workspace.yaml': '{' }, ['app', 'core']],
  ['another linker', { 'pnpm-workspace.yaml': 'nodeLinker: isolated', '.npmrc': 'node-linker=isolated' }, ['app']],
])('a pnpm that hoists is told by its settings: %s', async (_, settings, expected) => {
  const lock = (integrity: string) => JSON.stringify({
    lockfileVersion: '9.0',
    importers: {
      'packages/core': { dependencies: { lib: { specifier: '*', version: '1.0.0(peer@1.0.0)' } } },
      'packages/app': { dependencies: { peer: { specifier: '*', version: '2.0.0' } } },
    },
    packages: {
      'lib@1.0.0': { resolution: { integrity: 'x' }, peerDependencies: { peer: '*' } }, 'peer@1.0.0': { resolution: { integrity: 'x' } }, 'peer@2.0.0': { resolution: { integrity } },
    },
    snapshots: { 'lib@1.0.0(peer@1.0.0)': { dependencies: { peer: '1.0.0' } }, 'peer@1.0.0': {}, 'peer@2.0.0': {} },
  });
  const { affected } = await trace({ ...settings, 'pnpm-lock.yaml': lock('x') }, { ...settings, 'pnpm-lock.yaml': lock('y') });
  expect([...affected.get('pnpm-lock.yaml') as Set<string>].sort()).toEqual(expected);
});

describe('a changed manifest of the root', () => {
  const lock = { [LOCK]: lockfile({}) };

  test.each([
    ['its formatting', '{"name":"r","scripts":{"a":"b"}}', '{\n "scripts": {"a":"b"}, "name": "r" }', true],
    ['what describes it', '{"description":"a"}', '{"description":"b"}', true],
    ['dependencies, where the lockfile stayed as it is', '{"devDependencies":{"a":"1"}}', '{"devDependencies":{"a":"2"}}', false],
    ['a script', '{"scripts":{"build":"a"}}', '{"scripts":{"build":"b"}}', false],
    ['a script that tests', '{"scripts":{"test":"a"}}', '{"scripts":{"test":"b"}}', false],
    ['scripts that lint or make documents', '{"scripts":{"lint:md":"a","docs":"c","build":"x"}}', '{"scripts":{"lint:md":"b","docs:test":"d","build":"x"}}', true],
    ['scripts of all kinds', '{"scripts":{"lint":"a","build":"x"}}', '{"scripts":{"lint":"b","build":"y"}}', false],
    ['a script that another runs to build', '{"scripts":{"docs":"a","build":"npm run docs"}}', '{"scripts":{"docs":"b","build":"npm run docs"}}', false],
    ['a script that another no longer runs to build', '{"scripts":{"docs":"a","build":"npm run docs"}}', '{"scripts":{"docs":"b","build":"x"}}', false],
    ['scripts that are none', '{"scripts":{"lint":"a"}}', '{"scripts":["b"]}', false],
    ['text that is no JSON', '{"a":1}', '{', false],
  ])('%s', async (_, before, after, affectsNothing) => {
    const { affected } = await trace({ ...lock, 'package.json': before }, { ...lock, 'package.json': after });
    expect(affected.get('package.json')).toEqual(affectsNothing ? new Set() : undefined);
  });

  test('dependencies without a lockfile that says what they resolve to are left untraced', async () => {
    const { affected } = await trace({ 'package.json': '{"devDependencies":{"a":"1"}}' }, { 'package.json': '{"devDependencies":{"a":"2"}}' });
    expect(affected.has('package.json')).toBe(false);
  });

  const changedLock = { [LOCK]: lockfile({ 'packages/core': { left: '1.0.0' } }) };

  test.each([
    ['dependencies', '{"devDependencies":{"a":"1"}}', '{"devDependencies":{"a":"2"}}', true],
    ['dependencies and something else', '{"devDependencies":{"a":"1"},"babel":{}}', '{"devDependencies":{"a":"2"},"babel":{"presets":["x"]}}', false],
    ['overrides of pnpm', '{"pnpm":{"overrides":{"a":"1"}}}', '{"pnpm":{"overrides":{"a":"2"}}}', true],
    ['other settings of pnpm', '{"pnpm":{"overrides":{"a":"1"}}}', '{"pnpm":{"overrides":{"a":"2"},"neverBuiltDependencies":["b"]}}', false],
  ])('%s, where the lockfile changed too', async (_, before, after, affectsNothing) => {
    const { affected } = await trace({ ...lock, 'package.json': before }, { ...changedLock, 'package.json': after });
    expect(affected.get('package.json')).toEqual(affectsNothing ? new Set() : undefined);
  });

  test('dependencies beside a lockfile whose own change is not traced, or one of two that stayed as it is, are left untraced', async () => {
    const [before, after] = [{ ...lock, 'package.json': '{"devDependencies":{"a":"1"}}' }, { ...changedLock, 'package.json': '{"devDependencies":{"a":"2"}}' }];
    expect((await trace(before, after)).affected.get('package.json')).toEqual(new Set());
    expect((await trace(before, after, { globalPaths: ['package.json'] })).affected.has('package.json')).toBe(false);
    const yarn = { 'yarn.lock': '# yarn lockfile v1\n' };
    expect((await trace({ ...before, ...yarn }, { ...after, ...yarn })).affected.has('package.json')).toBe(false);
  });

  test('dependencies of Yarn 1, whose lockfile may stay as it is when they change, are left untraced unless it changed too', async () => {
    const entries = 'left@^1.0.0:\n  version "1.0.0"\n\nleft@^2.0.0:\n  version "2.0.0"\n';
    const files = (range: string, comment = '') => ({
      'yarn.lock': `# yarn lockfile v1\n${comment}\n${entries}`,
      'package.json': `{"dependencies":{"left":"${range}"}}`,
    });
    expect((await trace(files('^1.0.0'), files('^2.0.0'))).affected.has('package.json')).toBe(false);
    const { affected } = await trace(files('^1.0.0'), files('^2.0.0', '# changed\n'));
    expect(affected.get('package.json')).toEqual(new Set());
    expect(affected.get('yarn.lock')).toEqual(new Set(['core', 'api', 'app', 'handler']));
  });

  test('several documents of pnpm-workspace.yaml, or of Yarn\'s lockfile, are left untraced: what is in others must not go unread', async () => {
    const several = (second: string) => ({ 'pnpm-workspace.yaml': `packages: [a]\n---\n${second}` });
    expect((await trace(several('a: 1'), several('a: 2'))).affected.has('pnpm-workspace.yaml')).toBe(false);
    const yarn = (second: string) => ({ 'yarn.lock': `__metadata:\n  version: 8\n---\n${second}` });
    const { affected, warnings } = await trace(yarn('a: 1'), yarn('a: 2'));
    expect(affected.get('yarn.lock')).toBe('all');
    expect(warnings[0]!.detail).toBe('it holds 2 documents instead of one');
  });

  test('comments of pnpm-workspace.yaml', async () => {
    const { affected } = await trace({ 'pnpm-workspace.yaml': 'packages: [a]' }, { 'pnpm-workspace.yaml': '# all\npackages:\n  - a\n' });
    expect(affected.get('pnpm-workspace.yaml')).toEqual(new Set());
  });
});

describe("a component's own manifest", () => {
  const path = 'packages/core/package.json';

  test.each([
    ['a package that only tests use', { devDependencies: { mocha: '1' } }, { devDependencies: { mocha: '2' } }, true],
    ['a package that the build uses', { devDependencies: { rollup: '1' } }, { devDependencies: { rollup: '2' } }, false],
    ['a script that tests', { scripts: { 'test:unit': 'a' } }, { scripts: { 'test:unit': 'b' } }, true],
    ['a script that builds', { scripts: { build: 'a' } }, { scripts: { build: 'b' } }, false],
    ['a check that its build runs', { scripts: { build: 'npm run format && tsc', format: 'a' } }, { scripts: { build: 'npm run format && tsc', format: 'b' } }, false],
    ['its description', { description: 'a' }, { description: 'b' }, true],
    ['its version', { version: '1' }, { version: '2' }, false],
    ['an entry point', { main: 'a' }, { main: 'b' }, false],
  ])('%s', async (_, before, after, testsAlone) => {
    const { testOnly } = await trace({ [path]: JSON.stringify(before) }, { [path]: JSON.stringify(after) });
    expect(testOnly.get(path)).toEqual(testsAlone ? new Set(['core']) : undefined);
  });

  test('counts fully where another component is made of it too', async () => {
    const components = [...catalogue.components, { name: 'reader', path: 'reader', include: [path] }];
    const { testOnly } = await trace({ [path]: '{"description":"a"}' }, { [path]: '{"description":"b"}' }, { components });
    expect(testOnly.size).toBe(0);
  });
});

describe('the plan of a trace', () => {
  test('says for which packages a component is in it, or why all are', async () => {
    const [before, after] = [lockfile({ 'packages/core': { left: '1.0.0' } }), lockfile({ 'packages/core': { left: '2.0.0' } })];
    const planOf = async (text: string) => makeTracedPlan(
      { catalogue, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes: [{ path: LOCK, type: 'M' }] } },
      await trace({ [LOCK]: before }, { [LOCK]: text }),
    );
    const traced = await planOf(after);
    expect(explained(traced, 'core')).toBe('core: "package-lock.json" changed, by which other packages are required: "left"');
    expect(traced.changed.map(({ component }) => component)).toEqual(['core', 'api', 'app']);
    const unreadable = await planOf('{}');
    expect(unreadable.unchanged).toEqual([]);
    expect(explained(unreadable, 'handler')).toBe(
      'handler: "package-lock.json" changed, a global path (not traced: "package-lock.json: lockfileVersion is undefined; versions 2 and 3 can be read")',
    );
  });

  test('says in few words why many are not traced', async () => {
    const paths = Array.from({ length: 100 }, (_, index) => `folder-${index}/package-lock.json`);
    const traced = await trace({}, Object.fromEntries(paths.map((path) => [path, '{}'])), { globalPaths: ['**/package-lock.json'] });
    const comparison = { kind: 'diff' as const, baseline: { commit: 'b' }, changes: paths.map((path) => ({ path, type: 'A' as const })) };
    const plan = makeTracedPlan({ catalogue: { ...catalogue, globalPaths: ['**/package-lock.json'] }, head: 'h', comparison }, traced);
    const [{ reasons: [reason] }] = plan.changed as [PlannedChange];
    expect(reason).toMatchObject({ kind: 'GlobalPath', count: 100, untraced: expect.stringMatching(/^folder-0\/package-lock.json: it is not there at the baseline; /) as string });
    expect((reason as { untraced: string }).untraced).toHaveLength(1_000);
  });

  test('re-tests a component without affecting its dependents, and says why', async () => {
    const traced = await trace({ [LOCK]: lockfile({ 'packages/core': { mocha: '1.0.0' } }) }, { [LOCK]: lockfile({ 'packages/core': { mocha: '2.0.0' } }) });
    const plan = makeTracedPlan({ catalogue, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes: [{ path: LOCK, type: 'M' }] } }, traced);
    expect(plan.changed).toEqual([{ component: 'core', reasons: [{ kind: 'GlobalPath', paths: [LOCK], count: 1, packages: ['mocha'] }] }]);
    expect(plan.unchanged).toEqual(['api', 'app', 'handler'].sort((a, b) => plan.unchanged.indexOf(a) - plan.unchanged.indexOf(b)));
    expect(plan.unowned.count).toBe(0);
  });

  test('puts a manifest that concerns tests alone outside of the interface', async () => {
    const path = 'packages/core/package.json';
    const traced = await trace({ [path]: '{"description":"a"}' }, { [path]: '{"description":"b"}' });
    const changes = [{ path, type: 'M' as const }];
    const plan = makeTracedPlan({ catalogue, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes } }, traced);
    expect(plan.changed).toEqual([{ component: 'core', reasons: [{ kind: 'Direct', paths: [path], count: 1, internal: true }] }]);
  });

  test('keeps what else changed of the component in its interface', async () => {
    const path = 'packages/core/package.json';
    const traced = await trace({ [path]: '{"description":"a"}' }, { [path]: '{"description":"b"}' });
    const changes = [{ path, type: 'M' as const }, { path: 'packages/core/index.js', type: 'M' as const }];
    const plan = makeTracedPlan({ catalogue, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes } }, traced);
    expect(plan.changed.map(({ component }) => component)).toEqual(['core', 'api', 'app']);
    expect(plan.changed[0]!.reasons).toEqual([{ kind: 'Direct', paths: ['packages/core/index.js', path], count: 2 }]);
  });
});
