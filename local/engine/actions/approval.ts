import { randomUUID } from 'node:crypto';
import { ActionHandler } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';

export type ApprovalDecision = 'Approved' | 'Rejected';

export interface PendingApproval {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  /** What the approver is shown. */
  readonly text: string;
  /** Where more is to be read. */
  readonly link: string;
}

/** Decides manual approvals. One that has not resolved yet doesn't keep the system from being idle. */
export type ApprovalPolicy = (approval: PendingApproval) => Promise<ApprovalDecision> | ApprovalDecision;

interface OpenApproval extends PendingApproval {
  readonly token: string;
  readonly answer: (decision: ApprovalDecision) => void;
}

/** Approvals that wait for their answer: a person's, or one that comes by CodePipeline's API. */
export class Approvals {
  private readonly open = new Set<OpenApproval>();

  public all(): readonly OpenApproval[] {
    return [...this.open];
  }

  /** Resolves to the first answer. */
  public async ask(pending: PendingApproval, person: Promise<ApprovalDecision>): Promise<ApprovalDecision> {
    let answer: (decision: ApprovalDecision) => void = () => undefined;
    const answered = new Promise<ApprovalDecision>((resolve) => { answer = resolve; });
    const approval = { ...pending, token: randomUUID(), answer };
    this.open.add(approval);
    try {
      return await Promise.race([answered, person]);
    } finally {
      this.open.delete(approval);
    }
  }
}

/** Approval/Manual. */
export function manualApproval(approvals: Approvals, policy: () => ApprovalPolicy, parked: <T>(work: Promise<T>) => Promise<T>): ActionHandler {
  return async ({ action, configuration, executionId, abandoned }) => {
    const pending = {
      executionId, stage: action.stage, action: action.name, text: configuration.CustomData ?? '', link: configuration.ExternalEntityLink ?? '',
    };
    const asked = approvals.ask(pending, Promise.resolve(policy()(pending)));
    const gone = new Promise<undefined>((resolve) => abandoned.addEventListener('abort', () => resolve(undefined), { once: true }));
    const decision = await parked(Promise.race([asked, gone]));
    if (decision !== 'Approved') {
      throw new ActionFailure(decision === 'Rejected' ? 'Rejected by approver' : 'Action was abandoned');
    }
    return {};
  };
}
