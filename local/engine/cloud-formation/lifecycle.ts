import {
  AlreadyExistsException, Change, ChangeSetNotFoundException, ChangeSetStatus, CloudFormationServiceException, CreateChangeSetInput,
  DescribeChangeSetOutput, ExecutionStatus, InvalidChangeSetStatusException, Stack, StackEvent, StackStatus,
} from '@aws-sdk/client-cloudformation';
import { OperationFailure, StackOperations } from './stack-operations';

/**
 * The states of stacks and change sets over time, as CloudFormation's documentation gives them; what a template means is the business of whoever
 * uses this. One home for these rules: the simulation, the tests and the local run ask here.
 */

/** What a change set would do, or why it can't be made. */
export type Comparison =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What becomes of an operation. */
export interface Outcome {
  /** From its start to its end, in milliseconds. */
  readonly duration: number;
  readonly failure?: OperationFailure;
}

export interface LifecycleProps {
  readonly now: () => Date;
  /** Unique each time. */
  readonly newId: () => string;
  readonly account: string;
  readonly region: string;
  /** What becomes of the stack with this input: `undefined` is a stack that does not exist yet. */
  readonly compare: (live: CreateChangeSetInput | undefined, input: CreateChangeSetInput) => Comparison;
  readonly outcome: (stackName: string, input: CreateChangeSetInput) => Outcome;
  readonly outputs: (stackName: string, live: CreateChangeSetInput) => Readonly<Record<string, string>>;
}

interface ChangeSet {
  readonly id: string;
  readonly input: CreateChangeSetInput;
  readonly created: Date;
  readonly comparison: Comparison;
  execution: ExecutionStatus;
}

interface StackState {
  readonly operations: StackOperations;
  live?: CreateChangeSetInput;
  readonly changeSets: Map<string, ChangeSet>;
}

export const NO_CHANGES = 'The submitted information didn\'t contain changes. Submit different information to create a change set.';

/** Of statuses in which a stack takes a change set of the type `UPDATE`. */
const UPDATABLE: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'];

export class StackLifecycle {
  private readonly stacks = new Map<string, StackState>();

  public constructor(private readonly props: LifecycleProps) {}

  public createChangeSet(input: CreateChangeSetInput): { readonly Id: string; readonly StackId: string } {
    this.advance();
    const name = input.StackName!;
    let stack = this.stacks.get(name);
    if (input.ChangeSetType === 'CREATE') {
      if (stack !== undefined && stack.operations.status !== 'REVIEW_IN_PROGRESS') {
        throw invalid(`Stack [${name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`);
      }
      stack ??= this.review(name);
    } else if (stack === undefined) {
      throw invalid(`Stack [${name}] does not exist`);
    } else if (!UPDATABLE.includes(stack.operations.status)) {
      throw invalid(`Stack:${stack.operations.id} is in ${stack.operations.status} state and can not be updated.`);
    }
    const known = stack.changeSets.get(input.ChangeSetName!);
    if (known !== undefined) {
      if (input.ClientToken !== undefined && known.input.ClientToken === input.ClientToken) {
        return { Id: known.id, StackId: stack.operations.id };
      }
      throw new AlreadyExistsException({ message: `ChangeSet ${input.ChangeSetName} cannot be created due to a mismatch with existing attribute Name`, $metadata: {} });
    }
    const comparison = this.props.compare(stack.live, input);
    const id = `arn:aws:cloudformation:${this.props.region}:${this.props.account}:changeSet/${input.ChangeSetName}/${this.props.newId()}`;
    stack.changeSets.set(input.ChangeSetName!, {
      id, input, created: this.props.now(), comparison, execution: comparison.kind === 'changes' ? 'AVAILABLE' : 'UNAVAILABLE',
    });
    return { Id: id, StackId: stack.operations.id };
  }

  public describeChangeSet(changeSetName: string, stackName?: string): DescribeChangeSetOutput {
    this.advance();
    const { stack, changeSet } = this.findChangeSet(changeSetName, stackName);
    const { comparison } = changeSet;
    return {
      ChangeSetId: changeSet.id,
      ChangeSetName: changeSet.input.ChangeSetName,
      StackId: stack.operations.id,
      StackName: stack.operations.name,
      CreationTime: changeSet.created,
      Status: (comparison.kind === 'changes' ? 'CREATE_COMPLETE' : 'FAILED') satisfies ChangeSetStatus,
      ExecutionStatus: changeSet.execution,
      ...(comparison.kind === 'changes' ? {} : { StatusReason: comparison.kind === 'empty' ? NO_CHANGES : comparison.reason }),
      IncludeNestedStacks: changeSet.input.IncludeNestedStacks ?? false,
      RollbackConfiguration: changeSet.input.RollbackConfiguration ?? {},
      Changes: comparison.kind === 'changes' ? [...comparison.changes] : [],
    };
  }

  public deleteChangeSet(changeSetName: string, stackName?: string): void {
    this.advance();
    let found;
    try {
      found = this.findChangeSet(changeSetName, stackName);
    } catch (error) {
      // The deletion of a change set that does not exist succeeds.
      if (error instanceof ChangeSetNotFoundException) {
        return;
      }
      throw error;
    }
    const { stack, changeSet } = found;
    if (changeSet.execution === 'EXECUTE_IN_PROGRESS') {
      throw new InvalidChangeSetStatusException({ message: `ChangeSet [${changeSet.id}] cannot be deleted in its current status of EXECUTE_IN_PROGRESS`, $metadata: {} });
    }
    stack.changeSets.delete(changeSet.input.ChangeSetName!);
  }

