import { parseYaml } from '../../cli/yaml';
import { parseBunLockfile } from '../../src/core/lockfile/bun-lockfile';
import { changedDependencies } from '../../src/core/lockfile/compare';
import { parseNpmLockfile } from '../../src/core/lockfile/npm-lockfile';
import { readPnpmLockfile } from '../../src/core/lockfile/pnpm-lockfile';
import { ResolvedGraph } from '../../src/core/lockfile/resolved-graph';
import { readYarnBerryLockfile } from '../../src/core/lockfile/yarn-berry-lockfile';
import { readYarnClassicLockfile } from '../../src/core/lockfile/yarn-classic-lockfile';

const chains = (before: ResolvedGraph, after: ResolvedGraph, follow = true) => Object.fromEntries(changedDependencies(before, after, () => follow));
const importers = (before: ResolvedGraph, after: ResolvedGraph) => Object.keys(chains(before, after)).sort();

describe('npm', () => {
  const lock = (packages: object) => parseNpmLockfile(JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } }));

  test('a peer is looked up as a dependency is', () => {
    const graph = (version: string) => lock({
      'packages/a': { dependencies: { lib: '*' } }, 'node_modules/lib': { version: '1.0.0', peerDependencies: { peer: '*' } }, 'node_modules/peer': { version },
    });
    expect(chains(graph('1.0.0'), graph('2.0.0'))).toEqual({ 'packages/a': [['lib', 'peer']] });
  });

  test('a link leads to what the linked package requires', () => {
    const graph = (version: string) => lock({
      'packages/a': { dependencies: { lib: '*' } },
      'node_modules/lib': { resolved: 'packages/lib', link: true },
      'packages/lib': { dependencies: { left: '*' } },
      'node_modules/left': { version },
    });
    expect(chains(graph('1.0.0'), graph('2.0.0'))).toEqual({ 'packages/a': [['lib', 'left']], 'packages/lib': [['left']] });
  });
});

describe('pnpm', () => {
  const lock = (over: { version: string; lib: string; packages?: object; snapshots?: object }) => readPnpmLockfile([{
    lockfileVersion: '9.0',
    importers: {
      '.': {},
      'packages/a': { dependencies: { lib: { specifier: '*', version: over.lib } } },
      'packages/lib': { dependencies: { left: { specifier: '*', version: over.version } } },
    },
    packages: { [`left@${over.version}`]: { resolution: { integrity: over.version } }, ...over.packages },
    snapshots: { [`left@${over.version}`]: {}, ...over.snapshots },
  }]);

  test.each(['link:../lib', 'link:../lib/dist'])('%s leads to what the package there requires', (lib) => {
    expect(chains(lock({ version: '1.0.0', lib }), lock({ version: '2.0.0', lib })))
      .toEqual({ 'packages/a': [['lib', 'left']], 'packages/lib': [['left']] });
  });

  test('an injected package is a copy with dependencies of its own', () => {
    const injected = (version: string) => lock({
      version: '1.0.0',
      lib: 'file:packages/lib',
      packages: { 'lib@file:packages/lib': { resolution: { directory: 'packages/lib', type: 'directory' } }, 'peer@1.0.0': { resolution: { integrity: version } } },
      snapshots: { 'lib@file:packages/lib': { dependencies: { peer: '1.0.0' } }, 'peer@1.0.0': {} },
    });
    expect(chains(injected('x'), injected('y'), false)).toEqual({ 'packages/a': [['lib', 'peer']] });
  });

  test('a patch tells copies apart', () => {
    const patched = (hash: string) => lock({
      version: '1.0.0',
      lib: `1.0.0(patch_hash=${hash})`,
      packages: { 'lib@1.0.0': { resolution: { integrity: 'x' } } },
      snapshots: { [`lib@1.0.0(patch_hash=${hash})`]: {} },
    });
    expect(chains(patched('aaa'), patched('bbb'))).toEqual({ 'packages/a': [['lib']] });
  });

  test('a peer that is not brought is any package of its name, for pnpm keeps one of each where all find it', () => {
    const optional = (version: string) => lock({
      version,
      lib: '1.0.0',
      packages: { 'lib@1.0.0': { resolution: { integrity: 'x' }, peerDependencies: { left: '*' }, peerDependenciesMeta: { left: { optional: true } } } },
      snapshots: { 'lib@1.0.0': {} },
    });
    expect(chains(optional('1.0.0'), optional('2.0.0'))).toEqual({ 'packages/a': [['lib', 'left']], 'packages/lib': [['left']] });
  });
});

