import type {
  GetPipelineExecutionInput, GetPipelineInput, GetPipelineStateInput, ListPipelineExecutionsInput, PutApprovalResultInput, PutJobFailureResultInput,
  PutJobSuccessResultInput,
  RetryStageExecutionInput, StartPipelineExecutionInput, StopPipelineExecutionInput,
} from '@aws-sdk/client-codepipeline';
import { Approvals } from '../../engine/actions/approval';
import { Jobs } from '../../engine/actions/jobs';
import { Execution } from '../../engine/pipeline/execution';
import { Pipeline } from '../../engine/pipeline/pipeline';
import { JsonService, ServiceError, timestamp } from '../json-protocol';

const MAX_FAILURE_MESSAGE = 5000;
const MAX_TOKEN = 128;
const MAX_SUMMARY = 2048;

/** CodePipeline's API over the engine. */
export class CodePipeline {
  public readonly service = new JsonService('codepipeline', {
    StartPipelineExecution: (input: StartPipelineExecutionInput) => this.start(input),
    StopPipelineExecution: (input: StopPipelineExecutionInput) => this.stop(input),
    RetryStageExecution: (input: RetryStageExecutionInput) => this.retryStage(input),
    GetPipeline: (input: GetPipelineInput) => this.getPipeline(input),
    GetPipelineState: (input: GetPipelineStateInput) => this.getState(input),
    ListPipelineExecutions: (input: ListPipelineExecutionsInput) => this.listExecutions(input),
    GetPipelineExecution: (input: GetPipelineExecutionInput) => this.getExecution(input),
    PutApprovalResult: (input: PutApprovalResultInput) => this.putApproval(input),
    PutJobSuccessResult: (input: PutJobSuccessResultInput) => this.putSuccess(input),
    PutJobFailureResult: (input: PutJobFailureResultInput) => this.putFailure(input),
  });

  private readonly pipelines = new Map<string, Pipeline>();

  constructor(private readonly jobs: Jobs, private readonly approvals: Approvals) {}

  public add(pipeline: Pipeline): void {
    this.pipelines.set(pipeline.definition.name, pipeline);
  }

  private start({ name, clientRequestToken, sourceRevisions, variables }: StartPipelineExecutionInput): object {
    const pipeline = this.find(name);
    if (clientRequestToken !== undefined && !/^[a-zA-Z0-9-]{1,128}$/.test(clientRequestToken)) {
      throw new ServiceError('ValidationException', `Value '${clientRequestToken}' at 'clientRequestToken' failed to satisfy constraint: 1 to ${MAX_TOKEN} letters, digits and hyphens`);
    }
    const execution = pipeline.start({
      ...(clientRequestToken === undefined ? {} : { clientRequestToken }),
      sourceRevisions: (sourceRevisions ?? []).map(({ actionName = '', revisionType = '', revisionValue = '' }) => ({ actionName, revisionType, revisionValue })),
      variables: Object.fromEntries((variables ?? []).map(({ name: variable = '', value = '' }) => [variable, value])),
      trigger: { triggerType: 'StartPipelineExecution', triggerDetail: 'local' },
    });
    return { pipelineExecutionId: execution.id };
  }

  private stop({ pipelineName, pipelineExecutionId = '', abandon = false, reason }: StopPipelineExecutionInput): object {
    this.find(pipelineName).stop(pipelineExecutionId, abandon, reason);
    return { pipelineExecutionId };
  }

  private retryStage({ pipelineName, stageName = '', pipelineExecutionId = '', retryMode }: RetryStageExecutionInput): object {
    this.find(pipelineName).retryStage(stageName, pipelineExecutionId, retryMode ?? 'FAILED_ACTIONS');
    return { pipelineExecutionId };
  }

  private getPipeline({ name }: GetPipelineInput): object {
    const { definition } = this.find(name);
    return {
      pipeline: {
        name: definition.name,
        version: 1,
        pipelineType: 'V2',
        executionMode: definition.mode,
        stages: definition.stages.map((stage) => ({
          name: stage.name,
          actions: stage.groups.flat().map(({ name: action, kind, runOrder, configuration }) => {
            const [category, provider] = kind.split('/');
            return { name: action, actionTypeId: { category, owner: 'AWS', provider, version: '1' }, runOrder, configuration };
          }),
        })),
      },
    };
  }

