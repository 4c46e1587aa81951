import { NotEmulatedError } from '../../activity';
import { ActionHandler, onlyOutput, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';
import { Repository } from '../repository';
import { codeZip } from './code-zip';

/** Who has the repositories, and how a commit object reads. */
export interface SourceRepositories {
  repository(name: string): Repository | undefined;
  describe(commitText: string): { readonly message: string; readonly authorDate: string; readonly committerDate: string };
}

/** Source/CodeCommit: the commit's files as a zip archive. */
export function codeCommitSource(repositories: SourceRepositories): ActionHandler {
  return async (request) => {
    const { configuration, sourceRevision } = request;
    const repositoryName = required(request, 'RepositoryName');
    const branchName = required(request, 'BranchName');
    const format = configuration.OutputArtifactFormat ?? 'CODE_ZIP';
    if (format !== 'CODE_ZIP') {
      throw new NotEmulatedError(`output artifact format ${format} of source action '${request.action.name}'`);
    }
    if (sourceRevision !== undefined && sourceRevision.revisionType !== 'COMMIT_ID') {
      throw new NotEmulatedError(`source revisions of type ${sourceRevision.revisionType}`);
    }
    const repository = repositories.repository(repositoryName);
    if (repository === undefined) {
      throw new ActionFailure(`The AWS CodeCommit repository '${repositoryName}' does not exist`);
    }
    const commitId = sourceRevision?.revisionValue ?? await repository.branch(branchName);
    if (commitId === undefined || await repository.object(`${commitId}^{commit}`) === undefined) {
      throw new ActionFailure(`Either the branch '${branchName}' or the commit '${commitId}' does not exist in the AWS CodeCommit repository '${repositoryName}'`);
    }
    const [name, location] = onlyOutput(request);
    await request.artifacts.write(location, codeZip(await repository.archive(commitId)));
    const { message, authorDate, committerDate } = repositories.describe(await repository.commitText(commitId));
    return {
      revision: { name, revisionId: commitId, revisionSummary: message },
      variables: {
        AuthorDate: authorDate,
        BranchName: branchName,
        CommitId: commitId,
        CommitMessage: message,
        CommitterDate: committerDate,
        RepositoryName: repositoryName,
      },
    };
  };
}
