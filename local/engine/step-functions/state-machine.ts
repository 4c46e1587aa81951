import { StateMachine as Interpreter } from 'aws-local-stepfunctions';
import { forInterpreter, States, tasksOf } from './definition';
import { NotEmulatedError } from '../../activity';
import { Resource } from '../../assembly/resources';

// The interpreter wants a newer Node.js than this project, for this alone.
Promise.withResolvers ??= function withResolvers<T>() {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((resolved, rejected) => { resolve = resolved; reject = rejected; });
  return { promise, resolve, reject };
};

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

/** Most bytes of a state's input or output. */
const MAX_PAYLOAD = 262_144;

/** A Step Functions state machine, run by an interpreter of Amazon States Language. */
export class StateMachine {
  private readonly interpreter: Interpreter;
  private readonly tasks = new Map<string, ServiceTask>();

  /** @throws NotEmulatedError for what the definition asks for and is not emulated */
  constructor(public readonly resource: Resource<StateMachineProperties>, services: Readonly<Record<string, ServiceTask>>) {
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
    this.interpreter = new Interpreter(definition as never, {});
  }

  /**
   * Runs an execution to its end.
   * @throws StatesError where it fails
   */
  public async run(input: unknown, context: TaskContext): Promise<unknown> {
    let fatal: Error | undefined;
    const handler = (task: ServiceTask) => async (parameters: unknown): Promise<never> => {
      try {
        return limited(await task(parameters as Record<string, unknown>, context)) as never;
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
      overrides: { taskResourceLocalHandlers: Object.fromEntries([...this.tasks].map(([state, task]) => [state, handler(task)])) },
    });
    const abort = () => execution.abort();
    context.stop.addEventListener('abort', abort, { once: true });
    try {
      return await execution.result;
    } catch (error) {
      const wrapped = (error as { getWrappedError?: Error }).getWrappedError ?? (error as Error);
      throw fatal ?? new StatesError(wrapped.name, wrapped.message);
    } finally {
      context.stop.removeEventListener('abort', abort);
      if (fatal !== undefined) {
        // eslint-disable-next-line no-unsafe-finally
        throw fatal;
      }
    }
  }
}

function limited(result: unknown): unknown {
  const bytes = Buffer.byteLength(JSON.stringify(result ?? null));
  if (bytes > MAX_PAYLOAD) {
    throw new StatesError('States.DataLimitExceeded', `The state returned a result with a size of ${bytes} bytes, exceeding ${MAX_PAYLOAD}.`);
  }
  return result;
}
