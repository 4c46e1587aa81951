import { Execution } from '../../../local/engine/pipeline/execution';

/** What became of an execution, and what its failed actions say. */
export function outcome({ status, actionRuns }: Execution): { readonly status: string; readonly failed: readonly string[] } {
  return { status, failed: actionRuns.filter((run) => run.status === 'Failed').map(({ action, message }) => `${action}: ${message}`) };
}
