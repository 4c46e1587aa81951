import {
  CodeCommitClient, FileModeTypeEnum, FolderContentSizeLimitExceededException, FolderDoesNotExistException, GetFolderCommand,
} from '@aws-sdk/client-codecommit';
import { TreeFolder, TreeReader } from '../../../../src/core/tree-reader';
import { SourceUnreadableError } from '../errors';

/** Reads the folders of one commit from CodeCommit, each at most once. */
export class FolderReader implements TreeReader {
  private readonly folders = new Map<string, Promise<TreeFolder | undefined>>();

  public constructor(private readonly client: CodeCommitClient, private readonly repositoryName: string, private readonly commitId: string) {}

  public async readFolder(path: string): Promise<TreeFolder | undefined> {
    let folder = this.folders.get(path);
    if (folder === undefined) {
      folder = this.fetch(path);
      this.folders.set(path, folder);
    }
    return folder;
  }

  private async fetch(path: string): Promise<TreeFolder | undefined> {
    try {
      const { treeId, subFolders = [], files = [], symbolicLinks = [], subModules = [] } = await this.client.send(new GetFolderCommand({
        repositoryName: this.repositoryName,
        commitSpecifier: this.commitId,
        folderPath: path === '.' ? '/' : path,
      }));
      return {
        treeId: treeId!,
        folders: subFolders.map((folder) => ({ name: lastSegment(folder.absolutePath!), treeId: folder.treeId! })),
        files: [
          ...files.map((file) => ({
            name: lastSegment(file.absolutePath!),
            objectId: file.blobId!,
            mode: file.fileMode === FileModeTypeEnum.EXECUTABLE ? '100755' as const : '100644' as const,
          })),
          ...symbolicLinks.map((link) => ({ name: lastSegment(link.absolutePath!), objectId: link.blobId!, mode: '120000' as const })),
          ...subModules.map((module) => ({ name: lastSegment(module.absolutePath!), objectId: module.commitId!, mode: '160000' as const })),
        ],
      };
    } catch (error) {
      if (error instanceof FolderDoesNotExistException) {
        return undefined;
      }
      throw error instanceof FolderContentSizeLimitExceededException
        ? new SourceUnreadableError(`CodeCommit cannot list folder '${path}' of commit ${this.commitId}: it holds too much.`)
        : error;
    }
  }
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
