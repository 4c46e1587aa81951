import { affectedBy, withRootPackage } from './support/affected';
import { Contents, memoryFiles, SUBMODULE } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';

interface Case {
  readonly contents: Contents;
  readonly changed: readonly string[];
  readonly affected: readonly string[];
}

const pom = (artifact: string, more = '', parent = '') => `<project>${parent}<groupId>g</groupId><artifactId>${artifact}</artifactId>${more}</project>`;
const artifact = (name: string, more = '') => `<groupId>g</groupId><artifactId>${name}</artifactId>${more}`;
const crate = (name: string, more = '') => `[package]\nname = "${name}"\nversion = "0.1.0"\n${more}`;
const project = (name: string, more = '') => `[project]\nname = "${name}"\nversion = "0"\n${more}`;

const NPM: { readonly [name: string]: Case } = {
  'a folder that is no member': {
    contents: { 'package.json': { workspaces: ['apps/*'] }, 'apps/a/package.json': { name: 'a', devDependencies: { tool: 'link:../../tools/tool' } }, 'tools/tool/package.json': {}, 'tools/tool/x.js': '' },
    changed: ['tools/tool/x.js'],
    affected: ['a'],
  },
  'a folder that is no member, and one that it needs in its turn': {
    contents: {
      'package.json': { workspaces: ['apps/*'] },
      'apps/a/package.json': { name: 'a', dependencies: { one: 'portal:../../vendored/one' } },
      'vendored/one/package.json': { name: 'one', dependencies: { two: 'file:../two' } },
      'vendored/two/x.js': '',
    },
    changed: ['vendored/two/x.js'],
    affected: ['a'],
  },
  'what a member\'s build leaves': {
    contents: {
      'package.json': { workspaces: ['apps/*', 'libs/*'] }, 'apps/a/package.json': { name: 'a', dependencies: { l: 'file:../../libs/l/dist' } }, 'libs/l/package.json': { name: 'l' }, 'libs/l/src/x.ts': '',
    },
    changed: ['libs/l/src/x.ts'],
    affected: ['a', 'l'],
  },
  'an archive': {
    contents: { 'package.json': { workspaces: ['apps/*'] }, 'apps/a/package.json': { name: 'a', dependencies: { z: 'file:../../archives/z-1.0.0.tgz' } }, 'archives/z-1.0.0.tgz': '' },
    changed: ['archives/z-1.0.0.tgz'],
    affected: ['a'],
  },
  'a patch': {
    contents: { 'package.json': { workspaces: ['apps/*'] }, 'apps/a/package.json': { name: 'a', dependencies: { z: 'patch:z@npm%3A1.0.0#~/.yarn/patches/z.patch' } }, '.yarn/patches/z.patch': '' },
    changed: ['.yarn/patches/z.patch'],
    affected: ['a'],
  },
  'a workspace path': {
    contents: { 'package.json': { workspaces: ['apps/*', 'libs/*'] }, 'apps/a/package.json': { name: 'a', dependencies: { other: 'workspace:libs/l' } }, 'libs/l/package.json': { name: 'l' }, 'libs/l/x.js': '' },
    changed: ['libs/l/x.js'],
    affected: ['a', 'l'],
  },
  'a resolution that sends a package elsewhere to a member': {
    contents: {
      'package.json': { workspaces: ['apps/*', 'forks/*'], resolutions: { '**/is-number': 'link:./forks/is-number' } },
      'apps/a/package.json': { name: 'a', dependencies: { 'is-odd': '3' } },
      'apps/b/package.json': { name: 'b' },
      'forks/is-number/package.json': { name: '@org/is-number' },
      'forks/is-number/x.js': '',
    },
    changed: ['forks/is-number/x.js'],
    affected: ['@org/is-number', 'a'],
  },
  'an override of pnpm, for whom the lockfile says': {
    contents: {
      'package.json': {},
      'pnpm-workspace.yaml': 'packages: [apps/*, forks/*]\noverrides:\n  is-number: link:./forks/is-number\n',
      'pnpm-lock.yaml': [
        "lockfileVersion: '9.0'", 'importers:', '  .: {}', "  apps/a:\n    dependencies:\n      is-odd: { specifier: '3', version: 3.0.1 }",
        "  apps/b:\n    dependencies:\n      left: { specifier: '1', version: 1.0.0 }", '  forks/is-number: {}',
        'packages:', '  is-odd@3.0.1: { resolution: { integrity: x } }', '  left@1.0.0: { resolution: { integrity: y } }',
        'snapshots:', '  is-odd@3.0.1:\n    dependencies:\n      is-number: link:forks/is-number', '  left@1.0.0: {}',
      ].join('\n'),
      'apps/a/package.json': { name: 'a', dependencies: { 'is-odd': '3' } },
      'apps/b/package.json': { name: 'b', dependencies: { left: '1' } },
      'forks/is-number/package.json': { name: '@org/is-number' },
      'forks/is-number/x.js': '',
    },
    changed: ['forks/is-number/x.js'],
    affected: ['@org/is-number', 'a'],
  },
  'a member that only the root declares': {
    contents: {
      'package.json': { workspaces: ['apps/*', 'libs/*'], devDependencies: { l: 'workspace:*' } },
      'apps/a/package.json': { name: 'a', scripts: { build: 'l-build src' } },
      'apps/b/package.json': { name: 'b' },
      'libs/l/package.json': { name: 'l', bin: { 'l-build': 'x.js' } },
      'libs/l/x.js': '',
    },
    changed: ['libs/l/x.js'],
    affected: ['a', 'l'],
  },
  'a member that nobody declares': {
    contents: { 'package.json': { workspaces: ['apps/*', 'libs/*'] }, 'apps/a/package.json': { name: 'a' }, 'apps/a/x.js': "require('l/deep')", 'libs/l/package.json': { name: 'l' }, 'libs/l/deep.js': '' },
    changed: ['libs/l/deep.js'],
    affected: ['a', 'l'],
  },
  'a submodule that is a member': {
    contents: { 'package.json': { workspaces: ['apps/*', 'libs/*'] }, 'apps/a/package.json': { name: 'a' }, 'libs/external': SUBMODULE },
    changed: ['libs/external'],
    affected: ['a', 'libs/external'],
  },
  'members called vendor and target': {
    contents: { 'pnpm-workspace.yaml': 'packages: [libs/**]', 'libs/target/package.json': { name: 'a', dependencies: { v: 'workspace:*' } }, 'libs/vendor/deep/package.json': { name: 'v' }, 'libs/vendor/deep/x.js': '' },
    changed: ['libs/vendor/deep/x.js'],
    affected: ['a', 'v'],
  },
  'a manifest with a byte order mark': {
    contents: { 'package.json': '\uFEFF{"workspaces":["apps/*"]}', 'apps/a/package.json': '\uFEFF{"name":"a","dependencies":{"b":"*"}}', 'apps/b/package.json': { name: 'b' }, 'apps/b/x.js': '' },
    changed: ['apps/b/x.js'],
    affected: ['a', 'b'],
  },
  'a workspace below the root, and its lockfile': {
    contents: { 'README.md': '', 'web/pnpm-workspace.yaml': 'packages: [apps/*]', 'web/pnpm-lock.yaml': '', 'web/apps/a/package.json': { name: 'a' }, 'other/package.json': { workspaces: ['b'] }, 'other/b/package.json': { name: 'b' } },
    changed: ['web/pnpm-lock.yaml'],
    affected: ['a'],
  },
  'a lockfile below the root that is not there yet': {
    contents: { 'web/package.json': { workspaces: ['apps/*'] }, 'web/apps/a/package.json': { name: 'a' } },
    changed: ['web/bun.lock'],
    affected: ['a'],
  },
  'a workspace in a member of another': {
    contents: {
      'package.json': { workspaces: ['libs/*'] },
      'libs/group/package.json': { name: 'group', workspaces: ['in/*'] },
      'libs/group/in/a/package.json': { name: 'a', dependencies: { l: 'workspace:*' } },
      'libs/l/package.json': { name: 'l' },
      'libs/l/x.js': '',
    },
    changed: ['libs/l/x.js'],
    affected: ['a', 'l'],
  },
  'a lockfile of bun': {
    contents: { 'package.json': { workspaces: { packages: ['apps/*'], catalog: {} } }, 'bun.lockb': '', 'apps/a/package.json': { name: 'a' } },
    changed: ['bun.lockb'],
    affected: ['a'],
  },
  'configuration that tools find from below': {
    contents: { 'package.json': { workspaces: ['apps/*'] }, 'postcss.config.cjs': '', 'apps/a/package.json': { name: 'a' } },
    changed: ['postcss.config.cjs'],
    affected: ['a'],
  },
};

