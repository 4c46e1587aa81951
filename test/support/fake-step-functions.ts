import {
  DescribeExecutionCommand, DescribeExecutionCommandInput, ExecutionAlreadyExists, ExecutionDoesNotExist, ExecutionStatus, SFNClient, StartExecutionCommand,
  StartExecutionCommandInput, StopExecutionCommand, StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';

export interface FakeRun {
  readonly input: string;
  status: ExecutionStatus;
  error?: string;
  cause?: string;
}

/** Step Functions' API in memory: executions by name, which end when the test says so. */
export class FakeStepFunctions {
  public readonly client = new SFNClient({ region: 'eu-west-1' });
  public readonly runs = new Map<string, FakeRun>();
  /** Runs before a start is carried out. */
  public beforeStart?: () => void;
  public looks = 0;
  /** Runs before a look is answered. */
  public onLook?: (look: number) => void;

  public constructor() {
    mockClient(this.client)
      .on(StartExecutionCommand).callsFake((input: StartExecutionCommandInput) => this.start(input))
      .on(DescribeExecutionCommand).callsFake((input: DescribeExecutionCommandInput) => this.describe(input))
      .on(StopExecutionCommand).callsFake(({ executionArn, error, cause }: StopExecutionCommandInput) => {
        Object.assign(this.runs.get(nameOf(executionArn))!, { status: 'ABORTED', error, cause });
        return {};
      });
  }

  private start({ name, input }: StartExecutionCommandInput) {
    this.beforeStart?.();
    const known = this.runs.get(name!);
    if (known !== undefined && (known.status !== 'RUNNING' || known.input !== input)) {
      throw new ExecutionAlreadyExists({ message: 'Execution Already Exists', $metadata: {} });
    }
    this.runs.set(name!, known ?? { input: input!, status: 'RUNNING' });
    return {};
  }

  private describe({ executionArn }: DescribeExecutionCommandInput) {
    this.onLook?.(++this.looks);
    const run = this.runs.get(nameOf(executionArn));
    if (run === undefined) {
      throw new ExecutionDoesNotExist({ message: 'Execution Does Not Exist', $metadata: {} });
    }
    return { executionArn, ...run };
  }
}

function nameOf(arn: string | undefined): string {
  return arn!.split(':').pop()!;
}
