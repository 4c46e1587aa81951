import { StackEvent, StackStatus } from '@aws-sdk/client-cloudformation';

/**
 * The operations on one stack over time: its status, its events and their tokens, as CloudFormation's documentation gives them. One home for these
 * rules: the simulation, the tests and the local run ask here.
 */

/** Of a failure: the resource, and why. */
export interface OperationFailure {
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
  /** The rollback fails as well. */
  readonly rollbackFails?: boolean;
}

/** How far an operation is. */
export type OperationState = 'running' | 'succeeded' | OperationFailure;

interface Operation {
  readonly token: string | undefined;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly poll: () => OperationState;
  readonly onEnd: (succeeded: boolean) => void;
}

export class StackOperations {
  public status: StackStatus = 'REVIEW_IN_PROGRESS';
  public updated?: Date;
  /** The newest first. */
  public readonly events: StackEvent[] = [];
  private readonly tokens = new Set<string>();
  private operation?: Operation;
  private isAdvancing = false;

  /** @param newId gives another ID each time */
  public constructor(
    public readonly id: string, public readonly name: string, public readonly created: Date,
    private readonly now: () => Date, private readonly newId: () => string,
  ) {}

  /** Whether an operation with this token was asked for. */
  public knows(token: string | undefined): boolean {
    return token !== undefined && this.tokens.has(token);
  }

  public get isBusy(): boolean {
    return this.operation !== undefined;
  }

  public begin(operation: Omit<Operation, 'kind'>): void {
    const kind = this.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE';
    if (operation.token !== undefined) {
      this.tokens.add(operation.token);
    }
    this.operation = { ...operation, kind };
    if (kind === 'UPDATE') {
      this.updated = this.now();
    }
    this.become(`${kind}_IN_PROGRESS`, operation.token);
  }

  /** Ends the operation, if its time has come. */
  public advance(): void {
    const { operation } = this;
    // Anyone who is asked how far it is may look at this stack.
    if (operation === undefined || this.isAdvancing) {
      return;
    }
    this.isAdvancing = true;
    const state = operation.poll();
    this.isAdvancing = false;
    if (state === 'running') {
      return;
    }
    this.operation = undefined;
    const { kind, token } = operation;
    operation.onEnd(state === 'succeeded');
    if (state === 'succeeded') {
      if (kind === 'UPDATE') {
        this.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', token);
      }
      this.become(`${kind}_COMPLETE`, token);
      return;
    }
    this.event(token, state.logicalId, state.type, `${kind}_FAILED`, state.reason);
    const rollback = kind === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
    this.become(`${rollback}_IN_PROGRESS`, token, `The following resource(s) failed to ${kind.toLowerCase()}: [${state.logicalId}].`);
    this.become(state.rollbackFails ? `${rollback}_FAILED` : `${rollback}_COMPLETE`, token);
  }

  public become(status: StackStatus, token: string | undefined, reason?: string): void {
    this.status = status;
    this.event(token, this.name, 'AWS::CloudFormation::Stack', status, reason, this.id);
  }

  private event(
    token: string | undefined, logicalId: string, type: string, status: string, reason: string | undefined, physicalId = `${this.name}-${logicalId}`,
  ): void {
    this.events.unshift({
      StackId: this.id,
      EventId: this.newId(),
      StackName: this.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Timestamp: this.now(),
      ResourceStatus: status as StackEvent['ResourceStatus'],
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
      ...(token === undefined ? {} : { ClientRequestToken: token }),
    });
  }
}
