import {
  CodePipelineClient, GetPipelineExecutionCommand, GetPipelineStateCommand, PipelineExecutionNotFoundException, PipelineExecutionStatus,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';

/** Name of the pipeline's source action: what a start pins to a commit. */
export const SOURCE_ACTION = 'Source';

/** The pipeline's executions. */
export class Pipeline {
  public constructor(private readonly client: CodePipelineClient, private readonly name: string) {}

  /** Starts an execution of this commit; with the token of an earlier start, finds that one's execution instead. */
  public async start(commitId: string, clientRequestToken: string): Promise<string> {
    const { pipelineExecutionId } = await this.client.send(new StartPipelineExecutionCommand({
      name: this.name,
      clientRequestToken,
      sourceRevisions: [{ actionName: SOURCE_ACTION, revisionType: 'COMMIT_ID', revisionValue: commitId }],
    }));
    return pipelineExecutionId!;
  }

  /** The execution's status; nothing where the pipeline does not know the execution. */
  public async status(executionId: string): Promise<PipelineExecutionStatus | undefined> {
    return (await this.execution(executionId))?.status;
  }

  /** For an execution that AWS's rollback started: the execution that it went back to. */
  public async rollbackTarget(executionId: string): Promise<string | undefined> {
    return (await this.execution(executionId))?.rollbackMetadata?.rollbackTargetPipelineExecutionId;
  }

  /** IDs of the executions that are in a stage, or wait for one. */
  public async underWay(): Promise<string[]> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: this.name }));
    const found = stageStates.flatMap(({ latestExecution: inside, inboundExecution, inboundExecutions = [] }) => [
      ...(inside?.status === 'InProgress' || inside?.status === 'Stopping' ? [inside] : []),
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
