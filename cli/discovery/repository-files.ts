/** The tracked files of a repository, at one commit or in a work tree. */
export interface RepositoryFiles {
  /** All paths, sorted, `/`-separated, relative to the repository's root. */
  readonly paths: readonly string[];
  /** Contents, as text, of those of the paths that are regular files. Asked for many at once, for a source may need a process per call. */
  read(paths: readonly string[]): ReadonlyMap<string, string>;
}

/** The parts of a repository's listing that discovery asks for again and again. */
export class FileIndex {
  private readonly byName = new Map<string, string[]>();
  private readonly all: ReadonlySet<string>;

  public constructor(public readonly files: RepositoryFiles) {
    this.all = new Set(files.paths);
    for (const path of files.paths) {
      const name = baseName(path);
      const paths = this.byName.get(name);
      if (paths === undefined) {
        this.byName.set(name, [path]);
      } else {
        paths.push(path);
      }
    }
  }

  public has(path: string): boolean {
    return this.all.has(path);
  }

  /** Paths of all files of that name, outside of folders that package managers fill. */
  public named(name: string): readonly string[] {
    return (this.byName.get(name) ?? []).filter((path) => !/(^|\/)(node_modules|vendor|target|\.venv)\//.test(path));
  }

  /** Paths in a folder, at any depth. */
  public under(folder: string): readonly string[] {
    if (folder === '.') {
      return this.files.paths;
    }
    const prefix = `${folder}/`;
    const from = lowerBound(this.files.paths, prefix);
    let to = from;
    while (to < this.files.paths.length && this.files.paths[to]!.startsWith(prefix)) {
      to += 1;
    }
    return this.files.paths.slice(from, to);
  }

  public readOne(path: string): string | undefined {
    return this.has(path) ? this.files.read([path]).get(path) : undefined;
  }
}

/** Folder that a path is in; `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `relative` as seen from `folder`; undefined where it leads out of the repository. */
export function resolvePath(folder: string, relative: string): string | undefined {
  const segments = folder === '.' || relative.startsWith('/') ? [] : folder.split('/');
  for (const segment of relative.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) {
        return undefined;
      }
    } else if (segment !== '.' && segment !== '') {
      segments.push(segment);
    }
  }
  return segments.join('/') || '.';
}

function lowerBound(sorted: readonly string[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sorted[middle]! < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
