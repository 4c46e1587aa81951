import { ActionFailure, ActionHandler } from '../pipeline/action';

export type ApprovalDecision = 'Approved' | 'Rejected';

export interface PendingApproval {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
}

/** Decides manual approvals. One that has not resolved yet doesn't keep the system from being idle. */
export type ApprovalPolicy = (approval: PendingApproval) => Promise<ApprovalDecision> | ApprovalDecision;

/** Approval/Manual. */
export function manualApproval(policy: () => ApprovalPolicy, parked: <T>(work: Promise<T>) => Promise<T>): ActionHandler {
  return async ({ action, executionId, abandoned }) => {
    const asked = Promise.resolve(policy()({ executionId, stage: action.stage, action: action.name }));
    const gone = new Promise<undefined>((resolve) => abandoned.addEventListener('abort', () => resolve(undefined), { once: true }));
    const decision = await parked(Promise.race([asked, gone]));
    if (decision !== 'Approved') {
      throw new ActionFailure(decision === 'Rejected' ? 'Rejected by approver' : 'Action was abandoned');
    }
    return {};
  };
}
