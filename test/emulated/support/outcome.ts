import { Execution } from '../../../local/engine/pipeline/execution';

/** What became of an execution, and what the actions say that failed in the end. */
export function outcome(execution: Execution): { readonly status: string; readonly failed: readonly string[] } {
  return { status: execution.status, failed: execution.latestRuns().filter((run) => run.status === 'Failed').map(({ action, message }) => `${action}: ${message}`) };
}
