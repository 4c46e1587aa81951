import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { FileMode, TreeFolder, TreeReader } from '../src/core/tree-reader';

type FileEntry = TreeFolder['files'][number];
type FolderEntry = TreeFolder['folders'][number];

/** What a Git LFS pointer begins with, in place of the file's content. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const LONGEST_POINTER = 1_024;

/** In place of what the work tree says of some files. */
export type Modes = ReadonlyMap<string, FileMode>;

/**
 * The folders of a work tree with the object IDs that Git would give them, so that they can be compared with a commit's.
 * IDs are worked out where they are asked for: a folder's neighbours are not read.
 */
export class WorkTree implements TreeReader {
  /** Files that were looked into and hold a Git LFS pointer in place of their content. */
  public readonly pointers = new Set<string>();
  private readonly folders = new Map<string, TreeFolder | undefined>();

  /** @param modes in place of what the files have */
  public constructor(private readonly root: string, private readonly modes: Modes = new Map()) {}

  public async readFolder(path: string): Promise<TreeFolder | undefined> {
    return this.folder(path === '.' ? '' : path);
  }

  /** Nothing where there is no folder, or one without files, which Git does not know. */
  private folder(path: string): TreeFolder | undefined {
    if (!this.folders.has(path)) {
      this.folders.set(path, this.list(path));
    }
    return this.folders.get(path);
  }

  private list(path: string): TreeFolder | undefined {
    const files: FileEntry[] = [];
    const folders: FolderEntry[] = [];
    const absolute = join(this.root, path);
    if (!lstatSync(absolute, { throwIfNoEntry: false })?.isDirectory()) {
      return undefined;
    }
    for (const entry of readdirSync(absolute, { withFileTypes: true })) {
      const { name } = entry;
      const below = path === '' ? name : `${path}/${name}`;
      if (below === '.git') {
        continue;
      }
      if (!entry.isDirectory()) {
        files.push(once(name, { mode: () => this.mode(below), objectId: () => this.blobId(below) }));
      } else if (this.holdsFiles(below)) {
        folders.push(once(name, { treeId: () => this.folder(below)!.treeId }));
      }
    }
    return files.length + folders.length === 0 ? undefined : once(path, { treeId: () => treeIdOf(files, folders), files: () => files, folders: () => folders });
  }

  private holdsFiles(path: string): boolean {
    return readdirSync(join(this.root, path), { withFileTypes: true })
      .some((entry) => !entry.isDirectory() || this.holdsFiles(`${path}/${entry.name}`));
  }

  private mode(path: string): FileMode {
    const stat = lstatSync(join(this.root, path));
    return this.modes.get(path) ?? (stat.isSymbolicLink() ? '120000' : Math.floor(stat.mode / 0o100) % 2 === 1 ? '100755' : '100644');
  }

  private blobId(path: string): string {
    const absolute = join(this.root, path);
    const content = lstatSync(absolute).isSymbolicLink() ? Buffer.from(readlinkSync(absolute, 'buffer')) : readFileSync(absolute);
    if (content.length <= LONGEST_POINTER && content.toString('latin1', 0, LFS_POINTER.length) === LFS_POINTER) {
      this.pointers.add(path);
    }
    return objectId('blob', content);
  }
}

function treeIdOf(files: readonly FileEntry[], folders: readonly FolderEntry[]): string {
  const entries = [
    ...files.map((file) => ({ name: file.name, mode: file.mode as string, id: file.objectId, key: file.name })),
    // Git sorts a folder as if its name ended in a slash.
    ...folders.map((folder) => ({ name: folder.name, mode: '40000', id: folder.treeId, key: `${folder.name}/` })),
  ].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return objectId('tree', Buffer.concat(entries.flatMap(({ name, mode, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])));
}

function objectId(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** An object whose properties are worked out when they are first read. */
function once<T extends object>(name: string, properties: { readonly [K in keyof T]: () => T[K] }): T & { readonly name: string } {
  const made = { name };
  for (const [key, work] of Object.entries(properties) as [string, () => unknown][]) {
    Object.defineProperty(made, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        const value = work();
        Object.defineProperty(made, key, { value, enumerable: true });
        return value;
      },
    });
  }
  return made as T & { readonly name: string };
}
