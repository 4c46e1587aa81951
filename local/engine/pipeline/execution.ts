import { ArtifactLocation } from './artifacts';

export type ExecutionStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed' | 'Superseded' | 'Cancelled';
export type ActionStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned';

export interface SourceRevision {
  readonly actionName: string;
  readonly revisionType: string;
  readonly revisionValue: string;
}

export interface ArtifactRevision {
  readonly name: string;
  readonly revisionId: string;
  readonly revisionSummary: string;
}

/** One run of one action. A retry adds another. */
export interface ActionRun {
  readonly stage: string;
  readonly action: string;
  readonly status: ActionStatus;
  readonly message?: string;
  /** With variables replaced; as in the template where that failed. */
  readonly configuration: Readonly<Record<string, string>>;
  /** ID of what the action started, such as a build's. */
  readonly externalId?: string;
  /** What the action says of itself. */
  readonly summary?: string;
  readonly started: Date;
  readonly ended?: Date;
}

/** One execution of a pipeline. Changed by its pipeline alone. */
export class Execution {
  public status: ExecutionStatus = 'InProgress';
  public statusSummary: string | undefined;
  public readonly started = new Date();
  public ended: Date | undefined;
  /** By namespace. */
  public readonly variables: Map<string, Readonly<Record<string, string>>>;
  public readonly artifacts = new Map<string, ArtifactLocation>();
  public readonly revisions: ArtifactRevision[] = [];
  public readonly actionRuns: ActionRun[] = [];
  /** Stages that it went past, as their conditions wanted. */
  public readonly skippedStages = new Set<string>();
  /** The stage it is in, waits for, or ended in. */
  public stage: string | undefined;
  /** Of the stage that is retried: also those that succeeded. */
  public retryAllActions = false;
  private abandonment = new AbortController();

  /** @param number orders executions by their start */
  constructor(
    public readonly id: string,
    public readonly number: number,
    public readonly sourceRevisions: readonly SourceRevision[],
    pipelineVariables: Readonly<Record<string, string>>,
    public readonly trigger: { readonly triggerType: string; readonly triggerDetail: string },
  ) {
    this.variables = new Map([['codepipeline', { PipelineExecutionId: id }], ['variables', pipelineVariables]]);
  }

  /** Aborted when the execution is stopped and its actions abandoned. */
  public get abandoned(): AbortSignal {
    return this.abandonment.signal;
  }

  public abandon(): void {
    this.abandonment.abort();
  }

  /** A stage is retried: nothing of it is abandoned. */
  public takeUp(): void {
    this.abandonment = new AbortController();
  }

  /** The latest run of each action, by stage and action. */
  public latestRuns(stage?: string): ActionRun[] {
    const latest = new Map(this.actionRuns.map((run) => [`${run.stage}/${run.action}`, run]));
    return [...latest.values()].filter((run) => stage === undefined || run.stage === stage);
  }
}
