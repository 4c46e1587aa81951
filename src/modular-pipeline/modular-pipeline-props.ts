import { CfnCapabilities, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Baseline } from './baseline';
import { BuildStrategy } from '../build-strategy/build-strategy';
import { Check } from '../check/check';
import { ChangeDetectionProps } from '../component/change-detection-props';
import { Component } from '../component/component';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { DeploymentEnvironment } from '../environment/deployment-environment';
import { PipelineSource } from '../source/pipeline-source';

/** Properties of a `ModularPipeline`. */
export interface ModularPipelineProps extends ChangeDetectionProps {
  /** Where changes come from. */
  readonly source: PipelineSource;

  /**
   * The components. At least one is a `Component.template`: what is deployed. Dependencies must not form a cycle, and no two
   * components may give the same template parameter.
   */
  readonly components: Component[];

  /** Where releases go, in this order. The release that is live in the first is the baseline of the next plan. */
  readonly environments: DeploymentEnvironment[];

  /**
   * What every commit has to pass before anything is built. Skipped by executions that promote or roll back.
   * @default - none
   */
  readonly checks?: Check[];

  /**
   * Name of the solution: keeps its items apart in tables that several pipelines share. Letters, digits and `. _ -`, at most 64.
   * Renamed, it is another solution, which has no baseline and builds everything.
   * @default - the construct's path in its app, and a hash of it
   */
  readonly solution?: string;

  /**
   * Name of the pipeline.
   * @default - the solution's name
   */
  readonly pipelineName?: string;

  /**
   * What a new commit is compared with.
   * @default Baseline.lastRelease()
   */
  readonly baseline?: Baseline;

  /**
   * Table of plans.
   * @default - a table of the pipeline's own
   */
  readonly diffTable?: IDiffTable;

  /**
   * Table of builds and deployments. It can serve several pipelines.
   * @default - a table of the pipeline's own
   */
  readonly deploymentsTable?: IDeploymentsTable;

  /**
   * Bucket for components' artifacts and for releases. Nothing in it may expire while it is deployed.
   * @default - a versioned bucket of the pipeline's own
   */
  readonly artifactBucket?: s3.IBucket;

  /**
   * Bucket for the server access logs of the buckets that are made here.
   * @default - no access logs
   */
  readonly serverAccessLogsBucket?: s3.IBucket;

  /**
   * Customer's key for the buckets and tables that are made here.
   * @default - a key with rotation for the buckets where an environment is in another account; keys of AWS's own otherwise
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How the builds are run.
   * @default - `BuildStrategy.fanOut()`; with the context `@cdk-modular-pipeline/v1Builds`, `BuildStrategy.actions()` while a pipeline and its
   * template hold an action, a project and a role for each component (about 90 components)
   */
  readonly buildStrategy?: BuildStrategy;

  /**
   * What happens to an execution when the next one arrives: `SUPERSEDED` or `QUEUED`. `PARALLEL` is refused: releases would overtake
   * each other in an environment.
   * @default codepipeline.ExecutionMode.SUPERSEDED
   */
  readonly executionMode?: codepipeline.ExecutionMode;

  /**
   * Capabilities that CloudFormation is given for the template.
   * @default - CAPABILITY_NAMED_IAM and CAPABILITY_AUTO_EXPAND
   */
  readonly capabilities?: CfnCapabilities[];

  /**
   * Qualifier of the CDK bootstrap in the environments' accounts.
   * @default - the qualifier of the pipeline's own stack
   */
  readonly qualifier?: string;

  /**
   * Whether a release fails where a component gives a parameter that the template does not declare, such as one that is misspelt in either. Otherwise
   * approvals and the command `status` say so, and what the component builds does not reach the template.
   * @default false
   */
  readonly refuseUndeclaredLocations?: boolean;

  /**
   * Whether each release that goes live rewrites a page of what is live where, what came last and why, and how deliveries go: the one of the command
   * `report --html`, as the object `<solution>/report.html` of the artifact bucket. Who looks at it needs `s3:GetObject` on it. Where the page cannot
   * be written, the action Record fails after it recorded what is live.
   * @default false
   */
  readonly reportPage?: boolean;

  /**
   * How often to look for changes whose events were lost: whole minutes, at least one.
   * @default Duration.minutes(15)
   */
  readonly reconcileInterval?: Duration;

  /**
   * How long plans are kept: whole days, at least seven. The retry of an execution needs its plan.
   * @default Duration.days(90)
   */
  readonly planRetention?: Duration;

  /**
   * How long the functions' and builds' logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the tables, buckets, image repositories and key that are made here, support stacks included, when they leave the stack. With `DESTROY` they
   * are emptied first, by a function that the CDK adds to the stack; the tables have no deletion protection then.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
