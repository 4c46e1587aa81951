import { Environment } from 'aws-cdk-lib';
import { ApplicationStacks } from './application-stacks';
import { DeployOn } from './deploy-on';
import { StackOptions } from './stack-options';
import { Deployer } from '../deployer/deployer';
import { Gate } from '../gate/gate';

/** A target of releases: an account and Region, with its gates. */
export interface DeploymentEnvironment {
  /** Name of the environment, such as `test`: letters, digits and `_ - .`, at most 64. It names a stage of the pipeline. */
  readonly name: string;

  /**
   * Account and Region that it is in, both literal. The account is bootstrapped in the Region with trust in the pipeline's account
   * (`cdk bootstrap --trust`).
   */
  readonly env: Environment;

  /**
   * Further Regions of the account that a release goes to after the one in `env`, in this order. Each has a stack of its own, and every gate.
   * The release is recorded when it is live in all of them.
   * @default - none
   */
  readonly furtherRegions?: string[];

  /**
   * To how many Regions a release goes at the same time: at least 1. Regions go in waves of this many, in their order; where a Region of a wave fails, no
   * further wave begins.
   * @default 1
   */
  readonly regionsAtOnce?: number;

  /**
   * What stands between a release and the environment, in this order: before the deployment, such as approvals, and after it, such as tests.
   * Without any gate of its own it has the guard that refuses change sets which would delete or replace resources.
   * @default - the guard alone
   */
  readonly gates?: Gate[];

  /**
   * What lets it take a release. The first environment takes every one; after one that does not, no other may.
   * @default DeployOn.everyRelease()
   */
  readonly deployOn?: DeployOn;

  /**
   * Ask for an approval between the creation of the change set and its execution: short for `Gate.approval()` as the last of the gates.
   * @default false
   */
  readonly approval?: boolean;

  /**
   * How builds reach the environment, in this order. Without `Deployer.cloudFormation()` among them, it has no stacks.
   * @default [Deployer.cloudFormation()]
   */
  readonly deployers?: Deployer[];

  /**
   * Name of the stack that the template is deployed as. Where several templates are deployed, each stack is called so, `-` and its component's ID, unless
   * its template or `stacks` names it.
   * @default - the pipeline's `solution`
   */
  readonly stackName?: string;

  /**
   * What is different of single stacks in this environment, by the name of the component whose template is deployed.
   * @default - all stacks are as their templates say
   */
  readonly stacks?: { [component: string]: StackOptions };

  /**
   * Which stacks of the CDK applications it takes, by the name of the component.
   * @default - those whose account and Region are the environment's, or any
   */
  readonly applications?: { [component: string]: ApplicationStacks };

  /**
   * Whether a stack of this name that exists already, and that this pipeline never deployed, is taken over. Without it such a stack is left alone, and
   * the deployment fails with a message.
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Values of template parameters that are not a component's location. They reach every template that declares them; at least one must.
   * @default - none
   */
  readonly parameters?: { [name: string]: string };

  /**
   * Names of the stacks' outputs that become variables of the pipeline, which everyone sees who may look at it. Gates can name these alone; tests find
   * all outputs in a file.
   * @default - all outputs
   */
  readonly publishedOutputs?: string[];

  /**
   * Tags of the stacks, which CloudFormation puts on its resources.
   * @default - none
   */
  readonly tags?: { [key: string]: string };

  /**
   * ARN of the role that the pipeline creates and executes change sets with.
   * @default - the deploy role of the CDK bootstrap in the environment's account and Region
   */
  readonly deployRoleArn?: string;

  /**
   * ARN of the role that CloudFormation changes resources with.
   * @default - the CloudFormation execution role of the CDK bootstrap in the environment's account and Region
   */
  readonly executionRoleArn?: string;
}
