/** What a file is, as Git writes it: a file, an executable file, a symbolic link, a submodule. */
export type FileMode = '100644' | '100755' | '120000' | '160000';

/** One folder of a commit. Names are single path segments. */
export interface TreeFolder {
  /** Git's object ID of the folder itself, which says everything about what is in it. */
  readonly treeId: string;
  readonly folders: readonly { readonly name: string; readonly treeId: string }[];
  /** Files, symbolic links and submodules (whose object ID is a commit's). */
  readonly files: readonly { readonly name: string; readonly objectId: string; readonly mode: FileMode }[];
}

/** Reads the folders of one commit: from CodeCommit, or from a clone. Folders are asked for more than once: readers keep them. */
export interface TreeReader {
  /**
   * @param path - a folder, relative to the repository's root, without slashes at its ends; `.` is the root
   * @returns `undefined` where there is no such folder
   */
  readFolder(path: string): Promise<TreeFolder | undefined>;
}
