import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BuildReference } from './build-reference';
import { ComponentCatalogue } from '../component/component-catalogue';
import { ComponentBuild } from '../component-build/component-build';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { PipelineSourceConfig } from '../source/pipeline-source-config';

/** What the builds of a pipeline are made from. */
export interface BuildContext {
  /** Everything is made below it. */
  readonly scope: Construct;
  /** Literal. */
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly catalogue: ComponentCatalogue;
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  /** What actions hand on to each other. Its objects expire. */
  readonly pipelineBucket: s3.IBucket;
  readonly source: PipelineSourceConfig;
  readonly sourceOutput: codepipeline.Artifact;
  /** Name of the stage, or the beginning of several stages' names. */
  readonly stageName: string;
  /** Variables of earlier actions. */
  readonly commitId: string;
  readonly planId: string;
  /** `s3://` location of the source artifact. */
  readonly sourceLocation: string;
  readonly logRetention: logs.RetentionDays;
}

/** Stages and actions that a strategy adds to a pipeline. */
export interface StrategySize {
  readonly stages: number;
  readonly actions: number;
}

/** The builds of a pipeline. */
export interface RenderedBuilds {
  readonly stages: readonly codepipeline.StageOptions[];
  /** By component. */
  readonly builds: ReadonlyMap<string, BuildReference>;
  /** The builds that are constructs of their own, by component: none where projects are shared. */
  readonly componentBuilds: ReadonlyMap<string, ComponentBuild>;
  /** ARNs of the projects, or a pattern of them. */
  readonly projectArns: readonly string[];
  /** Where all builds write their logs. */
  readonly logGroup: logs.ILogGroup;
}
