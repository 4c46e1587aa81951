/** What invokes the functions. */

/** A hint that the branch may have moved. */
export interface LookEvent {
  readonly action: 'look';
  /** When to look, ISO 8601: at most `LONGEST_DELAY_MS` from now, or at once where absent. */
  readonly at?: string;
}

/** A hint waits no longer. */
export const LONGEST_DELAY_MS = 10_000;

/** The schedule that finds what lost events left undone. */
export interface ReconcileEvent {
  readonly action: 'reconcile';
}

/** By hand: plan the head again with these components forced, and start the pipeline. */
export interface ForceEvent {
  readonly action: 'force';
  /** Names of components; `['*']` for all. */
  readonly components: readonly string[];
}

/** By hand: release the head, although what is live was promoted. */
export interface ResumeEvent {
  readonly action: 'resume';
}

/** User parameters of the pipeline's own Plan action. */
export interface PlanJobParameters {
  readonly action: 'plan';
  /** What the source action took: a commit, or the version of an object. */
  readonly commitId: string;
  readonly pipelineExecutionId: string;
  /** What `formatPromotion` writes: the value of the pipeline's variable `PROMOTION_VARIABLE`. */
  readonly promotion: string;
  /** The value of the pipeline's variable `TAG_VARIABLE`. Only where an environment takes tags. */
  readonly tag?: string;
  // For anyone who reads the pipeline's definition, such as the command line: where its records are.
  readonly solution: string;
  readonly deploymentsTable: string;
  readonly diffTable: string;
  readonly artifactBucket: string;
}

/** User parameters of the action by which a doorbell rings. */
export interface RingJobParameters {
  readonly action: 'look';
}

/** The pipeline's variable by which a person deploys what was built before. */
export const PROMOTION_VARIABLE = 'Promotion';

/** The pipeline's variable that says which tag asked for a promotion. Only where an environment takes tags. */
export const TAG_VARIABLE = 'Tag';

/** Its value where no tag did; and that of the Plan action's variables. */
export const NO_TAG = 'none';

/** Output variables of the Plan action. */
export interface PlanVariables {
  /** `s3://` location of the source artifact: what builds that are no actions read. */
  readonly source: string;
  /** The commit. Of an execution that promotes: what the source action took. */
  readonly commitId: string;
  /** `PROMOTED` where the execution promotes. */
  readonly planId: string;
  readonly sequence: string;
  /** Whether the execution builds. */
  readonly builds: 'true' | 'false';
  /** The tag that asked for the promotion; `NO_TAG` where none did. Only where an environment takes tags. */
  readonly tag?: string;
  /** What stands for the `*` in the environment's pattern; the whole tag where it has none. As `tag`. */
  readonly tagRest?: string;
  /** The environments that the execution deploys to, each between commas, as `inEnvironments` writes them. */
  readonly environments: string;
}

/** In place of a plan's ID: the execution has a release already, and builds nothing. */
export const PROMOTED = 'promotion';

/** Names in one text, in which `inEnvironments([name])` is found if and only if it is one of them. */
export function inEnvironments(names: readonly string[]): string {
  return names.map((name) => `,${name},`).join('');
}

/** User parameters of the Release action. */
export interface ReleaseJobParameters {
  readonly commitId: string;
  readonly pipelineExecutionId: string;
  readonly planId: string;
  readonly sequence: string;
}

/** User parameters of each environment's Record action. */
export interface RecordJobParameters {
  readonly environment: string;
  /** Names of the environment's places, with commas between them. */
  readonly places: string;
  /** Name of the stage that the action is in. */
  readonly stage: string;
  readonly pipelineExecutionId: string;
  /** For anyone who reads the pipeline's definition: set where no release of the branch reaches the environment by itself. */
  readonly apart?: 'true';
}
