import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PipelineRole } from './pipeline-role';
import { pipelineNameOf } from './settings';
import { RingJobParameters } from '../contract/events';
import { functionAction } from '../private/function-action';
import { PipelineSourceConfig } from '../source/pipeline-source-config';

export interface DoorbellProps {
  readonly pipelineName: string;
  readonly source: PipelineSourceConfig;
  readonly bucket: s3.IBucket;
  readonly diffFunction: lambda.IFunction;
}

/** What follows the pipeline's name in its doorbell's. */
const SUFFIX = '-doorbell';

/**
 * A pipeline that AWS starts at each push to the branch, and that makes the diff function look. Pushes of one moment supersede each other: the last one
 * rings for all.
 */
export class Doorbell extends Construct {
  /** @throws where the source has no action that could ring */
  constructor(scope: Construct, id: string, { pipelineName, source: { branch, doorbellAction: push }, bucket, diffFunction }: DoorbellProps) {
    super(scope, id);
    if (push === undefined) {
      throw new Error('SourceTrigger.doorbell() is for sources that are read through a connection: this one has no doorbellAction. Use SourceTrigger.webhook or the schedule.');
    }
    const look: RingJobParameters = { action: 'look' };
    const pipeline = new PipelineRole(this, 'Role').create(bucket, (role) => new codepipeline.Pipeline(this, 'Pipeline', {
      pipelineName: pipelineNameOf(pipelineName, `${pipelineName}${SUFFIX}`),
      pipelineType: codepipeline.PipelineType.V2,
      executionMode: codepipeline.ExecutionMode.SUPERSEDED,
      role,
      artifactBucket: bucket,
      usePipelineRoleForActions: true,
      // No action takes an artifact.
    }), ['s3:PutObject']);
    pipeline.addStage({ stageName: 'Push', actions: [push] });
    pipeline.addStage({ stageName: 'Ring', actions: [functionAction({ actionName: 'Look', function: diffFunction, parameters: { ...look } })] });
    pipeline.addTrigger({
      providerType: codepipeline.ProviderType.CODE_STAR_SOURCE_CONNECTION,
      gitConfiguration: { sourceAction: push, pushFilter: [{ branchesIncludes: [branch] }] },
    });
  }
}
