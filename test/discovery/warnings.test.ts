import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contents, memoryFiles, MISSING } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { WorkTreeFiles } from '../../cli/discovery/work-tree-files';
import { CommittedFiles } from '../../cli/git/committed-files';
import { validateCatalogue } from '../../src/core/validate';

const npm: Contents = { 'package.json': { workspaces: ['a'] }, 'a/package.json': { name: 'a' } };

function warningsOf(contents: Contents): string[] {
  return discoverCatalogue(memoryFiles(contents)).warnings.map(({ kind, path, detail }) => `${kind} ${path}: ${detail}`);
}

describe('what is seen and not understood is named', () => {
  test.each([
    ['Terraform', 'infra/main.tf'], ['the Serverless Framework', 'fn/serverless.yml'], ['Bazel', 'lib/BUILD.bazel'],
    ['Rush', 'rush.json'], ['npm', 'tool/package.json'], ['Python', 'fn/setup.py'], ['Go', 'cmd/go.mod'], ['Cargo', 'rs/Cargo.toml'], ['Maven', 'java/pom.xml'], ['Deno', 'edge/deno.json'], ['sbt', 'build.sbt'],
  ])('%s', (what, path) => {
    const [warning, ...more] = warningsOf({ ...npm, [path]: path.endsWith('pom.xml') ? '<project><artifactId>x</artifactId></project>' : path.endsWith('go.mod') ? 'module x' : '{}' });
    expect(warning).toContain(`UnreadManifest ${path}: ${what}`);
    expect(more).toEqual([]);
  });

  test('once for each kind', () => {
    expect(warningsOf({ ...npm, 'x/main.tf': '', 'x/deep/main.tf': '', 'y/a.tf': '' })).toEqual([expect.stringContaining('UnreadManifest x/deep/main.tf: Terraform: it and 2 more make no component')]);
  });

  test('not where it is a component\'s own', () => {
    expect(warningsOf({ ...npm, 'a/main.tf': '', 'a/setup.py': '' })).toEqual([]);
  });
});

test('every name that is found can be a component\'s', () => {
  const { catalogue, warnings } = discoverCatalogue(memoryFiles({
    'package.json': { workspaces: ['packages/*'] },
    'packages/my app/package.json': {},
    'packages/日本語/package.json': {},
    'packages/-/package.json': { name: '..' },
    'packages/x/package.json': { name: 'x-y' },
    'packages/z/package.json': { name: 'x.y' },
    'pyproject.toml': '[project]\nname = "."\n[tool.uv.workspace]\nmembers = []',
  }));
  expect(validateCatalogue(catalogue)).toEqual([]);
  expect(catalogue.components.map(({ path }) => path).sort()).toEqual(['.', 'packages/-', 'packages/my app', 'packages/x', 'packages/z', 'packages/日本語']);
  expect(catalogue.components.map(({ name }) => name)).toContain('x-y');
  expect(warnings.filter(({ kind }) => kind === 'RenamedComponent').map(({ path }) => path).sort()).toEqual([
    'packages/-/package.json', 'packages/my app/package.json', 'packages/z/package.json', 'packages/日本語/package.json', 'pyproject.toml',
  ]);
});

test('contents that are not there are named, and the rest is found', () => {
  const { catalogue, warnings } = discoverCatalogue(memoryFiles({ ...npm, 'a/x.js': MISSING }));
  expect(catalogue.components.map(({ name }) => name)).toEqual(['a']);
  expect(warnings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['MissingContent a/x.js']);
});

describe('in a real repository', () => {
  let folder: string;
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8' });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'discovery-'));
    git('init', '-q');
    writeFileSync(join(folder, 'package.json'), '{"workspaces":["."]}');
    writeFileSync(join(folder, 'data.js'), 'x');
    symlinkSync('data.js', join(folder, 'link.js'));
    git('add', '-A');
    git('commit', '-qm', 'one');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('links are known by what they hold, at a commit and in a work tree', () => {
    symlinkSync('data.js', join(folder, 'new.js'));
    expect([...WorkTreeFiles.around(folder).links]).toEqual([['link.js', 'data.js'], ['new.js', 'data.js']]);
    expect([...new CommittedFiles({ folder, environment: process.env }, 'HEAD').links]).toEqual([['link.js', 'data.js']]);
  });

  test('an object that is not there ends nothing, and its path is known', () => {
    const object = git('rev-parse', 'HEAD:data.js').trim();
    rmSync(join(folder, '.git', 'objects', object.slice(0, 2), object.slice(2)), { force: true });
    const files = new CommittedFiles({ folder, environment: process.env }, 'HEAD');
    expect([...files.read(files.paths).keys()]).toEqual(['package.json']);
    expect([...files.missing]).toEqual(['data.js']);
  });

  test('a submodule is known as one', () => {
    git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD').trim()},external`);
    git('commit', '-qm', 'two');
    expect([...new CommittedFiles({ folder, environment: process.env }, 'HEAD').submodules]).toEqual(['external']);
    expect([...WorkTreeFiles.around(folder).submodules]).toEqual(['external']);
  });
});
