import { FoundPackage } from './ecosystem';
import { folderOf } from './repository-files';

/** Which package's folder a path is in. */
export class FolderOwners {
  private readonly byFolder: ReadonlyMap<string, FoundPackage>;
  /** Folders with packages in them, at any depth. */
  private readonly above = new Set<string>();

  public constructor(packages: readonly FoundPackage[]) {
    this.byFolder = new Map(packages.map((one) => [one.folder, one]));
    for (const { folder, isFile } of packages) {
      // What goes with a file lies next to it: its folder is read with it, not walked.
      for (let at = isFile === true ? folderOf(folder) : folder; at !== '.';) {
        at = folderOf(at);
        this.above.add(at);
      }
    }
  }

  public at(folder: string): FoundPackage | undefined {
    return this.byFolder.get(folder);
  }

  /** The innermost package that a path is in, or whose folder it is. */
  public of(path: string): FoundPackage | undefined {
    for (let folder = path; ; folder = folderOf(folder)) {
      const owner = this.byFolder.get(folder);
      if (owner !== undefined || folder === '.') {
        return owner;
      }
    }
  }

  /** Packages in a folder, at any depth. */
  public below(folder: string): FoundPackage[] {
    return [...this.byFolder.values()].filter((one) => one.folder.startsWith(`${folder}/`));
  }

  public hasBelow(folder: string): boolean {
    return this.above.has(folder);
  }
}
