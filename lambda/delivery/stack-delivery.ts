import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ChangeSet, failureOf, readChangeSet, stateOf } from './change-set';
import { contentInput } from './content';
import { StackClient, StackLook } from './stack-client';
import { changeSetName } from '../../src/contract/delivery';
import { AttemptRecord } from '../../src/contract/ledger';
import { StackContent } from '../../src/core/delivery/content';
import { StackFacts } from '../../src/core/delivery/skipping';
import { describeStuck } from '../../src/core/delivery/stack-status';
import { sha256 } from '../../src/core/digest';
import { AttemptStore, Ledger, StackAddress } from '../shared/attempt-store';
import { Logger } from '../shared/logger';
import { Patience } from '../shared/patience';
import { Timing } from '../shared/timing';

/** How much of a reason the ledger keeps. */
const MAX_REASON = 1_000;

/** What one execution delivers to one stack. */
export interface Delivery {
  readonly address: StackAddress;
  /** First job of the action. */
  readonly run: string;
  readonly executionId: string;
  readonly commitId: string;
  readonly content: StackContent;
  /** Digest of the content. */
  readonly digest: string;
  /** What in it is resolved only when it is deployed. */
  readonly late: readonly string[];
  /** Whether changes of nested stacks are judged, and so have to be in the change set. */
  readonly showsNested: boolean;
  /** Address of its template in S3. */
  readonly templateUrl: string;
}

export interface StackDeliveryProps {
  readonly delivery: Delivery;
  readonly client: CloudFormationClient;
  readonly attempts: AttemptStore;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Brings the stack's assets to the place. False: time is up before all are there. */
  readonly publish: () => Promise<boolean>;
}

/** A stack on which no operation is under way. */
export interface Settled {
  readonly ledger: Ledger | undefined;
  readonly look: StackLook;
}

/** A change set that is made: what it is, or that nothing would change. */
export type Made =
  | { readonly kind: 'changes'; readonly changeSet: ChangeSet; readonly arn: string }
  | { readonly kind: 'empty' };

/** The delivery to one stack: every call that changes something is preceded by its attempt in the ledger, so that any crash is harmless. */
export class StackDelivery {
  public readonly stack: StackClient;

  public constructor(private readonly props: StackDeliveryProps) {
    this.stack = new StackClient(props.client, props.delivery.address.stackName);
  }

  public get delivery(): Delivery {
    return this.props.delivery;
  }

  public async ledger(): Promise<Ledger | undefined> {
    return this.props.attempts.read(this.delivery.address);
  }

  /** Writes an attempt, which begins its phase now unless it is said when it did. */
  public async write(last: Ledger | undefined, attempt: AttemptRecord, delivered?: Ledger['Delivered'], since = this.now()): Promise<Ledger> {
    return this.props.attempts.write(this.delivery.address, last, { ...attempt, Timestamp: since }, delivered);
  }

  /**
   * Waits until no operation is under way on the stack, and writes down what became of an attempt that was executing. Nothing: patience ended.
   * @throws Error for a stack that can't be updated before a person acts
   */
  public async settled(patience: Patience): Promise<Settled | undefined> {
    for (;;) {
      const ledger = await this.settle(await this.ledger());
      const look = await this.stack.look();
      if (ledger?.Attempt.Phase !== 'Executing' && look.condition !== 'busy') {
        if (look.condition === 'stuck' || look.condition === 'unknown') {
          throw new Error(describeStuck(this.delivery.address.stackName, look.status!));
        }
        return { ledger, look };
      }
      if (!await patience.wait()) {
        return undefined;
      }
    }
  }

  /** Writes down what became of an attempt that was executing, by the events of its token. One that still runs stays as it is. */
  public async settle(ledger: Ledger | undefined): Promise<Ledger | undefined> {
    if (ledger?.Attempt.Phase !== 'Executing') {
      return ledger;
    }
    const { Attempt: attempt } = ledger;
    const operation = operationOf(attempt);
    const outcome = await this.stack.outcome(operation);
    switch (outcome.state) {
      case 'running':
        return ledger;
      case 'succeeded':
        return this.succeeded(ledger);
      case 'failed':
        return this.write(ledger, { ...attempt, Phase: 'Failed', Reason: await this.stack.cause(operation) ?? `the stack is ${outcome.status}` });
      case 'none':
        // Written, and never asked for or not accepted. Anyone who may still be about to ask is stopped by the deletion.
        return await this.stack.delete(attempt.ChangeSetArn!) === 'refused' ? ledger
          : this.write(ledger, { ...attempt, Phase: 'Lost' });
    }
  }

  /** Notes that an attempt's operation succeeded, and how the stack looks now. */
  public async succeeded(ledger: Ledger): Promise<Ledger> {
    const { facts } = await this.stack.look();
    // Of a stack that others updated meanwhile it is not known any more what it holds: its next delivery is not skipped.
    return this.delivered(ledger, await this.stack.isLast(operationOf(ledger.Attempt)) ? facts : undefined);
  }