const OTHERS: { readonly [name: string]: Case } = {
  'a crate and a package in one folder': {
    contents: {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*", "native"]',
      'crates/core/Cargo.toml': crate('core'),
      'crates/core/src/lib.rs': '',
      'native/Cargo.toml': crate('native', '[dependencies]\ncore = { path = "../crates/core" }'),
      'native/package.json': { name: '@org/native' },
      'package.json': { workspaces: ['native', 'app'] },
      'app/package.json': { name: 'app', dependencies: { '@org/native': '*' } },
    },
    changed: ['crates/core/src/lib.rs'],
    affected: ['@org/native', 'app', 'core'],
  },
  'uv: a source in the workspace that only a plugin lists': {
    contents: { 'pyproject.toml': '[tool.uv.workspace]\nmembers = ["*"]', 'l/pyproject.toml': project('l'), 'l/l/__init__.py': '', 'a/pyproject.toml': project('a', 'dynamic = ["dependencies"]\n[tool.uv.sources]\nl = { workspace = true }') },
    changed: ['l/l/__init__.py'],
    affected: ['a', 'l'],
  },
  'uv: an edge that only the lockfile has': {
    contents: {
      'py/pyproject.toml': '[tool.uv.workspace]\nmembers = ["*"]',
      'py/l/pyproject.toml': project('l'),
      'py/l/x.py': '',
      'py/a/pyproject.toml': project('a'),
      'py/uv.lock': 'version = 1\n[[package]]\nname = "a"\nsource = { editable = "a" }\ndependencies = [{ name = "l" }]\n[[package]]\nname = "l"\nsource = { virtual = "l" }\n',
    },
    changed: ['py/l/x.py'],
    affected: ['a', 'l'],
  },
  'uv: a lockfile below the root': {
    contents: { 'py/pyproject.toml': '[tool.uv.workspace]\nmembers = ["*"]', 'py/uv.lock': '', 'py/a/pyproject.toml': project('a'), 'z/pyproject.toml': project('z') },
    changed: ['py/uv.lock'],
    affected: ['a'],
  },
  'pip: requirements that name others, and constraints': {
    contents: { 'a/pyproject.toml': project('a'), 'a/requirements/dev.txt': '-c ../../constraints.txt\n-e ../../legacy[extra]\n', 'constraints.txt': '', 'legacy/setup.py': '', 'legacy/x.py': '', 'b/pyproject.toml': project('b') },
    changed: ['constraints.txt', 'legacy/x.py'],
    affected: ['a', 'legacy'],
  },
  'Poetry: a folder without a manifest that is read': {
    contents: { 'a/pyproject.toml': '[tool.poetry]\nname = "a"\n[tool.poetry.group.dev.dependencies]\nlegacy = { path = "../legacy" }', 'legacy/setup.py': '', 'legacy/x.py': '' },
    changed: ['legacy/x.py'],
    affected: ['a', 'legacy'],
  },
  'PDM: a path in a group': {
    contents: { 'a/pyproject.toml': project('a', '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/../l#egg=l"]'), 'l/pyproject.toml': project('l'), 'l/x.py': '' },
    changed: ['l/x.py'],
    affected: ['a', 'l'],
  },
  'Hatch: files that are taken in from elsewhere': {
    contents: { 'a/pyproject.toml': project('a', '[tool.hatch.build.targets.wheel.force-include]\n"../shared/z.json" = "a/z.json"'), 'shared/z.json': '', 'b/pyproject.toml': project('b') },
    changed: ['shared/z.json'],
    affected: ['a'],
  },
  'Python: a module of a folder without a manifest': {
    contents: { 'services/a/pyproject.toml': project('a'), 'services/a/main.py': 'from shared.deep import util as u, other\n', 'shared/deep/util.py': '', 'services/b/pyproject.toml': project('b') },
    changed: ['shared/deep/util.py'],
    affected: ['a'],
  },
  'Maven: what the root\'s POM imports, and what that is built on': {
    contents: {
      'pom.xml': pom('root', `<modules><module>bom</module><module>app</module></modules><dependencyManagement><dependencies><dependency>${artifact('bom', '<scope>import</scope>')}</dependency></dependencies></dependencyManagement>`),
      'bom/pom.xml': pom('bom'),
      'app/pom.xml': pom('app', '', `<parent>${artifact('root')}</parent>`),
    },
    changed: ['bom/pom.xml'],
    affected: ['app', 'bom'],
  },
  'Maven: a parent above a parent, neither of which is a module': {
    contents: {
      'pom.xml': pom('root', '<modules><module>app</module><module>rules</module></modules>'),
      'app/pom.xml': pom('app', '', `<parent>${artifact('near')}<relativePath>../parents/near</relativePath></parent>`),
      'parents/near/pom.xml': pom('near', '', `<parent>${artifact('far')}<relativePath>../far/pom.xml</relativePath></parent>`),
      'parents/far/pom.xml': pom('far', `<build><plugins><plugin><artifactId>p</artifactId><dependencies><dependency>${artifact('rules')}</dependency></dependencies></plugin></plugins></build>`),
      'rules/pom.xml': pom('rules'),
      'rules/src/main/resources/r.xml': '',
    },
    changed: ['rules/src/main/resources/r.xml'],
    affected: ['app', 'rules'],
  },
  'Maven: a file that a plugin generates from': {
    contents: {
      'pom.xml': pom('root', '<modules><module>app</module><module>z</module></modules>'),
      'z/pom.xml': pom('z'),
      'api/api.yaml': '',
      'app/pom.xml': pom('app', '<build><resources><resource><directory>${project.basedir}/../api</directory></resource></resources></build>'),
    },
    changed: ['api/api.yaml'],
    affected: ['app'],
  },
  'Maven: an annotation processor of the repository': {
    contents: {
      'pom.xml': pom('root', '<modules><module>app</module><module>gen</module></modules>'),
      'gen/pom.xml': pom('gen'),
      'gen/src/main/java/G.java': '',
      'app/pom.xml': pom('app', `<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><annotationProcessorPaths><path>${artifact('gen')}</path></annotationProcessorPaths></configuration></plugin></plugins></build>`),
    },
    changed: ['gen/src/main/java/G.java'],
    affected: ['app', 'gen'],
  },
  'Maven: an aggregator below the root': {
    contents: { 'jvm/pom.xml': pom('root', '<modules><module>a</module><module>b</module></modules>'), 'jvm/a/pom.xml': pom('a'), 'jvm/b/pom.xml': pom('b', `<dependencies><dependency>${artifact('a')}</dependency></dependencies>`), 'jvm/a/x': '' },
    changed: ['jvm/a/x'],
    affected: ['a', 'b'],
  },
  'Cargo: a patched crate that another one needs': {
    contents: {
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n[patch.crates-io]\nlog = { path = "vendor/log" }', 'a/Cargo.toml': crate('a', '[dependencies]\nenv_logger = "1"'), 'b/Cargo.toml': crate('b'), 'vendor/log/Cargo.toml': crate('log'), 'vendor/log/src/lib.rs': '',
    },
    changed: ['vendor/log/src/lib.rs'],
    affected: ['a'],
  },
  'Cargo: an excluded crate, and what it includes': {
    contents: {
      'rust/Cargo.toml': '[workspace]\nmembers = ["a", "z"]\nexclude = ["out"]',
      'rust/a/Cargo.toml': crate('a', '[dependencies]\nout = { path = "../out/deep" }'),
      'rust/z/Cargo.toml': crate('z'),
      'rust/out/deep/Cargo.toml': crate('deep'),
      'rust/out/deep/src/lib.rs': 'include_bytes!("../../../../data/z.bin");',
      'data/z.bin': '',
    },
    changed: ['data/z.bin'],
    affected: ['a'],
  },
  'Cargo: a library and a build script elsewhere': {
    contents: { 'Cargo.toml': '[workspace]\nmembers = ["a", "b"]', 'a/Cargo.toml': `${crate('a', 'build = "../common/build.rs"')}\n[lib]\npath = "../common/lib.rs"`, 'b/Cargo.toml': crate('b'), 'common/lib.rs': '', 'common/build.rs': '' },
    changed: ['common/lib.rs'],
    affected: ['a'],
  },
  'Go: an import in a workspace that no go.mod requires': {
    contents: { 'go/go.work': 'use (\n\t./a\n\t./l\n\t./z\n)', 'go/a/go.mod': 'module example.com/a', 'go/a/x.go': 'import (\n\tl "example.com/l/deep"\n)', 'go/l/go.mod': 'module example.com/l', 'go/l/deep/x.go': '', 'go/z/go.mod': 'module example.com/z' },
    changed: ['go/l/deep/x.go'],
    affected: ['example.com/a', 'example.com/l'],
  },
  'Go: a module that is replaced and that nothing names': {
    contents: {
      'a/go.mod': 'module example.com/a\nrequire example.org/ext v1.0.0\nreplace example.com/l => ../l', 'a/x.go': 'import "example.org/ext"', 'l/go.mod': 'module example.com/l', 'l/x.go': '',
    },
    changed: ['l/x.go'],
    affected: ['example.com/a', 'example.com/l'],
  },
  'Go: a submodule in a workspace': {
    contents: { 'go.work': 'use ./a\nuse ./external', 'a/go.mod': 'module example.com/a', 'external': SUBMODULE },
    changed: ['external'],
    affected: ['example.com/a', 'external'],
  },
};

