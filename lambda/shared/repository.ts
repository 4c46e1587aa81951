import {
  BranchDoesNotExistException, CodeCommitClient, CommitDoesNotExistException, GetBranchCommand, GetDifferencesCommand,
  InvalidCommitException, InvalidCommitIdException,
} from '@aws-sdk/client-codecommit';
import { PathChange } from '../../src/core/plan';

/** The commit is not in the repository: never was, or a force-push left it behind. */
export class CommitGoneError extends Error {
  public readonly name = 'CommitGoneError';
  public constructor(public readonly commitId: string) {
    super(`Commit ${commitId} is not in the repository.`);
  }
}

/** How CodeCommit says so. */
const COMMIT_GONE = [CommitDoesNotExistException, InvalidCommitException, InvalidCommitIdException];

/** The branch is not in the repository. */
export class BranchMissingError extends Error {
  public readonly name = 'BranchMissingError';
  public constructor(branch: string, repository: string) {
    super(`Branch '${branch}' does not exist in repository '${repository}'.`);
  }
}

/** A CodeCommit repository. */
export class Repository {
  public constructor(private readonly client: CodeCommitClient, public readonly name: string) {}

  /** The commit that the branch points at. */
  public async branchHead(branch: string): Promise<string> {
    try {
      const answer = await this.client.send(new GetBranchCommand({ repositoryName: this.name, branchName: branch }));
      return answer.branch!.commitId!;
    } catch (error) {
      throw error instanceof BranchDoesNotExistException ? new BranchMissingError(branch, this.name) : error;
    }
  }

  /** What differs between two commits' trees, page by page. Throws `CommitGoneError` where `before` is gone. */
  public async* differences(before: string, after: string): AsyncGenerator<PathChange[]> {
    let nextToken: string | undefined;
    do {
      try {
        const page = await this.client.send(new GetDifferencesCommand({
          repositoryName: this.name,
          beforeCommitSpecifier: before,
          afterCommitSpecifier: after,
          NextToken: nextToken,
        }));
        nextToken = page.NextToken;
        yield (page.differences ?? []).flatMap(({ beforeBlob, afterBlob, changeType }): PathChange[] => {
          if (changeType === 'A') {
            return [{ path: afterBlob!.path!, type: 'A' }];
          }
          if (changeType === 'D') {
            return [{ path: beforeBlob!.path!, type: 'D' }];
          }
          return [{ path: (afterBlob ?? beforeBlob)!.path!, type: 'M' }];
        });
      } catch (error) {
        throw COMMIT_GONE.some((type) => error instanceof type) ? new CommitGoneError(before) : error;
      }
    } while (nextToken !== undefined);
  }
}
