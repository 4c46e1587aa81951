/** What the state machine of a fan-out and the builds function say to each other, and what the function finds beside its code. */

/** The file beside the builds function that says how each component is built: `BuildTargets` as JSON. */
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

/** Input of the state machine: what the pipeline's action hands on. */
export interface FanOutInput {
  readonly commitId: string;
  readonly planId: string;
  readonly pipelineExecutionId: string;
}

/** What invokes the builds function. */
export interface TrancheEvent extends FanOutInput {
  /** From 0. */
  readonly tranche: number;
}

/** One build to start: an item of the state machine's maps. */
export interface BuildStart extends FanOutInput {
  readonly component: string;
  readonly project: string;
  /** ARN of the role that the build runs as. */
  readonly role: string;
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

/** Prefix of the objects that hold large tranches. */
export function tranchePrefix(solution: string): string {
  return `${solution}/tranches/`;
}

/** Key of the object that holds one tranche of an execution. */
export function trancheKey(solution: string, executionId: string, tranche: number): string {
  return `${tranchePrefix(solution)}${executionId}/${tranche}.json`;
}
