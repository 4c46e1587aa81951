import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { BuildArtifact, Component, ComponentCatalogue, ComponentCatalogueProps, ComponentDiscovery, WorkTreeDiscoveryOptions } from '../../src';
import { CatalogueComponent } from '../../src/core/catalogue';
import { testStack } from '../support/constructs';

/** A workspace: an api that is built with lib and tested with tools, an app that defines the pipeline. */
const WORKSPACE = {
  'package.json': { name: 'root', private: true, workspaces: ['packages/*', 'services/*', 'infrastructure'], devDependencies: { esbuild: '1', c8: '1' } },
  'package-lock.json': {
    lockfileVersion: 3,
    packages: {
      '': { devDependencies: { esbuild: '1', c8: '1' } },
      'packages/lib': {},
      'packages/tools': {},
      'services/api': { dependencies: { '@shop/lib': '*' }, devDependencies: { '@shop/tools': '*', 'jest': '1' } },
      'infrastructure': {},
      'node_modules/esbuild': { version: '1', bin: { esbuild: 'bin' } },
      'node_modules/c8': { version: '1', bin: { c8: 'bin' } },
      'node_modules/jest': { version: '1', bin: { jest: 'bin' } },
    },
  },
  'packages/lib/package.json': { name: '@shop/lib' },
  'packages/lib/index.js': '',
  'packages/lib/test/lib.test.js': '',
  'packages/tools/package.json': { name: '@shop/tools' },
  'services/api/package.json': {
    name: '@shop/api', dependencies: { '@shop/lib': '*' }, devDependencies: { '@shop/tools': '*', 'jest': '1' }, scripts: { test: 'jest', coverage: 'c8 jest' },
  },
  'services/api/index.js': 'require("@shop/lib")',
  'services/api/test/api.test.js': 'require("@shop/tools")',
  'infrastructure/package.json': { name: 'infrastructure' },
  'template.yml': '',
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true })));

function repository(files: Readonly<Record<string, string | object>>): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'discovery-')));
  folders.push(folder);
  execFileSync('git', ['init', '--quiet', folder]);
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

interface Setup extends WorkTreeDiscoveryOptions {
  readonly files?: Readonly<Record<string, string | object>>;
  readonly components?: Component[];
  readonly props?: Partial<ComponentCatalogueProps>;
  readonly stack?: Stack;
}

function discover({ files = {}, components = [], props = {}, stack = testStack(), ...options }: Setup = {}) {
  const discovery = ComponentDiscovery.workTree({ directory: repository({ ...WORKSPACE, ...files }), ...options });
  const { _catalogue: catalogue } = new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components, discovery, ...props });
  const sources: Record<string, CatalogueComponent> = Object.fromEntries(catalogue.components.map(({ build, ...source }) => [source.name, source]));
  return { catalogue, sources, names: Object.keys(sources) };
}

const zip = (name: string, props: object = {}) => Component.lambdaZip(name, { path: 'services/api', ...props });

