import { Contents, memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { CatalogueComponent } from '../../src/core/catalogue';
import { compileGlobs } from '../../src/core/globs';
import { validateCatalogue } from '../../src/core/validate';

const ROOT = { name: 'root', private: true, workspaces: ['packages/*'] };

function discover(contents: Contents) {
  return discoverCatalogue(memoryFiles(contents));
}

function component(contents: Contents, name: string): CatalogueComponent {
  const found = discover(contents).catalogue.components.find((one) => one.name === name);
  expect(found).toBeDefined();
  return found!;
}

describe('members of a workspace', () => {
  test.each<[string, Contents]>([
    ['npm and Yarn', { 'package.json': ROOT }],
    ["Yarn's object form", { 'package.json': { workspaces: { packages: ['./packages/*/'] } } }],
    ['pnpm', { 'package.json': {}, 'pnpm-workspace.yaml': 'packages:\n  - packages/* # all\n' }],
    ['with a pattern that takes away', { 'package.json': { workspaces: ['packages/*', '!packages/left-out'] }, 'packages/left-out/package.json': { name: 'left-out' } }],
  ])('%s', (_, contents) => {
    const { catalogue, warnings } = discover({
      ...contents, 'packages/a/package.json': { name: '@s/a' }, 'packages/b/package.json': { name: 'b' }, 'elsewhere/package.json': { name: 'c' },
    });
    expect(catalogue.components.map(({ name, path }) => [name, path])).toEqual([['@s/a', 'packages/a'], ['b', 'packages/b']]);
    expect(warnings.filter(({ kind }) => kind !== 'UnreadManifest')).toEqual([]);
    expect(validateCatalogue(catalogue)).toEqual([]);
  });

  test('share lockfiles and the root\'s manifest, there or not; lockfiles that are there are traced', () => {
    const { catalogue } = discover({ 'package.json': ROOT, 'yarn.lock': '', '.npmrc': '', 'packages/a/package.json': { name: 'a' } });
    expect(catalogue.globalPaths).toEqual(expect.arrayContaining(['.gitattributes', '.npmrc', '.nvmrc', 'package-lock.json', 'package.json', 'yarn.lock']));
    expect(catalogue.traceLockfiles).toBe(true);
    expect(discover({ 'package.json': ROOT, 'packages/a/package.json': { name: 'a' } }).catalogue.traceLockfiles).toBeUndefined();
  });

  test('one inside another is none of its files', () => {
    const { catalogue } = discover({ 'package.json': { workspaces: ['**'] }, 'a/package.json': { name: 'a' }, 'a/[b]/package.json': { name: 'b' } });
    const exclude = catalogue.components.find(({ name }) => name === 'a')!.exclude!;
    expect(compileGlobs(exclude)('a/[b]/package.json')).toBe(true);
    expect(compileGlobs(exclude)('a/b/package.json')).toBe(false);
  });

  test('that are broken, unnamed or of one name are named', () => {
    const { catalogue, warnings } = discover({
      'package.json': ROOT,
      'packages/broken/package.json': '{',
      'packages/unnamed/package.json': {},
      'packages/x/package.json': { name: 'same' },
      'packages/y/package.json': { name: 'same' },
    });
    expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ['BrokenManifest', 'packages/broken/package.json'],
      ['UnnamedPackage', 'packages/unnamed/package.json'],
      ['DuplicateName', 'packages/x/package.json'],
      ['DuplicateName', 'packages/y/package.json'],
    ]);
    expect(catalogue.components.map(({ name }) => name)).toEqual(['packages/unnamed', 'packages/x', 'packages/y']);
  });

  test('given by hand take the place of those found', () => {
    const files = memoryFiles({ 'package.json': ROOT, 'packages/a/package.json': { name: 'a' }, 'packages/b/package.json': { name: 'b', dependencies: { a: '*' } } });
    const { catalogue } = discoverCatalogue(files, { components: [{ name: 'b', path: 'packages/b', dependsOn: [] }, { name: 'docs', path: 'docs' }] });
    expect(catalogue.components.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([['a', undefined], ['b', []], ['docs', undefined]]);
  });
});

