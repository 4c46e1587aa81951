import { EXECUTION_EVENT, ExecutionEndedEvent, FailureEvent, TrancheEvent } from '../../src/contract/fan-out';

type Fields<T> = Partial<Record<keyof T, unknown>>;

/** The execution of which EventBridge says that it ended; nothing where the event is of another kind. */
export function endedExecution(event: unknown): string | undefined {
  const { 'detail-type': type, detail } = (event ?? {}) as Partial<ExecutionEndedEvent>;
  return type === EXECUTION_EVENT ? detail?.['execution-id'] : undefined;
}

/** Reads what the state machine sends: the wish for the next builds, or the news of a failed one. */
export function buildsEvent(event: unknown): TrancheEvent | FailureEvent {
  const { failure } = (event ?? {}) as Fields<FailureEvent>;
  if (failure !== undefined) {
    requireTexts(failure, ['component', 'pipelineExecutionId', 'error', 'cause']);
    return event as FailureEvent;
  }
  requireTexts(event, ['commitId', 'planId', 'pipelineExecutionId', 'source']);
  const { tranche } = event as Fields<TrancheEvent>;
  if (!Number.isInteger(tranche) || (tranche as number) < 0) {
    throw new Error(`The builds function needs a tranche, a whole number from 0 up, but got ${JSON.stringify(tranche)}.`);
  }
  return event as TrancheEvent;
}

function requireTexts(value: unknown, names: readonly string[]): void {
  for (const name of names) {
    if (typeof (value as Record<string, unknown> | null | undefined)?.[name] !== 'string') {
      throw new Error(`The builds function is invoked by its state machine, with a text '${name}', but got ${JSON.stringify(value)}.`);
    }
  }
}
