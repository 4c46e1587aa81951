import {
  ActionExecution, ApprovalAlreadyCompletedException, CodePipelineClient, GetPipelineStateCommand, InvalidApprovalTokenException, PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { ASK, WaiveJobParameters } from '../../src/contract/gates';
import { Continuation, Job, jobParameters } from '../shared/jobs';
import { Logger } from '../shared/logger';
import { Timing } from '../shared/timing';

export interface WaiveProps {
  readonly codePipeline: CodePipelineClient;
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** How often one invocation looks for the approval that begins next to it, and the wait between two looks. */
const LOOKS = 20;
/** Of the first invocation: only a later one can tell that someone else has answered already. */
const FIRST_LOOKS = 4;
const WAIT_MS = 3_000;

/** Answers the approval that runs next to this action, where no one needs to be asked. */
export async function waive(job: Job, props: WaiveProps): Promise<Readonly<Record<string, string>> | Continuation> {
  const parameters = jobParameters(job, ['pipelineExecutionId', 'stage', 'approval', 'waiver']) as WaiveJobParameters;
  if (parameters.waiver === ASK) {
    return {};
  }
  const looks = job.continuationToken === undefined ? FIRST_LOOKS : LOOKS;
  for (let look = 0; look < looks; look++) {
    if (look > 0) {
      await props.timing.sleep(WAIT_MS);
    }
    const { status, token } = await approvalState(parameters, props);
    // Before the first continuation, success may be that of an earlier execution.
    const answered = status === 'Succeeded' && job.continuationToken !== undefined;
    if (answered || status === 'InProgress' && token !== undefined && await approve(parameters, token, props)) {
      props.logger.info('Approved, as nobody needs to be asked', { execution: parameters.pipelineExecutionId, stage: parameters.stage, waiver: parameters.waiver });
      return {};
    }
  }
  return new Continuation('waiting');
}

/** The latest run of the approval, which may still be an earlier execution's. */
async function approvalState({ pipelineExecutionId, stage, approval }: WaiveJobParameters, { codePipeline, pipeline }: WaiveProps): Promise<ActionExecution> {
  const { stageStates = [] } = await codePipeline.send(new GetPipelineStateCommand({ name: pipeline }));
  const state = stageStates.find(({ stageName }) => stageName === stage);
  if (state?.latestExecution?.pipelineExecutionId !== pipelineExecutionId) {
    throw new Error(`Execution ${pipelineExecutionId} is not in stage ${stage} any more, so its approval cannot be answered.`);
  }
  return state.actionStates?.find(({ actionName }) => actionName === approval)?.latestExecution ?? {};
}

/** False: the token is that of another approval. */
async function approve({ stage, approval, waiver }: WaiveJobParameters, token: string, { codePipeline, pipeline }: WaiveProps): Promise<boolean> {
  try {
    await codePipeline.send(new PutApprovalResultCommand({
      pipelineName: pipeline,
      stageName: stage,
      actionName: approval,
      token,
      result: { status: 'Approved', summary: `Nobody is asked: ${waiver}.` },
    }));
    return true;
  } catch (error) {
    if (error instanceof ApprovalAlreadyCompletedException) {
      return true;
    }
    if (error instanceof InvalidApprovalTokenException) {
      return false;
    }
    throw error;
  }
}
