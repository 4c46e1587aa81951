import { Progress } from './continuation';
import { Judge } from './judge';
import { StackLook } from './stack-client';
import { Made, Settled, StackDelivery } from './stack-delivery';
import { StackReport } from '../../src/contract/delivery';
import { whyDeliver } from '../../src/core/delivery/skipping';
import { Ledger } from '../shared/attempt-store';
import { Patience } from '../shared/patience';

/** Longest wait for an operation that others began on the stack. */
const MAX_WAIT_MS = 3_600_000;

export interface PrepareOptions {
  readonly patience: Patience;
  readonly now: Date;
  readonly progress: Progress;
  /** Whether a stack that the ledger does not know may be taken over. */
  readonly mayAdopt: () => Promise<boolean>;
}

/**
 * Makes the change set of a stack and has it judged, or finds that none is needed. What comes out of it is the report that Deploy is bound to.
 * @returns the report; nothing where it takes longer than patience lasts
 */
export async function prepareStack(delivery: StackDelivery, judge: Judge, options: PrepareOptions): Promise<StackReport | undefined> {
  const settled = await settledFor(delivery, options);
  if (settled === undefined) {
    return undefined;
  }
  const { look, ledger } = settled;
  if (ledger !== undefined && ledger.Attempt.Run === options.progress.run) {
    // An earlier invocation of this action got as far, and other stacks took longer.
    if (ledger.Attempt.Phase === 'Refused') {
      throw new Error(ledger.Attempt.Reason);
    }
    if (ledger.Attempt.Phase === 'Succeeded') {
      return judge.report(ledger.Attempt.Number, 'empty', []);
    }
  }
  const own = ownAttempt(ledger, options.progress);
  if (own === undefined) {
    const why = whyDeliver(entryOf(ledger), delivery.delivery.digest, look.facts, delivery.delivery.late);
    if (why === undefined) {
      return judge.report(ledger!.Attempt.Number, 'skipped', []);
    }
  }
  const result = await delivery.make(own ?? await delivery.begin(ledger), look.condition === 'absent', options.patience);
  return result && finish(delivery, judge, result.ledger, result.made, look);
}

/**
 * A stack that may be prepared: no operation is under way, no one else prepares it, and it is this solution's. Nothing: patience ended.
 * @throws Error where it may not be
 */
export async function settledFor(delivery: StackDelivery, { patience, now, progress, mayAdopt }: PrepareOptions): Promise<Settled | undefined> {
  const { address: { stackName } } = delivery.delivery;
  const settled = await delivery.settled(patience);
  if (settled === undefined) {
    if (now.getTime() - Date.parse(progress.since) > MAX_WAIT_MS) {
      throw new Error(`Stack ${stackName} is being updated for more than an hour, by an execution that was given up or by others. `
        + 'Retry the stage with all of its actions when it is done.');
    }
    return undefined;
  }
  const { ledger, look } = settled;
  const attempt = ledger?.Attempt;
  if (attempt !== undefined && attempt.Run !== progress.run && attempt.Timestamp > progress.since && ['Preparing', 'Prepared'].includes(attempt.Phase)) {
    throw new Error(`Another attempt on stack ${stackName} began while this one was prepared. Retry the stage with all of its actions.`);
  }
  if (ledger === undefined && look.facts !== undefined && !await mayAdopt()) {
    throw new Error(`Stack ${stackName} exists, and this solution never delivered it. If it is to be taken over, give the environment `
      + '"adopt: true"; otherwise give it another stackName.');
  }
  return settled;
}

/** The ledger, where its attempt was begun by this action and is not done. */
export function ownAttempt(ledger: Ledger | undefined, { run }: Progress): Ledger | undefined {
  return ledger?.Attempt.Run === run && (ledger.Attempt.Phase === 'Preparing' || ledger.Attempt.Phase === 'Prepared') ? ledger : undefined;
}

async function finish(
  delivery: StackDelivery, judge: Judge, ledger: Ledger, made: Made,
  look: StackLook,
): Promise<StackReport> {
  const { Attempt: attempt } = ledger;
  if (made.kind === 'empty') {
    // Nothing to do: the stack has this content. How it looked before the comparison is what a later comparison needs.
    await delivery.delivered(ledger, look.facts);
    return judge.report(attempt.Number, 'empty', []);
  }
  const { changes, refusal } = await judge.judge(made.changeSet, attempt.Hidden);
  if (refusal !== undefined) {
    await delivery.stack.delete(made.arn);
    await delivery.write(ledger, { ...attempt, Phase: 'Refused', Reason: refusal });
    throw new Error(refusal);
  }
  await delivery.write(ledger, { ...attempt, Phase: 'Prepared', ChangeSetArn: made.arn, StackId: made.changeSet.head.StackId });
  return judge.report(attempt.Number, 'changes', changes, { changeSetArn: made.arn });
}

/** What the rules of skipping read of the ledger. */
export function entryOf(ledger: Ledger | undefined) {
  const delivered = ledger?.Delivered;
  return ledger && {
    lastSucceeded: ledger.Attempt.Phase === 'Succeeded',
    ...(delivered === undefined ? {} : {
      delivered: {
        digest: delivered.Digest, stackId: delivered.StackId, status: delivered.Status, updated: delivered.Updated, outputsDigest: delivered.OutputsDigest,
      },
    }),
  };
}
