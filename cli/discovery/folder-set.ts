import { folderOf } from './repository-files';

/** Folders below the repository's root, and all that is in them. */
export class FolderSet {
  private readonly folders: ReadonlySet<string>;

  public constructor(folders: Iterable<string>) {
    this.folders = new Set([...folders].filter((folder) => folder !== '.'));
  }

  public holds(path: string): boolean {
    for (let at = path; at !== '.'; at = folderOf(at)) {
      if (this.folders.has(at)) {
        return true;
      }
    }
    return false;
  }
}
