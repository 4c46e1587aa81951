import { DeliverySettings } from './deployer';
import { AssetPlace } from '../core/assembly/place';
import { Broadening } from '../core/change-set/permissions';
import { ChangeSummary } from '../core/change-set/resource-change';
import { Coverable } from '../core/delivery/coverage';
import { StackBounds } from '../core/delivery/place-stacks';
import { PartlyDelivered } from '../core/delivery/skipping';

/** How the constructs and the function that delivers to places meet. */

/** File next to the function's code: what it has to know. */
export const DELIVERY_FILE = 'delivery.json';

/** What is in it. */
export interface DeliveryConfiguration {
  readonly places: { readonly [place: string]: DeliveryPlace };
}

/** One place: an environment in one Region, and all that a delivery may touch there. It is fixed when the pipeline is synthesized. */
export interface DeliveryPlace extends StackBounds {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Whether a stack of these names that exists, and that this solution never delivered, may be taken over. */
  readonly adopt: boolean;
  /** Where its Region has copies of components' artifacts; absent in the pipeline's own Region. */
  readonly artifactBucket?: string;
  /** Role that change sets are made and executed with. */
  readonly deployRoleArn: string;
  /** Role that CloudFormation changes resources with. */
  readonly executionRoleArn: string;
  /** Where the assets of its stacks are published; absent where its stacks have none. */
  readonly assets?: AssetPlace;
  readonly allowDestructiveChanges: boolean;
  readonly allowTypes: readonly string[];
  readonly allowLogicalIds: readonly string[];
  /** Names of the outputs that become variables of the Deploy action; absent: all. */
  readonly published?: readonly string[];
  readonly rollback?: RollbackSettings;
  /** What deployers other than CloudFormation bring, in their order. Absent: nothing. */
  readonly deliveries?: readonly DeliverySettings[];
  /** Digest of the definitions of the place's gates. */
  readonly gatesDigest: string;
  /** Outputs that gates and deployers of the place name, as they name them. */
  readonly gateOutputs: readonly string[];
  /** Whether a gate other than an approval stands here, which may read the commit, such as integration tests. */
  readonly gatesReadCommit: boolean;
}

/** Alarms that make CloudFormation roll a deployment back. */
export interface RollbackSettings {
  readonly triggers: readonly { readonly arn: string; readonly type: 'AWS::CloudWatch::Alarm' | 'AWS::CloudWatch::CompositeAlarm' }[];
  /** How long they are watched after the deployment. */
  readonly minutes: number;
}

/** User parameters of a place's Prepare and Deploy actions, and of Switch, where deliveries of it switch. */
export interface DeliveryJobParameters {
  readonly action: 'prepare' | 'deploy' | 'switch';
  readonly place: string;
  readonly pipelineExecutionId: string;
}

/** Output variables of the Prepare action. Public contract: gates read them. */
export interface PrepareVariables {
  /** How many resources change; 0: there is nothing to deploy. */
  readonly changes: string;
  /** How many of them are deleted or replaced, or may be. */
  readonly destructive: string;
  /** How many of them broaden permissions. */
  readonly broadening: string;
}

/**
 * Output variable of the Deploy action, among those of the stacks' outputs: ARNs of the stacks, with commas between them. The name of no output has a dash.
 */
export const STACK_IDS_VARIABLE = 'stack-ids';

/** The same of a place with deliveries that switch: why none of them waits for it; `ASK` where one does. */
export const SWITCH_VARIABLE = 'switch-waiver';

/** What a delivery would change in one stack, as it was judged. Deploy executes what this covers, and nothing else. */
export interface StackReport extends Coverable {
  /** The stack's ID in its place. */
  readonly id: string;
  readonly stackName: string;
  /** Number of the attempt that made the change set; 0 where there was none. */
  readonly attempt: number;
  /** Digest of what the release brings to the stack, whatever other stacks give it. */
  readonly releasedDigest: string;
  /**
   * `changes`: the change set of `changeSetArn` is to be executed. `empty`: CloudFormation found nothing to change. `skipped`: no change set was
   * made, because the stack has this very content. `deferred`: it takes values from stacks that change as well, so its change set is made when
   * they are delivered, and has to be covered by this.
   */
  readonly outcome: 'changes' | 'empty' | 'skipped' | 'deferred';
  /** IDs of the stacks whose values are not known yet, where it is deferred. */
  readonly waitsFor?: readonly string[];
  readonly changeSetArn?: string;
  readonly changes: readonly ChangeSummary[];
  readonly broadenings: readonly Broadening[];
}

/** What a deployer other than CloudFormation would change, as it was judged. */
export interface DeliveryReport extends Coverable {
  /** ID of the component. */
  readonly id: string;
  /** Number of the attempt that made the report; 0 where there was none. */
  readonly attempt: number;
  /** Digest of what the release brings, whatever stacks give it. */
  readonly releasedDigest: string;
  /**
   * `changes`: it is to be delivered. `empty`: its report found nothing to change. `skipped`: the place has this very content. `kept`: the place has a newer
   * build, which stays. `deferred`: it takes outputs of stacks that change as well, so what it changes is reported when they are delivered.
   */
  readonly outcome: 'changes' | 'empty' | 'skipped' | 'kept' | 'deferred';
  /** Why a newer build stays. */
  readonly kept?: string;
  readonly changes: readonly ChangeSummary[];
  readonly broadenings: readonly Broadening[];
}

/** What a delivery would change in a place: the object under `changeSetKey`. Paths of resources name their stack where the place has several. */
export interface ChangeReport {
  readonly version: 3;
  readonly commitId: string;
  readonly stacks: readonly StackReport[];
  /** Of deployers other than CloudFormation; absent in reports of earlier versions. */
  readonly deliveries?: readonly DeliveryReport[];
  /** Names of stacks that were delivered here before, and that the release does not have any more. They stay as they are. */
  readonly leftBehind: readonly string[];
  readonly changes: readonly ChangeSummary[];
  readonly destructive: readonly string[];
  readonly broadenings: readonly Broadening[];
  /** Why the gates are asked although nothing changes; absent where they may be passed over. */
  readonly ask?: string;
  /** Where an earlier delivery failed between the stacks: what it left. */
  readonly partly?: PartlyDelivered;
  /** IDs of the stacks that each comes after, where it is not the templates' own order, because exports that are in use go. */
  readonly after?: { readonly [id: string]: readonly string[] };
}

/** Name of the change set of one attempt. Those of nested stacks begin with it. */
export function changeSetName(attempt: number): string {
  return `${CHANGE_SET_PREFIX}${attempt}`;
}

export const CHANGE_SET_PREFIX = 'modular-pipeline-';