test('a peer of a pnpm that hoists is any package of its name, whichever is brought', () => {
  const graph = (hoists: boolean, integrity: string) => readPnpmLockfile([{
    lockfileVersion: '9.0',
    importers: {
      a: { dependencies: { lib: { specifier: '*', version: '1.0.0(peer@1.0.0)' }, peer: { specifier: '*', version: '1.0.0' } } },
      b: { dependencies: { peer: { specifier: '*', version: '2.0.0' } } },
    },
    packages: {
      'lib@1.0.0': { resolution: { integrity: 'x' }, peerDependencies: { peer: '*' } },
      'peer@1.0.0': { resolution: { integrity: 'x' } },
      'peer@2.0.0': { resolution: { integrity } },
    },
    snapshots: { 'lib@1.0.0(peer@1.0.0)': { dependencies: { peer: '1.0.0' } }, 'peer@1.0.0': {}, 'peer@2.0.0': {} },
  }], hoists);
  expect(importers(graph(true, 'x'), graph(true, 'y'))).toEqual(['a', 'b']);
  expect(importers(graph(false, 'x'), graph(false, 'y'))).toEqual(['b']);
});

test('a pnpm that hoists patches one copy of a package: which one follows from what all require', () => {
  const graph = (hoists: boolean, required: object) => readPnpmLockfile([{
    lockfileVersion: '9.0',
    importers: { a: { dependencies: { lib: { specifier: '*', version: '1.0.0(patch_hash=x)' } } }, b: { dependencies: required }, c: { dependencies: { right: { specifier: '*', version: '1.0.0' } } } },
    packages: { 'lib@1.0.0': { resolution: { integrity: 'x' } }, 'right@1.0.0': { resolution: { integrity: 'x' } } },
    snapshots: { 'lib@1.0.0(patch_hash=x)': {}, 'right@1.0.0': {} },
  }], hoists);
  const right = { right: { specifier: '*', version: '1.0.0' } };
  expect(importers(graph(true, {}), graph(true, right))).toEqual(['a', 'b']);
  expect(importers(graph(false, {}), graph(false, right))).toEqual(['b']);
});

describe('Yarn 1', () => {
  const lock = (version: string, resolutions?: object) => readYarnClassicLockfile(
    `# yarn lockfile v1\n\n\nodd@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    left "^1.0.0"\n\nleft@2.x:\n  version "${version}"\n\nleft@^1.0.0:\n  version "1.0.0"\n`,
    new Map([['.', { name: 'root', resolutions }], ['packages/a', { name: 'a', dependencies: { odd: '^1.0.0' } }], ['packages/b', { name: 'b' }]]),
  );

  test.each(['left', '**/left', 'odd/left', '**/odd/left', 'a/**/left', 'left@^1.0.0', 'odd/left@^1.0.0', '*', 'odd/*', 'le*', '{left,right}'])('resolution %s may lead to any package of the name', (key) => {
    expect(importers(lock('2.0.0', { [key]: '2.x' }), lock('2.1.0', { [key]: '2.x' }))).toEqual(['packages/a']);
  });

  test.each(['right', 'left/odd', '@s/left', 'le', undefined])('resolution %s does not concern others', (key) => {
    const resolutions = key === undefined ? undefined : { [key]: '2.x' };
    expect(importers(lock('2.0.0', resolutions), lock('2.1.0', resolutions))).toEqual([]);
  });

  const required = (dependencies: object, version: string) => readYarnClassicLockfile(
    `# yarn lockfile v1\n\n\nleft@2.x:\n  version "${version}"\n`, new Map([['packages/a', { name: 'a', dependencies }], ['packages/b', { name: 'b' }]]),
  );

  test('a requirement that the lockfile does not hold may be any package of its name, or all where there is none: a package of the repository that was not seen', () => {
    expect(importers(required({ left: '^1.0.0' }, '2.0.0'), required({ left: '^1.0.0' }, '2.1.0'))).toEqual(['packages/a']);
    expect(importers(required({ unseen: '^1.0.0' }, '2.0.0'), required({ unseen: '^1.0.0' }, '2.1.0'))).toEqual(['packages/a']);
  });

  test('a linked folder and a workspace are no such requirements', () => {
    expect(importers(required({ x: 'link:../x', b: '^1.0.0' }, '2.0.0'), required({ x: 'link:../x', b: '^1.0.0' }, '2.1.0'))).toEqual([]);
  });

  test('a peer of a member that it does not bring itself is any package of the name', () => {
    const graph = (version: string) => readYarnClassicLockfile(`# yarn lockfile v1\n\n\nleft@2.x:\n  version "${version}"\n`,
      new Map([['packages/a', { name: 'a', dependencies: { left: '2.x' } }], ['packages/b', { name: 'b', peerDependencies: { left: '*' } }]]));
    expect(importers(graph('2.0.0'), graph('2.1.0'))).toEqual(['packages/a', 'packages/b']);
  });
});