describe('dependencies between members', () => {
  const a = { 'packages/a/package.json': { name: '@s/a', bin: { 'a-tool': 'x.js' } }, 'packages/a/src/index.js': '' };

  test.each([
    ['dependencies', { dependencies: { '@s/a': '^1.0.0' } }],
    ['optionalDependencies', { optionalDependencies: { '@s/a': '*' } }],
    ['peerDependencies', { peerDependencies: { '@s/a': '*' } }],
    ['a folder', { dependencies: { other: 'file:../a' } }],
    ['an alias', { dependencies: { other: 'workspace:@s/a@*' } }],
  ])('%s', (_, manifest) => {
    const files = { 'package.json': ROOT, ...a, 'packages/b/package.json': { name: 'b', ...manifest } };
    expect(component(files, 'b').dependsOn).toEqual(['@s/a']);
  });

  test('one of that name from elsewhere is none', () => {
    const files = { 'package.json': ROOT, ...a, 'packages/b/package.json': { name: 'b', dependencies: { '@s/a': 'npm:other@1' } } };
    expect(component(files, 'b').dependsOn).toBeUndefined();
  });

  const b = { name: 'b', devDependencies: { '@s/a': '*' } };

  test.each<[string, Contents]>([
    ['a source that imports it', { 'packages/b/src/x.ts': "import { y } from '@s/a/deep';" }],
    ['a source that requires it', { 'packages/b/lib.js': 'const a = require("@s/a")' }],
    ['a bundler\'s configuration', { 'packages/b/rollup.config.js': "external: ['@s/a']" }],
    ['a script that builds with its command', { 'packages/b/package.json': { ...b, scripts: { build: 'a-tool src' } } }],
    ['a check that its build runs', { 'packages/b/package.json': { ...b, scripts: { build: 'npm run format && tsc', format: 'a-tool' } } }],
    ['a field of the manifest', { 'packages/b/package.json': { ...b, babel: { presets: ['@s/a'] } } }],
    ['code after a comment', { 'packages/b/x.js': "/* why */ import '@s/a'" }],
  ])('a development dependency is one of the build with %s', (_, contents) => {
    const files = { 'package.json': ROOT, ...a, 'packages/b/package.json': b, ...contents };
    expect(component(files, 'b')).toMatchObject({ dependsOn: ['@s/a'] });
    expect(component(files, 'b').testDependsOn).toBeUndefined();
  });

  test.each<[string, Contents]>([
    ['a test that imports it', { 'packages/b/test/x.ts': "import '@s/a'" }],
    ['a test beside the source', { 'packages/b/src/x.test.ts': "import '@s/a'" }],
    ['a script that tests with its command', { 'packages/b/package.json': { ...b, scripts: { 'test:unit': 'a-tool' } } }],
    ['a comment', { 'packages/b/x.js': "// see '@s/a'\n/*\n * '@s/a'\n */\n" }],
    ['documents', { 'packages/b/README.md': '@s/a' }],
    ['another name that starts alike', { 'packages/b/x.js': "import '@s/ab'" }],
    ['project references', { 'packages/b/tsconfig.json': '{"references":[{"path":"../a"}]}' }],
    ['what is not compiled', { 'packages/b/tsconfig.json': '{"exclude":["../a","a-tool.config.ts"]}' }],
    ['a check of another name', { 'packages/b/package.json': { ...b, scripts: { 'cycle-check': 'a-tool' } } }],
  ])('a development dependency is one of the tests alone with %s', (_, contents) => {
    const files = { 'package.json': ROOT, ...a, 'packages/b/package.json': b, ...contents };
    expect(component(files, 'b')).toMatchObject({ testDependsOn: ['@s/a'] });
    expect(component(files, 'b').dependsOn).toBeUndefined();
  });

  test('a path into another member is a dependency that no manifest names', () => {
    const files = { 'package.json': ROOT, ...a, 'packages/b/package.json': { name: 'b' }, 'packages/b/x.js': "require('../a/src/index')" };
    expect(component(files, 'b').dependsOn).toEqual(['@s/a']);
    const inTest = { ...files, 'packages/b/x.js': '', 'packages/b/test/x.js': "join(__dirname, '..', '..', 'a', 'src', 'index.js')" };
    expect(component(inTest, 'b').testDependsOn).toEqual(['@s/a']);
  });

  test('files beside all members that one refers to are its own, and what these refer to', () => {
    const files = {
      'package.json': ROOT,
      'tsconfig.base.json': '{"extends":"./config/strict.json"}',
      'config/strict.json': '{}',
      'scripts/check.js': '',
      ...a,
      'packages/a/tsconfig.json': '{"extends":"../../tsconfig.base.json"}',
      'packages/a/test/x.js': "require('../../../scripts/check')",
      'packages/b/package.json': { name: 'b', dependencies: { '@s/a': '*' } },
    };
    const found = component(files, '@s/a');
    expect(found.include).toEqual(['config/**', 'scripts/**', 'tsconfig.base.json']);
    expect(found.interface!.slice(-2)).toEqual(['config/**', 'tsconfig.base.json']);
  });

  test('files beside all members that only a linter\'s configuration refers to are nobody\'s, as the linter at the root is', () => {
    const files: Contents = {
      'package.json': ROOT,
      'eslint.base.js': "require('./config/rules')",
      'config/rules.js': '',
      ...a,
      'packages/a/eslint.config.js': "require('../../eslint.base')",
    };
    expect(component(files, '@s/a').include).toBeUndefined();
    expect(component({ ...files, 'packages/a/test/x.js': "require('../../../config/rules')" }, '@s/a').include).toEqual(['config/**']);
    expect(component({ ...files, 'packages/a/src/index.js': "require('../../../eslint.base')" }, '@s/a').include).toEqual(['config/**', 'eslint.base.js']);
  });
});

