/** What invokes the functions, beside EventBridge's own 'CodeCommit Repository State Change'. */

/** The schedule that finds what lost events left undone. */
export interface ReconcileEvent {
  readonly action: 'reconcile';
}

/** By hand: plan the head anew with these components forced, and start the pipeline. */
export interface ForceEvent {
  readonly action: 'force';
  /** Names of components; `['*']` for all. */
  readonly components: readonly string[];
}

/** User parameters of the pipeline's own Plan action. */
export interface PlanJobParameters {
  readonly action: 'plan';
  readonly commitId: string;
  readonly pipelineExecutionId: string;
}

/** Output variables of the Plan action. */
export interface PlanVariables {
  readonly planId: string;
  readonly sequence: string;
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
  readonly pipelineExecutionId: string;
}
