import { randomUUID } from 'node:crypto';
import type {
  CreateBranchInput, DeleteBranchInput, GetBranchInput, GetCommitInput, GetDifferencesInput, GetFileInput, GetFolderInput,
} from '@aws-sdk/client-codecommit';
import { RawDifference, Repository, TreeEntry } from '../../engine/repository';
import { JsonService, ServiceError } from '../json-protocol';
import { parseCommit } from './commit';

const NO_OBJECT_MODE = '000000';

/** By Git's mode. */
const FILE_MODES: Readonly<Record<string, string>> = { 100644: 'NORMAL', 100664: 'NORMAL', 100755: 'EXECUTABLE', 120000: 'SYMLINK' };

/** Most bytes of a file that the service gives out. */
export const MAX_FILE_BYTES = 6 * 1024 ** 2;

/** CodeCommit's API over Git objects. */
export class CodeCommit {
  public readonly service = new JsonService('codecommit', {
    GetBranch: async (input: GetBranchInput) => this.getBranch(input),
    CreateBranch: (input: CreateBranchInput) => this.createBranch(input),
    DeleteBranch: (input: DeleteBranchInput) => this.deleteBranch(input),
    GetCommit: async (input: GetCommitInput) => this.getCommit(input),
    GetDifferences: async (input: GetDifferencesInput) => this.getDifferences(input),
    GetFile: async (input: GetFileInput) => this.getFile(input),
    GetFolder: async (input: GetFolderInput) => this.getFolder(input),
  });

  private readonly repositories = new Map<string, Repository>();
  /** What is left to list, by continuation token. */
  private readonly pages = new Map<string, RawDifference[]>();

  /** @param pageSize most differences a page holds, whatever the caller asks for; small, so that callers have to page */
  constructor(private readonly pageSize: number) {}

  public add(name: string, repository: Repository): void {
    this.repositories.set(name, repository);
  }

  public repository(name: string): Repository | undefined {
    return this.repositories.get(name);
  }

  private async getBranch({ repositoryName, branchName }: GetBranchInput): Promise<object> {
    const repository = this.find(repositoryName);
    if (!branchName) {
      throw new ServiceError('BranchNameRequiredException', 'A branch name is required, but was not specified.');
    }
    const commitId = await repository.branch(branchName);
    if (commitId === undefined) {
      throw new ServiceError('BranchDoesNotExistException', `Branch ${branchName} does not exist`);
    }
    return { branch: { branchName, commitId } };
  }

  private async createBranch({ repositoryName, branchName, commitId }: CreateBranchInput): Promise<object> {
    const repository = this.find(repositoryName);
    if (!branchName) {
      throw new ServiceError('BranchNameRequiredException', 'A branch name is required, but was not specified.');
    }
    if (await repository.branch(branchName) !== undefined) {
      throw new ServiceError('BranchNameExistsException', `Branch ${branchName} already exists`);
    }
    if (await repository.object(`${commitId}^{commit}`) === undefined) {
      throw new ServiceError('CommitDoesNotExistException', `Commit ${commitId} does not exist`);
    }
    await repository.setBranch(branchName, commitId!);
    return {};
  }

  private async deleteBranch({ repositoryName, branchName }: DeleteBranchInput): Promise<object> {
    const repository = this.find(repositoryName);
    const commitId = await repository.branch(branchName!);
    if (commitId === undefined) {
      return {};
    }
    await repository.deleteBranch(branchName!);
    return { deletedBranch: { branchName, commitId } };
  }

  private async getCommit({ repositoryName, commitId }: GetCommitInput): Promise<object> {
    const repository = this.find(repositoryName);
    if (!commitId) {
      throw new ServiceError('CommitIdRequiredException', 'A commit ID is required, but was not specified.');
    }
    if (!/^[0-9a-f]{40}$/.test(commitId)) {
      throw new ServiceError('InvalidCommitIdException', `The commit ID ${commitId} is not valid: a full SHA-1 is expected.`);
    }
    const found = await repository.object(`${commitId}^{commit}`);
    if (found === undefined) {
      throw new ServiceError('CommitIdDoesNotExistException', `Commit ${commitId} does not exist`);
    }
    return { commit: { commitId, ...parseCommit(await repository.commitText(found)), additionalData: '' } };
  }

  private async getDifferences(input: GetDifferencesInput): Promise<object> {
    const repository = this.find(input.repositoryName);
    const limit = input.MaxResults ?? this.pageSize;
    if (limit < 1) {
      throw new ServiceError('InvalidMaxResultsException', `MaxResults ${limit} is not valid.`);
    }
    const rest = input.NextToken === undefined ? await this.compare(repository, input) : this.pages.get(input.NextToken);
    if (rest === undefined) {
      throw new ServiceError('InvalidContinuationTokenException', `The continuation token ${input.NextToken} is not valid.`);
    }
    const size = Math.min(limit, this.pageSize);
    const next = rest.slice(size);
    return { differences: rest.slice(0, size).map(difference), ...(next.length > 0 ? { NextToken: this.remember(next) } : {}) };
  }

