import { randomUUID } from 'node:crypto';
import { PipelineDefinition, StageDefinition } from './definition';
import { ActionRun, Execution, ExecutionStatus, SourceRevision } from './execution';
import { StageRunner } from './stage-runner';
import { Activity } from '../../activity';
import { ServiceError } from '../../services/json-protocol';

export interface StartRequest {
  readonly clientRequestToken?: string;
  readonly sourceRevisions?: readonly SourceRevision[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly trigger: { readonly triggerType: string; readonly triggerDetail: string };
}

interface StageState {
  readonly definition: StageDefinition;
  inside: Execution | undefined;
  /** Those that finished the stage before and wait for their turn. */
  inbound: Execution[];
  /** Number of the newest execution that ever entered. */
  newest: number;
  /** The execution that entered last, and what became of it there; nothing of that while it is inside. */
  last: { readonly execution: Execution; readonly status?: ExecutionStatus } | undefined;
}

/** What one stage is at. */
export interface StageView {
  readonly stage: string;
  /** The execution that entered last, also when it has left, and its status there. */
  readonly last?: { readonly execution: Execution; readonly status: ExecutionStatus };
  /** Those that wait for it. */
  readonly inbound: readonly Execution[];
  /** The last run of each action, whichever execution it was for. */
  readonly runs: readonly { readonly execution: Execution; readonly run: ActionRun }[];
}

const UNFINISHED: readonly ExecutionStatus[] = ['InProgress', 'Stopping'];

/**
 * A pipeline and its executions. One execution at a time is inside a stage. Those that wait between two stages are superseded by
 * newer ones (mode SUPERSEDED) or wait in a queue (QUEUED).
 */
export class Pipeline {
  public readonly executions: Execution[] = [];
  private readonly byToken = new Map<string, Execution>();
  private readonly stages: StageState[];

  /** @param onStatus told of every change of an execution's status */
  constructor(
    public readonly definition: PipelineDefinition,
    private readonly runner: StageRunner,
    private readonly activity: Activity,
    private readonly onStatus: (execution: Execution, state: string) => void,
  ) {
    this.stages = definition.stages.map((stage) => ({ definition: stage, inside: undefined, inbound: [], newest: 0, last: undefined }));
  }

  /** What CodePipeline does by itself when a pipeline is created. */
  public startByCreation(): Execution {
    return this.start({ trigger: { triggerType: 'CreatePipeline', triggerDetail: 'local' } });
  }

  public find(executionId: string): Execution | undefined {
    return this.executions.find(({ id }) => id === executionId);
  }

  /** Each stage as it is, and as the executions that went through it left it. */
  public stageViews(): StageView[] {
    return this.stages.map(({ definition: { name, groups }, last, inbound }) => ({
      stage: name,
      ...(last && { last: { execution: last.execution, status: last.status ?? last.execution.status } }),
      inbound,
      runs: groups.flat().flatMap((action) => this.lastRun(name, action.name)),
    }));
  }

  private lastRun(stage: string, action: string): StageView['runs'] {
    const runs = this.executions.flatMap((execution) => execution.actionRuns
      .filter((run) => run.stage === stage && run.action === action).map((run) => ({ execution, run })));
    return runs.sort((a, b) => a.run.started.getTime() - b.run.started.getTime()).slice(-1);
  }

  /** Starts an execution, or returns the one that was started with this token. */
  public start(request: StartRequest): Execution {
    const earlier = request.clientRequestToken === undefined ? undefined : this.byToken.get(request.clientRequestToken);
    if (earlier) {
      return earlier;
    }
    const sources = this.stages[0].definition.groups.flat().map(({ name }) => name);
    const unknown = request.sourceRevisions?.find(({ actionName }) => !sources.includes(actionName));
    if (unknown) {
      throw new ServiceError('ValidationException', `Source revision names the action '${unknown.actionName}', which is no source action of pipeline '${this.definition.name}': ${sources.join(', ')}`);
    }
    const variables = this.variables(request.variables);
    const execution = new Execution(randomUUID(), this.executions.length + 1, request.sourceRevisions ?? [], variables, request.trigger);
    this.executions.push(execution);
    if (request.clientRequestToken !== undefined) {
      this.byToken.set(request.clientRequestToken, execution);
    }
    this.onStatus(execution, 'STARTED');
    this.arrive(execution, 0);
    return execution;
  }

  /** Stops an execution: now, abandoning what runs, or when the actions that run are done. */
  public stop(executionId: string, abandon: boolean, reason?: string): void {
    const execution = this.existing(executionId);
    if (!UNFINISHED.includes(execution.status)) {
      throw new ServiceError('PipelineExecutionNotStoppableException', `Pipeline execution ${executionId} is ${execution.status} and cannot be stopped`);
    }
    execution.statusSummary = reason;
    const waiting = this.stages.find(({ inbound }) => inbound.includes(execution));
    if (waiting) {
      waiting.inbound = waiting.inbound.filter((other) => other !== execution);
      this.finish(execution, 'Stopped');
      return;
    }
    execution.status = 'Stopping';
    this.onStatus(execution, 'STOPPING');
    if (abandon) {
      execution.abandon();
    }
  }

