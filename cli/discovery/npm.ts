import { DiscoveredPackage, Ecosystem, EcosystemFindings, NOTHING_FOUND } from './ecosystem';
import { INTERNAL_RULES, isDocument, isStyleFile } from './internal-files';
import { DEPENDENCY_SECTIONS, localDependencies, overriddenPaths } from './npm-dependencies';
import { packagesByFolder } from './npm-folders';
import { taskDependencies } from './npm-tasks';
import { findWorkspaces, Member, Workspace } from './npm-workspaces';
import { FileIndex } from './repository-files';
import { rootApplication } from './root-application';
import { Fields, fieldsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { BINARY_LOCKFILE, LOCKFILES } from '../../src/core/lockfile/traceable';
import { joinPath } from '../../src/core/paths';

/** The root's manifest and lockfiles, and what decides how packages are installed and what runs them. */
const SHARED_FILES = [
  ...LOCKFILES, BINARY_LOCKFILE, 'package.json', 'pnpm-workspace.yaml', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', '.pnpmfile.mjs', 'bunfig.toml',
  '.nvmrc', '.node-version', '.tool-versions',
];
/** What tools look for in every folder above, there or not. */
const LOOKED_FOR_ABOVE = [
  '.browserslistrc', 'browserslist', '.babelrc', '.babelrc.json', 'babel.config.js', 'babel.config.json', 'postcss.config.js', '.postcssrc', '.swcrc', 'turbo.json', 'nx.json', 'lerna.json',
];
/** Where packages and what they need are read from. */
const FOUND_FROM = ['**/package.json', '**/pnpm-workspace.yaml', '**/tsconfig*.json', '**/jsconfig*.json', ...LOCKFILES];

/** Fields of a manifest that name what comes with it or describe it; none of them reads another package. */
const UNREAD_FIELDS = [...DEPENDENCY_SECTIONS, 'name', 'version', 'description', 'keywords', 'peerDependenciesMeta', 'repository', 'homepage', 'bugs', 'author', 'scripts'];

/** Fields of a manifest that linters, formatters and hooks of Git are configured by. */
const STYLE_FIELDS = ['eslintConfig', 'eslintIgnore', 'prettier', 'lint-staged', 'husky', 'commitlint', 'simple-git-hooks'];

/** Fields of a manifest that name files for others to read. */
const PUBLISHED_FIELDS = ['main', 'module', 'types', 'typings', 'browser', 'exports', 'bin', 'files', 'typesVersions'];

/** Workspaces of npm, pnpm, Yarn and bun, wherever in the repository their roots are, and packages in none. */
export const npm: Ecosystem = {
  name: 'npm',
  internal: INTERNAL_RULES.npm,
  discover(index, isPackaged) {
    const warnings: DiscoveryWarning[] = [];
    const joined = findWorkspaces(index, warnings);
    const workspaces = [...joined, packagesByFolder(index, joined, isPackaged) ?? []].flat();
    const packages = workspaces.flatMap((workspace) => packagesOf(workspace, index));
    if (packages.length === 0) {
      return { ...NOTHING_FOUND, warnings };
    }
    // A member may have a workspace of its own.
    const unique = [...new Map([...packages].reverse().map((one) => [one.folder, one])).values()].reverse();
    const atRoot = workspaces.some(({ folder }) => folder === '.');
    const globalPaths = atRoot ? [...SHARED_FILES, ...rootConfiguration(index)] : [];
    return { packages: unique, globalPaths, foundFrom: FOUND_FROM, warnings } satisfies EcosystemFindings;
  },
};

/** Configuration at the root that tools find from every folder below, except of those that only look at how something is written. */
function rootConfiguration(index: FileIndex): string[] {
  const found = index.files.paths.filter((path) => !path.includes('/') && /^[\w.-]+\.config\.\w+$|^\.[\w-]+rc(\.\w+)?$/.test(path) && !isStyleFile(path));
  return [...LOOKED_FOR_ABOVE, ...found];
}

function packagesOf(workspace: Workspace, index: FileIndex): DiscoveredPackage[] {
  const { folder, members, manifest } = workspace;
  const root = rootApplication(workspace, index);
  const all = root === undefined ? members : [root.member, ...members];
  const from = new Set(all.map((member) => member.folder));
  const overrides = overriddenPaths(workspace, members);
  const atRoot = localDependencies({ manifest, folder }, workspace, index);
  const shared = folder === '.' ? [] : SHARED_FILES.map((name) => joinPath(folder, name));
  return all.map((member): DiscoveredPackage => {
    const needed = localDependencies(member, workspace, index);
    const tasks = taskDependencies(member, { ...workspace, members: all }, index);
    const installs = DEPENDENCY_SECTIONS.some((section) => Object.keys(fieldsOf(member.manifest[section])).length > 0);
    return {
      ...describe(member),
      dependencies: [...needed.dependencies, ...tasks.dependencies],
      paths: [...needed.paths, ...tasks.paths],
      importable: { names: [member.name], from },
      reachable: atRoot.dependencies.map((dependency) => dependency.folder),
      ...(shared.length > 0 && { sharedPaths: shared.filter((path) => path !== member.path) }),
      ...(installs && overrides.length > 0 && { overrides: overrides.filter((path) => path !== member.folder) }),
      ...(member === root?.member && { takes: root.takes }),
    };
  });
}

function describe({ name, folder, path, manifest, isSubmodule }: Member): Omit<DiscoveredPackage, 'dependencies'> {
  const fields = Object.entries(manifest).filter(([field]) => !UNREAD_FIELDS.includes(field) && !PUBLISHED_FIELDS.includes(field));
  return {
    name,
    folder,
    manifest: path,
    fields: manifest,
    references: isSubmodule ? [] : [name, ...commandsOf(name, manifest)],
    published: PUBLISHED_FIELDS.flatMap((field) => stringsIn(manifest[field]).map((published) => published.replace(/^\.\//, '').replace(/\/?\*.*$/, ''))
      .filter((published) => field !== 'files' || !isDocument(published))),
    manifestTexts: {
      build: JSON.stringify(fields.filter(([field]) => !STYLE_FIELDS.includes(field))),
      test: '',
      style: JSON.stringify(fields.filter(([field]) => STYLE_FIELDS.includes(field))),
    },
    ...(isSubmodule && { isOpaque: true }),
  };
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
