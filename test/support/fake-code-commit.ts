import { createHash } from 'node:crypto';
import {
  BranchDoesNotExistException, CodeCommitClient, CommitDoesNotExistException, Difference, FileDoesNotExistException, FileTooLargeException,
  FolderDoesNotExistException, GetBranchCommand, GetDifferencesCommand, GetDifferencesCommandInput, GetFileCommand, GetFileCommandInput, GetFolderCommand,
  GetFolderCommandInput,
} from '@aws-sdk/client-codecommit';
import { mockClient } from 'aws-sdk-client-mock';

export type Tree = Readonly<Record<string, string>>;

const PAGE = 2;

/** The real limit is 6 MB. */
export const MAX_FILE = 10_000;

/** CodeCommit in memory: one repository, its commits as paths and contents. Pages are small on purpose. */
export class FakeCodeCommit {
  public readonly client = new CodeCommitClient({ region: 'eu-west-1' });
  public readonly branches = new Map<string, string>();
  /** Runs before a branch is read. */
  public beforeBranch?: () => Promise<void>;
  /** What the next request for differences fails with. */
  public failure?: Error;
  /** Runs before a file is read. */
  public beforeFile?: () => void;
  private readonly mock = mockClient(this.client);
  private readonly commits = new Map<string, Tree>();

  public constructor(public readonly repository: string) {
    this.mock.on(GetBranchCommand).callsFake(({ branchName }: { branchName: string }) => this.getBranch(branchName));
    this.mock.on(GetDifferencesCommand).callsFake((input: GetDifferencesCommandInput) => this.getDifferences(input));
    this.mock.on(GetFileCommand).callsFake((input: GetFileCommandInput) => this.getFile(input));
    this.mock.on(GetFolderCommand).callsFake((input: GetFolderCommandInput) => this.getFolder(input));
  }

  /** Names of the commands that were sent. */
  public commands(): string[] {
    return this.mock.calls().map(({ args }) => args[0].constructor.name);
  }

  /** The files that were read, as `commit:path`. */
  public filesRead(): string[] {
    return this.mock.commandCalls(GetFileCommand).map(({ args: [{ input }] }) => `${input.commitSpecifier}:${input.filePath}`);
  }

  /** Adds a commit whose tree is the branch's with these files changed (undefined: deleted), and moves the branch to it. */
  public commit(branch: string, changes: Readonly<Record<string, string | undefined>>): string {
    const parent = this.branches.get(branch);
    const tree: Record<string, string> = { ...(parent === undefined ? {} : this.commits.get(parent)) };
    for (const [path, content] of Object.entries(changes)) {
      if (content === undefined) {
        delete tree[path];
      } else {
        tree[path] = content;
      }
    }
    const id = sha1(`commit ${this.commits.size} ${JSON.stringify(tree)}`);
    this.commits.set(id, tree);
    this.branches.set(branch, id);
    return id;
  }

  public tree(commitId: string): Tree {
    const tree = this.commits.get(commitId);
    if (tree === undefined) {
      throw new CommitDoesNotExistException({ message: `${commitId} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    return tree;
  }

  /** A force-push: the commit is gone. */
  public forget(commitId: string): void {
    this.commits.delete(commitId);
  }

  private async getBranch(branchName: string) {
    await this.beforeBranch?.();
    const commitId = this.branches.get(branchName);
    if (commitId === undefined) {
      throw new BranchDoesNotExistException({ message: `${branchName} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    return { branch: { branchName, commitId } };
  }

  private getDifferences({ beforeCommitSpecifier, afterCommitSpecifier, NextToken }: GetDifferencesCommandInput) {
    if (this.failure !== undefined) {
      const { failure } = this;
      this.failure = undefined;
      throw failure;
    }
    const before = this.tree(beforeCommitSpecifier!);
    const after = this.tree(afterCommitSpecifier!);
    const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().filter((path) => before[path] !== after[path]);
    const start = Number(NextToken ?? 0);
    const differences = paths.slice(start, start + PAGE).map((path): Difference => ({
      beforeBlob: path in before ? { blobId: sha1(before[path]), path, mode: '100644' } : undefined,
      afterBlob: path in after ? { blobId: sha1(after[path]), path, mode: '100644' } : undefined,
      changeType: !(path in before) ? 'A' : !(path in after) ? 'D' : 'M',
    }));
    return { differences, NextToken: start + PAGE < paths.length ? String(start + PAGE) : undefined };
  }

  private getFile({ commitSpecifier, filePath }: GetFileCommandInput) {
    this.beforeFile?.();
    const content = this.tree(commitSpecifier!)[filePath!];
    if (content === undefined) {
      throw new FileDoesNotExistException({ message: `${filePath} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    if (content.length > MAX_FILE) {
      throw new FileTooLargeException({ message: `${filePath} is too large`, $metadata: { httpStatusCode: 400 } });
    }
    return { commitId: commitSpecifier, filePath, fileMode: 'NORMAL' as const, fileContent: Buffer.from(content) };
  }

  private getFolder({ commitSpecifier, folderPath }: GetFolderCommandInput) {
    const tree = this.tree(commitSpecifier!);
    const folder = folderPath === '/' ? '' : `${folderPath}/`;
    const below = Object.keys(tree).filter((path) => path.startsWith(folder)).sort();
    if (below.length === 0) {
      throw new FolderDoesNotExistException({ message: `${folderPath} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    const names = [...new Set(below.map((path) => path.slice(folder.length).split('/')[0]))];
    const isFile = (name: string) => `${folder}${name}` in tree;
    return {
      commitId: commitSpecifier,
      folderPath,
      treeId: treeId(tree, folder),
      subFolders: names.filter((name) => !isFile(name)).map((name) => (
        { treeId: treeId(tree, `${folder}${name}/`), absolutePath: `${folder}${name}`, relativePath: name }
      )),
      files: names.filter(isFile).map((name) => (
        { blobId: sha1(tree[`${folder}${name}`]), absolutePath: `${folder}${name}`, relativePath: name, fileMode: 'NORMAL' as const }
      )),
      symbolicLinks: [],
      subModules: [],
    };
  }
}

function treeId(tree: Tree, folder: string): string {
  const entries = Object.entries(tree).filter(([path]) => path.startsWith(folder)).map(([path, content]) => [path.slice(folder.length), content]);
  return sha1(`tree ${JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))}`);
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