  /** Runs a failed stage's actions again: those that failed or never ran, or all of them. */
  public retryStage(stageName: string, executionId: string, mode: 'FAILED_ACTIONS' | 'ALL_ACTIONS'): void {
    const execution = this.existing(executionId);
    const index = this.stages.findIndex(({ definition }) => definition.name === stageName);
    if (index < 0) {
      throw new ServiceError('StageNotFoundException', `Pipeline '${this.definition.name}' has no stage '${stageName}'`);
    }
    if (execution.stage !== stageName || (execution.status !== 'Failed' && execution.status !== 'Stopped')) {
      throw new ServiceError('StageNotRetryableException', `Pipeline execution ${executionId} is ${execution.status} in stage '${execution.stage}': there is nothing to retry in stage '${stageName}'`);
    }
    if (this.stages[index].newest > execution.number) {
      throw new ServiceError('NotLatestPipelineExecutionException', `Pipeline execution ${executionId} is not the latest in stage '${stageName}'`);
    }
    execution.status = 'InProgress';
    execution.takeUp();
    execution.ended = undefined;
    this.onStatus(execution, 'RESUMED');
    execution.retryAllActions = mode === 'ALL_ACTIONS';
    this.arrive(execution, index);
  }

  /** What a new definition of the pipeline does to executions in flight. */
  public cancelAll(): void {
    for (const execution of this.executions.filter(({ status }) => UNFINISHED.includes(status))) {
      for (const stage of this.stages) {
        stage.inbound = stage.inbound.filter((other) => other !== execution);
      }
      this.finish(execution, 'Cancelled');
      execution.abandon();
    }
  }

  private existing(executionId: string): Execution {
    const execution = this.find(executionId);
    if (execution === undefined) {
      throw new ServiceError('PipelineExecutionNotFoundException', `Pipeline '${this.definition.name}' has no execution ${executionId}`);
    }
    return execution;
  }

  private variables(given: Readonly<Record<string, string>> = {}): Record<string, string> {
    const values = Object.entries(this.definition.variables).map(([name, value]) => [name, given[name] ?? value] as const);
    const missing = values.find(([, value]) => value === undefined);
    if (missing) {
      throw new ServiceError('ValidationException', `Pipeline variable '${missing[0]}' has no default and no value was given`);
    }
    return Object.fromEntries(values) as Record<string, string>;
  }

  /** An execution waits for a stage, or takes it at once. */
  private arrive(execution: Execution, index: number): void {
    const stage = this.stages[index];
    execution.stage = stage.definition.name;
    stage.inbound = [...stage.inbound, execution].sort((a, b) => a.number - b.number);
    if (stage.inside === undefined) {
      this.enterNext(index);
    } else if (this.definition.mode === 'SUPERSEDED') {
      this.supersede(stage.inbound.splice(0, stage.inbound.length - 1));
    }
  }

  private supersede(executions: readonly Execution[]): void {
    for (const execution of executions) {
      this.finish(execution, 'Superseded');
    }
  }

  private enterNext(index: number): void {
    const stage = this.stages[index];
    const execution = stage.inbound.shift();
    if (execution === undefined) {
      return;
    }
    stage.inside = execution;
    stage.newest = Math.max(stage.newest, execution.number);
    stage.last = { execution };
    // The actions are what is under way; that the stage's end is handled must not get lost either.
    this.runner.run(stage.definition, execution)
      .then((succeeded) => this.leave(execution, index, succeeded))
      .catch((error: Error) => this.activity.fail(error));
  }

  private leave(execution: Execution, index: number, succeeded: boolean): void {
    this.stages[index].inside = undefined;
    const endsHere = execution.status === 'InProgress' ? (succeeded ? 'Succeeded' : 'Failed') : execution.status === 'Stopping' ? 'Stopped' : execution.status;
    this.stages[index].last = { execution, status: endsHere };
    if (execution.status === 'Stopping') {
      this.finish(execution, 'Stopped');
    } else if (execution.status === 'InProgress') {
      if (!succeeded) {
        this.finish(execution, 'Failed');
      } else if (index + 1 < this.stages.length) {
        this.arrive(execution, index + 1);
      } else {
        this.finish(execution, 'Succeeded');
      }
    }
    this.enterNext(index);
  }

  private finish(execution: Execution, status: ExecutionStatus): void {
    execution.status = status;
    execution.ended = new Date();
    this.onStatus(execution, status === 'Cancelled' ? 'CANCELED' : status.toUpperCase());
  }
}
