import picomatch from 'picomatch';
import { DiscoveredPackage, Ecosystem, EcosystemFindings, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES, isDocument } from './internal-files';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { Fields, fieldAt, fieldsOf, stringOf, stringsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { onlyDocument } from '../../src/core/lockfile/lockfiles';
import { parseYaml } from '../yaml';

const DEPENDENCY_SECTIONS = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const;
const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];
/** Beside the root's manifest and lockfiles: what decides how packages are installed, and what runs them. */
const SHARED_FILES = [
  ...LOCKFILES, 'bun.lock', 'bun.lockb', 'package.json', 'pnpm-workspace.yaml', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', '.pnpmfile.mjs', 'bunfig.toml',
  '.nvmrc', '.node-version', '.tool-versions',
];

/** Where packages and what they need are read from. */
const FOUND_FROM = ['**/package.json', 'pnpm-workspace.yaml', ...LOCKFILES];

/** Fields of a manifest that name what comes with it or describe it; none of them reads another package. */
const UNREAD_FIELDS = [...DEPENDENCY_SECTIONS, 'name', 'version', 'description', 'keywords', 'peerDependenciesMeta', 'repository', 'homepage', 'bugs', 'author', 'scripts'];

/** Fields of a manifest that linters, formatters and hooks of Git are configured by. */
const STYLE_FIELDS = ['eslintConfig', 'eslintIgnore', 'prettier', 'lint-staged', 'husky', 'commitlint', 'simple-git-hooks'];

/** Fields of a manifest that name files for others to read. */
const PUBLISHED_FIELDS = ['main', 'module', 'types', 'typings', 'browser', 'exports', 'bin', 'files', 'typesVersions'];

/** Workspaces of npm, pnpm and Yarn. */
export const npm: Ecosystem = {
  name: 'npm',
  internal: INTERNAL_RULES.npm,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const root = readManifest(index, 'package.json', warnings);
    const patterns = workspacePatterns(index, root, warnings);
    if (patterns.length === 0) {
      return { ...NOTHING_FOUND, warnings };
    }
    const members = readMembers(index, patterns, warnings);
    const packages = members.map((member) => describe(member, members));
    return { packages, globalPaths: SHARED_FILES, foundFrom: FOUND_FROM, warnings } satisfies EcosystemFindings;
  },
};

interface Member {
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly manifest: Fields;
}

function workspacePatterns(index: FileIndex, root: Fields | undefined, warnings: DiscoveryWarning[]): string[] {
  const patterns = [...stringsOf(root?.workspaces), ...stringsOf(fieldAt(root?.workspaces, 'packages')), ...pnpmPatterns(index, warnings)];
  return patterns.map((pattern) => pattern.replace(/^(!?)\.?\//, '$1').replace(/\/+$/, ''));
}

function pnpmPatterns(index: FileIndex, warnings: DiscoveryWarning[]): string[] {
  const path = 'pnpm-workspace.yaml';
  const text = index.readOne(path);
  if (text === undefined) {
    return [];
  }
  try {
    return stringsOf(fieldAt(onlyDocument(parseYaml(text)), 'packages'));
  } catch (error) {
    warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message.split('\n')[0]! });
    return [];
  }
}

function readMembers(index: FileIndex, patterns: readonly string[], warnings: DiscoveryWarning[]): Member[] {
  const selected = picomatch(patterns.filter((pattern) => !pattern.startsWith('!')), {
    ignore: patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)),
  });
  const manifests = index.named('package.json').filter((path) => path !== 'package.json' && selected(folderOf(path)));
  index.files.read(manifests);
  return manifests.flatMap((path) => {
    const manifest = readManifest(index, path, warnings);
    if (manifest === undefined) {
      return [];
    }
    const folder = folderOf(path);
    const name = stringOf(manifest.name);
    if (name === undefined) {
      warnings.push({ kind: 'UnnamedPackage', path, detail: `it has no 'name'; its folder '${folder}' stands for it` });
      return [{ name: folder, folder, path, manifest }];
    }
    return [{ name, folder, path, manifest }];
  });
}

function describe({ name, folder, path, manifest }: Member, members: readonly Member[]): DiscoveredPackage {
  const dependencies: PackageDependency[] = [];
  for (const section of DEPENDENCY_SECTIONS) {
    for (const [dependency, specifier] of Object.entries(fieldsOf(manifest[section]))) {
      const target = targetOf(dependency, String(specifier), folder, members);
      if (target !== undefined && target !== folder) {
        dependencies.push({ folder: target, use: section === 'devDependencies' ? 'development' : 'build' });
      }
    }
  }
  const fields = Object.entries(manifest).filter(([field]) => !UNREAD_FIELDS.includes(field));
  return {
    name,
    folder,
    manifest: path,
    fields: manifest,
    dependencies,
    references: [name, ...commandsOf(name, manifest)],
    published: PUBLISHED_FIELDS.flatMap((field) => stringsIn(manifest[field]).map((published) => published.replace(/^\.\//, '').replace(/\/?\*.*$/, ''))
      .filter((published) => field !== 'files' || !isDocument(published))),
    manifestTexts: {
      build: JSON.stringify(fields.filter(([field]) => !STYLE_FIELDS.includes(field))),
      test: '',
      style: JSON.stringify(fields.filter(([field]) => STYLE_FIELDS.includes(field))),
    },
  };
}

/** Folder of the member that a dependency means; undefined where it comes from elsewhere. */
function targetOf(name: string, specifier: string, from: string, members: readonly Member[]): string | undefined {
  const local = /^(?:file|link|portal|workspace):(\.{1,2}(?:\/.*)?)$/.exec(specifier);
  if (local !== null) {
    const folder = resolvePath(from, local[1]!);
    return members.find((member) => member.folder === folder)?.folder;
  }
  // An alias: another name for a package.
  const alias = /^(?:workspace|npm):(@?[^@]+)@/.exec(specifier)?.[1];
  const foreign = alias === undefined && /^(https?|git|git\+\w+|github|ssh):/.test(specifier);
  return foreign ? undefined : members.find((member) => member.name === (alias ?? name))?.folder;
}

function commandsOf(name: string, { bin }: Fields): string[] {
  return typeof bin === 'string' ? [name.replace(/^@[^/]+\//, '')] : Object.keys(fieldsOf(bin));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function readManifest(index: FileIndex, path: string, warnings: DiscoveryWarning[]): Fields | undefined {
  const text = index.readOne(path);
  if (text === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Fields;
    }
    warnings.push({ kind: 'BrokenManifest', path, detail: 'it is not a JSON object' });
  } catch (error) {
    warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message });
  }
  return undefined;
}
