/**
 * What a stack's status means for anyone who wants to deploy it. From CloudFormation's list of status codes; one that is newer than this code is
 * `unknown`, and stops the deployment.
 */
export type StackCondition =
  /** No stack of this name exists, or only change sets of one that is still to be created. */
  | 'absent'
  /** It can be updated. */
  | 'ready'
  /** An operation is under way. */
  | 'busy'
  /** It can't be updated before a person acts. */
  | 'stuck'
  | 'unknown';

const READY = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE']);

/** Of a stack that cannot be updated: what a person can do. */
const WAY_OUT: Readonly<Record<string, string>> = {
  ROLLBACK_COMPLETE: 'its creation failed and was rolled back. Delete the stack, then retry the stage with all of its actions.',
  ROLLBACK_FAILED: 'its creation failed, and so did the rollback. Delete the stack, then retry the stage with all of its actions.',
  CREATE_FAILED: 'its creation failed. Delete the stack, then retry the stage with all of its actions.',
  DELETE_FAILED: 'its deletion failed. Finish deleting it, then retry the stage with all of its actions.',
  DELETE_COMPLETE: 'it was deleted. Retry the stage with all of its actions.',
  UPDATE_FAILED: 'an update failed and was not rolled back. Roll the stack back or update it, then retry the stage with all of its actions.',
  UPDATE_ROLLBACK_FAILED: 'an update failed, and so did its rollback. Continue the rollback (ContinueUpdateRollback, or "cdk rollback"), '
    + 'then retry the stage with all of its actions.',
  IMPORT_ROLLBACK_FAILED: 'an import failed, and so did its rollback. Repair the stack, then retry the stage with all of its actions.',
};

/** What the status of a stack means; `undefined`: there is no such stack. */
export function conditionOf(status: string | undefined): StackCondition {
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') {
    return 'absent';
  }
  if (READY.has(status)) {
    return 'ready';
  }
  if (Object.hasOwn(WAY_OUT, status)) {
    return 'stuck';
  }
  return status.endsWith('_IN_PROGRESS') ? 'busy' : 'unknown';
}

/** Why a stack cannot be deployed now, and what to do about it. */
export function describeStuck(stackName: string, status: string): string {
  return `Stack ${stackName} is ${status}: ${WAY_OUT[status] ?? 'this version does not know the status, so it does not deploy. Look at the stack in the console.'}`;
}
