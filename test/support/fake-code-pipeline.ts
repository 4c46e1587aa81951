import {
  CodePipelineClient, GetPipelineExecutionCommand, GetPipelineStateCommand, PipelineExecutionNotFoundException, PipelineExecutionStatus,
  PutJobFailureResultCommand, PutJobFailureResultCommandInput, PutJobSuccessResultCommand, PutJobSuccessResultCommandInput, StartPipelineExecutionCommand,
  StartPipelineExecutionCommandInput,
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
}

/** CodePipeline's API in memory: executions and answers of jobs. */
export class FakeCodePipeline {
  public readonly client = new CodePipelineClient({ region: 'eu-west-1' });
  public readonly executions: FakeExecution[] = [];
  public readonly results = new Map<string, { readonly variables?: Record<string, string>; readonly failure?: string }>();
  /** Runs before a start is carried out. */
  public beforeStart?: () => Promise<void>;

  public constructor(public readonly name: string) {
    mockClient(this.client)
      .on(StartPipelineExecutionCommand).callsFake((input: StartPipelineExecutionCommandInput) => this.startByApi(input))
      .on(GetPipelineExecutionCommand).callsFake(({ pipelineExecutionId }: { pipelineExecutionId: string }) => this.get(pipelineExecutionId))
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
    const execution: FakeExecution = { id: `execution-${this.executions.length + 1}`, commitId, status: 'InProgress', ...more };
    this.executions.push(execution);
    return execution;
  }

  public last(): FakeExecution {
    return this.executions[this.executions.length - 1];
  }

  private async startByApi({ name, clientRequestToken, sourceRevisions }: StartPipelineExecutionCommandInput) {
    await this.beforeStart?.();
    const [revision] = sourceRevisions!;
    if (name !== this.name || revision.actionName !== 'Source' || revision.revisionType !== 'COMMIT_ID' || !/^[a-zA-Z0-9-]{1,128}$/.test(clientRequestToken!)) {
      throw new Error(`Not a start of this pipeline: ${JSON.stringify({ name, clientRequestToken, sourceRevisions })}`);
    }
    const known = this.executions.find(({ token }) => token === clientRequestToken);
    return { pipelineExecutionId: (known ?? this.start(revision.revisionValue!, { token: clientRequestToken })).id };
  }

  /** The newest execution is in the first stage, the others are further on. */
  private state() {
    const underWay = this.executions.filter(({ status }) => status === 'InProgress').reverse();
    return { stageStates: underWay.map(({ id, status }) => ({ latestExecution: { pipelineExecutionId: id, status } })) };
  }

  private get(id: string) {
    const execution = this.executions.find((candidate) => candidate.id === id);
    if (execution === undefined) {
      throw new PipelineExecutionNotFoundException({ message: `${id} does not exist`, $metadata: { httpStatusCode: 400 } });
    }
    return {
      pipelineExecution: {
        pipelineExecutionId: id,
        status: execution.status,
        ...(execution.rollbackTarget === undefined ? {} : { rollbackMetadata: { rollbackTargetPipelineExecutionId: execution.rollbackTarget } }),
      },
    };
  }
}
