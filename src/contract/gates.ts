import { Broadening } from '../core/change-set/permissions';
import { ChangeSummary } from '../core/change-set/resource-change';
import { ReviewMode } from '../core/change-set/review';

/** How the constructs and the functions behind an environment's gates meet. */

/** Beside the guard's code: what it has to know. */
export const GUARD_FILE = 'guard.json';

/** What is in it. */
export interface GuardConfiguration {
  /** Name of the component whose build is the template. */
  readonly template: string;
  readonly environments: { readonly [name: string]: GuardedEnvironment };
}

/** One environment as the guard knows it. */
export interface GuardedEnvironment {
  /** Its name; in the guard's file, a further Region of it has a name of its own. */
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly changeSetName: string;
  /** Where its Region has copies of components' artifacts; absent in the pipeline's own Region. */
  readonly artifactBucket?: string;
  /** Role that the guard reads, deletes and completes change sets with. */
  readonly deployRoleArn: string;
  /** Role that CloudFormation changes resources with. */
  readonly executionRoleArn: string;
  readonly capabilities: readonly string[];
  readonly allowDestructiveChanges: boolean;
  readonly allowTypes: readonly string[];
  readonly allowLogicalIds: readonly string[];
  readonly rollback?: RollbackSettings;
}

/** Alarms that make CloudFormation roll a deployment back. */
export interface RollbackSettings {
  readonly triggers: readonly { readonly arn: string; readonly type: 'AWS::CloudWatch::Alarm' | 'AWS::CloudWatch::CompositeAlarm' }[];
  /** How long they are watched after the deployment. */
  readonly minutes: number;
}

/** User parameters of an environment's Guard action. */
export interface GuardJobParameters {
  readonly environment: string;
  readonly pipelineExecutionId: string;
}

/** Output variables of the Guard action. Public contract: gates read them. */
export interface GuardVariables {
  /** How many resources change; 0: there is nothing to deploy. */
  readonly changes: string;
  /** How many of them are deleted or replaced, or may be. */
  readonly destructive: string;
  /** By how many of them somebody may do more than before. */
  readonly broadening: string;
}

/** User parameters of the two actions beside an approval. `review`: write down what is to be approved, and tell whom it concerns. */
export interface ReviewJobParameters {
  readonly action: 'review';
  readonly environment: string;
  /** What the guard knows it as: in a further Region by another name. */
  readonly place: string;
  readonly pipelineExecutionId: string;
  readonly planId: string;
  readonly mode: ReviewMode;
  /** Where the page can be opened. */
  readonly page: string;
  /** Who is told; empty: nobody. */
  readonly topicArn: string;
}

/** `waive`: answer the approval where nobody needs to be asked. */
export interface WaiveJobParameters {
  readonly action: 'waive';
  readonly pipelineExecutionId: string;
  /** Where the approval is. */
  readonly stage: string;
  readonly approval: string;
  /** What the review says: why nobody needs to be asked; `ASK` where somebody does. */
  readonly waiver: string;
}

/** In place of a waiver: somebody is to be asked. */
export const ASK = 'ask';

/** Output variables of the Review action. */
export interface ReviewVariables {
  /** What the approval shows. */
  readonly text: string;
  readonly waiver: string;
}

/** User parameters of a health gate's action. */
export interface HealthJobParameters {
  readonly region: string;
  /** With commas between them; empty: all. */
  readonly services: string;
  readonly maxWaitMinutes: string;
}

/** What the guard saw of a change set: the object under `changeSetKey`. */
export interface ChangeSetReport {
  readonly version: 1;
  readonly stackName: string;
  readonly commitId: string;
  /** Without the resources' content, which may hold secrets. */
  readonly changes: readonly ChangeSummary[];
  readonly destructive: readonly string[];
  readonly broadenings: readonly Broadening[];
}
