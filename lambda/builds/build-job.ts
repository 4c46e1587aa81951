import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { BuildRun, BuildRuns } from './build-runs';
import { PlanProgress } from './plan-progress';
import { FanOutInput } from '../../src/contract/fan-out';
import { consoleOf } from '../../src/core/console';
import { isNamed } from '../shared/errors';
import { ActionDetails, Continuation, ExternalFailure, Job, jobParameters, JobResult, JobResults, Success } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { Patience } from '../shared/patience';
import { Pipeline } from '../shared/pipeline';
import { Timing } from '../shared/timing';

export interface BuildJobProps {
  readonly codePipeline: CodePipelineClient;
  readonly pipeline: Pipeline;
  readonly runs: BuildRuns;
  readonly progress: PlanProgress;
  readonly timing: Timing;
  readonly logger: Logger;
}

/**
 * How long an invocation waits for the builds. Between two invocations the pipeline does not see that they have ended, for a time that CodePipeline does
 * not say: few of them, and the first, which only starts the builds, ends long before these do.
 */
const WAIT_MS = 240_000;
const FIRST_LOOK_MS = 500;

const LONGEST_CAUSE = 1_500;
const NAMED = 10;

/** Of executions that wait for the job's answer, or whose stage people may retry. */
const MAY_GO_ON: ReadonlySet<string> = new Set(['InProgress', 'Stopping', 'Failed', 'Succeeded']);

/** The pipeline's Build action: starts the state machine, says how far it is, and hands its end on. */
export class BuildJob {
  public constructor(private readonly props: BuildJobProps) {}

  public async handle(job: Job): Promise<void> {
    const { codePipeline, logger } = this.props;
    let executionId: string | undefined;
    try {
      await new JobResults(codePipeline, logger).answer(job, async () => {
        const input = jobParameters(job, ['commitId', 'planId', 'pipelineExecutionId', 'source']);
        executionId = input.pipelineExecutionId;
        return this.work(job, input);
      });
    } catch (error) {
      if (executionId === undefined || !isNamed(error, 'InvalidJobStateException', 'JobNotFoundException')) {
        throw error;
      }
      // Another invocation has answered, or no one waits for an answer because the pipeline's execution was stopped.
      logger.warn('The job takes no answer', { execution: executionId, ...errorFields(error) });
      await this.stopUnless(executionId, MAY_GO_ON);
    }
  }

  /** EventBridge says that the execution ended before its time. The event may be late: an execution whose stage was retried goes on. */
  public async ended(executionId: string): Promise<void> {
    await this.stopUnless(executionId, new Set(['InProgress']));
  }

  private async stopUnless(executionId: string, goesOn: ReadonlySet<string>): Promise<void> {
    const { pipeline, runs, logger } = this.props;
    const status = await pipeline.status(executionId);
    if (status !== undefined && goesOn.has(status)) {
      return;
    }
    const run = await runs.stop(executionId, `The pipeline's execution is ${status ?? 'gone'}: nobody waits for its builds.`);
    logger.info(run === undefined ? 'No builds to stop' : 'Builds stopped', { execution: executionId, run, status });
  }

  private async work(job: Job, input: FanOutInput): Promise<JobResult> {
    const { runs, timing } = this.props;
    if (job.continuationToken === undefined) {
      const begun = await runs.begin(input, job.id);
      return begun.status === 'RUNNING' ? new Continuation(begun.name, await this.details(begun, input)) : this.end(begun, input);
    }
    const patience = new Patience(timing, WAIT_MS, FIRST_LOOK_MS);
    for (;;) {
      const run = await runs.find(job.continuationToken);
      if (run !== undefined && run.status !== 'RUNNING') {
        return this.end(run, input);
      }
      if (!await patience.wait()) {
        // Step Functions may not know at once of a run that was just started; after this time it does.
        if (run === undefined) {
          throw new Error(`The state machine has no run '${job.continuationToken}': the pipeline's own stack was deployed meanwhile. Retry the stage.`);
        }
        return new Continuation(run.name, await this.details(run, input));
      }
    }
  }

  /** @throws ExternalFailure where it did not succeed */
  private async end(run: BuildRun, input: FanOutInput): Promise<JobResult> {
    if (run.status === 'SUCCEEDED') {
      return new Success({}, await this.details(run, input));
    }
    const why = run.cause === undefined || run.cause === '' ? 'no cause was given' : run.cause;
    const what = run.status === 'FAILED' ? '' : `The run of the state machine ended ${run.status}. `;
    const text = `${what}${run.error ?? 'Failed'}: ${why}`;
    throw new ExternalFailure(`${text.length <= LONGEST_CAUSE ? text : `${text.slice(0, LONGEST_CAUSE - 1)}…`}\n${consoleUrl(run.arn)}`, run.arn);
  }

  /** For people alone: where it cannot be read, the builds go on all the same. */
  private async details({ arn, status }: BuildRun, input: FanOutInput): Promise<ActionDetails> {
    try {
      const changed = await this.props.progress.changed(input);
      const built = [...await this.props.progress.built(changed, input.pipelineExecutionId)].sort();
      return {
        summary: `${progressText(built, changed.length)}\n${consoleUrl(arn)}`,
        externalExecutionId: arn,
        percentComplete: status === 'SUCCEEDED' || changed.length === 0 ? 100 : Math.floor(100 * built.length / changed.length),
      };
    } catch (error) {
      this.props.logger.warn('How far the builds are could not be read', { execution: input.pipelineExecutionId, ...errorFields(error) });
      return { summary: consoleUrl(arn), externalExecutionId: arn };
    }
  }
}

/** As in `3 of 12 built: api, web, worker`. */
export function progressText(built: readonly string[], changed: number): string {
  if (built.length === 0) {
    return `0 of ${changed} built`;
  }
  const more = built.length - NAMED;
  return `${built.length} of ${changed} built: ${built.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function consoleUrl(arn: string): string {
  const [, partition, , region] = arn.split(':');
  return `${consoleOf(partition!, region!)}/states/home?region=${region}#/v2/executions/details/${arn}`;
}
