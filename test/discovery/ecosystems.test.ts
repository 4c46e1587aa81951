import { memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { Discovery } from '../../src/contract/discovery';
import { compileGlobs } from '../../src/core/globs';

function discover(contents: { readonly [path: string]: string }): Discovery {
  return discoverCatalogue(memoryFiles(contents));
}

/** Name, path, dependencies and test dependencies of each component. */
function edges({ catalogue }: Discovery): unknown[] {
  return catalogue.components.map(({ name, path, dependsOn = [], testDependsOn = [] }) => [name, path, dependsOn, testDependsOn]);
}

function warningsOf({ warnings }: Discovery): string[] {
  return warnings.map(({ kind, path }) => `${kind} ${path}`);
}

describe('Python', () => {
  test('a uv workspace', () => {
    const found = discover({
      'pyproject.toml': '[project]\nname = "root"\ndependencies = ["core"]\n[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/old"]\n[tool.uv.sources]\ncore = { workspace = true }\n',
      'uv.lock': '',
      'libs/core/pyproject.toml': '[project]\nname = "core"\n',
      'libs/core/src/core_lib/__init__.py': '',
      'libs/api/pyproject.toml': '[project]\nname = "api"\ndependencies = ["Core>=1"]\n[dependency-groups]\ndev = ["test_kit"]\n',
      'libs/kit/pyproject.toml': '[project]\nname = "test-kit"\n',
      'libs/old/pyproject.toml': '[project]\nname = "old"\n',
    });
    expect(edges(found)).toEqual([
      ['api', 'libs/api', ['core'], ['test-kit']], ['core', 'libs/core', [], []], ['root', '.', ['core'], []], ['test-kit', 'libs/kit', [], []],
    ]);
    expect(found.catalogue.globalPaths).toEqual(expect.arrayContaining(['.python-version', 'pyproject.toml', 'uv.lock']));
  });

  test('projects by path: Poetry, uv, direct references', () => {
    const found = discover({
      'core/pyproject.toml': '[tool.poetry]\nname = "core"\n',
      'a/pyproject.toml': '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\ncore = { path = "../core", develop = true }\n',
      'b/pyproject.toml': '[project]\nname = "b"\ndependencies = ["core"]\n[tool.uv.sources]\ncore = { path = "../core" }\n',
      'c/pyproject.toml': '[project]\nname = "c"\ndependencies = ["core @ file:../core"]\n',
      'd/pyproject.toml': '[tool.poetry]\nname = "d"\n[tool.poetry.group.dev.dependencies]\ncore = { path = "../core" }\n',
      'd/d/x.py': '',
    });
    expect(edges(found)).toEqual([['a', 'a', ['core'], []], ['b', 'b', ['core'], []], ['c', 'c', ['core'], []], ['core', 'core', [], []], ['d', 'd', [], ['core']]]);
  });

  test('a group\'s package that the sources import is built with', () => {
    const found = discover({
      'core/pyproject.toml': '[project]\nname = "my-core"\n',
      'core/core_impl/__init__.py': '',
      'a/pyproject.toml': '[project]\nname = "a"\n[dependency-groups]\ndev = ["my_core"]\n',
      'a/a/main.py': 'from core_impl.x import y\n',
    });
    expect(edges(found)[0]).toEqual(['a', 'a', ['my-core'], []]);
  });

  test('projects that tests read are no components, and may be broken', () => {
    const found = discover({ 'b/pyproject.toml': '[project]\nname = "b"\n', 'b/tests/fixtures/x/pyproject.toml': '[project]\nname = "x"\n', 'b/tests/fixtures/y/pyproject.toml': '[' });
    expect(edges(found)).toEqual([['b', 'b', [], []]]);
    expect(warningsOf(found)).toEqual([]);
  });

  test('a broken manifest is named, the others are found', () => {
    const found = discover({ 'a/pyproject.toml': '[project\n', 'b/pyproject.toml': '[project]\nname = "b"\n' });
    expect(warningsOf(found)).toEqual(['BrokenManifest a/pyproject.toml']);
    expect(edges(found)).toEqual([['b', 'b', [], []]]);
  });
});

describe('Go', () => {
  test('a member inside another that it requires: no circle, and its go.mod is read by all', () => {
    const { catalogue } = discover({
      'go.work': 'use .\nuse ./tools\nuse ./x\n',
      'go.mod': 'module e.com/root\n',
      'a.go': 'package a\n',
      'tools/go.mod': 'module e.com/tools\nrequire e.com/root v1.0.0\n',
      'tools/t.go': 'package t\nimport "e.com/root"\n',
      'x/go.mod': 'module e.com/x\n',
    });
    expect(catalogue.components.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([['e.com/root', undefined], ['e.com/tools', ['e.com/root']], ['e.com/x', undefined]]);
    expect(catalogue.globalPaths).toEqual(expect.arrayContaining(['tools/go.mod', 'x/go.mod']));
  });

  const core = { 'core/go.mod': 'module example.com/x/core\n', 'core/a.go': '', 'core/a_test.go': '', 'core/testdata/x': '' };

  test('a workspace', () => {
    const found = discover({
      'go.work': 'go 1.22\n\nuse (\n\t./core // the core\n\t./api\n\t./cmd\n)\n',
      ...core,
      'api/go.mod': 'module example.com/x/api\nrequire example.com/x/core v1.0.0\n',
      'api/api.go': 'import "example.com/x/core/deep"\n',
      'cmd/go.mod': 'module example.com/x/cmd\nrequire (\n\texample.com/x/core v1.0.0\n\texample.com/x/api v1.0.0 // indirect\n)\n',
      'cmd/main.go': 'import "example.com/x/api"\n',
      'cmd/main_test.go': 'import "example.com/x/core"\n',
      'unused/go.mod': 'module example.com/x/unused\n',
    });
    expect(edges(found)).toEqual([
      ['example.com/x/api', 'api', ['example.com/x/core'], []],
      ['example.com/x/cmd', 'cmd', ['example.com/x/api'], ['example.com/x/core']],
      ['example.com/x/core', 'core', [], []],
    ]);
    const isInterface = compileGlobs(found.catalogue.components[2]!.interface!);
    expect(['core/a.go', 'core/a_test.go', 'core/testdata/x', 'core/new/b.go'].map(isInterface)).toEqual([true, false, false, true]);
  });

  test('modules that replace each other by path', () => {
    const found = discover({
      ...core,
      'api/go.mod': 'module example.com/x/api\nrequire example.com/x/core v0.0.0\nreplace example.com/x/core => ../core\n',
      'api/api.go': 'import "example.com/x/core"\n',
    });
    expect(edges(found)).toEqual([['example.com/x/api', 'api', ['example.com/x/core'], []], ['example.com/x/core', 'core', [], []]]);
  });

  test('a module that another one needs is built with, though no file names it', () => {
    const found = discover({ ...core, 'api/go.mod': 'module api\nrequire (\n\texample.org/ext v1.0.0\n\texample.com/x/core v0.0.0 // indirect\n)\nreplace example.com/x/core => ../core\n', 'api/a.go': '' });
    expect(edges(found)[0]).toEqual(['api', 'api', ['example.com/x/core'], []]);
  });

  test('without a workspace a module of the same repository comes from elsewhere', () => {
    const found = discover({ ...core, 'api/go.mod': 'module example.com/x/api\nrequire example.com/x/core v1.0.0\n' });
    expect(edges(found)).toEqual([]);
  });

  test('a member that is not there, and one without a name, are named', () => {
    const found = discover({ 'go.work': 'use ./gone\nuse ./empty\nuse ./core\n', 'empty/go.mod': 'go 1.22\n', ...core });
    expect(warningsOf(found)).toEqual(['BrokenManifest empty/go.mod', 'MissingMember go.work']);
  });
});

describe('Cargo', () => {
  test('a workspace: paths, shared dependencies, patches, targets', () => {
    const found = discover({
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old"]\n[workspace.dependencies]\ncore = { path = "crates/core" }\n[patch.crates-io]\npatched = { path = "crates/patched" }\n',
      'Cargo.lock': '',
      'crates/core/Cargo.toml': '[package]\nname = "core"\n',
      'crates/core/tests/x.rs': '',
      'crates/api/Cargo.toml': '[package]\nname = "api"\n[dependencies]\ncore.workspace = true\npatched = "1"\n[dev-dependencies]\nkit = { path = "../kit" }\n',
      'crates/kit/Cargo.toml': '[package]\nname = "kit"\n[build-dependencies]\ncore = { path = "../core" }\n',
      'crates/patched/Cargo.toml': '[package]\nname = "patched"\n[target."cfg(unix)".dependencies]\ncore = { path = "../core" }\n',
      'crates/old/Cargo.toml': '[package]\nname = "old"\n',
    });
    expect(edges(found)).toEqual([
      ['api', 'crates/api', ['core', 'patched'], ['kit']],
      ['core', 'crates/core', [], []],
      ['kit', 'crates/kit', ['core'], []],
      ['patched', 'crates/patched', ['core'], []],
    ]);
    expect(found.catalogue.globalPaths).toEqual(expect.arrayContaining(['.cargo/config.toml', 'Cargo.lock', 'Cargo.toml', 'rust-toolchain.toml']));
  });

  test('a package that a member names by path is a member; the root may be one', () => {
    const found = discover({
      'Cargo.toml': '[workspace]\n[package]\nname = "app"\n[dependencies]\nlib = { path = "lib" }\n',
      'src/main.rs': '',
      'lib/Cargo.toml': '[package]\nname = "lib"\n',
    });
    expect(edges(found)).toEqual([['app', '.', ['lib'], []], ['lib', 'lib', [], []]]);
    expect(found.catalogue.components[0]!.exclude).toEqual(['lib/**']);
  });
});

describe('Maven', () => {
  const pom = (artifact: string, more = '') => `<project><groupId>g</groupId><artifactId>${artifact}</artifactId>${more}</project>`;
  const dependency = (artifact: string, more = '', group = '${project.groupId}') =>
    `<dependencies><dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>${more}</dependency></dependencies>`;
  const root = pom('root', '<packaging>pom</packaging><modules><module>core</module><module>api</module></modules>');

  test('modules', () => {
    const found = discover({
      'pom.xml': root,
      'core/pom.xml': pom('core'),
      'core/src/test/X.java': '',
      'api/pom.xml': pom('api', dependency('core')),
    });
    expect(edges(found)).toEqual([['api', 'api', ['core'], []], ['core', 'core', [], []]]);
    expect(compileGlobs(found.catalogue.components[1]!.interface!)('core/src/test/X.java')).toBe(false);
  });

  test('a dependency of the scope test is one of the tests', () => {
    const found = discover({ 'pom.xml': root, 'core/pom.xml': pom('core'), 'api/pom.xml': pom('api', dependency('core', '<scope>test</scope>')) });
    expect(edges(found)[0]).toEqual(['api', 'api', [], ['core']]);
  });

  test('tests that another module uses are part of the interface', () => {
    const found = discover({ 'pom.xml': root, 'core/pom.xml': pom('core'), 'core/src/test/X.java': '', 'api/pom.xml': pom('api', dependency('core', '<type>test-jar</type>')) });
    expect(found.catalogue.components[1]!.interface).toBeUndefined();
  });

  test('an artifact of that name from another group is none', () => {
    const found = discover({ 'pom.xml': root, 'core/pom.xml': pom('core'), 'api/pom.xml': pom('api', dependency('core', '', 'other')) });
    expect(edges(found)[0]).toEqual(['api', 'api', [], []]);
  });

  test('broken and missing modules are named', () => {
    const found = discover({ 'pom.xml': root, 'core/pom.xml': '<project><artifactId>core</project>' });
    expect(warningsOf(found)).toEqual(['MissingMember pom.xml', 'BrokenManifest core/pom.xml']);
  });
});

test('components of several ecosystems that have one name are called by their folders', () => {
  const found = discover({
    'package.json': '{"workspaces":["js"]}',
    'js/package.json': '{"name":"core"}',
    'Cargo.toml': '[workspace]\nmembers = ["rust"]\n',
    'rust/Cargo.toml': '[package]\nname = "core"\n',
  });
  expect(edges(found).map((edge) => (edge as string[])[0])).toEqual(['js', 'rust']);
  expect(warningsOf(found)).toEqual(['DuplicateName js/package.json', 'DuplicateName rust/Cargo.toml']);
});