describe('Yarn 2 and later', () => {
  const entries = (five: string, seven = 'x') => ({
    '__metadata': { version: 8 },
    'odd@npm:^3.0.0': { resolution: 'odd@npm:3.0.1', checksum: 'odd', dependencies: { number: 'npm:^6.0.0' } },
    'number@npm:5.0.0': { resolution: 'number@npm:5.0.0', checksum: five },
    'number@npm:^6.0.0': { resolution: 'number@npm:6.0.0', checksum: 'six' },
    'number@npm:7.0.0': { resolution: 'number@npm:7.0.0', checksum: seven },
    'a@workspace:a': { resolution: 'a@workspace:a', dependencies: { odd: 'npm:^3.0.0' } },
    'b@workspace:b': { resolution: 'b@workspace:b', dependencies: { number: 'npm:^6.0.0' } },
    'c@workspace:c': { resolution: 'c@workspace:c', dependencies: { number: 'npm:5.0.0', seven: 'npm:1' } },
    'seven@npm:1': { resolution: 'seven@npm:1.0.0', dependencies: { number: 'npm:7.0.0' } },
    'root@workspace:.': { resolution: 'root@workspace:.' },
  });
  const graph = (resolutions: object, five = 'x', settings = {}) => readYarnBerryLockfile(entries(five), { resolutions }, settings);

  test.each([
    ['odd/number', ['a']],
    ['odd@npm:3.0.1/number', ['a']],
    ['odd@3.0.1/number@^6.0.0', ['a']],
    ['number', ['a', 'b', 'c']],
    ['number@npm:^6.0.0', ['a', 'b']],
    ['b/number', ['b']],
    ['odd@npm:2.0.0/number', []],
    ['number@npm:^4.0.0', []],
    ['other/number', []],
    ['@s/odd/number', []],
  ])('resolution %s is for what it names', (key, expected) => {
    // What a resolution leaves unused, Yarn would take out of the lockfile: the root requires it here.
    expect(importers(graph({ [key]: '7.0.0' }), graph({ [key]: '5.0.0' })).filter((folder) => folder !== '.')).toEqual(expected);
  });

  test('the first resolution that fits counts', () => {
    const first = { 'odd/number': '7.0.0' };
    expect(importers(graph({ ...first, 'number@npm:^6.0.0': '7.0.0' }), graph({ ...first, 'number@npm:^6.0.0': '5.0.0' }))).toEqual(['b']);
  });

  test('one for a package that is no version of the registry\'s may be meant: both count', () => {
    const patched = (five: string, six = 'six') => {
      const { 'odd@npm:^3.0.0': odd, ...rest } = { ...entries(five), 'number@npm:^6.0.0': { resolution: 'number@npm:6.0.0', checksum: six } };
      return readYarnBerryLockfile({ ...rest, 'odd@patch:odd@npm%3A^3.0.0#~/x.patch': { ...odd, resolution: 'odd@patch:odd@npm%3A3.0.1#~/x.patch::version=3.0.1&hash=1' } }, {
        resolutions: { 'odd@npm:^3.0.0': 'patch:odd@npm%3A^3.0.0#~/x.patch', 'odd@npm:3.0.1/number': '5.0.0' },
      });
    };
    expect(importers(patched('x'), patched('y'))).toEqual(['a', 'c']);
    expect(importers(patched('x', 'six'), patched('x', 'seven'))).toEqual(['a', 'b']);
  });

  test('one that can\'t be understood is named', () => {
    expect(() => graph({ '**/odd/number': '5.0.0' })).toThrow('resolution "**/odd/number" of the root\'s package.json can\'t be understood');
  });

  test('a patched package is taken for the one that it patches', () => {
    const lock = (checksum: string) => readYarnBerryLockfile({
      '__metadata': { version: 8 },
      'lib@npm:1.0.0': { resolution: 'lib@npm:1.0.0', checksum: '10c0/a' },
      'lib@patch:lib@npm%3A1.0.0#~/.yarn/patches/lib.patch': { resolution: 'lib@patch:lib@npm%3A1.0.0#~/.yarn/patches/lib.patch::version=1.0.0', checksum: `10c0/${checksum}` },
      'a@workspace:packages/a': { resolution: 'a@workspace:packages/a', dependencies: { lib: 'npm:1.0.0' } },
    });
    expect(importers(lock('b'), lock('c'))).toEqual(['packages/a']);
    expect(importers(lock('b'), lock('b'))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a mapping', { 'odd@*': { dependencies: { number: '5.0.0' } } }],
    ['a list', [['odd@*', { dependencies: { number: '5.0.0' } }]]],
  ])('packageExtensions add dependencies: %s', (_, packageExtensions) => {
    const lock = (five: string, settings: object) => readYarnBerryLockfile({ ...entries(five), 'odd@npm:^3.0.0': { resolution: 'odd@npm:3.0.1' } }, {}, settings as { [field: string]: unknown });
    expect(importers(lock('x', { packageExtensions }), lock('y', { packageExtensions }))).toEqual(['a', 'c']);
    expect(importers(lock('x', {}), lock('y', {}))).toEqual(['c']);
  });

  test('a catalog\'s range is the one that its name stands for', () => {
    const lock = (settings: object) => readYarnBerryLockfile({ ...entries('x'), 'b@workspace:b': { resolution: 'b@workspace:b', dependencies: { number: 'catalog:old' } } }, {}, settings as { [field: string]: unknown });
    expect(importers(lock({ catalogs: { old: { number: '5.0.0' } } }), lock({ catalogs: { old: { number: '7.0.0' } } }))).toEqual(['b']);
  });

  test('a peer that a dependent does not bring is any package of the name', () => {
    const lock = (five: string, brings: object, nodeLinker = 'node-modules') => readYarnBerryLockfile({
      ...entries(five),
      'odd@npm:^3.0.0': { resolution: 'odd@npm:3.0.1', peerDependencies: { number: '*' } },
      'a@workspace:a': { resolution: 'a@workspace:a', dependencies: { odd: 'npm:^3.0.0', ...brings } },
    }, {}, { nodeLinker });
    expect(importers(lock('x', {}), lock('y', {}))).toEqual(['a', 'c']);
    expect(importers(lock('x', { number: 'npm:7.0.0' }), lock('y', { number: 'npm:7.0.0' }))).toEqual(['c']);
    // Plug'n'Play doesn't find it.
    expect(importers(lock('x', {}, 'pnp'), lock('y', {}, 'pnp'))).toEqual(['c']);
  });

  test('so is what such a package leaves to be brought in its turn', () => {
    const lock = (checksum: string) => readYarnBerryLockfile({
      ...entries('x'),
      'odd@npm:^3.0.0': { resolution: 'odd@npm:3.0.1', peerDependencies: { 'number': '*', '@s/left': '*' } },
      'number@npm:7.0.0': { resolution: 'number@npm:7.0.0', peerDependencies: { right: '*' } },
      'left@npm:1': { resolution: 'left@npm:1.0.0', dependencies: { right: 'npm:1' } },
      'right@npm:1': { resolution: 'right@npm:1.0.0', checksum },
      'd@workspace:d': { resolution: 'd@workspace:d', dependencies: { left: 'npm:1' } },
    }, {}, { nodeLinker: 'pnpm' });
    expect(importers(lock('x'), lock('y'))).toEqual(['a', 'c', 'd']);
  });

  test('what nothing requires is there by a rule of Yarn\'s own: it concerns all', () => {
    const lock = (checksum: string) => readYarnBerryLockfile({ ...entries('x'), 'left@npm:^1': { resolution: 'left@npm:1.0.0', checksum } });
    expect(importers(lock('x'), lock('y'))).toEqual(['.']);
  });
});

describe('bun', () => {
  const lock = (packages: string, more = '') => parseBunLockfile(`{
  // as bun writes it
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "root", },
    "apps/api": { "name": "@org/api", "dependencies": { "odd": "^1.0.0", "web": "workspace:*", }, },
    "apps/web": { "name": "web", "devDependencies": { "left": "^1.0.0", }, },
  },${more}
  "packages": {
    "@org/api": ["@org/api@workspace:apps/api"],
    "web": ["web@workspace:apps/web"],
${packages}
  }
}`);
  const odd = '    "odd": ["odd@1.0.0", "", { "dependencies": { "left": "^2.0.0" }, "peerDependencies": { "@s/peer": "*" }, "bin": { "odd": "x" } }, "sha512-odd"],\n';

  test('a name is looked up at the end of the longest way first', () => {
    const graph = (way: string, left: string) => lock(`${odd}    "left": ["left@1.0.0", "", {}, "sha512-1"],\n    "${way}": ["left@${left}", "", {}, "sha512-${left}"],\n`);
    expect(importers(graph('odd/left', '2.0.0'), graph('odd/left', '2.0.1'))).toEqual(['apps/api']);
    expect(importers(graph('@org/api/odd/left', '2.0.0'), graph('@org/api/odd/left', '2.0.0'))).toEqual([]);
    expect(importers(graph('web/left', '2.0.0'), graph('web/left', '2.0.1'))).toEqual(['apps/web']);
  });

  test('a scope is part of a name', () => {
    const graph = (peer: string) => lock(`${odd}    "odd/@s/peer": ["@s/peer@1.0.0", "", {}, "sha512-${peer}"],\n`);
    expect(chains(graph('x'), graph('y'))).toEqual({ 'apps/api': [['odd', '@s/peer']] });
  });

  test('a patch, and where a package comes from, tell packages apart', () => {
    const patched = (patch: string) => lock(odd, `\n  "patchedDependencies": { "odd@1.0.0": "patches/${patch}.patch", },`);
    expect(importers(patched('x'), patched('y'))).toEqual(['apps/api']);
    expect(importers(lock(odd), lock(odd.replace('@1.0.0", ""', '@1.0.0", "https://example.com"')))).toEqual(['apps/api']);
  });

  test.each([
    ['{', 'not JSON'],
    ['{"lockfileVersion": 4}', 'lockfileVersion is 4; versions 0 to 3 can be read'],
    ['{"lockfileVersion": 1, "workspaces": {"": {}}, "packages": {"a": "a@1"}}', '\'a\' is not a list that begins with a package: "a@1"'],
    ['{"lockfileVersion": 1}', "'workspaces' is missing"],
  ])('%s is refused', (text, message) => {
    expect(() => parseBunLockfile(text)).toThrow(message);
  });

  test('text in strings stays as it is', () => {
    const graph = (url: string) => lock(odd.replace('""', `"${url}"`));
    expect(importers(graph('https://example.com/a,}'), graph('https://example.com/b,}'))).toEqual(['apps/api']);
  });
});

test('YAML of both formats of Yarn is read as the managers write it', () => {
  const text = '__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"left@npm:^1.0.0, left@npm:^1.1.0":\n  version: 1.2.0\n  resolution: "left@npm:1.2.0"\n  checksum: 10c0/CHECK\n  languageName: node\n  linkType: hard\n\n'
    + '"a@workspace:packages/a":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:packages/a"\n  dependencies:\n    left: "npm:^1.1.0"\n  languageName: unknown\n  linkType: soft\n';
  const graph = (checksum: string) => readYarnBerryLockfile(parseYaml(text.replace('CHECK', checksum))[0]);
  expect(importers(graph('x'), graph('y'))).toEqual(['packages/a']);
});
