import { Reason } from '../core/reasons';
import { Build } from '../core/release';
import { TagPromotion, TagWish } from '../core/tags/tag-state';

/**
 * Keys, attributes and item shapes of the two tables. Attribute names are public contract.
 *
 * Several pipelines may share the tables: every key that names a component starts with its solution.
 * `#` can stand neither in a solution's nor in a component's name, so no two keys collide.
 */

export const DIFF_TABLE_KEYS = { partition: 'CommitId', sort: 'Component' } as const;
export const DEPLOYMENTS_TABLE_KEYS = { partition: 'Component', sort: 'BuildNumber' } as const;

/** Global index of the DeploymentsTable: builds by what they were built from. */
export const FINGERPRINT_INDEX = { name: 'ByFingerprint', partition: 'Fingerprint', sort: 'BuildNumber' } as const;

/** Time to live of both tables, in seconds since the epoch. DynamoDB deletes late: readers filter. */
export const EXPIRES_AT = 'ExpiresAt';

// ---- DiffTable ----

/** Sort key of a component's diff. */
export function diffKey(solution: string, component: string): string {
  return `${solution}#${component}`;
}

/** Sort key of the plan marker: sorts before every diff of its solution and shares their prefix, so one query reads a plan. */
export function planMarkerKey(solution: string): string {
  return `${solution}#`;
}

/** Sort key of what is known of a source that cannot be read, in the branch head's partition. */
export function sourceStateKey(solution: string): string {
  return `${planMarkerKey(solution)}source`;
}

/** Sort key of what is known of the tags that an environment takes, in the branch head's partition. */
export function tagStateKey(solution: string, environment: string): string {
  return `${planMarkerKey(solution)}tags#${environment}`;
}

/** Partition of each solution's branch head (sort key: `planMarkerKey`). Not a commit's ID, so no plan is there. */
export const HEAD_PARTITION = 'head';

/** Partition of the looks that webhooks ask for (sort key: `planMarkerKey`). */
export const WEBHOOK_PARTITION = 'webhook';

/** Partition of execution sequence numbers (sort key: `executionKey`; the counter under `planMarkerKey`). */
export const EXECUTION_PARTITION = 'execution';

export function executionKey(solution: string, executionId: string): string {
  return `${solution}#${executionId}`;
}

/** One diff: why a component counts as changed at a commit. */
export interface DiffItem {
  readonly CommitId: string;
  readonly Component: string;
  readonly Solution: string;
  readonly PlanId: string;
  readonly Reasons: readonly Reason[];
  /** How many reasons of the kinds `Dependency` and `TestDependency` are left out, so that the item stays below DynamoDB's 400 KB. */
  readonly FurtherReasons?: number;
  /** Digest of the component's inputs at the commit: Git object IDs, see core/fingerprint. */
  readonly InputsDigest: string;
  readonly Forced: boolean;
  /** The marker's: a writer that was overtaken cannot overwrite the diffs of a later plan. */
  readonly PlanVersion: number;
  readonly Timestamp: string;
  readonly ExpiresAt: number;
}

/**
 * Says that a commit is planned, so that the absence of a diff means "unchanged". Written last.
 * Replaced by another plan for the same commit it first turns `Writing`, so that no reader takes a half for a whole.
 */
export interface PlanMarkerItem {
  readonly CommitId: string;
  readonly Component: string;
  readonly Solution: string;
  readonly PlanId: string;
  /** Grows with every plan that is written for the commit. */
  readonly PlanVersion: number;
  /** What asked for it: `head:<HeadNumber>` or `execution:<ID>`. A repeated wish finds its plan here, whatever has become the baseline since. */
  readonly PlannedFor: string;
  readonly Status: 'Writing' | 'Complete';
  /** Digest of the catalogue that it was made with: nothing is built or released by another. */
  readonly CatalogueDigest: string;
  readonly BaselineCommitId?: string;
  /** Object key of the baseline's release in the artifact bucket. */
  readonly BaselineRelease?: string;
  /** Whether everything is in it because what differs could not be read. */
  readonly Blind?: true;
  readonly Changed: number;
  readonly Unowned: { readonly count: number; readonly paths: readonly string[] };
  readonly Timestamp: string;
  /** Earlier than the diffs': a marker never outlives the diffs it vouches for. */
  readonly ExpiresAt: number;
}

