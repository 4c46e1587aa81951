import { answered, jsonBody, Request, ServiceError } from './protocol';
import { PROMOTION_VARIABLE } from '../../src/contract/events';
import type { Response } from '../engine/task';
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

  public async handle(operation: string, request: Request): Promise<Response> {
    return answered('codepipeline', () => {
      const input = jsonBody(request);
      switch (operation) {
        case 'StartPipelineExecution': return this.start(input);
        case 'GetPipelineState': return { stageStates: this.pipeline.stageStates() };
        case 'GetPipelineExecution': return this.execution(input.pipelineExecutionId as string);
        case 'PutJobSuccessResult':
          this.jobs.answer(input.jobId as string, { ok: true, variables: input.outputVariables as Record<string, string> });
          return {};
        case 'PutJobFailureResult':
          this.jobs.answer(input.jobId as string, { ok: false, why: (input.failureDetails as { message: string }).message, injected: false });
          return {};
        default: throw new Error(`CodePipeline's ${operation} is not simulated.`);
      }
    });
  }

  private start({ clientRequestToken, sourceRevisions, variables }: StartInput): object {
    const promotion = variables?.find(({ name }) => name === PROMOTION_VARIABLE)?.value;
    const { id } = this.pipeline.start({
      token: clientRequestToken, commitId: sourceRevisions?.[0]?.revisionValue, promotion, by: promotion === undefined ? 'function' : 'person',
    });
    return { pipelineExecutionId: id };
  }

  private execution(id: string): object {
    const execution = this.pipeline.find(id);
    if (execution === undefined) {
      throw new ServiceError('PipelineExecutionNotFoundException', `The pipeline execution ${id} does not exist`);
    }
    const { rollback } = execution.request;
    return {
      pipelineExecution: {
        pipelineExecutionId: id,
        status: execution.status,
        ...(rollback && { rollbackMetadata: { rollbackTargetPipelineExecutionId: rollback.target.id } }),
      },
    };
  }
}
