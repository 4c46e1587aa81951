import { Duration, Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { requireBranch } from './branch';
import { actionStatements, requireConnection, requireRepositoryId, requireSameRegion } from './connection';
import { GitReader } from './git-reader';
import { PipelineSourceBindOptions, PipelineSourceConfig } from './pipeline-source-config';
import { ConnectionSourceOptions } from './pipeline-source-options';
import { PlainAction } from '../private/plain-action';

/** Nothing else says that the branch moved: a look costs two small requests. */
const LOOK_INTERVAL = Duration.minutes(1);

/** For what the host did not report, or what was lost on the way. */
const WEBHOOK_LOOK_INTERVAL = Duration.minutes(10);

/** @param what names the factory in errors */
export function bindConnection(
  scope: Construct, { output, actionName }: PipelineSourceBindOptions, what: string, repositoryId: string, options: ConnectionSourceOptions,
): PipelineSourceConfig {
  const connectionArn = requireConnection(`${what}: connectionArn`, options.connectionArn);
  const repository = requireRepositoryId(`${what}: repository`, repositoryId);
  const branch = requireBranch(`${what}: branch`, options.branch);
  requireSameRegion(`${what}: connectionArn`, connectionArn, Stack.of(scope));
  return {
    branch,
    reader: options.reader ?? GitReader.connection(connectionArn, repository),
    ...(options.trigger === undefined ? {} : { trigger: options.trigger }),
    reconcileInterval: options.trigger?._secret === undefined ? LOOK_INTERVAL : WEBHOOK_LOOK_INTERVAL,
    ...(options.checkout === undefined ? {} : { checkout: options.checkout }),
    action: new PlainAction({
      actionName,
      category: codepipeline.ActionCategory.SOURCE,
      provider: 'CodeStarSourceConnection',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
      outputs: [output],
      variablesNamespace: actionName,
      configuration: {
        ConnectionArn: connectionArn,
        FullRepositoryId: repository,
        BranchName: branch,
        // Otherwise every push would start the pipeline, whatever it changed.
        DetectChanges: 'false',
        OutputArtifactFormat: 'CODE_ZIP',
      },
      statements: actionStatements(connectionArn),
      onBound: ({ bucket, role }) => role.addToPrincipalPolicy(new iam.PolicyStatement({
        actions: ['s3:PutObjectAcl'], resources: [bucket.arnForObjects('*')],
      })),
    }),
  };
}
