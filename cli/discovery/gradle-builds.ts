import { isFixture } from './manifests';
import { baseName, FileIndex, folderOf, isVendored, resolvePath } from './repository-files';
import { joinPath } from '../../src/core/paths';

/** A project of a Gradle build. */
export interface GradleProject {
  /** As scripts name it: `:libs:core`; the root's is `:`. */
  readonly path: string;
  readonly folder: string;
  /** Its build script, where it has one. */
  readonly script?: string;
}

/** What one settings file makes one build of, or a build script that is in no such build. */
export interface GradleBuild {
  readonly folder: string;
  readonly settings?: string;
  /** The root's first. */
  readonly projects: readonly GradleProject[];
  /** Folders of the builds that it includes; `all` where a name is computed. */
  readonly included: readonly string[] | 'all';
}

const SETTINGS = ['settings.gradle', 'settings.gradle.kts'];
export const BUILD_SCRIPTS = ['build.gradle', 'build.gradle.kts'];
const INCLUDE = /\binclude\s*\(?\s*((?:(["'])[^"'\n]*\2\s*,?\s*)+)/g;
const INCLUDE_FLAT = /\bincludeFlat\s*\(?\s*((?:(["'])[^"'\n]*\2\s*,?\s*)+)/g;
const PROJECT_FOLDER = /\bproject\s*\(\s*(["'])([^"'\n]+)\1\s*\)\s*\.\s*(?:projectDir\s*=|setProjectDir\s*\()([^\n]+)/g;
/** Where a project lies and what it is called. */
const DESCRIBED = /\bproject\s*\([^)\n]*\)\s*\.\s*(?:projectDir|name|buildFileName)\b/g;
const INCLUDE_BUILD = /\bincludeBuild\s*\(?\s*(?:(["'])([^"'\n]+)\1)?/g;
const STRING = /(["'])([^"'\n]*)\1/g;

/** The Gradle builds of a repository: by their settings, and what lies outside of these. */
export function findBuilds(index: FileIndex, isPackaged: (folder: string) => boolean): GradleBuild[] {
  const texts = index.files.read(SETTINGS.flatMap((name) => index.named(name)));
  const isUsed = usedFolders(texts);
  const settings = [...texts.keys()].filter((path) => isUsed(folderOf(path)));
  const roots = new Map(settings.map((path) => [folderOf(path), path]));
  const scripts = BUILD_SCRIPTS.flatMap((name) => index.named(name)).filter((path) => isUsed(folderOf(path)));
  const nearest = (folder: string) => [...roots.keys()].filter((root) => isIn(folder, root)).sort((a, b) => b.length - a.length)[0];
  const builds = [...roots].map(([folder, path]) => {
    const found = scripts.map(folderOf).filter((one) => nearest(one) === folder);
    return readSettings(index, path, texts.get(path) ?? '', { scripted: found, isBuild: (one) => roots.has(one) });
  });
  const taken = new Set(builds.flatMap(({ projects }) => projects.map(({ folder }) => folder)));
  const loose = [...new Set(scripts.map(folderOf))].filter((folder) => nearest(folder) === undefined && !taken.has(folder) && !isPackaged(folder));
  return [...builds, ...loose.map((folder): GradleBuild => ({ folder, projects: [projectIn(index, ':', folder)], included: [] }))];
}

function isBuild(folder: string): boolean {
  return folder === '.' || !(isFixture(folder) || isVendored(folder) || /(^|\/)src\//.test(folder));
}

/** Tells folders of builds: those that such a build includes are so whatever they are called. */
function usedFolders(settings: ReadonlyMap<string, string>): (folder: string) => boolean {
  const included = new Set<string>();
  let found = [...settings].filter(([path]) => isBuild(folderOf(path)));
  while (found.length > 0) {
    const folders = found.flatMap(([path, text]) => includedBuilds(withoutComments(text), folderOf(path))).filter((folder) => folder !== 'all' && !isBuild(folder) && !included.has(folder));
    folders.forEach((folder) => included.add(folder));
    found = [...settings].filter(([path]) => folders.includes(folderOf(path)));
  }
  return (folder) => isBuild(folder) || [...included].some((one) => isIn(folder, one));
}

interface Surroundings {
  /** Folders with build scripts: projects, though the settings name them by a computed name, if at all. */
  readonly scripted: readonly string[];
  /** Whether a folder is another build's. */
  readonly isBuild: (folder: string) => boolean;
}

function readSettings(index: FileIndex, path: string, given: string, { scripted, isBuild: isOther }: Surroundings): GradleBuild {
  const folder = folderOf(path);
  const text = withoutComments(given);
  const folders = new Map<string, string>();
  for (const [, names] of text.matchAll(INCLUDE)) {
    for (const name of stringsIn(names!)) {
      const segments = name.split(':').filter((segment) => segment !== '');
      segments.forEach((_, at) => {
        const parts = segments.slice(0, at + 1);
        folders.set(`:${parts.join(':')}`, resolvePath(folder, parts.join('/')) ?? folder);
      });
    }
  }
  for (const [, names] of text.matchAll(INCLUDE_FLAT)) {
    stringsIn(names!).forEach((name) => folders.set(`:${name}`, resolvePath(folder, `../${name}`) ?? folder));
  }
  for (const [, , name, value] of text.matchAll(PROJECT_FOLDER)) {
    const moved = stringsIn(value!).at(-1)?.replace(/^\$\{?\w+\}?\/?/, '');
    const target = moved === undefined ? undefined : resolvePath(folder, moved);
    if (target !== undefined) {
      folders.set(name!.startsWith(':') ? name! : `:${name!}`, target);
    }
  }
  const named = [...folders].filter(([, one]) => index.isFolder(one) && one !== folder);
  const known = new Set([folder, ...named.map(([, one]) => one)]);
  const rest = scripted.filter((one) => !known.has(one)).map((one): [string, string] => [`:${one.slice(folder === '.' ? 0 : folder.length + 1).replace(/\//g, ':')}`, one]);
  const own = joinPath(folder, 'buildSrc');
  const buildSrc: [string, string][] = index.isFolder(own) && !isOther(own) && !rest.some(([, one]) => one === own) ? [[':buildSrc', own]] : [];
  return {
    folder,
    settings: path,
    projects: [[':', folder] as [string, string], ...named, ...rest, ...buildSrc].map(([name, one]) => projectIn(index, name, one)),
    included: includedBuilds(text, folder),
  };
}

function includedBuilds(text: string, folder: string): readonly string[] | 'all' {
  const found = [...text.matchAll(INCLUDE_BUILD)].map(([, , name]) => (name === undefined || name.includes('$') ? undefined : resolvePath(folder, name)));
  return found.some((one) => one === undefined) ? 'all' : found.flatMap((one) => one ?? []);
}

function projectIn(index: FileIndex, path: string, folder: string): GradleProject {
  const own = baseName(folder);
  const script = [...BUILD_SCRIPTS, `${own}.gradle`, `${own}.gradle.kts`].map((name) => joinPath(folder, name)).find((one) => index.has(one));
  return { path, folder, script };
}

function stringsIn(text: string): string[] {
  return [...text.matchAll(STRING)].map(([, , value]) => value!);
}

/** What settings say besides which projects there are. */
export function withoutIncludes(text: string): string {
  return [INCLUDE, INCLUDE_FLAT, PROJECT_FOLDER, DESCRIBED].reduce((rest, pattern) => rest.replace(pattern, ' '), withoutComments(text));
}

/** Text without comments; what looks like one in a string stays. */
export function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('/') ? ' ' : part));
}

export function isIn(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