describe('packages that nobody gives', () => {
  test('become components, with what their manifests and files say', () => {
    const { sources, catalogue } = discover();
    expect(sources).toEqual({
      '@shop/lib': { name: '@shop/lib', path: 'packages/lib', interface: ['packages/lib/(?!test/)**'] },
      '@shop/tools': { name: '@shop/tools', path: 'packages/tools' },
      '@shop/api': { name: '@shop/api', path: 'services/api', dependsOn: ['@shop/lib'], testDependsOn: ['@shop/tools'], testPackages: ['jest'] },
      'infrastructure': { name: 'infrastructure', path: 'infrastructure' },
    });
    expect(catalogue).toMatchObject({
      globalPaths: expect.arrayContaining(['package-lock.json', 'package.json']),
      unownedPaths: 'all',
      foundAt: expect.stringMatching(/^(dirty|[0-9a-f]{40})$/),
      references: expect.objectContaining({ '@shop/api': ['@shop/api'] }),
      traceLockfiles: true,
      sharedPackages: { esbuild: { build: ['@shop/api', '@shop/lib', '@shop/tools', 'infrastructure'], test: [] }, c8: { build: [], test: ['@shop/api'] } },
    });
  });

  test('are found in every ecosystem', () => {
    const pom = (artifact: string, body = '') => `<project><groupId>shop</groupId><artifactId>${artifact}</artifactId><version>1</version>${body}</project>`;
    const directory = repository({
      'go.work': 'go 1.22\nuse (\n\t./go/store\n\t./go/server\n)\n',
      'go/store/go.mod': 'module example.com/store\n',
      'go/server/go.mod': 'module example.com/server\n\nrequire example.com/store v0.0.0\n',
      'go/server/main.go': 'package main\n\nimport "example.com/store"\n',
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["python/*"]\n',
      'python/model/pyproject.toml': '[project]\nname = "model"\nversion = "1"\n',
      'python/train/pyproject.toml': '[project]\nname = "train"\nversion = "1"\ndependencies = ["model"]\n\n[tool.uv.sources]\nmodel = { workspace = true }\n',
      'Cargo.toml': '[workspace]\nmembers = ["rust/*"]\n',
      'rust/codec/Cargo.toml': '[package]\nname = "codec"\nversion = "1.0.0"\n',
      'rust/tool/Cargo.toml': '[package]\nname = "tool"\nversion = "1.0.0"\n\n[dependencies]\ncodec = { path = "../codec" }\n',
      'pom.xml': pom('parent', '<packaging>pom</packaging><modules><module>java/domain</module><module>java/web</module></modules>'),
      'java/domain/pom.xml': pom('domain'),
      'java/web/pom.xml': pom('web', '<dependencies><dependency><groupId>shop</groupId><artifactId>domain</artifactId><version>1</version></dependency></dependencies>'),
    });
    const { sources, catalogue } = discover({ directory });
    const dependencies = Object.fromEntries(Object.values(sources).filter(({ dependsOn }) => dependsOn).map(({ path: at, dependsOn }) => [at, dependsOn]));
    expect(dependencies).toEqual({ 'go/server': ['example.com/store'], 'python/train': ['model'], 'rust/tool': ['codec'], 'java/web': ['domain'] });
    expect(catalogue).not.toHaveProperty('traceLockfiles');
  });

  test('leave no artifact, and run what is said for all', () => {
    const plain = discover().catalogue.components[0].build!;
    expect([plain.artifact, plain.parameters]).toEqual([{ type: 'none' }, []]);
    expect(discover({ builds: { testCommands: ['npm test'] } }).catalogue.components[0].build!.digest).not.toBe(plain.digest);
  });

  test('use what is run for all of them mentions', () => {
    const { catalogue } = discover({ builds: { buildCommands: ['npx esbuild index.js'] } });
    expect(catalogue.sharedPackages!.esbuild.build).toEqual(['@shop/api', '@shop/lib', '@shop/tools', 'infrastructure']);
  });

  test('are left out where they are excluded, by name or folder', () => {
    expect(discover({ exclude: ['infrastructure', 'services/api'] }).names).toEqual(['@shop/lib', '@shop/tools']);
    expect(discover({ exclude: ['@shop/api'] }).catalogue.sharedPackages!.c8.test).toEqual([]);
  });

  test('are not left out while a component depends on them', () => {
    expect(() => discover({ exclude: ['@shop/lib'] })).toThrow(
      'ComponentDiscovery.workTree: exclude "@shop/lib": component "@shop/api" depends on it: keep it, or exclude both.');
    expect(discover({ exclude: ['@shop/lib'], components: [zip('api', { dependsOn: [] })] }).names).not.toContain('@shop/lib');
  });
});

