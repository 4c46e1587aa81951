import {
  CodePipelineClient, GetPipelineExecutionCommand, GetPipelineStateCommand, ListPipelineExecutionsCommand, PipelineExecutionNotFoundException,
  PipelineExecutionStatus, PipelineNotFoundException, PutJobFailureResultCommand, PutJobFailureResultCommandInput, PutJobSuccessResultCommand,
  PutJobSuccessResultCommandInput, StartPipelineExecutionCommand, StartPipelineExecutionCommandInput, StopPipelineExecutionCommand,
  StopPipelineExecutionCommandInput, TriggerType,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';

export interface FakeExecution {
  readonly id: string;
  readonly commitId: string;
  readonly token?: string;
  status: PipelineExecutionStatus;
  /** Of a rollback. */
  readonly rollbackTarget?: string;
  /** Value of the pipeline's variable. */
  readonly promotion?: string;
  readonly trigger?: TriggerType;
  /** Why it was stopped. */
  stopReason?: string;
}

/** When every execution starts. */
const STARTED = new Date('2026-03-01T00:00:00Z');

/** CodePipeline's API in memory: executions and answers of jobs. */
export class FakeCodePipeline {
  public readonly client = new CodePipelineClient({ region: 'eu-west-1' });
  public readonly executions: FakeExecution[] = [];
  public readonly results = new Map<string, { readonly variables?: Record<string, string>; readonly failure?: string }>();
  /** IDs of the executions that entered a stage last, by the stage's name. */
  public readonly stages = new Map<string, string>();
  private count = 0;
  /** Whether the pipeline is there. */
  public exists = true;
  /** Runs before a start is carried out. */
  public beforeStart?: () => Promise<void>;

  public constructor(public readonly name: string) {
    mockClient(this.client)
      .on(StartPipelineExecutionCommand).callsFake((input: StartPipelineExecutionCommandInput) => this.startByApi(input))
      .on(GetPipelineExecutionCommand).callsFake(({ pipelineExecutionId }: { pipelineExecutionId: string }) => this.get(pipelineExecutionId))
      .on(ListPipelineExecutionsCommand).callsFake(({ maxResults }: { maxResults: number }) => this.list(maxResults))
      .on(StopPipelineExecutionCommand).callsFake((input: StopPipelineExecutionCommandInput) => this.stop(input.pipelineExecutionId!, input.reason!))
      .on(GetPipelineStateCommand).callsFake(() => this.state())
      .on(PutJobSuccessResultCommand).callsFake(({ jobId, outputVariables }: PutJobSuccessResultCommandInput) => {
        this.results.set(jobId!, { variables: outputVariables });
        return {};
      })
      .on(PutJobFailureResultCommand).callsFake(({ jobId, failureDetails }: PutJobFailureResultCommandInput) => {
        this.results.set(jobId!, { failure: failureDetails!.message });
        return {};
      });
  }

  /** An execution that somebody starts by hand. */
  public start(commitId: string, more: Partial<FakeExecution> = {}): FakeExecution {
    const execution: FakeExecution = { id: `execution-${++this.count}`, commitId, status: 'InProgress', ...more };
    this.executions.push(execution);
    return execution;
  }

  public last(): FakeExecution {
    return this.executions[this.executions.length - 1];
  }

  private async startByApi({ name, clientRequestToken, sourceRevisions }: StartPipelineExecutionCommandInput) {
    await this.beforeStart?.();
    this.assertExists();
    const [revision] = sourceRevisions!;
    if (name !== this.name || revision.actionName !== 'Source' || revision.revisionType !== 'COMMIT_ID' || !/^[a-zA-Z0-9-]{1,128}$/.test(clientRequestToken!)) {
      throw new Error(`Not a start of this pipeline: ${JSON.stringify({ name, clientRequestToken, sourceRevisions })}`);
    }
    const known = this.executions.find(({ token }) => token === clientRequestToken);
    return { pipelineExecutionId: (known ?? this.start(revision.revisionValue!, { token: clientRequestToken })).id };
  }

  /** The pipeline is deleted and created: it knows no execution of before. */
  public recreate(): void {
    this.executions.splice(0);
    this.stages.clear();
  }

  /** Those in stages whose names are known; otherwise the newest execution is in the first stage, the others are further on. */
  private state() {
    const described = ({ id, status }: FakeExecution) => ({ latestExecution: { pipelineExecutionId: id, status } });
    const inside = [...this.stages].flatMap(([stageName, id]) => {
      const execution = this.executions.find((candidate) => candidate.id === id);
      return execution === undefined ? [] : [{ stageName, ...described(execution) }];
    });
    const others = this.executions.filter(({ id, status }) => status === 'InProgress' && ![...this.stages.values()].includes(id)).reverse();
    return { stageStates: [...others.map((execution) => described(execution)), ...inside] };
  }

  private list(most: number) {
    this.assertExists();
    const newest = [...this.executions].reverse().slice(0, most);
    return { pipelineExecutionSummaries: newest.map(({ id, status }) => ({ pipelineExecutionId: id, status, startTime: STARTED })) };
  }

  private stop(id: string, reason: string) {
    Object.assign(this.require(id), { status: 'Stopping', stopReason: reason });
    return { pipelineExecutionId: id };
  }

  private assertExists(): void {
    if (!this.exists) {
      throw new PipelineNotFoundException({ message: `Account does not have a pipeline with name '${this.name}'`, $metadata: { httpStatusCode: 400 } });
    }
  }

  private require(id: string): FakeExecution {
    const execution = this.executions.find((candidate) => candidate.id === id);
    if (execution === undefined) {
      throw new PipelineExecutionNotFoundException({ message: `${id} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    return execution;
  }

  private get(id: string) {
    const execution = this.require(id);
    return {
      pipelineExecution: {
        pipelineExecutionId: id,
        status: execution.status,
        variables: [{ name: 'Promotion', resolvedValue: execution.promotion ?? 'none' }],
        trigger: { triggerType: execution.trigger ?? 'StartPipelineExecution' },
        ...(execution.rollbackTarget === undefined ? {} : { rollbackMetadata: { rollbackTargetPipelineExecutionId: execution.rollbackTarget } }),
      },
    };
  }
}