  public executeChangeSet(changeSetName: string, token: string | undefined, stackName?: string): void {
    this.advance();
    const { stack, changeSet } = this.findChangeSet(changeSetName, stackName);
    if (stack.operations.knows(token)) {
      return;
    }
    if (changeSet.execution !== 'AVAILABLE') {
      throw new InvalidChangeSetStatusException({
        message: `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.execution}]`, $metadata: {},
      });
    }
    changeSet.execution = 'EXECUTE_IN_PROGRESS';
    this.begin(stack, changeSet.input, token);
  }

  public describeStack(stackNameOrId: string): Stack {
    this.advance();
    const stack = this.find(stackNameOrId);
    const outputs = stack.live === undefined ? [] : Object.entries(this.props.outputs(stack.operations.name, stack.live));
    return {
      StackId: stack.operations.id,
      StackName: stack.operations.name,
      CreationTime: stack.operations.created,
      ...(stack.operations.updated === undefined ? {} : { LastUpdatedTime: stack.operations.updated }),
      StackStatus: stack.operations.status,
      ...(stack.live?.Parameters === undefined ? {} : { Parameters: [...stack.live.Parameters] }),
      ...(outputs.length === 0 ? {} : { Outputs: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }),
    };
  }

  public describeStackEvents(stackNameOrId: string): readonly StackEvent[] {
    this.advance();
    return this.find(stackNameOrId).operations.events;
  }

  /** What is deployed, whoever did it. */
  public live(stackName: string): CreateChangeSetInput | undefined {
    this.advance();
    return this.stacks.get(stackName)?.live;
  }

  public status(stackName: string): StackStatus | undefined {
    this.advance();
    return this.stacks.get(stackName)?.operations.status;
  }

  // ---- what others do to stacks ----

  /** Someone else updates the stack, or creates it. */
  public updateByOthers(input: CreateChangeSetInput): void {
    this.advance();
    const stack = this.stacks.get(input.StackName!) ?? this.review(input.StackName!);
    if (stack.operations.isBusy) {
      throw invalid(`Stack:${stack.operations.id} is in ${stack.operations.status} state and can not be updated.`);
    }
    this.begin(stack, input, `others-${this.props.newId()}`);
  }

  /** Someone deletes the stack. */
  public deleteByOthers(stackName: string): void {
    this.stacks.delete(stackName);
  }

  /** Someone continues a rollback that failed. */
  public continueRollback(stackName: string): void {
    const { operations } = this.find(stackName);
    if (operations.status === 'UPDATE_ROLLBACK_FAILED') {
      operations.become('UPDATE_ROLLBACK_COMPLETE', `others-${this.props.newId()}`);
    }
  }

  private review(name: string): StackState {
    const { account, region, newId, now } = this.props;
    const id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${newId()}`;
    const stack: StackState = { operations: new StackOperations(id, name, now(), now, newId), changeSets: new Map() };
    this.stacks.set(name, stack);
    return stack;
  }

  private begin(stack: StackState, input: CreateChangeSetInput, token: string | undefined): void {
    const { duration, failure } = this.props.outcome(stack.operations.name, input);
    const ends = this.props.now().getTime() + duration;
    stack.operations.begin({
      token,
      poll: () => (this.props.now().getTime() < ends ? 'running' : failure ?? 'succeeded'),
      onEnd: (succeeded) => {
        // An execution makes all other change sets of the stack worthless, and CloudFormation deletes them.
        stack.changeSets.clear();
        if (succeeded) {
          stack.live = input;
        }
      },
    });
  }

  /** Ends the operations whose time has come. */
  private advance(): void {
    this.stacks.forEach(({ operations }) => operations.advance());
  }

  private find(nameOrId: string): StackState {
    const stack = this.stacks.get(nameOrId) ?? [...this.stacks.values()].find(({ operations }) => operations.id === nameOrId);
    if (stack === undefined) {
      throw invalid(`Stack with id ${nameOrId} does not exist`);
    }
    return stack;
  }

  private findChangeSet(nameOrId: string, stackName: string | undefined): { readonly stack: StackState; readonly changeSet: ChangeSet } {
    if (stackName !== undefined && !this.stacks.has(stackName)) {
      throw new ChangeSetNotFoundException({ message: `ChangeSet [${nameOrId}] does not exist`, $metadata: {} });
    }
    const candidates = stackName === undefined ? [...this.stacks.values()] : [this.stacks.get(stackName)!];
    for (const stack of candidates) {
      const changeSet = [...stack.changeSets.values()].find(({ id, input }) => id === nameOrId || stackName !== undefined && input.ChangeSetName === nameOrId);
      if (changeSet !== undefined) {
        return { stack, changeSet };
      }
    }
    throw new ChangeSetNotFoundException({ message: `ChangeSet [${nameOrId}] does not exist`, $metadata: {} });
  }
}

function invalid(message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}