/** The branch's head as the diff function last saw it: orders heads, and makes the start of an execution idempotent. */
export interface HeadItem {
  readonly CommitId: typeof HEAD_PARTITION;
  readonly Component: string;
  readonly Solution: string;
  /** Grows by one whenever the head, the catalogue or a wish to force makes a new plan necessary. */
  readonly HeadNumber: number;
  readonly HeadCommitId: string;
  readonly CatalogueDigest: string;
  readonly Forced: readonly string[];
  /** `Planning`: to be completed by anyone who sees it. `Started`: an execution has it. `NothingChanged`: no execution needed. */
  readonly Status: 'Planning' | 'Started' | 'NothingChanged';
  /**
   * Why it is to be started: the branch moved, someone asked, or neither: it was lost, or something else is another. What someone promoted is never
   * undone by the last of these. Absent in items of earlier versions, where the branch may have moved.
   */
  readonly Origin?: 'Moved' | 'Asked' | 'Again';
  /** Grows when the same head is started again because its execution was cancelled or superseded. */
  readonly Attempt: number;
  readonly PlanId?: string;
  /** The last execution that was started, for this head or for an earlier one. */
  readonly PipelineExecutionId?: string;
  /** Object key of the release that the plan was compared with; absent where there was none. */
  readonly Baseline?: string;
  /** When `HeadNumber` grew. */
  readonly Timestamp: string;
  /**
   * The invocation that plans the head: others leave it alone until `PlannedUntil`. Lambda's further attempts at an event have the first one's ID and go on
   * where it ended.
   */
  readonly PlannedBy?: string;
  /** When that invocation ends at the latest. Present with `PlannedBy`. */
  readonly PlannedUntil?: string;
  /** How many plans in a row, up to the last, built everything because what differs could not be read. */
  readonly BlindPlans?: number;
}

/** That the source cannot be read at the moment. There is none while it can. */
export interface SourceStateItem {
  readonly CommitId: typeof HEAD_PARTITION;
  readonly Component: string;
  readonly Solution: string;
  readonly FailedSince: string;
  /** Until when the source asked to be left alone. */
  readonly NotBefore?: string;
}

/** The tags that an environment takes: what was seen of them, what is waited for, and what was promoted. See core/tags. */
export interface TagStateItem {
  readonly CommitId: typeof HEAD_PARTITION;
  readonly Component: string;
  readonly Solution: string;
  readonly Environment: string;
  /** Grows with every write. */
  readonly Version: number;
  readonly Generation: number;
  /** Of each tag with its commit the first eight bytes of a SHA-256, one after the other. */
  readonly Seen: Uint8Array;
  readonly Waiting: readonly TagWish[];
  readonly Promotion?: TagPromotion;
}

/** The last look that a webhook asked for. */
export interface LookTimeItem {
  readonly CommitId: typeof WEBHOOK_PARTITION;
  readonly Component: string;
  readonly Solution: string;
  /** When it was or is to be, in milliseconds since the epoch. */
  readonly LookAt: number;
  /** Whether the diff function was asked for it. Until it was, the item only says who is to ask. */
  readonly IsAsked: boolean;
}

/** The counter of sequence numbers. */
export interface ExecutionCounterItem {
  readonly CommitId: typeof EXECUTION_PARTITION;
  readonly Component: string;
  /** The last number taken. */
  readonly Sequence: number;
  /** The last number taken by an execution that deploys its commit, and promotes nothing. */
  readonly Planned: number;
}

/** The sequence number of one pipeline execution. */
export interface ExecutionItem {
  readonly CommitId: typeof EXECUTION_PARTITION;
  readonly Component: string;
  readonly Solution: string;
  readonly Sequence: number;
  readonly ExpiresAt: number;
}

// ---- DeploymentsTable ----

/** Partition of a component's builds (build number 1 and up) and of its counter (0). */
export function buildsKey(solution: string, component: string): string {
  return `${solution}#${component}`;
}

/** Partition of what one execution decided for one component (build number 0). */
export function outcomeKey(solution: string, component: string, executionId: string): string {
  return `${solution}#${component}#${executionId}`;
}

/**
 * Partition of what is live in one environment (build number 0), and of what ever went live there (build number: its sequence).
 * No component's name is empty, so no build may write it.
 */
export function environmentKey(solution: string, environment: string): string {
  return `${solution}##${environment}`;
}

