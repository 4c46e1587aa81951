import picomatch from 'picomatch';
import { ManifestPath, PackageDependency } from './ecosystem';
import { LocalDependencies } from './npm-dependencies';
import { Member, Workspace } from './npm-workspaces';
import { FileIndex, resolvePath } from './repository-files';
import { fieldAt, fieldsOf, stringsOf } from './values';
import { usesOfScripts } from '../../src/core/lockfile/package-scripts';
import { joinPath } from '../../src/core/paths';

/** Options by which package managers and runners take other members, by name, pattern or folder. */
const SELECTS = /(?:--(?:filter(?:-prod)?|workspace|scope|include|projects?|to|from|cwd|prefix|dir)|(?:^|\s)-[FwCp]|\bworkspace)(?:\s*=\s*|\s+)(?:\\?["'])?([^\s"'&|;\\]+)/g;
/** Programs that run tasks of other members by the members' names. */
const RUNNERS = /\b(?:nx|turbo|lage|moon|lerna|wsrun|wireit|rush|rushx)\b/;

/**
 * Members that a member's scripts and settings of task runners (Nx, Turborepo) run tasks of, though its manifest does not depend on them, and paths that
 * Nx's settings give from the repository's root.
 */
export function taskDependencies(member: Member, { folder: root, members }: Workspace, index: FileIndex): LocalDependencies {
  const dependencies: PackageDependency[] = [];
  const paths: ManifestPath[] = [];
  const projects = projectNames(members, index);
  const add = (folder: string | undefined, use: PackageDependency['use']) => {
    if (folder !== undefined && folder !== member.folder) {
      dependencies.push({ folder, use });
    }
  };
  const scripts = fieldsOf(member.manifest.scripts);
  const uses = usesOfScripts(scripts);
  for (const [name, text] of Object.entries(scripts)) {
    const use = uses.get(name);
    if (use === 'build' || use === 'test') {
      selectedBy(String(text), { member, root, members }).forEach((folder) => add(folder, use));
      if (RUNNERS.test(String(text))) {
        String(text).split(/[\s,"'=]+/).forEach((word) => add(projects.get(word.split(/[#:]/, 1)[0]!), use));
      }
    }
  }
  const settings = ['turbo.json', 'turbo.jsonc'].flatMap((name) => index.readOne(joinPath(member.folder, name)) ?? []);
  for (const text of settings) {
    [...text.matchAll(/"\^?([^"\s#]+)#[^"\s]+"/g)].forEach(([, name]) => add(projects.get(name!), 'build'));
  }
  for (const project of [parsed(index.readOne(joinPath(member.folder, 'project.json'))), member.manifest.nx]) {
    [...stringsOf(fieldAt(project, 'implicitDependencies')), ...namedIn(project)].forEach((name) => add(projects.get(name), 'build'));
    textsIn(project).flatMap((text) => pathOf(text, member.folder, index)).forEach((path) => paths.push({ path, use: 'build' }));
  }
  return { dependencies, paths };
}

/** Members by their names, and by those that Nx gives them. */
function projectNames(members: readonly Member[], index: FileIndex): Map<string, string> {
  return new Map(members.flatMap(({ name, folder }) => {
    const project = fieldAt(parsed(index.readOne(joinPath(folder, 'project.json'))), 'name');
    return [...typeof project === 'string' ? [[project, folder] as const] : [], [name, folder] as const];
  }));
}

function selectedBy(script: string, { member, root, members }: { member: Member; root: string; members: readonly Member[] }): string[] {
  return [...script.matchAll(SELECTS)].flatMap(([, selectors]) => selectors!.split(',')).flatMap((selector) => {
    const name = selector.replace(/^\.{3}(?=\w|@|\{)|^\{|\[[^\]]*\]|\}?(?:\.{3})?$|\^/g, '').replace(/\}$/, '');
    if (name === '' || selector.startsWith('!')) {
      return [];
    }
    const folders = [resolvePath(root, name), resolvePath(member.folder, name)];
    const matches = /[*?]/.test(name) ? picomatch(name) : (candidate: string) => candidate === name;
    return members.filter((candidate) => matches(candidate.name) || folders.includes(candidate.folder)).map(({ folder }) => folder);
  });
}

/** Projects that Nx's targets name: `"dependsOn": [{ "projects": ["lib"] }]`, `"buildTarget": "lib:build"`. */
function namedIn(value: unknown): string[] {
  return textsIn(value).map((text) => text.split(':', 1)[0]!);
}

function textsIn(value: unknown): string[] {
  return typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a text of Nx's settings means as a path from the repository's root, if there is something; the project's own folder is not meant. */
function pathOf(text: string, folder: string, index: FileIndex): string[] {
  const path = /[\s:]|^[^/]+$/.test(text) ? undefined : resolvePath('.', text.replace(/^!|^\{workspaceRoot\}\/|\/?\*.*$/g, ''));
  return path === undefined || path === '.' || path === folder || path.startsWith(`${folder}/`) || !(index.has(path) || index.isFolder(path)) ? [] : [path];
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