describe('a component in the folder of a package', () => {
  test('takes its place, under its own name and kind, completed', () => {
    const { catalogue, sources } = discover({ components: [zip('api')] });
    expect(sources.api).toEqual({
      name: 'api', path: 'services/api', dependsOn: ['@shop/lib'], testDependsOn: ['@shop/tools'], testPackages: ['jest'],
    });
    expect(sources).not.toHaveProperty('@shop/api');
    expect(catalogue.components[0].build).toMatchObject({ kind: 'lambda-zip', artifact: { type: 'zip', path: '.' } });
    expect(catalogue.sharedPackages!.c8).toEqual({ build: [], test: ['api'] });
  });

  test('is what dependents depend on', () => {
    const { sources } = discover({ components: [Component.custom('library', { path: 'packages/lib' })] });
    expect(sources['@shop/api'].dependsOn).toEqual(['library']);
    expect(sources.library.interface).toEqual(['packages/lib/(?!test/)**']);
  });

  test('keeps what it gives', () => {
    const { sources } = discover({ components: [zip('api', { dependsOn: [], testPackages: ['other'], include: ['shared/**'] })] });
    expect(sources.api).toEqual({
      name: 'api', path: 'services/api', include: ['shared/**'], dependsOn: [], testDependsOn: ['@shop/tools'], testPackages: ['other'],
    });
  });

  test('uses for its build what its commands mention', () => {
    const { sources, catalogue } = discover({ components: [zip('api', { buildCommands: ['npx c8 pack', 'npx jest --showConfig'], testCommands: ['npx esbuild x'] })] });
    expect(sources.api).not.toHaveProperty('testPackages');
    expect(catalogue.sharedPackages).toEqual({ esbuild: { build: [], test: ['api'] }, c8: { build: ['api'], test: [] } });
  });

  test('reads what its own scripts say beside its commands', () => {
    const own = { ...WORKSPACE['services/api/package.json'], devDependencies: { jest: '1', linter: '1' }, scripts: { test: 'jest', lint: 'linter .' } };
    const lock = structuredClone(WORKSPACE['package-lock.json']) as { packages: Record<string, object> };
    Object.assign(lock.packages, { 'services/api': { devDependencies: own.devDependencies }, 'node_modules/linter': { version: '1', bin: { linter: 'bin' } } });
    const files = { 'services/api/package.json': own, 'package-lock.json': lock };
    expect(discover({ files, components: [zip('api', { testCommands: ['npm ci'] })] }).sources.api.testPackages).toEqual(['jest', 'linter']);
    expect(discover({ files, components: [zip('api', { buildCommands: ['npx linter --write'] })] }).sources.api.testPackages).toEqual(['jest']);
  });

  test('is built with what a script uses that its commands run, whatever that is called', () => {
    const own = { ...WORKSPACE['services/api/package.json'], scripts: { 'test': 'jest', 'lint': 'c8 .', 'check-all': 'npm run lint' } };
    const users = (props: object) => discover({ files: { 'services/api/package.json': own }, components: [zip('api', props)] }).catalogue.sharedPackages!.c8;
    expect(users({ buildCommands: ['npm ci'] })).toEqual({ build: [], test: [] });
    expect(users({ testCommands: ['npm run lint'] })).toEqual({ build: [], test: ['api'] });
    expect(users({ buildCommands: ['npm ci', 'npm run check-all'] })).toEqual({ build: ['api'], test: [] });
  });

  test('may use any package where a buildspec says how it is built', () => {
    const { sources, catalogue } = discover({ components: [zip('api', { buildspecFile: 'services/api/buildspec.yml' })] });
    expect(sources.api).not.toHaveProperty('testPackages');
    // What nothing mentions may be used by anybody.
    expect(catalogue.sharedPackages).toEqual({ esbuild: { build: ['@shop/lib', '@shop/tools', 'api', 'infrastructure'], test: [] }, c8: { build: ['api'], test: [] } });
  });

  test('shares the place with another', () => {
    const { sources } = discover({ components: [Component.custom('a', { path: 'packages/lib' }), Component.custom('b', { path: 'packages/lib' })] });
    expect(sources['@shop/api'].dependsOn).toEqual(['a', 'b']);
  });
});

describe('another component', () => {
  test('stands beside the packages, and may use any of what the root names', () => {
    const { names, catalogue } = discover({ components: [Component.template('template.yml', { path: 'template.yml' })] });
    expect(names).toEqual(['template.yml', '@shop/lib', '@shop/tools', '@shop/api', 'infrastructure'].sort((a, b) => names.indexOf(a) - names.indexOf(b)));
    expect(catalogue.sharedPackages!.c8).toEqual({ build: ['template.yml'], test: ['@shop/api'] });
  });

  test('takes the place of a package of its name, as it is', () => {
    const { sources } = discover({ components: [Component.custom('@shop/lib', { path: 'elsewhere', artifact: BuildArtifact.none() })] });
    expect(sources['@shop/lib']).toEqual({ name: '@shop/lib', path: 'elsewhere' });
    expect(sources['@shop/api'].dependsOn).toEqual(['@shop/lib']);
  });
});

