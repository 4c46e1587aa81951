/** What the Build action, the state machine of a fan-out and the builds function say to each other, and what the function finds next to its code. */

/** The file next to the builds function that says how each component is built: `BuildTargets` as JSON. */
export const BUILD_TARGETS_FILE = 'builds.json';

/** How a component's build is started. Names, not ARNs: they are known at synth. */
export interface BuildTarget {
  /** Name of the CodeBuild project, which components of equal settings share. */
  readonly project: string;
  /** Name of the component's own role. */
  readonly role: string;
}

/** By component. */
export interface BuildTargets {
  readonly [component: string]: BuildTarget;
}

/** What identifies the plan and the execution: user parameters of the Build action. */
export interface FanOutInput {
  readonly commitId: string;
  readonly planId: string;
  readonly pipelineExecutionId: string;
  /** `s3://` location of the source artifact, which all builds read. */
  readonly source: string;
}

/** What a run of the state machine is started with. */
export interface FanOutRunInput extends TrancheEvent {
  /** ID of the job of CodePipeline that started it. */
  readonly job: string;
}

/** What EventBridge says of an execution that ended before its time. */
export interface ExecutionEndedEvent {
  readonly 'detail-type': typeof EXECUTION_EVENT;
  readonly 'detail': { readonly 'execution-id': string; readonly 'state': string };
}

export const EXECUTION_EVENT = 'CodePipeline Pipeline Execution State Change';

/** States of executions of which nothing is wanted any more. One that failed may be retried, and its builds are wanted then. */
export const ENDED_STATES = ['STOPPED', 'CANCELED', 'SUPERSEDED'] as const;

/** Asks the builds function for the builds to start next. */
export interface TrancheEvent extends FanOutInput {
  /** From 0. */
  readonly tranche: number;
}

/** Tells the builds function why a build came to nothing. */
export interface FailureEvent {
  readonly failure: {
    readonly component: string;
    readonly pipelineExecutionId: string;
    readonly error: string;
    readonly cause: string;
    /** How often the build was started. Absent in what a state machine of an earlier deployment says. */
    readonly starts?: number;
  };
}

/** What becomes of a build that failed. */
export type FailureAnswer =
  /** Its own commands failed, or it was started often enough. */
  | { readonly step: 'failed' }
  /** It failed before its commands ran, or by the service's fault: start it once more, in so many seconds. */
  | { readonly step: 'again'; readonly seconds: number; readonly starts: number };

/** One build to start: an item of the state machine's maps. */
export interface BuildStart extends FanOutInput {
  readonly component: string;
  /** The component's id: names the build's log stream. */
  readonly id: string;
  readonly project: string;
  /** ARN of the role that the build runs as. */
  readonly role: string;
  /** How often it was started, this time included: 1, unless it failed before its commands ran. */
  readonly starts: number;
}

/** What the builds function answers. Its size is bounded, whatever the plan's. */
export type TrancheAnswer =
  /** Start these, then ask for the tranche `next`. */
  | ({ readonly step: 'inline'; readonly builds: readonly BuildStart[]; readonly next: number })
  /** The same, with the builds as a JSON array in an object of the pipeline's bucket. */
  | ({ readonly step: 'distributed'; readonly bucket: string; readonly key: string; readonly next: number })
  /** Every changed component has its build. */
  | { readonly step: 'done' }
  /** Some have none: which, and why. */
  | { readonly step: 'failed'; readonly cause: string };

/** Prefix of what state machine and function put down for each other in the pipeline's bucket. */
export function fanOutPrefix(solution: string): string {
  return `${solution}/fan-out/`;
}

/** Key of the object that says why the last build of a component in an execution failed. */
export function failureKey(solution: string, executionId: string, componentId: string): string {
  return `${failurePrefix(solution, executionId)}${componentId}.json`;
}

export function failurePrefix(solution: string, executionId: string): string {
  return `${fanOutPrefix(solution)}${executionId}/failures/`;
}

/** Key of the object that holds one tranche of an execution. */
export function trancheKey(solution: string, executionId: string, tranche: number): string {
  return `${fanOutPrefix(solution)}${executionId}/${tranche}.json`;
}
