import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environmentStages } from './environment-stage';
import { EnvironmentStagesProps } from './environment-stages-props';
import { whereDeployingTo } from './stage-conditions';
import { PlanJobParameters, PlanVariables, PROMOTION_VARIABLE, ReleaseJobParameters, TAG_VARIABLE } from '../contract/events';
import { ACTIONS, STAGES } from '../contract/stages';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { functionAction } from '../private/function-action';

/** The pipeline that gets the stages. */
export interface StagedPipeline extends Construct {
  readonly pipeline: codepipeline.Pipeline;
  readonly solution: string;
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly diffFunction: lambda.IFunction;
  readonly releaseFunction: lambda.IFunction;
  readonly recordFunction: lambda.IFunction;
}

/** Variables of earlier actions, as later ones name them. */
export const sourceVariable = (name: string) => `#{${ACTIONS.source}.${name}}`;
export const planVariable = (name: keyof PlanVariables) => `#{${ACTIONS.plan}.${name}}`;

/** Adds the stage that plans what the source action took. */
export function addPlan(pipeline: StagedPipeline, source: codepipeline.Artifact, revision: string, takesTags: boolean): void {
  const parameters: PlanJobParameters = {
    action: 'plan',
    commitId: revision,
    pipelineExecutionId: codepipeline.GlobalVariables.executionId,
    promotion: `#{variables.${PROMOTION_VARIABLE}}`,
    ...(takesTags ? { tag: `#{variables.${TAG_VARIABLE}}` } : {}),
    solution: pipeline.solution,
    deploymentsTable: pipeline.deploymentsTable.tableName,
    diffTable: pipeline.diffTable.tableName,
    artifactBucket: pipeline.artifactBucket.bucketName,
  };
  pipeline.pipeline.addStage({
    stageName: STAGES.plan,
    actions: [functionAction({
      actionName: ACTIONS.plan, function: pipeline.diffFunction, parameters: { ...parameters }, input: source, variablesNamespace: ACTIONS.plan,
    })],
  });
}

/** Adds the stage that assembles the release, and those of the environments. */
export function addReleases(pipeline: StagedPipeline, props: Pick<EnvironmentStagesProps, 'targets' | 'source' | 'functions' | 'commitId'>): void {
  const release = new codepipeline.Artifact('Release');
  const parameters: ReleaseJobParameters = {
    commitId: props.commitId,
    pipelineExecutionId: codepipeline.GlobalVariables.executionId,
    planId: planVariable('planId'),
    sequence: planVariable('sequence'),
  };
  pipeline.pipeline.addStage({
    stageName: STAGES.release,
    actions: [functionAction({ actionName: ACTIONS.release, function: pipeline.releaseFunction, parameters: { ...parameters }, output: release })],
  });
  const stages = environmentStages(pipeline, {
    ...props, release, recordFunction: pipeline.recordFunction, planId: planVariable('planId'),
  });
  for (const { name, environment, actions } of stages) {
    pipeline.pipeline.addStage({ stageName: name, beforeEntry: whereDeployingTo(environment, name), actions });
  }
}
