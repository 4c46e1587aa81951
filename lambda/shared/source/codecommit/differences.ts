import {
  BlobMetadata, CodeCommitClient, CommitDoesNotExistException, GetDifferencesCommand, InvalidCommitException, InvalidCommitIdException,
} from '@aws-sdk/client-codecommit';
import { PathChange } from '../../../../src/core/comparison';
import { CommitGoneError } from '../errors';

/** How CodeCommit says that a commit is gone. */
const COMMIT_GONE = [CommitDoesNotExistException, InvalidCommitException, InvalidCommitIdException];

/** What differs between two commits' trees, page by page. */
export async function* readDifferences(client: CodeCommitClient, repositoryName: string, before: string, after: string): AsyncGenerator<PathChange[]> {
  let nextToken: string | undefined;
  do {
    try {
      const page = await client.send(new GetDifferencesCommand({
        repositoryName,
        beforeCommitSpecifier: before,
        afterCommitSpecifier: after,
        NextToken: nextToken,
      }));
      nextToken = page.NextToken;
      yield (page.differences ?? []).flatMap(({ beforeBlob, afterBlob, changeType }): PathChange[] => {
        if (changeType === 'A') {
          return [{ path: afterBlob!.path!, type: 'A', ...linkOf(afterBlob!) }];
        }
        if (changeType === 'D') {
          return [{ path: beforeBlob!.path!, type: 'D' }];
        }
        return [{ path: (afterBlob ?? beforeBlob)!.path!, type: 'M', ...linkOf(afterBlob) }];
      });
    } catch (error) {
      throw COMMIT_GONE.some((type) => error instanceof type) ? new CommitGoneError(before) : error;
    }
  } while (nextToken !== undefined);
}

function linkOf(blob: BlobMetadata | undefined): Pick<PathChange, 'isLink'> {
  return blob?.mode === '120000' ? { isLink: true } : {};
}
