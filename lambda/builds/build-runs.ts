import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { FanOutInput, FanOutRunInput } from '../../src/contract/fan-out';
import { isNamed } from '../shared/errors';
import { backOff, Timing } from '../shared/timing';

/** One run of the state machine for an execution of the pipeline. */
export interface BuildRun {
  readonly name: string;
  readonly arn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  /** Job that started it. */
  readonly job?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** How often another worker may be faster. */
const MAX_OVERTAKEN = 10;

/** Why runs are stopped that no one waits for. */
export const STOPPED = 'PipelineExecutionEnded';

/**
 * Runs of the state machine. Each has the name of the pipeline's execution: the first the ID alone, further ones, of retries of the stage, a number
 * as well. So anyone who knows the execution finds its runs.
 */
export class BuildRuns {
  public constructor(private readonly client: SFNClient, private readonly stateMachineArn: string, private readonly timing: Timing) {}

  /**
   * The run that a new job is about: one that is under way is adopted, whoever started it; one that this job started is its own, also where it has ended.
   * Otherwise another is started.
   */
  public async begin(input: FanOutInput, job: string): Promise<BuildRun> {
    for (let number = 1, attempt = 0; attempt < MAX_OVERTAKEN;) {
      const name = runName(input.pipelineExecutionId, number);
      const known = await this.find(name);
      if (known !== undefined) {
        if (known.status === 'RUNNING' || known.job === job) {
          return known;
        }
        number++;
      } else if (await this.start(name, input, job)) {
        return { name, arn: this.arnOf(name), status: 'RUNNING', job };
      } else {
        // Another worker was faster, and Step Functions may take a moment to show what it started.
        await backOff(this.timing, attempt++);
      }
    }
    throw new Error(`Runs for execution ${input.pipelineExecutionId} are started and cannot be seen. Retry the stage.`);
  }

  public async find(name: string): Promise<BuildRun | undefined> {
    const arn = this.arnOf(name);
    try {
      const { status, input, error, cause } = await this.client.send(new DescribeExecutionCommand({ executionArn: arn }));
      return { name, arn, status: status!, job: jobOf(input), error, cause };
    } catch (error) {
      if (isNamed(error, 'ExecutionDoesNotExist')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Stops the run of an execution that is under way, and with it the builds that it started. Resolves to its name, where there was one. */
  public async stop(executionId: string, cause: string): Promise<string | undefined> {
    for (let number = 1; ; number++) {
      const run = await this.find(runName(executionId, number));
      if (run === undefined) {
        return undefined;
      }
      if (run.status === 'RUNNING') {
        await this.client.send(new StopExecutionCommand({ executionArn: run.arn, error: STOPPED, cause }));
        return run.name;
      }
    }
  }

  /** False: another worker has started a run of this name. */
  private async start(name: string, { commitId, planId, pipelineExecutionId, source }: FanOutInput, job: string): Promise<boolean> {
    const input: FanOutRunInput = { commitId, planId, pipelineExecutionId, source, tranche: 0, job };
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn, name, input: JSON.stringify(input) }));
      return true;
    } catch (error) {
      if (isNamed(error, 'ExecutionAlreadyExists')) {
        return false;
      }
      throw error;
    }
  }

  private arnOf(name: string): string {
    return `${this.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
}

function runName(executionId: string, number: number): string {
  return number === 1 ? executionId : `${executionId}-${number}`;
}

function jobOf(input: string | undefined): string | undefined {
  try {
    return (JSON.parse(input ?? '') as Partial<FanOutRunInput>).job;
  } catch {
    return undefined;
  }
}
