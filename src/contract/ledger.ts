import { NOT_A_BUILD } from './tables';

/** What the function that delivers writes into the DeploymentsTable under `stackKey`. Attribute names are public contract. */

/** The ledger of one stack of a place: the attempt that is current, and the last one that succeeded. */
export interface StackItem {
  readonly Component: string;
  readonly BuildNumber: typeof NOT_A_BUILD;
  readonly Solution: string;
  readonly Environment: string;
  readonly Place: string;
  readonly StackName: string;
  /** Grows with every write, each of which has the last one's as its condition. */
  readonly Version: number;
  readonly Attempt: AttemptRecord;
  readonly Delivered?: DeliveredRecord;
  readonly Timestamp: string;
}

/** One attempt to bring a content to a stack. Written before each call that changes something. */
export interface AttemptRecord {
  /** Grows by one with every attempt on the stack. */
  readonly Number: number;
  readonly PipelineExecutionId: string;
  readonly CommitId: string;
  /** Digest of the content. */
  readonly Digest: string;
  /** Token of `CreateChangeSet` and, with an ending, of `ExecuteChangeSet`. */
  readonly Token: string;
  /**
   * `Preparing`: its change set is being made. `Prepared`: it is made, judged and reported. `Executing`: it may have been executed; the events of its
   * token say what became of it. `Succeeded`, `Failed`: they have. `Lost`: its change set was gone before it was executed. `Refused`: it was judged and
   * deleted. `Deferred`: it was made to see what would change, and deleted: another is made when the values are known. `Ready`: what is new is there, and
   * waits for a person's approval to be switched to.
   */
  readonly Phase: 'Preparing' | 'Prepared' | 'Executing' | 'Succeeded' | 'Failed' | 'Lost' | 'Refused' | 'Deferred' | 'Ready';
  readonly ChangeSetArn?: string;
  /** Of a delivery that is not a stack: number of the component's build, and ID of the CodeBuild build of the current step. */
  readonly Build?: number;
  readonly BuildId?: string;
  /** The step that is under way where that is not the first that changes something. */
  readonly Step?: 'switch';
  readonly StackId?: string;
  /** Of a failure. */
  readonly Reason?: string;
  /** Why nested stacks are left out of the change set, where CloudFormation could not make it with them. */
  readonly Hidden?: string;
  /** First job of the action that the attempt belongs to; absent in items of earlier versions. */
  readonly Run?: string;
  /** How many minutes alarms are watched after the change set is executed; absent: none are. */
  readonly BakeMinutes?: number;
  readonly Timestamp: string;
}

interface DeliveredContent {
  readonly Digest: string;
  readonly Attempt: number;
  readonly PipelineExecutionId: string;
  readonly CommitId: string;
  readonly Timestamp: string;
}

/** What was delivered last where that is not a stack. */
export interface DeliveredBuildRecord extends DeliveredContent {
  /** Number of the component's build. */
  readonly Build: number;
}

/** What was delivered last, and how the stack looked then. */
export interface DeliveredRecord extends DeliveredContent {
  readonly StackId: string;
  readonly Status: string;
  readonly Updated: string;
  readonly OutputsDigest: string;
}

/** The last stage attempt of a place: `stackKey` with an empty stack name. */
export interface StageAttemptItem {
  readonly Component: string;
  readonly BuildNumber: typeof NOT_A_BUILD;
  readonly Solution: string;
  readonly Environment: string;
  readonly Place: string;
  readonly PipelineExecutionId: string;
  readonly ContentDigest: string;
  readonly GatesDigest: string;
  readonly TestsDigest: string;
  /** Names of the stacks that the execution brings, or brought; of other deliveries as `deliveryName` writes them. */
  readonly Stacks?: readonly string[];
  /** Names of stacks that earlier executions brought, and this one does not. */
  readonly LeftBehind?: readonly string[];
  readonly Phase: 'Started' | 'Recorded';
  /** Where the last delivery failed between stacks: which have its content and which do not. */
  readonly Partly?: PartlyRecord;
  readonly Timestamp: string;
}

/** Names of a place's stacks and other deliveries after a delivery of several that failed. */
export interface PartlyRecord {
  readonly PipelineExecutionId: string;
  readonly CommitId: string;
  /** They have the content of that release. */
  readonly With: readonly string[];
  /** They failed, and were rolled back. */
  readonly Without: readonly string[];
  readonly NotBegun: readonly string[];
}
