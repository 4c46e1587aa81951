import {
  CodePipelineClient, GetPipelineExecutionCommand, GetPipelineStateCommand, ListPipelineExecutionsCommand, paginateListPipelineExecutions,
  PipelineExecutionNotFoundException, PipelineExecutionStatus, StartPipelineExecutionCommand, StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { SourceRevision } from './source/source-repository';
import { NO_TAG, PROMOTION_VARIABLE, TAG_VARIABLE } from '../../src/contract/events';
import { chosenByHand, DescribedExecution, promotedTo } from '../../src/contract/executions';
import { ACTIONS } from '../../src/contract/stages';
import { formatPromotion, Promotion } from '../../src/core/promotion';

/** What a tag has deployed. */
export interface TaggedPromotion {
  readonly promotion: Promotion;
  readonly tag: string;
  /** What the tag points at: the source action is pinned to it. */
  readonly commitId: string;
}

/** Executions that are looked through for what came after one. */
const MOST_LATER = 100;
const PAGE = 20;

function isChosenFor(environment: string, execution: DescribedExecution): boolean {
  const isTagged = (execution.variables?.find(({ name }) => name === TAG_VARIABLE)?.resolvedValue ?? NO_TAG) !== NO_TAG;
  return execution.rollbackMetadata?.rollbackTargetPipelineExecutionId !== undefined || (promotedTo(execution) === environment && !isTagged);
}

/** What an execution in a stage is while others wait for it. */
const UNDER_WAY: ReadonlySet<string> = new Set(['InProgress', 'Stopping']);

/** The pipeline's executions. */
export class Pipeline {
  public constructor(private readonly client: CodePipelineClient, private readonly name: string) {}

  /** Starts an execution of this revision; with the token of an earlier start, finds that one's execution instead. */
  public async start({ type, value }: SourceRevision, clientRequestToken: string): Promise<string> {
    const { pipelineExecutionId } = await this.client.send(new StartPipelineExecutionCommand({
      name: this.name,
      clientRequestToken,
      sourceRevisions: [{ actionName: ACTIONS.source, revisionType: type, revisionValue: value }],
    }));
    return pipelineExecutionId!;
  }

  /** Starts an execution that promotes for a tag; with the token of an earlier start, finds that one's execution instead. */
  public async promote({ promotion, tag, commitId }: TaggedPromotion, clientRequestToken: string): Promise<string> {
    const { pipelineExecutionId } = await this.client.send(new StartPipelineExecutionCommand({
      name: this.name,
      clientRequestToken,
      variables: [{ name: PROMOTION_VARIABLE, value: formatPromotion(promotion) }, { name: TAG_VARIABLE, value: tag }],
      sourceRevisions: [{ actionName: ACTIONS.source, revisionType: 'COMMIT_ID', revisionValue: commitId }],
    }));
    return pipelineExecutionId!;
  }

  /**
   * Whether people chose something for the environment after this execution was started: a promotion to it that no tag asked for, or a rollback by AWS. Also
   * where so much came after it that no one knows.
   */
  public async isChosenSince(executionId: string, environment: string): Promise<boolean> {
    const asked = new ListPipelineExecutionsCommand({ pipelineName: this.name, maxResults: MOST_LATER });
    const { pipelineExecutionSummaries: newest = [] } = await this.client.send(asked);
    const index = newest.findIndex(({ pipelineExecutionId }) => pipelineExecutionId === executionId);
    if (index < 0) {
      return true;
    }
    for (const { pipelineExecutionId } of newest.slice(0, index)) {
      const execution = await this.execution(pipelineExecutionId!);
      if (execution !== undefined && isChosenFor(environment, execution)) {
        return true;
      }
    }
    return false;
  }

  /** The execution's status; nothing where the pipeline does not know the execution. */
  public async status(executionId: string): Promise<PipelineExecutionStatus | undefined> {
    return (await this.execution(executionId))?.status;
  }

  /** Whether the execution is the one that CodePipeline starts by itself when a pipeline is created. */
  public async isByCreation(executionId: string): Promise<boolean> {
    return (await this.execution(executionId))?.trigger?.triggerType === 'CreatePipeline';
  }

  /** Ends an execution after the actions that are under way. The reason is shown to people. */
  public async stop(executionId: string, reason: string): Promise<void> {
    await this.client.send(new StopPipelineExecutionCommand({ pipelineName: this.name, pipelineExecutionId: executionId, reason }));
  }

  /**
   * Where the execution that was started last promotes, or is a rollback by AWS: what people read of it. Then what is live somewhere was chosen by hand,
   * and nothing was started since.
   * @param apart environments that no release of the branch reaches by itself: promotions to them do not count
   */
  public async promotedLast(apart: readonly string[] = []): Promise<string | undefined> {
    const pages = paginateListPipelineExecutions({ client: this.client, pageSize: apart.length === 0 ? 1 : PAGE }, { pipelineName: this.name });
    for await (const { pipelineExecutionSummaries: page = [] } of pages) {
      for (const { pipelineExecutionId } of page) {
        const execution = await this.execution(pipelineExecutionId!);
        const to = execution && promotedTo(execution);
        if (to === undefined || !apart.includes(to)) {
          return execution && chosenByHand(execution);
        }
      }
    }
    return undefined;
  }

  /** ID of the execution that was started last; nothing where there is none. */
  public async lastStarted(): Promise<string | undefined> {
    const { pipelineExecutionSummaries: [last] = [] } = await this.client.send(new ListPipelineExecutionsCommand({ pipelineName: this.name, maxResults: 1 }));
    return last?.pipelineExecutionId;
  }

  /** When executions started, ISO 8601, by their IDs: all that started at this time or later and that CodePipeline still knows. */
  public async started(since: Date): Promise<ReadonlyMap<string, string>> {
    const started = new Map<string, string>();
    for await (const { pipelineExecutionSummaries: page = [] } of paginateListPipelineExecutions({ client: this.client }, { pipelineName: this.name })) {
      page.forEach(({ pipelineExecutionId, startTime }) => started.set(pipelineExecutionId!, startTime!.toISOString()));
      // The newest come first.
      const oldest = page.at(-1)?.startTime;
      if (oldest !== undefined && oldest < since) {
        break;
      }
    }
    return started;
  }

  /** Whether the execution is in this stage now: no other can be. */
  public async isInStage(executionId: string, stage: string): Promise<boolean> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: this.name }));
    const inside = stageStates.find(({ stageName }) => stageName === stage)?.latestExecution;
    return inside?.pipelineExecutionId === executionId && UNDER_WAY.has(inside.status!);
  }

  /** For an execution that AWS's rollback started: the execution that it went back to. */
  public async rollbackTarget(executionId: string): Promise<string | undefined> {
    return (await this.execution(executionId))?.rollbackMetadata?.rollbackTargetPipelineExecutionId;
  }

  /** IDs of the executions that are in a stage, or wait for one. */
  public async underWay(): Promise<string[]> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: this.name }));
    const found = stageStates.flatMap(({ latestExecution: inside, inboundExecution, inboundExecutions = [] }) => [
      ...(inside !== undefined && UNDER_WAY.has(inside.status!) ? [inside] : []),
      ...(inboundExecution === undefined ? [] : [inboundExecution]),
      ...inboundExecutions,
    ]);
    return [...new Set(found.map(({ pipelineExecutionId }) => pipelineExecutionId!))];
  }

  private async execution(pipelineExecutionId: string) {
    try {
      return (await this.client.send(new GetPipelineExecutionCommand({ pipelineName: this.name, pipelineExecutionId }))).pipelineExecution;
    } catch (error) {
      if (error instanceof PipelineExecutionNotFoundException) {
        return undefined;
      }
      throw error;
    }
  }
}
