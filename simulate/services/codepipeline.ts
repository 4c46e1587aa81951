import { ServiceError } from './service';
import { PROMOTION_VARIABLE } from '../../src/contract/events';
import { NO_PROMOTION } from '../../src/core/promotion';
import type { Execution } from '../world/execution';
import type { Jobs } from '../world/jobs';
import type { PipelineEngine } from '../world/pipeline';

interface StartInput {
  readonly clientRequestToken?: string;
  readonly sourceRevisions?: readonly { readonly revisionValue: string }[];
  readonly variables?: readonly { readonly name: string; readonly value: string }[];
}

/** CodePipeline's API over the engine. */
export class CodePipeline {
  public constructor(private readonly pipeline: PipelineEngine, private readonly jobs: Jobs) {}

  public handle(operation: string, input: Record<string, unknown>): object {
    switch (operation) {
      case 'StartPipelineExecution': return this.start(input);
      case 'GetPipelineState': return { stageStates: this.pipeline.stageStates() };
      case 'GetPipelineExecution': return this.execution(input.pipelineExecutionId as string);
      case 'ListPipelineExecutions': return this.list(input.maxResults as number);
      case 'StopPipelineExecution': return this.stop(input.pipelineExecutionId as string, input.abandon === true);
      case 'PutJobSuccessResult':
        this.jobs.answer(input.jobId as string, {
          ok: true,
          variables: input.outputVariables as Record<string, string>,
          ...(input.continuationToken === undefined ? {} : { continuationToken: input.continuationToken as string }),
        });
        return {};
      case 'PutJobFailureResult':
        this.jobs.answer(input.jobId as string, { ok: false, why: (input.failureDetails as { message: string }).message, injected: false });
        return {};
      default: throw new Error(`CodePipeline's ${operation} is not simulated.`);
    }
  }

  private start({ clientRequestToken, sourceRevisions, variables }: StartInput): object {
    const promotion = variables?.find(({ name }) => name === PROMOTION_VARIABLE)?.value;
    const { id } = this.pipeline.start({
      token: clientRequestToken, commitId: sourceRevisions?.[0]?.revisionValue, promotion, by: promotion === undefined ? 'function' : 'person',
    });
    return { pipelineExecutionId: id };
  }

  private list(most: number): object {
    const known = this.pipeline.known.reverse().slice(0, most);
    return { pipelineExecutionSummaries: known.map(({ id, status }) => ({ pipelineExecutionId: id, status })) };
  }

  private stop(id: string, abandon: boolean): object {
    const execution = this.require(id);
    // People stop executions in the console: anyone who calls is a function.
    execution.stoppedAsNeedless ||= execution.status === 'InProgress';
    this.pipeline.stop(execution, abandon);
    return { pipelineExecutionId: id };
  }

  private require(id: string): Execution {
    const execution = this.pipeline.known.find((candidate) => candidate.id === id);
    if (execution === undefined) {
      throw new ServiceError('PipelineExecutionNotFoundException', `The pipeline execution ${id} does not exist`);
    }
    return execution;
  }

  private execution(id: string): object {
    const execution = this.require(id);
    const { rollback, promotion = NO_PROMOTION, by } = execution.request;
    return {
      pipelineExecution: {
        pipelineExecutionId: id,
        status: execution.status,
        variables: [{ name: PROMOTION_VARIABLE, resolvedValue: promotion }],
        trigger: { triggerType: by === 'creation' ? 'CreatePipeline' : 'StartPipelineExecution' },
        ...(rollback && { rollbackMetadata: { rollbackTargetPipelineExecutionId: rollback.target.id } }),
      },
    };
  }
}
