/** One event of a stack, as far as the outcome of an operation depends on it. */
export interface StackEvent {
  /** Token of the operation that the event belongs to. */
  readonly token?: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  /** The stack that the event is of. */
  readonly stackId: string;
}

/** What became of one operation on a stack. */
export type TokenOutcome =
  /** No event carries its token. */
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly status: string }
  | { readonly state: 'succeeded'; readonly status: string }
  | { readonly state: 'failed'; readonly status: string };

const SUCCEEDED = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']);

/**
 * What became of the operation with this token: decided by the last event of that token on the stack itself, never by the stack's status, which
 * may be that of an earlier or another operation.
 *
 * @param events of the stack, the newest first, as DescribeStackEvents gives them
 */
export function tokenOutcome(events: readonly StackEvent[], stackId: string, token: string): TokenOutcome {
  const last = events.find((event) => event.token === token && isOfStack(event, stackId));
  if (last === undefined) {
    return events.some((event) => event.token === token) ? { state: 'running', status: 'IN_PROGRESS' } : { state: 'none' };
  }
  const { status } = last;
  if (SUCCEEDED.has(status)) {
    return { state: 'succeeded', status };
  }
  // A failure is followed by the rollback, which is still this operation.
  return status.endsWith('_IN_PROGRESS') ? { state: 'running', status } : { state: 'failed', status };
}

/** Whether an event is about its stack itself, rather than about one of its resources (a nested stack is one of its parent's). */
function isOfStack({ type, physicalId, stackId: own }: StackEvent, stackId: string): boolean {
  return type === 'AWS::CloudFormation::Stack' && physicalId === stackId && own === stackId;
}

/** Reasons by which CloudFormation says that a resource failed only because another did. */
const CONSEQUENCE = /^Resource (creation|update|deletion) cancelled|^The following resource\(s\) failed to|^Embedded stack /i;

/**
 * The event that says why an operation failed: the first failure that is no consequence of another. A nested stack's own event only says
 * that it failed; its physical ID is the stack whose events say why.
 *
 * @param events of the operation, the newest first
 */
export function failureCause(events: readonly StackEvent[]): StackEvent | undefined {
  // The newest is first, and the cause is the oldest.
  const failures = events.filter(({ status }) => status.endsWith('_FAILED')).reverse();
  const resources = failures.filter((event) => event.physicalId !== event.stackId);
  return resources.find((event) => !isNestedStack(event) && !CONSEQUENCE.test(event.reason ?? ''))
    ?? resources.find(isNestedStack) ?? resources[0] ?? failures[0];
}

/** Whether a failure has its cause in a nested stack. */
export function isNestedStack({ type, physicalId, stackId }: StackEvent): boolean {
  return type === 'AWS::CloudFormation::Stack' && physicalId !== undefined && physicalId !== '' && physicalId !== stackId;
}
