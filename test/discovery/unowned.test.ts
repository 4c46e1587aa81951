import { Contents, memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';

const ROOT = { name: 'root', private: true, workspaces: ['packages/*'] };
const REPOSITORY: Contents = {
  'package.json': ROOT,
  'README.md': '',
  'LICENSE': '',
  '.browserslistrc': 'defaults',
  '.editorconfig': '',
  'docs/guide.md': '',
  'tools/gen.sh': 'echo',
  '.github/workflows/x.yml': 'run: tools/gen.sh docs',
  '.mvn/jvm.config': '',
  'packages/README.md': '',
  'packages/a/package.json': { name: 'a' },
  'packages/a/index.js': '',
  'packages/b/package.json': { name: 'b' },
  'packages/c/package.json': { name: 'c' },
  'packages/d/package.json': { name: 'd' },
};

const catalogueOf = (more: Contents) => discoverCatalogue(memoryFiles({ ...REPOSITORY, ...more })).catalogue;
const includeOf = (name: string, more: Contents) => catalogueOf(more).components.find((component) => component.name === name)!.include;

describe('files and folders at the root that no component owns', () => {
  it('affect all, but for those that nothing mentions: whole folders, and files that are there for people', () => {
    expect(catalogueOf({})).toMatchObject({ unownedPaths: 'all', unread: ['.github/**', 'LICENSE', 'README.md', 'docs/**', 'tools/**'], foundAt: 'dirty' });
  });

  it.each<[string, Contents]>([
    ['the root\'s scripts', { 'package.json': { ...ROOT, scripts: { build: './tools/gen.sh' } } }],
    ['the root\'s configuration', { 'rollup.config.js': 'import gen from "./tools/gen.js"' }],
    ['a file at the root that is read', { Makefile: 'build:\n\ttools/gen.sh' }],
    ['a file above components', { 'packages/build.sh': '$ROOT/tools/gen.sh' }],
  ])('what %s mention is everybody\'s', (_, more) => {
    expect(catalogueOf(more).unread).toEqual(['.github/**', 'LICENSE', 'README.md', 'docs/**']);
    expect(catalogueOf(more).components.every(({ include }) => include === undefined)).toBe(true);
  });

  it('what they mention mentions in turn is so, too', () => {
    expect(catalogueOf({ 'Makefile': 'build:\n\ttools/gen.sh', 'tools/gen.sh': 'cat docs/*' }).unread).toEqual(['.github/**', 'LICENSE', 'README.md']);
  });

  it.each<[string, Contents]>([
    ['a source', { 'packages/a/index.js': 'run(root + "/tools/" + name)' }],
    ['a script', { 'packages/a/package.json': { name: 'a', scripts: { build: 'node $ROOT/tools/gen.js' } } }],
    ['a test', { 'packages/a/test/x.js': 'run("tools")' }],
  ])('what %s of a component mentions is that component\'s', (_, more) => {
    expect(catalogueOf(more).unread).toEqual(['.github/**', 'LICENSE', 'README.md', 'docs/**']);
    expect(includeOf('a', more)).toEqual(['tools/**']);
    expect(includeOf('b', more)).toBeUndefined();
  });

  it('what that refers to is what the component depends on', () => {
    const more = { 'packages/a/index.js': 'run("tools")', 'tools/gen.sh': 'cat ../packages/b/schema.json', 'packages/b/schema.json': '' };
    expect(catalogueOf(more).components.find(({ name }) => name === 'a')!.dependsOn).toEqual(['b']);
  });

  it('a document is mentioned by its name, and not where a component has one of its own', () => {
    expect(includeOf('a', { 'packages/a/index.js': 'cp("README.md")' })).toEqual(['README.md']);
    expect(includeOf('a', { 'packages/a/index.js': 'cp("README")' })).toEqual(['README.md']);
    expect(includeOf('a', { 'packages/a/index.js': 'cp("README.md")', 'packages/a/README.md': '' })).toBeUndefined();
  });

  it('what only a host of repositories runs names nothing that is read', () => {
    const more = { 'Makefile': 'cp .github/x y', '.github/workflows/ci.yml': 'run: cat .changeset/x', '.changeset/x.md': '' };
    expect(catalogueOf(more).unread).toContain('.changeset/**');
    expect(catalogueOf({ ...more, '.github/scripts/x.sh': 'cat .changeset/x' }).unread).not.toContain('.changeset/**');
  });

  it.each<[string, Contents]>([
    ['a component that reads the root', { 'packages/a/index.js': 'walk(path.resolve(__dirname, "../.."))' }],
    ['an image that is made of the root', { Dockerfile: 'FROM x\nCOPY . /app' }],
    ['a script that lists what is tracked', { Makefile: 'x:\n\tgit ls-files | xargs cat' }],
  ])('nothing is unread with %s', (_, more) => {
    expect(catalogueOf(more).unread).toBeUndefined();
  });
});

test('what a manifest mentions is its component\'s, whatever the root holds', () => {
  const pom = (artifact: string, more = '') => `<project><groupId>g</groupId><artifactId>${artifact}</artifactId>${more}</project>`;
  const { components, unread } = discoverCatalogue(memoryFiles({
    'pom.xml': pom('root', '<modules><module>api</module><module>app</module></modules>'),
    'app/pom.xml': pom('app'),
    'openapi/api.yaml': '',
    'api/pom.xml': pom('api', '<inputSpec>${project.basedir}/../openapi/api.yaml</inputSpec>'),
  })).catalogue;
  expect(unread).toBeUndefined();
  expect(components.find(({ name }) => name === 'api')!.include).toEqual(['openapi/**']);
});

describe('a component at the root', () => {
  const GO: Contents = {
    'go.work': 'go 1.21\nuse .\nuse ./a',
    'go.mod': 'module x',
    'main.go': 'package main',
    'cmd/x/x.go': 'package main',
    'Makefile': 'build:',
    'internal/x.go': 'package internal',
    'internal/x.json': '',
    'tools/gen.sh': '',
    'a/go.mod': 'module x/a',
    'a/a.go': 'package a',
  };

  it('owns what its tool takes', () => {
    const { components, unread } = discoverCatalogue(memoryFiles(GO)).catalogue;
    expect(components.find(({ path }) => path === '.')).toMatchObject({ include: ['cmd/**', 'go.mod', 'go.sum', 'internal/**/*.go', 'main.go', 'vendor/**'], exclude: ['a/**'] });
    expect(unread).toEqual(['tools/**']);
  });
});

describe('where a catalogue was found', () => {
  it('names its commit, its sources and what files call components by', () => {
    const files = { ...memoryFiles({ ...REPOSITORY, 'packages/b/package.json': { name: '@s/b', bin: { bee: 'x.js' } } }), origin: { commit: 'c'.repeat(40), dirty: ['packages/a/index.js'] } };
    expect(discoverCatalogue(files).catalogue).toMatchObject({
      foundAt: 'c'.repeat(40),
      dirtyPaths: ['packages/a/index.js'],
      foundFrom: expect.arrayContaining(['**/package.json', '**/tsconfig*.json']),
      references: { 'a': ['a'], '@s/b': ['@s/b'], 'bee': ['@s/b'] },
    });
  });
});
