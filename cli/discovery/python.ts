import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { memberPredicate, ParsedManifest, parseTomlManifests } from './manifests';
import { FileIndex, resolvePath } from './repository-files';
import { Fields, fieldAt, fieldsOf, stringOf, stringsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const SHARED_FILES = ['uv.lock', 'poetry.lock', 'pdm.lock', 'uv.toml', '.python-version'];

/** uv workspaces, and projects that depend on each other by path (uv, Poetry, direct references). */
export const python: Ecosystem = {
  name: 'python',
  internal: INTERNAL_RULES.python,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const manifests = parseTomlManifests(index, index.named('pyproject.toml'), warnings);
    const root = manifests.find(({ folder }) => folder === '.');
    const workspace = fieldAt(root?.content, 'tool', 'uv', 'workspace');
    const isMember = workspace === undefined ? () => true
      : memberPredicate(['.', ...stringsOf(fieldAt(workspace, 'members'))], stringsOf(fieldAt(workspace, 'exclude')));
    const projects = manifests.filter(({ folder, content }) => isMember(folder) && nameOf(content) !== undefined);
    const found = projects.map((project) => describe(project, projects, root, index));
    // One project by itself at the root is no set of components.
    if (workspace === undefined && !found.some(({ folder }) => folder !== '.')) {
      return { ...NOTHING_FOUND, warnings };
    }
    const shared = workspace === undefined ? SHARED_FILES : [...SHARED_FILES, 'pyproject.toml'];
    return { packages: found, globalPaths: shared, foundFrom: ['**/pyproject.toml'], warnings };
  },
};

interface Requirement {
  readonly name: string;
  readonly use: 'build' | 'development';
  /** Folder given with it, relative to the project's. */
  readonly path?: string;
}

function describe(
  project: ParsedManifest, projects: readonly ParsedManifest[], root: ParsedManifest | undefined, index: FileIndex,
): DiscoveredPackage {
  const name = nameOf(project.content)!;
  const byName = new Map(projects.map(({ content, folder }) => [normalized(nameOf(content)!), folder]));
  const sources = { ...fieldsOf(fieldAt(root?.content, 'tool', 'uv', 'sources')), ...fieldsOf(fieldAt(project.content, 'tool', 'uv', 'sources')) };
  const dependencies = requirements(project.content).flatMap(({ name: required, use, path }): PackageDependency[] => {
    const own = fieldsOf(fieldAt(project.content, 'tool', 'uv', 'sources'))[required];
    const given = path ?? stringOf(fieldAt(sources[required], 'path'));
    const from = path !== undefined || own !== undefined ? project.folder : '.';
    const folder = given === undefined ? byName.get(normalized(required)) : resolvePath(from, given);
    return folder === undefined || folder === project.folder ? [] : [{ folder, use }];
  });
  return {
    name,
    folder: project.folder,
    manifest: project.path,
    dependencies,
    references: [...new Set([name, name.replace(/[-.]/g, '_'), ...modulesOf(project.folder, index)])],
    published: [],
    manifestTexts: { build: JSON.stringify([project.content['build-system'], buildTools(project.content)]), test: '' },
  };
}

/** Settings of tools, which may name files to build with; those of package managers have been read. */
function buildTools(content: Fields): Fields {
  return Object.fromEntries(Object.entries(fieldsOf(content.tool)).filter(([tool]) => !['uv', 'poetry', 'pdm'].includes(tool)));
}

/** Everything that a project requires. Groups are never part of what is built; whether building needs them, the files tell. */
function requirements(content: Fields): Requirement[] {
  const poetry = fieldAt(content, 'tool', 'poetry');
  const groups = [
    ...Object.values(fieldsOf(content['dependency-groups'])), fieldAt(content, 'tool', 'uv', 'dev-dependencies'),
    ...Object.values(fieldsOf(fieldAt(content, 'tool', 'pdm', 'dev-dependencies'))),
  ];
  return [
    ...stringsOf(fieldAt(content, 'project', 'dependencies')).map((text) => requirement(text, 'build')),
    ...Object.values(fieldsOf(fieldAt(content, 'project', 'optional-dependencies'))).flatMap(stringsOf).map((text) => requirement(text, 'build')),
    ...stringsOf(fieldAt(content, 'build-system', 'requires')).map((text) => requirement(text, 'build')),
    ...groups.flatMap(stringsOf).map((text) => requirement(text, 'development')),
    ...poetryRequirements(fieldAt(poetry, 'dependencies'), 'build'),
    ...poetryRequirements(fieldAt(poetry, 'dev-dependencies'), 'development'),
    ...Object.values(fieldsOf(fieldAt(poetry, 'group'))).flatMap((group) => poetryRequirements(fieldAt(group, 'dependencies'), 'development')),
  ];
}

/** `name[extra] >= 1 ; marker`, or `name @ file:path`. */
function requirement(text: string, use: Requirement['use']): Requirement {
  const name = /^[\w.-]+/.exec(text.trim())?.[0] ?? text;
  const path = /@\s*file:(?:\/\/)?(?:\/?\$\{PROJECT_ROOT\}\/?)?(\.{0,2}[^\s;]*)/.exec(text)?.[1];
  return { name, use, ...(path !== undefined && path !== '' && !path.startsWith('/') && { path }) };
}

function poetryRequirements(table: unknown, use: Requirement['use']): Requirement[] {
  return Object.entries(fieldsOf(table)).map(([name, value]) => {
    const path = stringOf(fieldAt(value, 'path'));
    return { name, use, ...(path !== undefined && { path }) };
  });
}

function nameOf(content: Fields): string | undefined {
  return stringOf(fieldAt(content, 'project', 'name')) ?? stringOf(fieldAt(content, 'tool', 'poetry', 'name'));
}

/** Names that stand for the same project: case, and what separates its words, don't count. */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** What is imported of the project: the top-level packages and modules in its folder or in its `src`. */
function modulesOf(folder: string, index: FileIndex): string[] {
  const prefixes = folder === '.' ? ['', 'src/'] : [`${folder}/`, `${folder}/src/`];
  return index.under(folder).flatMap((path) => prefixes.flatMap((prefix) => {
    const relative = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    return /^(\w+)(?:\/__init__\.py|\.py)$/.exec(relative)?.[1] ?? [];
  })).filter((module) => !['setup', 'conftest', 'tests', 'test', 'main', 'noxfile'].includes(module));
}