  /** Notes that the stack has the content of the current attempt, and what it looked like then. */
  public async delivered(ledger: Ledger, facts: StackFacts | undefined): Promise<Ledger> {
    const { Attempt: attempt } = ledger;
    return this.write(ledger, { ...attempt, Phase: 'Succeeded' }, facts && {
      Digest: attempt.Digest,
      Attempt: attempt.Number,
      PipelineExecutionId: attempt.PipelineExecutionId,
      CommitId: attempt.CommitId,
      StackId: facts.stackId,
      Status: facts.status,
      Updated: facts.updated,
      OutputsDigest: facts.outputsDigest,
      Timestamp: this.now(),
    });
  }

  /**
   * Begins another attempt, and deletes the change set of the one before.
   * @param hidden why nested stacks are left out of the change set, where they are
   */
  public async begin(last: Ledger | undefined, hidden?: string): Promise<Ledger> {
    const { executionId, commitId, digest, address, run, content } = this.delivery;
    const number = (last?.Attempt.Number ?? 0) + 1;
    const ledger = await this.write(last, {
      Number: number,
      PipelineExecutionId: executionId,
      CommitId: commitId,
      Digest: digest,
      Token: sha256(JSON.stringify([address, number, digest])),
      Phase: 'Preparing',
      Run: run,
      ...(content.rollback === undefined || content.rollback.minutes === 0 ? {} : { BakeMinutes: content.rollback.minutes }),
      ...(hidden === undefined ? {} : { Hidden: hidden }),
      Timestamp: '',
    });
    if (last?.Attempt.Phase === 'Preparing' || last?.Attempt.Phase === 'Prepared') {
      await this.stack.delete(last.Attempt.ChangeSetArn ?? changeSetName(last.Attempt.Number));
    }
    return ledger;
  }

  /** Sees to it that the stack's assets are in the place. False: time is up before all are there. */
  public async publish(): Promise<boolean> {
    return this.props.publish();
  }

  /** Makes the change set of an attempt that is being prepared, or waits for it. Nothing: patience ended. */
  public async make(ledger: Ledger, isCreation: boolean, patience: Patience): Promise<{ readonly made: Made; readonly ledger: Ledger } | undefined> {
    const { Attempt: { Number: number, Token: token, Hidden: hidden } } = ledger;
    const { address: { stackName }, content, templateUrl, showsNested } = this.delivery;
    const name = changeSetName(number);
    let changeSet = await readChangeSet(this.props.client, name, stackName);
    if (changeSet === undefined) {
      // CloudFormation reads the templates of nested stacks when the change set is made.
      if (!await this.publish()) {
        return undefined;
      }
      await this.stack.create({
        StackName: stackName,
        ChangeSetName: name,
        ClientToken: token,
        ChangeSetType: isCreation ? 'CREATE' : 'UPDATE',
        IncludeNestedStacks: showsNested && hidden === undefined,
        ...contentInput(content, isCreation, templateUrl),
      });
    }
    for (;;) {
      changeSet = await readChangeSet(this.props.client, name, stackName);
      switch (changeSet && stateOf(changeSet.head)) {
        case 'ready':
          return { ledger, made: { kind: 'changes', changeSet: changeSet!, arn: changeSet!.head.ChangeSetId! } };
        case 'empty':
          await this.stack.delete(changeSet!.head.ChangeSetId!);
          return { ledger, made: { kind: 'empty' } };
        case 'failed': {
          const reason = await failureOf(this.props.client, changeSet!);
          if (hidden === undefined && changeSet!.head.IncludeNestedStacks === true) {
            // CloudFormation cannot foresee what some nested stacks get from one another, and deploys them all the same.
            this.props.logger.warn('CloudFormation cannot show the changes of the nested stacks: the change set is made without them', { reason });
            return this.make(await this.begin(ledger, reason.slice(0, MAX_REASON)), isCreation, patience);
          }
          throw new Error(`The change set of stack ${stackName} cannot be executed: ${reason}`);
        }
        default:
          if (!await patience.wait()) {
            return undefined;
          }
      }
    }
  }

  /** Whether the change set of an attempt can be executed, and has alarms watched for as long as is right by now. */
  public async isAvailable({ ChangeSetArn: arn, BakeMinutes: minutes = 0 }: AttemptRecord): Promise<boolean> {
    if (minutes !== (this.delivery.content.rollback?.minutes ?? 0)) {
      return false;
    }
    const changeSet = arn === undefined ? undefined : await readChangeSet(this.props.client, arn, this.delivery.address.stackName);
    return changeSet?.head.ExecutionStatus === 'AVAILABLE';
  }

  private now(): string {
    return this.props.timing.now().toISOString();
  }
}

/** The operation that an attempt's execution is. */
export function operationOf({ StackId, Token, Timestamp }: AttemptRecord) {
  return { stackId: StackId!, token: Token, since: new Date(Timestamp) };
}
