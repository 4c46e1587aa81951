import { baseName, folderOf, resolvePath } from '../../src/core/paths';

export { baseName, folderOf, resolvePath };

/** The commit that files are of. */
export interface Origin {
  /** Its ID. */
  readonly commit: string;
  /** Its day, in UTC: `2026-01-31`. */
  readonly day?: string;
  /** Paths in which the files differ from it. */
  readonly dirty: readonly string[];
}

/** The tracked files of a repository, at one commit or in a work tree. */
export interface RepositoryFiles {
  /** All paths, sorted, `/`-separated, relative to the repository's root. */
  readonly paths: readonly string[];
  /** Paths that are symbolic links, with what each holds. */
  readonly links: ReadonlyMap<string, string>;
  /** Paths that are commits of other repositories. */
  readonly submodules: ReadonlySet<string>;
  /** Paths that were asked for and whose content is not on this machine, as in a partial clone. */
  readonly missing: ReadonlySet<string>;
  /** The commit that they are of. Absent where they are no commit's. */
  readonly origin?: Origin;
  /** Contents, as text, of those of the paths that are regular files. Asked for many at once, for a source may need a process per call. */
  read(paths: readonly string[]): ReadonlyMap<string, string>;
}

/** The parts of a repository's listing that discovery asks for again and again. */
export class FileIndex {
  private readonly byName = new Map<string, string[]>();
  private readonly all: ReadonlySet<string>;
  private readonly folders = new Set<string>(['.']);

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
      for (let folder = folderOf(path); !this.folders.has(folder); folder = folderOf(folder)) {
        this.folders.add(folder);
      }
    }
  }

  public has(path: string): boolean {
    return this.all.has(path);
  }

  /** Whether there are tracked files in a folder of that path. */
  public isFolder(path: string): boolean {
    return this.folders.has(path);
  }

  /** Paths of all files of that name, outside of folders that package managers fill. */
  public named(name: string): readonly string[] {
    return (this.byName.get(name) ?? []).filter((path) => !/(^|\/)(node_modules|site-packages|\.venv)\//.test(path));
  }

  /** Paths that begin so. */
  public startingWith(prefix: string): readonly string[] {
    const from = lowerBound(this.files.paths, prefix);
    let to = from;
    while (to < this.files.paths.length && this.files.paths[to]!.startsWith(prefix)) {
      to += 1;
    }
    return this.files.paths.slice(from, to);
  }

  /** Paths in a folder, at any depth. */
  public under(folder: string): readonly string[] {
    if (folder === '.') {
      return this.files.paths;
    }
    return this.startingWith(`${folder}/`);
  }

  public readOne(path: string): string | undefined {
    return this.has(path) ? this.files.read([path]).get(path) : undefined;
  }
}

/** Whether a folder is inside one that holds copies of others' packages; it may be called so itself. */
export function isVendored(folder: string): boolean {
  return /(^|\/)(vendor|target|third_party)\//.test(folder);
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
