import { DiscoveredPackage, Ecosystem, ManifestPath, NOTHING_FOUND, opaquePackage, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { isFixture, memberPredicate, ParsedManifest, parseTomlManifests } from './manifests';
import { modulesIn, pythonFolders } from './python-folders';
import { normalized, requirementsOf } from './python-requirements';
import { FileIndex, folderOf, isVendored, resolvePath } from './repository-files';
import { dependenciesInUvLock } from './uv-lock';
import { Fields, fieldAt, fieldsOf, stringOf, stringsOf } from './values';
import { readToml } from '../../lambda/shared/toml';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { joinPath } from '../../src/core/paths';

const SHARED_FILES = ['uv.lock', 'poetry.lock', 'pdm.lock', 'uv.toml', '.python-version'];
/** Lockfiles of one project: what they take by path is the project's. */
const OWN_LOCKFILES = ['poetry.lock', 'pdm.lock', 'Pipfile', 'Pipfile.lock', 'setup.cfg'];

/** A workspace of uv, and its members; projects that are in none depend on each other by path. */
interface Group {
  readonly root?: ParsedManifest;
  readonly projects: readonly ParsedManifest[];
  readonly submodules: readonly string[];
}

/**
 * uv workspaces, wherever their roots are, projects that depend on each other by path (uv, Poetry, PDM, Hatch, direct references), and folders of
 * functions.
 */
export const python: Ecosystem = {
  name: 'python',
  internal: INTERNAL_RULES.python,
  discover(index, isPackaged) {
    const warnings: DiscoveryWarning[] = [];
    const problems: DiscoveryWarning[] = [];
    const manifests = parseTomlManifests(index, index.named('pyproject.toml'), problems);
    // What tests read may be broken on purpose.
    warnings.push(...problems.filter(({ path }) => path === 'pyproject.toml' || !isFixture(folderOf(path))));
    const groups = groupsOf(manifests, index);
    const projects = groups.flatMap((group) => packagesOf(group, index));
    const folders = [...projects.map(({ folder }) => folder), ...groups.flatMap(({ root }) => root?.folder ?? [])];
    const found = [...projects, ...pythonFolders(index, folders, isPackaged)];
    // One project by itself at the root is no set of components.
    if (!groups.some(({ root }) => root !== undefined) && !found.some(({ folder }) => folder !== '.')) {
      return { ...NOTHING_FOUND, warnings };
    }
    const shared = groups.some(({ root }) => root?.folder === '.') ? [...SHARED_FILES, 'pyproject.toml'] : SHARED_FILES;
    return { packages: found, globalPaths: shared, foundFrom: ['**/pyproject.toml', '**/uv.lock', '**/setup.py', '**/setup.cfg', '**/requirements*.txt'], warnings };
  },
};

function groupsOf(manifests: readonly ParsedManifest[], index: FileIndex): Group[] {
  const roots = manifests.filter(({ folder, content }) => fieldAt(content, 'tool', 'uv', 'workspace') !== undefined && (folder === '.' || !isFixture(folder)));
  const taken = new Set<ParsedManifest>();
  const groups = roots.map((root): Group => {
    const workspace = fieldAt(root.content, 'tool', 'uv', 'workspace');
    const isMember = memberPredicate(['.', ...stringsOf(fieldAt(workspace, 'members'))], stringsOf(fieldAt(workspace, 'exclude')), root.folder);
    const projects = manifests.filter((project) => isMember(project.folder) && nameOf(project.content) !== undefined && !taken.has(project));
    projects.forEach((project) => taken.add(project));
    return { root, projects, submodules: [...index.files.submodules].filter(isMember) };
  });
  const isInside = (folder: string) => roots.some((root) => root.folder === '.' || folder === root.folder || folder.startsWith(`${root.folder}/`));
  const rest = manifests.filter(({ folder, content }) => nameOf(content) !== undefined && !isInside(folder) && !isVendored(folder) && (folder === '.' || !isFixture(folder)));
  return [...groups, { projects: rest, submodules: [] }];
}

function packagesOf({ root, projects, submodules }: Group, index: FileIndex): DiscoveredPackage[] {
  const locked = root === undefined ? new Map<string, PackageDependency[]>() : dependenciesInUvLock(index, joinPath(root.folder, 'uv.lock'), root.folder, readToml);
  const shared = root === undefined || root.folder === '.' ? [] : [...SHARED_FILES, 'pyproject.toml'].map((name) => joinPath(root.folder, name));
  const sharedPaths = shared.length > 0 ? { sharedPaths: shared } : {};
  // Installed in one environment, or found by a path that only runs know, a module needs no requirement to be imported.
  const from = new Set(projects.map(({ folder }) => folder));
  return [
    ...projects.map((project) => {
      const described = describe(project, projects, root, index);
      return {
        ...described,
        dependencies: [...described.dependencies, ...locked.get(project.folder) ?? []],
        importable: { names: modulesIn(project.folder, index), from },
        ...sharedPaths,
      };
    }),
    ...submodules.map(opaquePackage),
  ];
}

function describe(project: ParsedManifest, projects: readonly ParsedManifest[], root: ParsedManifest | undefined, index: FileIndex): DiscoveredPackage {
  const { content, folder, path: manifest } = project;
  const name = nameOf(content)!;
  const byName = new Map(projects.map((other) => [normalized(nameOf(other.content)!), other.folder]));
  const dependencies: PackageDependency[] = [];
  const paths: ManifestPath[] = [];
  const add = (target: string | undefined, use: PackageDependency['use']) => {
    if (target === undefined || target === folder) {
      return;
    }
    if (projects.some((other) => other.folder === target)) {
      dependencies.push({ folder: target, use });
    } else {
      paths.push({ path: target, use: 'build' });
    }
  };
  const shared = sourcesOf(root);
  const own = sourcesOf(project);
  const requirements = requirementsOf(project);
  for (const { name: required, use, path } of requirements) {
    const source = required === undefined ? undefined : own.get(normalized(required)) ?? shared.get(normalized(required));
    // Without a source of its own a name means the project of that name, as in a workspace.
    add(path ?? source ?? (required === undefined ? undefined : byName.get(normalized(required))), use);
  }
  for (const [required, path] of own) {
    // A source that no list names is there for what a plugin lists.
    if (!requirements.some((one) => one.name !== undefined && normalized(one.name) === required)) {
      add(path ?? byName.get(required), 'build');
    }
  }
  const locks = [...index.files.read(OWN_LOCKFILES.map((file) => joinPath(folder, file)).filter((file) => index.has(file))).values()];
  return {
    name,
    folder,
    manifest,
    dependencies,
    paths,
    references: [...new Set([name, name.replace(/[-.]/g, '_'), ...modulesIn(folder, index)])],
    published: [],
    manifestTexts: { build: [JSON.stringify([content['build-system'], settingsOf(content)]), ...locks].join('\n'), test: '' },
    ...(folder === '.' && { takes: takesOf(index) }),
  };
}

/** Paths of a manifest's sources, by name; of a workspace's members without one. */
function sourcesOf(project: ParsedManifest | undefined): Map<string, string | undefined> {
  return new Map(Object.entries(fieldsOf(fieldAt(project?.content, 'tool', 'uv', 'sources'))).flatMap(([name, value]) => (
    (Array.isArray(value) ? value : [value]).flatMap((source): [string, string | undefined][] => {
      const path = stringOf(fieldAt(source, 'path'));
      const isLocal = path !== undefined || fieldAt(source, 'workspace') === true;
      return isLocal ? [[normalized(name), path === undefined ? undefined : resolvePath(project!.folder, path)]] : [];
    }))));
}

/** Settings of tools, which may name files to build with, without lists of what to install. */
function settingsOf(content: Fields): Fields {
  const withoutLists = (value: unknown): unknown => (typeof value !== 'object' || value === null || Array.isArray(value) ? value
    : Object.fromEntries(Object.entries(value).filter(([key]) => !/(^|-)dependencies$|^sources$|^group$/.test(key)).map(([key, entry]) => [key, withoutLists(entry)])));
  return fieldsOf(withoutLists(content.tool));
}

function nameOf(content: Fields): string | undefined {
  return stringOf(fieldAt(content, 'project', 'name')) ?? stringOf(fieldAt(content, 'tool', 'poetry', 'name'));
}

/** What the project at the repository's root is made of. */
function takesOf(index: FileIndex): string[] {
  const files = ['pyproject.toml', 'setup.py', 'setup.cfg', 'MANIFEST.in', 'README.md', 'conftest.py'];
  const modules = modulesIn('.', index).map((module) => (index.isFolder(module) ? `${module}/**` : `${module}.py`));
  return [...files, 'src/**', 'tests/**', ...modules];
}