/**
 * Partition of what one commit's release may destroy in one environment beyond what the environment always allows (build number 0).
 * Who may write it and nothing else has `dynamodb:LeadingKeys` of `allowanceKey(solution, environment, '*')`.
 */
export function allowanceKey(solution: string, environment: string, commitId: string): string {
  return `${environmentKey(solution, environment)}#allow#${commitId}`;
}

/**
 * Partition of what was attempted on one stack of a place (build number 0), and of the place's last stage attempt, under no stack's name.
 * The function that delivers may write these: its `dynamodb:LeadingKeys` is `stackKey(solution, environment, '*', '*')` cut at the first `*`.
 */
export function stackKey(solution: string, environment: string, place: string, stackName: string): string {
  return `${environmentKey(solution, environment)}#delivery#${place}#${stackName}`;
}

/** Build number of an allowance, in the same partition, to be deployed while change calendars are closed. */
export const ANY_TIME = 1;

/** Build number of items of which there is one only. */
export const NOT_A_BUILD = 0;

/** The partitions a component's build may write, as patterns of `dynamodb:LeadingKeys`. */
export function writableByBuild(solution: string, component: string): string[] {
  return [buildsKey(solution, component), outcomeKey(solution, component, '*')];
}

export interface CounterItem {
  readonly Component: string;
  readonly BuildNumber: typeof NOT_A_BUILD;
  readonly LastBuildNumber: number;
}

/** One build. */
export interface BuildItem {
  readonly Component: string;
  readonly BuildNumber: number;
  readonly Solution: string;
  readonly Location: string;
  readonly Timestamp: string;
  readonly CommitId: string;
  readonly Fingerprint: string;
  readonly ArtifactDigest?: string;
  readonly Definition: string;
  readonly PipelineExecutionId: string;
  /** By environment: since when the build is or was live there, and by which commit's release. Written after success only. */
  readonly Deployments?: { readonly [environment: string]: DeploymentRecord };
}

/** The build that a row of a component holds. */
export function toBuild(item: BuildItem, component: string): Build {
  return {
    component,
    buildNumber: item.BuildNumber,
    location: item.Location,
    fingerprint: item.Fingerprint,
    ...(item.ArtifactDigest === undefined ? {} : { artifactDigest: item.ArtifactDigest }),
    definition: item.Definition,
    commitId: item.CommitId,
    pipelineExecutionId: item.PipelineExecutionId,
    timestamp: item.Timestamp,
  };
}

export interface DeploymentRecord {
  readonly CommitId: string;
  readonly PipelineExecutionId: string;
  readonly Timestamp: string;
}

/** What one execution decided for one changed component. */
export interface OutcomeItem {
  readonly Component: string;
  readonly BuildNumber: typeof NOT_A_BUILD;
  readonly Solution: string;
  readonly Outcome: 'Built' | 'Reused';
  readonly Build: number;
  readonly PlanId: string;
  readonly CommitId: string;
  readonly Timestamp: string;
  readonly ExpiresAt: number;
}

/** What is live in one environment, or went live there once. What is live in the first is the baseline. */
export interface EnvironmentItem {
  readonly Component: string;
  readonly BuildNumber: number;
  readonly Solution: string;
  readonly Environment: string;
  readonly Sequence: number;
  readonly CommitId: string;
  /** Object key of the release in the artifact bucket. */
  readonly Release: string;
  readonly PipelineExecutionId: string;
  /** The promotion that brought it, if one did, as `formatPromotion` writes it. */
  readonly Promotion?: string;
  readonly Timestamp: string;
}

/** That a person lets the release of one commit be deployed to one environment while change calendars are closed. */
export interface AnyTimeItem extends Omit<AllowanceItem, 'BuildNumber' | 'LogicalIds'> {
  readonly BuildNumber: typeof ANY_TIME;
}

/** What a person allowed the release of one commit to delete or replace in one environment. */
export interface AllowanceItem {
  readonly Component: string;
  readonly BuildNumber: typeof NOT_A_BUILD;
  readonly Solution: string;
  readonly Environment: string;
  readonly CommitId: string;
  /** Logical IDs, in nested stacks after those of the stacks that they are in (`Database/Table`); `*` for all. */
  readonly LogicalIds: readonly string[];
  /** What the person said about it. */
  readonly Reason?: string;
  readonly Timestamp: string;
  readonly ExpiresAt: number;
}
