import { FileIndex, folderOf, resolvePath } from './repository-files';

/** What a path means: a tracked file (or submodule), or a folder with tracked files in it. */
export interface PathTarget {
  readonly kind: 'file' | 'folder';
  readonly path: string;
}

export interface Located {
  readonly targets: readonly PathTarget[];
  /** Symbolic links on the way, which are read as well. */
  readonly links: readonly string[];
  /** The path with links replaced by what they lead to. */
  readonly path: string;
}

export interface LocateOptions {
  readonly isImport?: boolean;
  /** What follows the path is computed. */
  readonly isOpen?: boolean;
  readonly endsInSlash?: boolean;
}

const EXTENSIONS = ['.js', '.ts', '.json', '.mjs', '.cjs', '.mts', '.cts', '.tsx', '.jsx', '.d.ts', '.vue', '.py', '.pyi'];
/** What an import calls by the name that the compiler gives it. */
const COMPILED: readonly [RegExp, readonly string[]][] = [[/\.js$/, ['.ts', '.tsx', '.jsx', '.d.ts']], [/\.mjs$/, ['.mts']], [/\.cjs$/, ['.cts']], [/\.jsx$/, ['.tsx']]];
const INDEXES = ['index.js', 'index.ts', 'index.mjs', 'index.cjs', 'index.mts', 'index.cts', 'index.tsx', 'index.jsx', 'index.json', 'index.d.ts', '__init__.py'];
const MOST_LINKS = 16;

/** Finds what paths mean among the tracked files: extensions left out, compiled names, index files, links, submodules. */
export class PathTargets {
  public constructor(private readonly index: FileIndex) {}

  public locate(given: string, options: LocateOptions = {}): Located {
    const { path, links } = this.throughLinks(given);
    return { path, links, targets: this.find(path, options) };
  }

  private find(path: string, { isImport, isOpen, endsInSlash }: LocateOptions): PathTarget[] {
    const submodule = this.submoduleOf(path);
    if (submodule !== undefined) {
      return [{ kind: 'file', path: submodule }];
    }
    const isFolder = this.index.isFolder(path);
    if (isOpen && !endsInSlash) {
      return this.startingWith(path, isFolder);
    }
    const file = endsInSlash ? undefined : this.fileOf(path);
    if (file !== undefined) {
      return [{ kind: 'file', path: file }];
    }
    if (!isFolder) {
      return [];
    }
    const entry = isImport ? INDEXES.map((name) => (path === '.' ? name : `${path}/${name}`)).find((candidate) => this.index.has(candidate)) : undefined;
    return [entry === undefined ? { kind: 'folder', path } : { kind: 'file', path: entry }];
  }

  private fileOf(path: string): string | undefined {
    if (this.index.has(path)) {
      return path;
    }
    for (const [suffix, sources] of COMPILED) {
      const source = suffix.test(path) ? sources.map((extension) => path.replace(suffix, extension)).find((candidate) => this.index.has(candidate)) : undefined;
      if (source !== undefined) {
        return source;
      }
    }
    const extension = EXTENSIONS.find((candidate) => this.index.has(path + candidate));
    return extension === undefined ? undefined : path + extension;
  }

  /** Everything whose path begins so: the end of it is computed. */
  private startingWith(path: string, isFolder: boolean): PathTarget[] {
    const parent = folderOf(path);
    const found: PathTarget[] = isFolder ? [{ kind: 'folder', path }] : [];
    const seen = new Set([path]);
    for (const candidate of path === '.' ? [] : this.index.startingWith(path)) {
      const end = candidate.indexOf('/', parent === '.' ? 0 : parent.length + 1);
      const target = end < 0 || end < path.length ? candidate : candidate.slice(0, end);
      if (!seen.has(target)) {
        seen.add(target);
        found.push({ kind: target === candidate ? 'file' : 'folder', path: target });
      }
    }
    return found;
  }

  private submoduleOf(path: string): string | undefined {
    const { submodules } = this.index.files;
    return submodules.size === 0 ? undefined : prefixesOf(path).find((prefix) => submodules.has(prefix));
  }

  private throughLinks(given: string): { path: string; links: string[] } {
    const { links } = this.index.files;
    const followed: string[] = [];
    let path = given;
    while (links.size > 0 && followed.length < MOST_LINKS) {
      const link = prefixesOf(path).find((prefix) => links.has(prefix));
      const target = link === undefined ? undefined : resolvePath(folderOf(link), links.get(link)!);
      if (link === undefined || target === undefined || links.get(link)!.startsWith('/')) {
        break;
      }
      followed.push(link);
      path = resolvePath(target, path.slice(link.length + 1)) ?? target;
    }
    return { path, links: followed };
  }
}

function prefixesOf(path: string): string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}
