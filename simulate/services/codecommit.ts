import { ServiceError } from './service';
import { Commit, Difference, GitRepository } from '../world/repository';

interface DifferencesRequest {
  readonly beforeCommitSpecifier: string;
  readonly afterCommitSpecifier: string;
  readonly NextToken?: string;
}

/** CodeCommit's API over a repository. */
export class CodeCommit {
  public constructor(private readonly repository: GitRepository, private readonly pageSize: number) {}

  public handle(operation: string, input: Record<string, unknown>): object {
    switch (operation) {
      case 'GetBranch': return this.branch(input.branchName as string);
      case 'GetDifferences': return this.differences(input as unknown as DifferencesRequest);
      case 'GetFile': return this.file(input.commitSpecifier as string, input.filePath as string);
      case 'GetFolder': return this.folder(input.commitSpecifier as string, input.folderPath as string);
      default: throw new Error(`CodeCommit's ${operation} is not simulated.`);
    }
  }

  private branch(branchName: string): object {
    const commitId = this.repository.branches.get(branchName);
    if (commitId === undefined) {
      throw new ServiceError('BranchDoesNotExistException', `Branch ${branchName} does not exist`);
    }
    return { branch: { branchName, commitId } };
  }

  private differences({ beforeCommitSpecifier, afterCommitSpecifier, NextToken }: DifferencesRequest): object {
    const all = GitRepository.differences(this.commit(beforeCommitSpecifier).tree, this.commit(afterCommitSpecifier).tree);
    const start = Number(NextToken ?? 0);
    const end = start + this.pageSize;
    return { differences: all.slice(start, end).map(difference), ...(end < all.length ? { NextToken: String(end) } : {}) };
  }

  private folder(commitSpecifier: string, folderPath: string): object {
    const path = folderPath.replace(/^\/+|\/+$/g, '');
    const folder = GitRepository.folder(this.commit(commitSpecifier).tree, path);
    if (folder === undefined) {
      throw new ServiceError('FolderDoesNotExistException', `Folder ${folderPath} does not exist`);
    }
    return {
      commitId: commitSpecifier,
      folderPath: path,
      treeId: folder.treeId,
      subFolders: folder.folders.map((entry) => ({ treeId: entry.treeId, absolutePath: entry.path })),
      files: folder.files.map((entry) => ({ blobId: entry.blobId, absolutePath: entry.path, fileMode: 'NORMAL' })),
    };
  }

  private file(commitSpecifier: string, filePath: string): object {
    const content = this.commit(commitSpecifier).tree.get(filePath);
    if (content === undefined) {
      throw new ServiceError('FileDoesNotExistException', `File ${filePath} does not exist`);
    }
    const fileContent = new TextEncoder().encode(content);
    return { commitId: commitSpecifier, blobId: '0'.repeat(40), filePath, fileMode: 'NORMAL', fileSize: fileContent.length, fileContent };
  }

  private commit(specifier: string): Commit {
    const commit = this.repository.find(specifier);
    if (commit === undefined) {
      throw new ServiceError('CommitDoesNotExistException', `The commit specifier ${specifier} names no commit`);
    }
    return commit;
  }
}

function difference({ path, type }: Difference): object {
  const blob = { path, blobId: '0'.repeat(40), mode: '100644' };
  return { changeType: type, ...(type === 'A' ? {} : { beforeBlob: blob }), ...(type === 'D' ? {} : { afterBlob: blob }) };
}
