import { Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { requireBranch } from './branch';
import { actionStatements, requireConnection, requireRepositoryId, requireSameRegion } from './connection';
import { GitReader } from './git-reader';
import { PipelineSourceBindOptions, PipelineSourceConfig } from './pipeline-source-config';
import { ConnectionSourceOptions } from './pipeline-source-options';
import { SourceTrigger } from './source-trigger';
import { PlainAction, PlainActionProps } from '../private/plain-action';

/** @param what names the factory in errors */
export function bindConnection(
  scope: Construct, { output, actionName }: PipelineSourceBindOptions, what: string, repositoryId: string, options: ConnectionSourceOptions,
): PipelineSourceConfig {
  const connectionArn = requireConnection(`${what}: connectionArn`, options.connectionArn);
  const repository = requireRepositoryId(`${what}: repository`, repositoryId);
  const branch = requireBranch(`${what}: branch`, options.branch);
  requireSameRegion(`${what}: connectionArn`, connectionArn, Stack.of(scope));
  const { trigger = SourceTrigger.schedule() } = options;
  const action = (more: Partial<PlainActionProps> & Pick<PlainActionProps, 'outputs'>, configuration: Readonly<Record<string, string>>) => new PlainAction({
    actionName,
    category: codepipeline.ActionCategory.SOURCE,
    provider: 'CodeStarSourceConnection',
    artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
    configuration: { ConnectionArn: connectionArn, FullRepositoryId: repository, BranchName: branch, ...configuration },
    statements: actionStatements(connectionArn),
    onBound: ({ bucket, role }) => role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['s3:PutObjectAcl'], resources: [bucket.arnForObjects('*')],
    })),
    ...more,
  });
  return {
    branch,
    reader: options.reader ?? GitReader.connection(connectionArn, repository),
    trigger,
    reconcileInterval: trigger._interval,
    ...(options.checkout === undefined ? {} : { checkout: options.checkout }),
    action: action({
      outputs: [output],
      variablesNamespace: actionName,
    }, {
      // Otherwise every push would start the pipeline, whatever it changed.
      DetectChanges: 'false',
      OutputArtifactFormat: 'CODE_ZIP',
    }),
    // A reference in place of the repository's content: nothing reads it.
    ...(trigger._rings ? { doorbellAction: action({ outputs: [new codepipeline.Artifact('Reference')] }, { OutputArtifactFormat: 'CODEBUILD_CLONE_REF' }) } : {}),
  };
}
