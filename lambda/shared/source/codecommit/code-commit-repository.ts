import { BranchDoesNotExistException, CodeCommitClient, GetBranchCommand } from '@aws-sdk/client-codecommit';
import { readDifferences } from './differences';
import { FileReader } from './file-reader';
import { FolderReader } from './folder-reader';
import { PathChange } from '../../../../src/core/comparison';
import { TreeReader } from '../../../../src/core/tree-reader';
import { BranchMissingError } from '../errors';
import { SourceRepository } from '../source-repository';

/** A CodeCommit repository, read by CodeCommit's API. */
export class CodeCommitRepository implements SourceRepository {
  private readonly readers = new Map<string, FolderReader>();
  private readonly files: FileReader;

  /** @param git the same repository by Git, as CodeCommit's API says nothing of tags; absent where no tag is read */
  public constructor(private readonly client: CodeCommitClient, public readonly name: string, private readonly git?: Pick<SourceRepository, 'tags'>) {
    this.files = new FileReader(client, name);
  }

  public async tags(prefix: string): Promise<ReadonlyMap<string, string>> {
    if (this.git?.tags === undefined) {
      throw new Error(`The tags of repository ${this.name} are asked for, and the function's configuration does not say where Git reads them: deploy the pipeline's stack again.`);
    }
    return this.git.tags(prefix);
  }

  public async branchHead(branch: string): Promise<string> {
    try {
      const answer = await this.client.send(new GetBranchCommand({ repositoryName: this.name, branchName: branch }));
      return answer.branch!.commitId!;
    } catch (error) {
      throw error instanceof BranchDoesNotExistException ? new BranchMissingError(branch, this.name) : error;
    }
  }

  public differences(before: string, after: string): AsyncIterable<readonly PathChange[]> {
    return readDifferences(this.client, this.name, before, after);
  }

  public folders(commitId: string): TreeReader {
    const reader = this.readers.get(commitId) ?? new FolderReader(this.client, this.name, commitId);
    this.readers.set(commitId, reader);
    return reader;
  }

  public async readFile(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    return this.files.read(commitId, path, inTime);
  }
}
