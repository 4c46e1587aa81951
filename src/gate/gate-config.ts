import { RemovalPolicy } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ChangeSetRules } from './change-set-rules';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';

/** Where a gate's actions stand in the stage of an environment. */
export enum GatePosition {
  /** When it is known what a deployment would change, and nothing was changed yet. */
  BEFORE_DEPLOY = 'BEFORE_DEPLOY',
  /** When the release is deployed, and not recorded as live yet. */
  AFTER_DEPLOY = 'AFTER_DEPLOY',
}

/** Variables of the pipeline, to be put into an action's configuration, that say what the environment's change set holds. */
export interface ChangeSetVariables {
  /** How many resources change. `0`: there is nothing to deploy. */
  readonly changes: string;

  /** How many of them are deleted or replaced, or may be. */
  readonly destructive: string;

  /** How many of them broaden permissions. */
  readonly broadening: string;
}

/** What a gate is bound with. Texts such as `commitId` are variables of the pipeline, to be put into an action's configuration. */
export interface GateBindOptions {
  /** Name of the environment. */
  readonly environmentName: string;

  /** Name of the environment in this Region: that of the environment, for its further Regions with the Region. */
  readonly placeName: string;

  /** Name of the stage. */
  readonly stageName: string;

  /** What is added to the names of the gate's actions, where several Regions are deployed in one stage; empty otherwise. */
  readonly actionNameSuffix: string;

  /** Account that the environment is in. */
  readonly account: string;

  /** Region that the environment is in. */
  readonly region: string;

  /** Name of the stack that is deployed; of several, what their names begin with unless they have names of their own. */
  readonly stackName: string;

  /** Role that change sets are made and executed with, in the environment's account. */
  readonly deployRoleArn: string;

  /** Run order of the gate's first action. Actions of equal run order run at once. */
  readonly runOrder: number;

  /** Name of the pipeline's solution. */
  readonly solution: string;

  /** Name of the pipeline. */
  readonly pipelineName: string;

  /** The repository's content at the commit. */
  readonly source: codepipeline.Artifact;

  /** The release: `release.json`, the templates, and for every place the stacks that it gets. */
  readonly release: codepipeline.Artifact;

  /** The commit. */
  readonly commitId: string;

  /** The plan of the commit. */
  readonly planId: string;

  /** The execution. */
  readonly executionId: string;

  /** What the change set holds. */
  readonly changeSet: ChangeSetVariables;

  /**
   * Namespace of the deployed stacks' outputs, for gates after the deployment: the variable of the output `ApiUrl` is this, a dot and `ApiUrl`,
   * in `#{}`; where several stacks have it, a dot, the ID of the stack's component, `@` and `ApiUrl`.
   */
  readonly outputsNamespace: string;

  /** For gates after the deployment: ARN of the deployed stack; of several stacks, their ARNs with commas between them. */
  readonly stackId: string;

  /** For gates after the deployment: `s3://` location of a JSON file with the outputs of all stacks, values by output, by the ID of the stack's component. */
  readonly outputsUri: string;

  /** `s3://` location of the release, a JSON file: `commitId`, and for each of `components` its `buildNumber` and `location`. */
  readonly releaseUri: string;

  /** The table of plans. */
  readonly diffTable: IDiffTable;

  /** The table of builds and deployments. */
  readonly deploymentsTable: IDeploymentsTable;

  /** The bucket of components' artifacts and of releases. */
  readonly artifactBucket: s3.IBucket;

  /** How long logs are kept. */
  readonly logRetention: logs.RetentionDays;

  /** What becomes of the pipeline's data when they leave the stack. With `DESTROY` a gate's own go too. */
  readonly removalPolicy: RemovalPolicy;
}

/** What a gate says. */
export interface GateConfig {
  /**
   * Actions that must succeed. Their run orders begin with the one that the gate was bound with.
   * @default - none
   */
  readonly actions?: codepipeline.IAction[];

  /**
   * How many run orders the actions take.
   * @default - one if there are actions, none otherwise
   */
  readonly runOrders?: number;

  /**
   * Outputs of the deployed stacks that the actions name: `ApiUrl`, or `api@ApiUrl` where several stacks have it. A release whose templates do not
   * declare them fails before anything is deployed.
   * @default - none
   */
  readonly outputs?: string[];

  /**
   * What the environment's guard allows in a change set, and what it asks of its deployment.
   * @default - nothing beyond what other gates say
   */
  readonly changeSetRules?: ChangeSetRules;
}