describe('the interface of a member', () => {
  const files: Contents = {
    'package.json': ROOT,
    'packages/a/package.json': { name: 'a' },
    'packages/a/README.md': '',
    'packages/a/src/index.ts': '',
    'packages/a/src/index.test.ts': '',
    'packages/a/src/__tests__/x.ts': '',
    'packages/a/test/x.ts': '',
    'packages/b/package.json': { name: 'b', dependencies: { a: '*' } },
    'packages/b/README.md': '',
  };

  function isInterface(contents: Contents, path: string): boolean {
    return compileGlobs(component(contents, 'a').interface!)(path);
  }

  test('holds everything but tests and documents, also what is yet to come', () => {
    for (const path of ['package.json', 'src/index.ts', 'new/file.ts', 'new/test/x.ts', 'new/NOTES.md', '.npmignore', 'tester/x.ts', 'src/__tests__x/a.ts']) {
      expect([path, isInterface(files, `packages/a/${path}`)]).toEqual([path, true]);
    }
    for (const path of ['README.md', 'new/README.md', 'src/index.test.ts', 'src/__tests__/new.ts', 'test/x.ts', 'test/deep/x.ts']) {
      expect([path, isInterface(files, `packages/a/${path}`)]).toEqual([path, false]);
    }
    expect(isInterface(files, 'packages/b/package.json')).toBe(false);
  });

  test.each<[string, Contents]>([
    ['another member imports them', { 'packages/b/x.ts': "import 'a/test/helpers'" }],
    ['another member reaches them by path', { 'packages/b/x.ts': "import '../a/test/x'" }],
    ["a member's tests import them", { 'packages/b/test/x.ts': "import 'a/test/helpers'" }],
    ["the member's source reaches them", { 'packages/a/src/index.ts': "import '../test/x'" }],
    ['the manifest publishes them', { 'packages/a/package.json': { name: 'a', files: ['lib', 'test/**', 'README.md', './LICENSE'] } }],
    ['the manifest exports them', { 'packages/a/package.json': { name: 'a', exports: { './testing': './test/x.ts' } } }],
  ])('holds tests as well where %s', (_, contents) => {
    expect(isInterface({ ...files, ...contents }, 'packages/a/test/x.ts')).toBe(true);
    expect(isInterface({ ...files, ...contents }, 'packages/a/README.md')).toBe(false);
  });

  test('holds documents where the manifest exports one', () => {
    const manifest = { name: 'a', exports: { './README.md': './README.md' } };
    expect(isInterface({ ...files, 'packages/a/package.json': manifest }, 'packages/a/README.md')).toBe(true);
  });

  test('holds documents where the source reads one', () => {
    expect(isInterface({ ...files, 'packages/a/src/index.ts': "readFileSync(join(__dirname, '..', 'README.md'))" }, 'packages/a/README.md')).toBe(true);
  });

  test('is left out where nobody depends on the member', () => {
    expect(component(files, 'b').interface).toBeUndefined();
  });
});

