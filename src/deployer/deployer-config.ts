import { RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';

/** What a deployer is bound with, once for every Region of an environment. */
export interface DeployerBindOptions {
  /** Name of the environment. */
  readonly environmentName: string;

  /** Name of the environment in this Region: that of the environment, for its further Regions with the Region. */
  readonly placeName: string;

  /** Account that the environment is in. */
  readonly account: string;

  /** Region that the environment is in. */
  readonly region: string;

  /** Name of the pipeline's solution. */
  readonly solution: string;

  /** The bucket of components' artifacts, and of what deliveries write. */
  readonly artifactBucket: s3.IBucket;

  /** How long logs are kept. */
  readonly logRetention: logs.RetentionDays;

  /** What becomes of the pipeline's data when they leave the stack. With `DESTROY` a deployer's logs go too. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A CodeBuild project that delivers the builds of a component. Each step is a build of it, with the component's artifact as its source.
 *
 * `DELIVERY_STEP` says which: `report` stores the report under `DELIVERY_REPORT`, and changes nothing; `deploy` delivers. What the first leaves under
 * `DELIVERY_HANDOVER` the later ones find there. A step that succeeds has done it all; one that fails is done again as a whole. Where the project
 * `switches`, `deploy` brings everything but what users are given, and `switch` gives it to them, once a person approved.
 */
export interface DeliveryProject {
  /** Name of the component whose builds are delivered. Its artifact is a zip. */
  readonly component: string;

  /** The project. Its source is none, its buildspec its own, and its role may read the component's artifacts. */
  readonly project: codebuild.IProject;

  /** Name of the project, as it was given to it: a literal, as the function that starts its builds holds it in a file. */
  readonly projectName: string;

  /** Everything that makes its deliveries what they are, apart from the component's builds: where it differs, the same build is delivered again. */
  readonly definition: string;

  /**
   * In which form it reports.
   * @default DeliveryReportForm.NONE
   */
  readonly report?: DeliveryReportForm;

  /**
   * What it does with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;

  /**
   * Outputs of the environment's stacks that its builds find in their environment, by the variable's name. Only for a deployer that follows
   * `Deployer.cloudFormation()`.
   * @default - none
   */
  readonly outputs?: { [variable: string]: string };

  /**
   * What waits for a person's approval between the steps `deploy` and `switch`, in words, such as `deployment group web of shop`. Nothing but other such
   * deployers may follow.
   * @default - there is no step `switch`: `deploy` delivers all
   */
  readonly switches?: string;
}

/** What a deployer says. */
export interface DeployerConfig {
  /**
   * What it delivers with.
   * @default - the environment's stacks. Only `Deployer.cloudFormation()` may leave it out
   */
  readonly delivery?: DeliveryProject;
}
