import { ServiceError } from './service';
import type { FanOutRunInput } from '../../src/contract/fan-out';
import type { ActionResult } from '../world/execution';

interface Run {
  readonly input: string;
  readonly executionId: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  result?: ActionResult;
}

export interface StepFunctionsProps {
  /** Runs the state machine. @param isStopped whether it was stopped meanwhile */
  readonly run: (input: FanOutRunInput, isStopped: () => boolean) => Promise<ActionResult>;
  /** Told of all runs of an execution that are under way, whenever one is started. */
  readonly onStart: (executionId: string, running: number) => void;
}

/** Step Functions' API over one state machine. The name of a run is never used again. */
export class StepFunctions {
  private readonly runs = new Map<string, Run>();

  public constructor(private readonly props: StepFunctionsProps) {}

  public handle(operation: string, { executionArn, stateMachineArn, name, input }: Readonly<Record<string, string>>): object {
    switch (operation) {
      case 'StartExecution': return this.start(`${stateMachineArn!.replace(':stateMachine:', ':execution:')}:${name}`, input!);
      case 'DescribeExecution': return describe(executionArn!, this.find(executionArn!));
      case 'StopExecution': {
        const run = this.find(executionArn!);
        run.status = run.status === 'RUNNING' ? 'ABORTED' : run.status;
        return {};
      }
      default: throw new Error(`Step Functions' ${operation} is not simulated.`);
    }
  }

  /** Whether what chance did, or a person, had the last run of the execution that has ended fail. */
  public isExcused(executionId: string): boolean {
    const last = [...this.runs.values()].filter((run) => run.executionId === executionId).pop();
    return last?.status === 'ABORTED' || (last?.result?.ok === false && last.result.injected);
  }

  private start(arn: string, input: string): object {
    const known = this.runs.get(arn);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && known.input === input) {
        return { executionArn: arn };
      }
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const read = JSON.parse(input) as FanOutRunInput;
    const run: Run = { input, executionId: read.pipelineExecutionId, status: 'RUNNING' };
    this.runs.set(arn, run);
    this.props.onStart(run.executionId, [...this.runs.values()].filter(({ executionId, status }) => executionId === run.executionId && status === 'RUNNING').length);
    void this.props.run(read, () => run.status !== 'RUNNING').then((result) => {
      run.result = result;
      run.status = run.status === 'RUNNING' ? (result.ok ? 'SUCCEEDED' : 'FAILED') : run.status;
    });
    return { executionArn: arn };
  }

  private find(arn: string): Run {
    const run = this.runs.get(arn);
    if (run === undefined) {
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return run;
  }
}

function describe(executionArn: string, { input, status, result }: Run): object {
  return { executionArn, input, status, ...(result?.ok === false ? { error: 'ComponentsNotBuilt', cause: result.why } : {}) };
}