test('a patch whose digest the lockfile holds concerns those that the lockfile says', () => {
  const lock = (digest: string) => [
    "lockfileVersion: '9.0'", `patchedDependencies:\n  is-odd@3.0.1:\n    ${digest}path: patches/is-odd.patch`, 'importers:', '  .: {}',
  ].join('\n');
  const contents = (digest: string): Contents => ({
    'package.json': { pnpm: { patchedDependencies: { 'is-odd@3.0.1': 'patches/is-odd.patch' } } },
    'pnpm-workspace.yaml': 'packages: [apps/*]',
    'patches/is-odd.patch': '',
    'apps/a/package.json': { name: 'a' },
    'pnpm-lock.yaml': lock(digest),
  });
  const unread = (digest: string) => discoverCatalogue(memoryFiles(contents(digest))).catalogue.unread ?? [];
  expect(unread('hash: abc\n    ')).toContain('patches/is-odd.patch');
  expect(unread('')).not.toContain('patches/is-odd.patch');
});

describe('evidence of npm\'s kind', () => {
  test.each(Object.entries(NPM))('%s', (_, { contents, changed, affected }) => {
    expect(affectedBy(contents, ...changed)).toEqual(affected);
  });

  test.each(Object.entries(NPM).filter(([, { contents }]) => typeof contents['package.json'] !== 'string'))('%s, beside a package at the root', (_, { contents, changed, affected }) => {
    expect(affectedBy(withRootPackage(contents), ...changed).filter((name) => name !== 'root-package')).toEqual(affected);
  });
});

describe('evidence of other kinds', () => {
  test.each(Object.entries(OTHERS))('%s', (_, { contents, changed, affected }) => {
    expect(affectedBy(contents, ...changed)).toEqual(affected);
  });

  test.each(Object.entries(OTHERS))('%s, beside packages at the root', (_, { contents, changed, affected }) => {
    const atRoot: { [path: string]: string } = {};
    const manifests = Object.keys(contents);
    if (contents['go.work'] !== undefined) {
      Object.assign(atRoot, { 'go.work': `${contents['go.work'] as string}\nuse .`, 'go.mod': 'module example.com/root' });
    }
    if (contents['Cargo.toml'] !== undefined) {
      atRoot['Cargo.toml'] = `${crate('root')}\n${contents['Cargo.toml'] as string}`;
    }
    if (manifests.some((path) => path.endsWith('pyproject.toml'))) {
      atRoot['pyproject.toml'] = `${project('root')}\n${contents['pyproject.toml'] as string | undefined ?? ''}`;
    }
    expect(affectedBy({ ...contents, ...atRoot }, ...changed).filter((name) => name !== 'root' && name !== 'example.com/root')).toEqual(affected);
  });
});