describe('settings', () => {
  test('are added to what is found', () => {
    const { catalogue } = discover({ props: { globalPaths: ['.tool-versions', 'package.json'], sharedPackages: { esbuild: { builds: ['@shop/api'] } } } });
    expect(catalogue.globalPaths).toEqual(expect.arrayContaining(['package-lock.json', 'package.json', '.tool-versions']));
    expect(discover({ props: { globalPaths: ['*.own'] } }).catalogue.globalPaths).toContain('*.own');
    expect(catalogue.sharedPackages).toMatchObject({ esbuild: { build: ['@shop/api'] }, c8: { test: ['@shop/api'] } });
  });

  test('turn tracing off', () => {
    const { catalogue } = discover({ props: { traceLockfiles: false } });
    expect(catalogue).not.toHaveProperty('traceLockfiles');
    expect(catalogue).not.toHaveProperty('sharedPackages');
  });
});

describe('the names of files that are published', () => {
  const commit = (folder: string, day: string, files: Readonly<Record<string, string>> = {}) => {
    Object.entries(files).forEach(([name, content]) => fs.writeFileSync(path.join(folder, name), content));
    const date = `${day}T12:00:00Z`;
    execFileSync('git', ['-C', folder, 'add', '--all']);
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--allow-empty', '--message', 'change'],
      { env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
  };
  const keyOf = (folder: string) => {
    const stack = testStack();
    const { objectKey, _catalogue: catalogue } = new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components: [], discovery: ComponentDiscovery.workTree({ directory: folder }) });
    return { key: stack.resolve(objectKey) as string, foundAt: catalogue.foundAt };
  };

  test('are the same for commits of a day that change no facts', () => {
    const folder = repository(WORKSPACE);
    commit(folder, '2026-01-01');
    const first = keyOf(folder);
    commit(folder, '2026-01-01', { 'services/api/index.js': 'require("@shop/lib"); // the same' });
    const second = keyOf(folder);
    expect(second.key).toBe(first.key);
    expect(second.foundAt).not.toBe(first.foundAt);
    // What has to be compared since does not grow for ever.
    commit(folder, '2026-01-02');
    expect(keyOf(folder).key).not.toBe(first.key);
  });

  test('tell facts, and what is not committed', () => {
    const folder = repository(WORKSPACE);
    commit(folder, '2026-01-01');
    const clean = keyOf(folder);
    fs.writeFileSync(path.join(folder, 'services/api/index.js'), '');
    const dirty = keyOf(folder);
    commit(folder, '2026-01-01', { 'packages/lib/index.js': 'require("../tools/x")' });
    expect(new Set([clean.key, dirty.key, keyOf(folder).key]).size).toBe(3);
  });
});

describe('the work tree', () => {
  test('is found from any directory in it', () => {
    const folder = repository(WORKSPACE);
    expect(discover({ directory: path.join(folder, 'services', 'api') }).sources['@shop/api'].path).toBe('services/api');
  });

  test('is looked into without what Git ignores', () => {
    const ignored = { '.gitignore': 'packages/generated\nservices/api/dist\n', 'packages/generated/package.json': '{ broken', 'services/api/dist/x.js': 'require("esbuild")' };
    const { names, catalogue } = discover({ files: ignored });
    expect(names).not.toContain('packages/generated');
    expect(catalogue.sharedPackages!.esbuild.build).not.toContain('generated');
  });

  test('has to be one', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'discovery-'));
    folders.push(folder);
    expect(() => discover({ directory: folder })).toThrow(/ComponentDiscovery\.workTree: git rev-parse failed in '.*': fatal: not a git repository .* Synthesize in a clone of the repository/);
  });

  test('has to hold a workspace', () => {
    expect(() => discover({ directory: repository({ 'README.md': '' }) })).toThrow(/ComponentDiscovery\.workTree: no component was found in ".*"\. Looked for package\.json/);
  });

  test('with a broken manifest is refused by its name, unless its folder is excluded', () => {
    const files = { 'packages/broken/package.json': '{ "name": ' };
    expect(() => discover({ files })).toThrow(/ComponentDiscovery\.workTree: packages\/broken\/package\.json can't be read: .* Mend it, or exclude its folder\./);
    expect(discover({ files, exclude: ['packages/broken'] }).names).toContain('@shop/lib');
  });

  test('with what discovery can do without is warned of', () => {
    const stack = testStack();
    new CfnWaitConditionHandle(stack, 'SomeResource');
    discover({ stack, files: { 'packages/nameless/package.json': '{}' } });
    Annotations.fromStack(stack).hasWarning('/Stack/Catalogue', Match.stringLikeRegexp("packages/nameless/package.json: it has no 'name'; its folder 'packages/nameless' stands for it."));
  });
});
