import { randomUUID } from 'node:crypto';
import { forInterpreter, States, statesOf, tasksOf } from './definition';
import { loadInterpreter } from './interpreter';
import { NotEmulatedError } from '../../activity';
import { Resource } from '../../assembly/resources';

export interface StateMachineProperties {
  readonly DefinitionString?: string;
  readonly StateMachineType?: string;
}

/** An error as Step Functions hands it on: its name, and its cause as the message. */
export class StatesError extends Error {
  constructor(public readonly name: string, cause: string) {
    super(cause);
  }
}

/** What a task is run in. */
export interface TaskContext {
  /** Execution of the pipeline that the state machine was started for. */
  readonly pipelineExecutionId: string;
  readonly stop: AbortSignal;
}

/** Calls a service: the task's parameters in, the task's result out. Throws StatesError for what the definition may retry or catch. */
export type ServiceTask = (parameters: Readonly<Record<string, unknown>>, context: TaskContext) => Promise<unknown>;

/** What `$$` is in a definition, as Step Functions' documentation lists it; `State` and `Task` are the interpreter's. */
function contextObject({ arn, name, account, region }: Resource<StateMachineProperties>, input: unknown): object {
  const execution = randomUUID();
  return {
    Execution: {
      Id: `arn:aws:states:${region}:${account}:execution:${name}:${execution}`, Input: input, Name: execution, StartTime: new Date().toISOString(),
    },
    StateMachine: { Id: arn, Name: name },
  };
}

/** A Step Functions state machine, run by an interpreter of Amazon States Language. */
export class StateMachine {
  private readonly interpreter: InstanceType<ReturnType<typeof loadInterpreter>>;
  private readonly tasks = new Map<string, ServiceTask>();
  private readonly waits: readonly string[];

  /**
   * @param retryDelay before a task is tried again, and that a Wait takes, in milliseconds; as the definition says where absent
   * @throws NotEmulatedError for what the definition asks for and is not emulated
   */
  constructor(
    public readonly resource: Resource<StateMachineProperties>,
    services: Readonly<Record<string, ServiceTask>>,
    private readonly retryDelay?: number,
  ) {
    const { name, properties: { DefinitionString: text, StateMachineType: type = 'STANDARD' } } = resource;
    if (text === undefined || type !== 'STANDARD') {
      throw new NotEmulatedError(`state machine '${name}': only standard ones, with their definition in the template`);
    }
    const definition = forInterpreter(JSON.parse(text) as States);
    for (const [state, arn] of tasksOf(definition)) {
      const service = /:states:::(.+)$/.exec(arn)?.[1] ?? '';
      if (!Object.hasOwn(services, service)) {
        throw new NotEmulatedError(`the task ${arn} (state '${state}' of state machine '${name}')`);
      }
      this.tasks.set(state, services[service]);
    }
    this.waits = statesOf(definition, 'Wait');
    this.interpreter = new (loadInterpreter())(definition as never, {});
  }

  /** No one wants to watch minutes pass; half a second is long enough for a build to end, which others wait for. */
  private paced(retryDelay: number) {
    const every = (names: Iterable<string>, milliseconds: number) => Object.fromEntries([...names].map((name) => [name, milliseconds]));
    return { retryIntervalOverrides: every(this.tasks.keys(), Math.max(retryDelay, 500)), waitTimeOverrides: every(this.waits, retryDelay) };
  }

  /**
   * Runs an execution to its end.
   * @throws StatesError where it fails
   */
  public async run(input: unknown, context: TaskContext): Promise<unknown> {
    let fatal = undefined as Error | undefined;
    const handler = (task: ServiceTask) => async (parameters: unknown): Promise<never> => {
      try {
        return await task(parameters as Record<string, unknown>, context) as never;
      } catch (error) {
        if (!(error instanceof StatesError)) {
          // Not the definition's business: it must not be caught there.
          fatal ??= error as Error;
          execution.abort();
        }
        throw error;
      }
    };
    const execution = this.interpreter.run(input as never, {
      noThrowOnAbort: true,
      context: contextObject(this.resource, input) as never,
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries([...this.tasks].map(([state, task]) => [state, handler(task)])),
        ...(this.retryDelay === undefined ? {} : this.paced(this.retryDelay)),
      },
    });
    const abort = () => execution.abort();
    context.stop.addEventListener('abort', abort, { once: true });
    const { output, failure } = await execution.result.then(
      (result) => ({ output: result, failure: undefined }),
      (error: Error) => ({ output: undefined, failure: error.cause as Error }),
    );
    context.stop.removeEventListener('abort', abort);
    if (fatal !== undefined) {
      throw fatal;
    }
    if (failure !== undefined) {
      throw new StatesError(failure.name, failure.message);
    }
    return output;
  }
}