  private async compare(repository: Repository, input: GetDifferencesInput): Promise<RawDifference[]> {
    const after = await this.specified(repository, input.afterCommitSpecifier);
    const before = input.beforeCommitSpecifier === undefined ? undefined : await this.specified(repository, input.beforeCommitSpecifier);
    const differences = await repository.differences(before, after);
    const paths = [[before, input.beforePath], [after, input.afterPath]] as const;
    for (const [commit, path] of paths) {
      if (path !== undefined && commit !== undefined && await repository.object(`${commit}:${trim(path)}`) === undefined) {
        throw new ServiceError('PathDoesNotExistException', `Path ${path} does not exist`);
      }
    }
    return differences.filter(({ path }) => paths.every(([, wanted]) => wanted === undefined || isWithin(path, trim(wanted))));
  }

  private async getFolder({ repositoryName, commitSpecifier, folderPath }: GetFolderInput): Promise<object> {
    const repository = this.find(repositoryName);
    if (folderPath === undefined) {
      throw new ServiceError('PathRequiredException', 'A path is required, but was not specified.');
    }
    const path = trim(folderPath);
    const commitId = await this.specified(repository, commitSpecifier ?? 'HEAD');
    const treeId = await repository.object(`${commitId}:${path}`);
    const entries = treeId && await repository.tree(treeId).catch(() => undefined);
    if (!treeId || !entries) {
      throw new ServiceError('FolderDoesNotExistException', `Folder ${folderPath} does not exist`);
    }
    const place = ({ name }: TreeEntry) => ({ absolutePath: path === '' ? name : `${path}/${name}`, relativePath: name });
    const files = entries.filter(({ type, mode }) => type === 'blob' && mode !== '120000');
    return {
      commitId,
      folderPath: path,
      treeId,
      subFolders: entries.filter(({ type }) => type === 'tree').map((entry) => ({ treeId: entry.objectId, ...place(entry) })),
      files: files.map((entry) => ({ blobId: entry.objectId, ...place(entry), fileMode: FILE_MODES[entry.mode] })),
      symbolicLinks: entries.filter(({ mode }) => mode === '120000').map((entry) => ({ blobId: entry.objectId, ...place(entry), fileMode: 'SYMLINK' })),
      subModules: entries.filter(({ type }) => type === 'commit').map((entry) => ({ commitId: entry.objectId, ...place(entry) })),
    };
  }

  private async getFile({ repositoryName, commitSpecifier, filePath }: GetFileInput): Promise<object> {
    const repository = this.find(repositoryName);
    if (!filePath) {
      throw new ServiceError('PathRequiredException', 'A path is required, but was not specified.');
    }
    const path = trim(filePath);
    const commitId = await this.specified(repository, commitSpecifier ?? 'HEAD');
    const slash = path.lastIndexOf('/');
    const folder = await repository.object(`${commitId}:${path.slice(0, Math.max(0, slash))}`);
    const entries = folder === undefined ? [] : await repository.tree(folder).catch(() => []);
    const entry = entries.find(({ name, type }) => name === path.slice(slash + 1) && type === 'blob');
    if (!entry) {
      throw new ServiceError('FileDoesNotExistException', `File ${filePath} does not exist`);
    }
    const content = await repository.blob(entry.objectId);
    if (content.length > MAX_FILE_BYTES) {
      throw new ServiceError('FileTooLargeException', `File ${filePath} has ${content.length} bytes`);
    }
    return {
      commitId,
      blobId: entry.objectId,
      filePath: path,
      fileMode: FILE_MODES[entry.mode],
      fileSize: content.length,
      fileContent: content.toString('base64'),
    };
  }

  private find(name: string | undefined): Repository {
    if (!name) {
      throw new ServiceError('RepositoryNameRequiredException', 'A repository name is required, but was not specified.');
    }
    const repository = this.repositories.get(name);
    if (repository === undefined) {
      throw new ServiceError('RepositoryDoesNotExistException', `${name} does not exist`);
    }
    return repository;
  }

  /** A commit specifier is a branch's or tag's name, or a full commit ID. */
  private async specified(repository: Repository, specifier: string | undefined): Promise<string> {
    if (!specifier) {
      throw new ServiceError('CommitRequiredException', 'A commit was not specified.');
    }
    const commit = await repository.branch(specifier.replace(/^refs\/heads\//, '')) ?? await repository.object(`${specifier}^{commit}`);
    if (commit === undefined) {
      throw new ServiceError('CommitDoesNotExistException', `The commit specifier ${specifier} names no commit`);
    }
    return commit;
  }

  private remember(rest: RawDifference[]): string {
    const token = randomUUID();
    this.pages.set(token, rest);
    return token;
  }
}

function difference({ type, before, after, path }: RawDifference): object {
  const blob = ({ mode, objectId }: RawDifference['before']) => ({ blobId: objectId, path, mode });
  return {
    changeType: type,
    ...(before.mode === NO_OBJECT_MODE ? {} : { beforeBlob: blob(before) }),
    ...(after.mode === NO_OBJECT_MODE ? {} : { afterBlob: blob(after) }),
  };
}

function trim(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
