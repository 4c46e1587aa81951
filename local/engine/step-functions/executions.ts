import { StateMachine, StatesError } from './state-machine';
import { Activity } from '../../activity';

export interface StateMachineExecution {
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly machine: StateMachine;
  readonly started: Date;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  stopped?: Date;
  output?: string;
  error?: string;
  cause?: string;
  readonly abort: AbortController;
}

/** Executions of state machines that were started through the API: their names are never used again. */
export class Executions {
  private readonly all = new Map<string, StateMachineExecution>();

  constructor(private readonly activity: Activity) {}

  public find(arn: string): StateMachineExecution | undefined {
    return this.all.get(arn);
  }

  public start(machine: StateMachine, name: string, input: string): StateMachineExecution {
    const arn = `${machine.resource.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution: StateMachineExecution = { arn, name, input, machine, started: new Date(), status: 'RUNNING', abort: new AbortController() };
    this.all.set(arn, execution);
    this.activity.track(this.run(execution));
    return execution;
  }

  public stop(execution: StateMachineExecution, error?: string, cause?: string): void {
    if (execution.status === 'RUNNING') {
      end(execution, { status: 'ABORTED', error, cause });
      execution.abort.abort();
    }
  }

  public stopAll(): void {
    this.all.forEach((execution) => this.stop(execution));
  }

  private async run(execution: StateMachineExecution): Promise<void> {
    const { machine, name, abort } = execution;
    const input = JSON.parse(execution.input) as { readonly pipelineExecutionId?: string };
    try {
      const output = await machine.run(input, { pipelineExecutionId: input.pipelineExecutionId ?? name, stop: abort.signal });
      end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      if (!(error instanceof StatesError)) {
        throw error;
      }
      end(execution, { status: 'FAILED', error: error.name, cause: error.message });
    }
  }
}

/** An execution ends once. */
function end(execution: StateMachineExecution, result: Partial<StateMachineExecution>): void {
  if (execution.status === 'RUNNING') {
    Object.assign(execution, result, { stopped: new Date() });
  }
}
