import { TrancheEvent } from '../../src/contract/fan-out';

/** Reads what the state machine sends. */
export function trancheEvent(event: unknown): TrancheEvent {
  const fields = event as Partial<Record<keyof TrancheEvent, unknown>> | null | undefined;
  for (const name of ['commitId', 'planId', 'pipelineExecutionId'] as const) {
    if (typeof fields?.[name] !== 'string' || fields[name] === '') {
      throw new Error(`The builds function is invoked by its state machine, with a text '${name}', but got ${JSON.stringify(event)}.`);
    }
  }
  if (!Number.isInteger(fields!.tranche) || (fields!.tranche as number) < 0) {
    throw new Error(`The builds function needs a tranche, a whole number from 0 up, but got ${JSON.stringify(fields!.tranche)}.`);
  }
  return fields as TrancheEvent;
}