  private getState({ name }: GetPipelineStateInput): object {
    const pipeline = this.find(name);
    const brief = ({ id, status }: Pick<Execution, 'id' | 'status'>) => ({ pipelineExecutionId: id, status });
    return {
      pipelineName: pipeline.definition.name,
      pipelineVersion: 1,
      stageStates: pipeline.stageViews().map(({ stage, last, inbound, runs }) => ({
        stageName: stage,
        actionStates: runs.map(({ execution, run: { action, status, message, summary, externalId } }) => ({
          actionName: action,
          latestExecution: {
            status,
            ...this.tokenOf(execution, stage, action),
            ...(summary === undefined ? {} : { summary }),
            ...(externalId === undefined ? {} : { externalExecutionId: externalId }),
            ...(message === undefined ? {} : { errorDetails: { code: 'JobFailed', message } }),
          },
        })),
        ...(last === undefined ? {} : { latestExecution: brief({ id: last.execution.id, status: last.status }) }),
        ...(inbound.length === 0 ? {} : { inboundExecution: brief(inbound[0]), inboundExecutions: inbound.map(brief) }),
      })),
    };
  }

  private listExecutions({ pipelineName, maxResults = 100, nextToken = '0' }: ListPipelineExecutionsInput): object {
    const newestFirst = [...this.find(pipelineName).executions].reverse();
    const from = Number(nextToken);
    const next = from + maxResults;
    return {
      pipelineExecutionSummaries: newestFirst.slice(from, next).map(({ id, status, started, trigger, revisions }) => ({
        pipelineExecutionId: id,
        status,
        startTime: timestamp(started),
        lastUpdateTime: timestamp(started),
        trigger,
        executionType: 'STANDARD',
        sourceRevisions: revisions.map(({ name, revisionId, revisionSummary }) => ({ actionName: name, revisionId, revisionSummary })),
      })),
      ...(next < newestFirst.length ? { nextToken: String(next) } : {}),
    };
  }

  private getExecution({ pipelineName, pipelineExecutionId = '' }: GetPipelineExecutionInput): object {
    const pipeline = this.find(pipelineName);
    const execution = pipeline.find(pipelineExecutionId);
    if (execution === undefined) {
      throw new ServiceError('PipelineExecutionNotFoundException', `The pipeline execution ${pipelineExecutionId} does not exist`);
    }
    return {
      pipelineExecution: {
        pipelineName,
        pipelineVersion: 1,
        pipelineExecutionId: execution.id,
        status: execution.status,
        ...(execution.statusSummary === undefined ? {} : { statusSummary: execution.statusSummary }),
        artifactRevisions: execution.revisions.map((revision) => ({ ...revision, created: timestamp(execution.started) })),
        variables: Object.entries(execution.variables.get('variables') ?? {}).map(([name, resolvedValue]) => ({ name, resolvedValue })),
        trigger: execution.trigger,
        executionMode: pipeline.definition.mode,
        executionType: 'STANDARD',
      },
    };
  }

  private tokenOf({ id }: Execution, stage: string, action: string): { readonly token?: string } {
    const approval = this.approvals.all().find((open) => open.executionId === id && open.stage === stage && open.action === action);
    return approval === undefined ? {} : { token: approval.token };
  }

  private putApproval({ stageName, actionName, token, result }: PutApprovalResultInput): object {
    const approval = this.approvals.all().find((open) => open.token === token && open.stage === stageName && open.action === actionName);
    if (approval === undefined) {
      throw new ServiceError('InvalidApprovalTokenException', 'The approval token does not match an open approval');
    }
    approval.answer(result?.status ?? 'Rejected');
    return { approvedAt: timestamp(new Date()) };
  }

  private putSuccess({ jobId = '', continuationToken, outputVariables, executionDetails }: PutJobSuccessResultInput): object {
    if ((executionDetails?.summary?.length ?? 0) > MAX_SUMMARY) {
      throw new ServiceError('ValidationException', `Value at 'executionDetails.summary' failed to satisfy constraint: at most ${MAX_SUMMARY} characters`);
    }
    this.jobs.complete(jobId, {
      success: {
        ...(continuationToken ? { continuationToken } : {}), ...(outputVariables ? { outputVariables } : {}), ...(executionDetails ? { executionDetails } : {}),
      },
    });
    return {};
  }

  private putFailure({ jobId = '', failureDetails }: PutJobFailureResultInput): object {
    const { type = '', message = '', externalExecutionId } = failureDetails ?? {};
    if (message.length < 1 || message.length > MAX_FAILURE_MESSAGE) {
      throw new ServiceError('ValidationException', `Value at 'failureDetails.message' failed to satisfy constraint: 1 to ${MAX_FAILURE_MESSAGE} characters, not ${message.length}`);
    }
    this.jobs.complete(jobId, { failure: { type, message, externalExecutionId } });
    return {};
  }

  private find(name: string | undefined): Pipeline {
    const pipeline = this.pipelines.get(name ?? '');
    if (pipeline === undefined) {
      throw new ServiceError('PipelineNotFoundException', `Account does not have a pipeline with name '${name}'`);
    }
    return pipeline;
  }
}
