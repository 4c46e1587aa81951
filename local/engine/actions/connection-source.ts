import { codeZip } from './code-zip';
import { SourceRepositories } from './source';
import { NotEmulatedError } from '../../activity';
import { ActionHandler, onlyOutput, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';
import { Repository } from '../repository';

/** Source/CodeStarSourceConnection: the commit's files as a zip archive, from a repository that a connection reaches. */
export function connectionSource(repository: () => Repository, describe: SourceRepositories['describe']): ActionHandler {
  return async (request) => {
    const { configuration, sourceRevision } = request;
    const connectionArn = required(request, 'ConnectionArn');
    const repositoryId = required(request, 'FullRepositoryId');
    const branchName = required(request, 'BranchName');
    const format = configuration.OutputArtifactFormat ?? 'CODE_ZIP';
    const isReference = format === 'CODEBUILD_CLONE_REF';
    // With a trigger, CodePipeline detects nothing else.
    if ((!isReference && format !== 'CODE_ZIP') || (configuration.DetectChanges !== 'false' && request.pipeline.startedBy.length === 0)) {
      throw new NotEmulatedError(`output artifact format ${format} and DetectChanges ${configuration.DetectChanges} of source action '${request.action.name}'`);
    }
    if (sourceRevision !== undefined && sourceRevision.revisionType !== 'COMMIT_ID') {
      throw new NotEmulatedError(`source revisions of type ${sourceRevision.revisionType}`);
    }
    const opened = repository();
    const commitId = sourceRevision?.revisionValue ?? await opened.branch(branchName);
    if (commitId === undefined || await opened.object(`${commitId}^{commit}`) === undefined) {
      throw new ActionFailure(`[Connections] Branch ${branchName} or commit ${commitId} not found in repository ${repositoryId}`);
    }
    const [name, location] = onlyOutput(request);
    await request.artifacts.write(location, isReference
      ? Buffer.from(JSON.stringify({ ConnectionArn: connectionArn, FullRepositoryId: repositoryId, BranchName: branchName, CommitId: commitId }))
      : codeZip(await opened.archive(commitId)));
    const { message, authorDate } = describe(await opened.commitText(commitId));
    return {
      revision: { name, revisionId: commitId, revisionSummary: JSON.stringify({ CommitMessage: message }) },
      variables: {
        AuthorDate: authorDate,
        BranchName: branchName,
        CommitId: commitId,
        CommitMessage: message,
        ConnectionArn: connectionArn,
        FullRepositoryName: repositoryId,
      },
    };
  };
}