describe('packages from the registry', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { devDependencies: { 'eslint': '*', 'husky': '*', 'typescript': '*', '@types/node': '*' } },
      'packages/a': { name: 'a', dependencies: { left: '*' }, devDependencies: { 'mocha': '*', 'mocha-junit': '*', 'rollup': '*', 'unseen': '*', '@types/mocha': '*' } },
      'node_modules/eslint': { version: '1.0.0', bin: { eslint: 'x' } },
      'node_modules/husky': { version: '1.0.0' },
      'node_modules/typescript': { version: '1.0.0', bin: { tsc: 'x' } },
      'node_modules/@types/node': { version: '1.0.0' },
      'node_modules/left': { version: '1.0.0' },
      'node_modules/mocha': { version: '1.0.0', bin: { mocha: 'x' } },
      'node_modules/mocha-junit': { version: '1.0.0' },
      'node_modules/rollup': { version: '1.0.0', bin: { rollup: 'x' } },
      'node_modules/unseen': { version: '1.0.0' },
      'node_modules/@types/mocha': { version: '1.0.0' },
    },
  };
  const files: Contents = {
    'package.json': ROOT,
    'package-lock.json': lock,
    'packages/a/package.json': {
      name: 'a',
      scripts: { test: 'mocha', lint: 'eslint .', build: 'tsc && rollup -c' },
      dependencies: { left: '*' },
      devDependencies: { 'mocha': '*', 'mocha-junit': '*', 'rollup': '*', 'unseen': '*', '@types/mocha': '*' },
    },
    'packages/a/test/x.js': "require('left'); require('mocha')",
  };

  test('are the tests\' alone where there is evidence for it and none against it', () => {
    expect(component(files, 'a').testPackages).toEqual(['@types/mocha', 'mocha', 'mocha-junit']);
  });

  test('are the tests\' alone where nothing names them but tests are what they are for, or a plugin of such a tool', () => {
    const devDependencies = { 'nyc': '1', '@nyc/report': '1', '@nycx/report': '1', 'unseen': '1' };
    const installed = Object.fromEntries(Object.keys(devDependencies).map((name) => [`node_modules/${name}`, { version: '1.0.0', bin: { [`${name}-command`]: 'x' } }]));
    const contents = (manifest: object): Contents => ({
      'package.json': ROOT,
      'package-lock.json': { lockfileVersion: 3, packages: { '': {}, 'packages/a': { name: 'a', devDependencies }, ...installed } },
      'packages/a/package.json': { name: 'a', devDependencies, ...manifest },
    });
    expect(component(contents({}), 'a').testPackages).toEqual(['@nyc/report', 'nyc']);
    expect(component(contents({ scripts: { build: 'nyc-command instrument' } }), 'a').testPackages).toBeUndefined();
  });

  test('are the tests\' alone where a build runs them only to look', () => {
    const scripts = { test: 'mocha', lint: 'eslint .', build: 'tsc && rollup -c && npm run lint' };
    const manifest = { ...files['packages/a/package.json'] as object, scripts };
    expect(discover({ ...files, 'packages/a/package.json': manifest }).catalogue.sharedPackages!.eslint).toEqual({ test: ['a'] });
    const mends = { ...manifest, scripts: { ...scripts, lint: 'eslint . --fix' } };
    expect(discover({ ...files, 'packages/a/package.json': mends }).catalogue.sharedPackages!.eslint).toEqual({ build: ['a'] });
  });

  test('are not used where TypeScript\'s configuration only holds their settings', () => {
    const manifest = { name: 'a', scripts: { test: 'ts-node test/x' }, devDependencies: { 'ts-node': '1' } };
    const contents = (tsconfig: string): Contents => ({
      'package.json': ROOT,
      'package-lock.json': { lockfileVersion: 3, packages: { '': {}, 'packages/a': manifest, 'node_modules/ts-node': { version: '1.0.0', bin: { 'ts-node': 'x' } } } },
      'packages/a/package.json': manifest,
      'packages/a/tsconfig.json': tsconfig,
    });
    expect(component(contents('{"ts-node": {"swc": true}}'), 'a').testPackages).toEqual(['ts-node']);
    expect(component(contents('{"extends": "ts-node/tsconfig.json"}'), 'a').testPackages).toBeUndefined();
  });

  test('are the build\'s where its sources name them as well', () => {
    expect(component({ ...files, 'packages/a/src/x.js': "import 'mocha'" }, 'a').testPackages).toBeUndefined();
  });

  test('are the build\'s where something that is built with leaves them to be brought', () => {
    const manifest = { name: 'a', scripts: { test: 'mocha', build: 'roll' }, devDependencies: { mocha: '1', roll: '1' } };
    const yarnLock = (peers: string) => [
      '__metadata:\n  version: 8\n',
      '"a@workspace:packages/a":\n  resolution: "a@workspace:packages/a"\n  dependencies:\n    mocha: "npm:1"\n    roll: "npm:1"\n',
      `"roll@npm:1":\n  resolution: "roll@npm:1.0.0"\n${peers}  bin:\n    roll: x\n`,
      '"mocha@npm:1":\n  resolution: "mocha@npm:1.0.0"\n  bin:\n    mocha: x\n',
    ].join('\n');
    const yarn = (peers: string) => component({ 'package.json': ROOT, 'yarn.lock': yarnLock(peers), 'packages/a/package.json': manifest }, 'a').testPackages;
    expect(yarn('')).toEqual(['mocha']);
    expect(yarn('  peerDependencies:\n    mocha: "*"\n')).toBeUndefined();
  });

  test('are not the build\'s because another member is tested with what leaves them to be brought, but because that member itself leaves them', () => {
    const yarnLock = [
      '__metadata:\n  version: 8\n',
      '"root@workspace:.":\n  resolution: "root@workspace:."\n  dependencies:\n    linter: "npm:1"\n    view: "npm:1"\n',
      '"a@workspace:packages/a":\n  resolution: "a@workspace:packages/a"\n  dependencies:\n    b: "workspace:*"\n',
      '"b@workspace:packages/b":\n  resolution: "b@workspace:packages/b"\n  dependencies:\n    plugin: "npm:1"\n',
      '"c@workspace:packages/c":\n  resolution: "c@workspace:packages/c"\n  dependencies:\n    a: "workspace:*"\n',
      '"plugin@npm:1":\n  resolution: "plugin@npm:1.0.0"\n  peerDependencies:\n    linter: "*"\n',
      '"linter@npm:1":\n  resolution: "linter@npm:1.0.0"\n  bin:\n    linter: x\n',
      '"view@npm:1":\n  resolution: "view@npm:1.0.0"\n',
    ].join('\n');
    const shared = (b: object) => discover({
      'package.json': ROOT,
      'yarn.lock': yarnLock,
      'packages/a/package.json': { name: 'a', dependencies: { b: 'workspace:*' } },
      'packages/a/test/x.js': "require('view')",
      'packages/b/package.json': { name: 'b', devDependencies: { plugin: '1' }, scripts: { lint: 'linter' }, ...b },
      'packages/b/.eslintrc.js': "plugins: ['plugin']",
      'packages/c/package.json': { name: 'c', dependencies: { a: 'workspace:*' } },
    }).catalogue.sharedPackages;
    expect(shared({})).toEqual({ linter: {}, view: { test: ['a'] } });
    expect(shared({ peerDependencies: { view: '*' } })!.view).toEqual({ build: ['a', 'b', 'c'] });
  });

  test('of the root are used by whom their names or commands say; types by all', () => {
    expect(discover(files).catalogue.sharedPackages).toEqual({ eslint: {}, husky: {}, typescript: { build: ['a'] } });
  });

  test('of the root that only look at how something is written concern nobody, and a component\'s own of that kind its tests', () => {
    const style = { ...files, 'packages/a/eslint.config.mjs': "import 'mocha-junit'; import 'husky'" };
    const { catalogue } = discover(style);
    expect(catalogue.sharedPackages!.husky).toEqual({});
    expect(catalogue.components[0]!.testPackages).toContain('mocha-junit');
    expect(discover({ ...style, 'packages/a/jest.config.js': "require('eslint')" }).catalogue.sharedPackages!.eslint).toEqual({ test: ['a'] });
    expect(discover({ ...style, 'packages/a/src/x.js': "require('eslint')" }).catalogue.sharedPackages!.eslint).toEqual({ build: ['a'] });
  });

  test('are the build\'s for all where a configuration at the root names them', () => {
    expect(discover({ ...files, 'babel.config.js': "plugins: ['husky']" }).catalogue.sharedPackages!.husky).toEqual({ build: ['a'] });
  });

  describe('of the root that its own scripts and files use', () => {
    const tools = ['tool', 'other', 'husky', 'jest'];
    const shared = (scripts: object, more: Contents = {}) => discover({
      'package.json': { ...ROOT, scripts, devDependencies: Object.fromEntries(tools.map((name) => [name, '1'])) },
      'package-lock.json': {
        lockfileVersion: 3,
        packages: {
          '': { devDependencies: Object.fromEntries(tools.map((name) => [name, '1'])) },
          'packages/a': {},
          'packages/b': {},
          ...Object.fromEntries(tools.map((name) => [`node_modules/${name}`, { version: '1', bin: { [`run-${name}`]: 'x' } }])),
        },
      },
      'packages/a/package.json': { name: 'a' },
      'packages/a/src/x.js': "require('other')",
      'packages/b/package.json': { name: 'b' },
      ...more,
    }).catalogue.sharedPackages!;

    test.each<[string, object, Contents]>([
      ['a script', { build: 'run-tool -b packages/a packages/b' }, {}],
      ['a file of the root', { build: 'node build.mjs' }, { 'build.mjs': "import 'tool'" }],
      ['a file in a folder of no component', { build: 'node scripts/build.js' }, { 'scripts/build.js': "require('tool')" }],
      ['a Makefile', {}, { Makefile: 'all:\n\tnpx run-tool\n' }],
      ['nothing', {}, {}],
    ])('are the build\'s for all where what names them is %s', (_, scripts, more) => {
      expect(shared(scripts, more)).toMatchObject({ tool: { build: ['a', 'b'] }, other: { build: ['a'] } });
    });

    test('are the tests\' where only what tests names them, or tests are what they are for', () => {
      expect(shared({ test: 'run-tool' })).toMatchObject({ tool: { test: ['a', 'b'] }, jest: { test: ['a', 'b'] } });
    });

    test('are nobody\'s where they look at how something is written, or put hooks of Git in place', () => {
      expect(shared({ lint: 'run-tool', prepare: 'husky' })).toMatchObject({ tool: {}, husky: {} });
    });
  });

  describe('in a lockfile of pnpm, which tells that there are commands but not which,', () => {
    const pnpm = (root: { [name: string]: string }, packages: string): Contents => ({
      'package.json': {},
      'pnpm-workspace.yaml': 'packages: [packages/*]',
      'pnpm-lock.yaml': [
        "lockfileVersion: '9.0'",
        'importers:',
        '  .:\n    devDependencies:',
        ...Object.entries(root).map(([name, version]) => `      ${name}: { specifier: '*', version: ${version} }`),
        "  packages/a:\n    devDependencies:\n      roll: { specifier: '*', version: 1.0.0 }",
        `packages:\n${packages}  roll@1.0.0: { resolution: { integrity: x }, peerDependencies: { sass: '*' } }`,
        `snapshots:\n${packages.replace(/\{.*\}/g, '{}')}  roll@1.0.0: {}`,
      ].join('\n'),
      'packages/a/package.json': { name: 'a', scripts: { build: 'tsc', lint: 'eslint .' }, devDependencies: { roll: '*' } },
    });

    test('those of well-known tools are known', () => {
      const contents = pnpm({ eslint: '9.0.0', typescript: '6.0.0', ncu: '1.0.0' }, [
        '  eslint@9.0.0: { resolution: { integrity: x }, hasBin: true }',
        '  typescript@6.0.0: { resolution: { integrity: x }, hasBin: true }',
        '  ncu@1.0.0: { resolution: { integrity: x }, hasBin: true }',
        '',
      ].join('\n'));
      expect(discover(contents).catalogue.sharedPackages).toEqual({ eslint: {}, typescript: { build: ['a'] } });
    });

    test.each(["'@fork/eslint@1.0.0'", "'eslint@https://example.com/eslint.tgz'"])('those of something else under such a name are not: %s', (id) => {
      expect(discover(pnpm({ eslint: id }, `  ${id}: { resolution: { integrity: x }, hasBin: true }\n`)).catalogue.sharedPackages).toBeUndefined();
    });

    test('what is built with a package is built with what that leaves to be brought', () => {
      expect(discover(pnpm({ sass: '1.0.0' }, '  sass@1.0.0: { resolution: { integrity: x } }\n')).catalogue.sharedPackages).toEqual({ sass: { build: ['a'] } });
      expect(discover(pnpm({ other: '1.0.0' }, '  other@1.0.0: { resolution: { integrity: x } }\n')).catalogue.sharedPackages).toEqual({ other: { build: ['a'] } });
    });
  });

  test('are anybody\'s where the lockfile does not tell their commands', () => {
    const { catalogue } = discover({ ...files, 'package-lock.json': 'broken' });
    expect(catalogue.sharedPackages).toBeUndefined();
    expect(catalogue.components[0]!.testPackages).toBeUndefined();
  });
});
