import { Stack, Token } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { requireBranch } from './branch';
import { PipelineSourceBindOptions, PipelineSourceConfig } from './pipeline-source-config';
import { CodeCommitSourceOptions } from './pipeline-source-options';
import { SourceReader } from './source-reader';
import { PlainAction } from '../private/plain-action';

const ACTION = ['codecommit:CancelUploadArchive', 'codecommit:GetBranch', 'codecommit:GetCommit', 'codecommit:GetUploadArchiveStatus', 'codecommit:UploadArchive'];

export function bindCodeCommit(
  scope: Construct, { output, actionName }: PipelineSourceBindOptions, repository: codecommit.IRepository, options: CodeCommitSourceOptions,
): PipelineSourceConfig {
  const { role } = options;
  const branch = requireBranch('PipelineSource.codeCommit: branch', options.branch);
  requireNearness(repository, Stack.of(scope), role);
  return {
    branch,
    reader: SourceReader.codeCommit(repository, { role }),
    ...(options.checkout === undefined ? {} : { checkout: options.checkout }),
    action: new PlainAction({
      actionName,
      category: codepipeline.ActionCategory.SOURCE,
      provider: 'CodeCommit',
      ...(role === undefined ? { resource: repository } : { role }),
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
      outputs: [output],
      variablesNamespace: actionName,
      // Left out, CodePipeline would poll, and start every change twice.
      configuration: { RepositoryName: repository.repositoryName, BranchName: branch, PollForSourceChanges: 'false' },
      statements: role === undefined ? [new iam.PolicyStatement({ actions: ACTION, resources: [repository.repositoryArn] })] : [],
      onBound: ({ bucket }) => {
        if (role !== undefined) {
          if (bucket.encryptionKey === undefined) {
            throw new Error('PipelineSource.codeCommit: role is of another account, and the pipeline\'s bucket has no key that it could be allowed to use: give the pipeline an encryptionKey.');
          }
          bucket.grantPut(role);
        }
      },
    }),
    // A tag may have the branch's name.
    ...(role === undefined ? {
      eventPattern: referenceEvents(repository, { referenceType: ['branch'], referenceName: [branch] }),
      tagEventPattern: referenceEvents(repository, { referenceType: ['tag'] }),
    } : {}),
  };
}

function referenceEvents({ repositoryArn }: codecommit.IRepository, detail: object): events.EventPattern {
  return {
    source: ['aws.codecommit'],
    detailType: ['CodeCommit Repository State Change'],
    resources: [repositoryArn],
    detail: { event: ['referenceCreated', 'referenceUpdated'], ...detail },
  };
}

function requireNearness(repository: codecommit.IRepository, stack: Stack, role: iam.IRole | undefined): void {
  const { account, region } = repository.env;
  const differs = (own: string, its: string) => !Token.isUnresolved(own) && !Token.isUnresolved(its) && own !== its;
  if (differs(stack.region, region)) {
    throw new Error(`CodeCommit repository ${repository.node.path}: its Region is ${region}, the pipeline's is ${stack.region}. `
      + 'A source in another Region is not supported: put the pipeline where the repository is.');
  }
  if (role === undefined && differs(stack.account, account)) {
    throw new Error(`CodeCommit repository ${repository.node.path}: its account is ${account}, the pipeline's is ${stack.account}. `
      + 'Give a role of the repository\'s account that may read it: PipelineSource.codeCommit(repository, { branch, role }).');
  }
}
