import { createHash } from 'node:crypto';
import { Archive, ARCHIVE_BOUNDS, ArchiveBounds } from './archive';
import { readDirectory } from './central-directory';
import { blobIds } from './contents';
import { ZIP_COMMIT } from '../../../../src/contract/source';
import { PathChange } from '../../../../src/core/comparison';
import { FileMode, TreeReader } from '../../../../src/core/tree-reader';
import { differingPaths, folderId, treeFolderOf, Tree, TreeEntry, entryNamed } from '../git/tree';

/** A file of an archive, as Git would write it. */
export interface ListedFile {
  readonly path: string;
  readonly mode: FileMode;
  /** Git's object ID of the content. */
  readonly id: string;
}

/** All files of an archive, by the bytes of their paths. When, by whom and how they were packed does not count. */
export type Listing = readonly ListedFile[];

/** Lists an archive. @throws ArchiveRefusedError */
export async function listArchive(archive: Archive, bounds: ArchiveBounds = ARCHIVE_BOUNDS): Promise<Listing> {
  const directory = await readDirectory(archive, bounds);
  const ids = await blobIds(archive, directory);
  return directory.entries.map(({ path, mode }): ListedFile => ({ path, mode, id: ids.get(path)! }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The commit that an archive's content is: equal content is the same commit, whichever way it was packed. */
export function commitOf(listing: Listing): string {
  const hash = createHash('sha256');
  listing.forEach(({ path, mode, id }) => hash.update(`${mode} ${id}\t${path}\0`));
  return `${ZIP_COMMIT}${hash.digest('hex')}`;
}

/** The folder that holds everything, where there is one: such an archive was packed from outside of the application's folder. */
export function onlyFolder(listing: Listing): string | undefined {
  const [first] = listing;
  const top = first?.path.includes('/') === true ? first.path.slice(0, first.path.indexOf('/')) : undefined;
  return top !== undefined && listing.every(({ path }) => path.startsWith(`${top}/`)) ? top : undefined;
}

/** Git's folders of a listing. */
export class ListedTree implements TreeReader {
  private readonly trees = new Map<string, Tree>();
  private readonly root: string;

  public constructor(listing: Listing) {
    const root: Folder = new Map();
    for (const { path, mode, id } of listing) {
      const names = path.split('/');
      const within = names.slice(0, -1).reduce((folder, name) => {
        const next = folder.get(name) ?? new Map() as Folder;
        folder.set(name, next);
        return next as Folder;
      }, root);
      within.set(names[names.length - 1]!, { mode, id });
    }
    this.root = this.write(root);
  }

  /** Everything that differs, however deep. */
  public differencesTo(after: ListedTree): PathChange[] {
    return differingPaths(this.root, after.root, (id) => (this.trees.get(id) ?? after.trees.get(id))!);
  }

  public async readFolder(path: string): Promise<ReturnType<typeof treeFolderOf> | undefined> {
    let id: string | undefined = this.root;
    for (const name of path === '.' ? [] : path.split('/')) {
      id = folderId(entryNamed(this.trees.get(id)!, name));
      if (id === undefined) {
        return undefined;
      }
    }
    return treeFolderOf(id, this.trees.get(id)!);
  }

  private write(folder: Folder): string {
    const entries = [...folder].map(([name, entry]): TreeEntry & { readonly key: Buffer } => {
      const isFolder = entry instanceof Map;
      return {
        name: Buffer.from(name),
        mode: isFolder ? '40000' : entry.mode,
        id: isFolder ? this.write(entry) : entry.id,
        // Git sorts a folder as if its name ended in a slash.
        key: Buffer.from(isFolder ? `${name}/` : name),
      };
    }).sort((a, b) => Buffer.compare(a.key, b.key));
    const content = Buffer.concat(entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} `), name, Buffer.of(0), Buffer.from(id, 'hex')]));
    const id = createHash('sha1').update(`tree ${content.length}\0`).update(content).digest('hex');
    this.trees.set(id, new Map(entries.map(({ key: _key, ...entry }) => [entry.name.toString('latin1'), entry])));
    return id;
  }
}

type Folder = Map<string, Folder | { readonly mode: FileMode; readonly id: string }>;
