import { continued, Progress } from './continuation';
import { Judge } from './judge';
import { Patience } from './patience';
import { StackLook } from './stack-client';
import { Made, StackDelivery } from './stack-delivery';
import { ChangeReport } from '../../src/contract/delivery';
import { whyDeliver } from '../../src/core/delivery/skipping';
import { Ledger } from '../shared/attempt-store';
import { Continuation } from '../shared/jobs';

/** Longest wait for an operation that others began on the stack. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Makes the change set of a stack and has it judged, or finds that none is needed. What comes out of it is the report that Deploy is bound to.
 * @returns the report, or what to be invoked again with
 */
export async function prepareStack(
  delivery: StackDelivery, judge: Judge, progress: Progress | undefined, { patience, now, mayAdopt }: PrepareOptions,
): Promise<ChangeReport | Continuation> {
  const since = progress?.since ?? now.toISOString();
  const wait = (attempt?: number) => continued({ since, ...(attempt === undefined ? {} : { attempt }) });
  const settled = await delivery.settled(patience);
  if (settled === undefined) {
    if (now.getTime() - Date.parse(since) > MAX_WAIT_MS) {
      throw new Error(`Stack ${delivery.delivery.address.stackName} is being updated for more than an hour, by an execution that was given up or by others. `
        + 'Retry the stage with all of its actions when it is done.');
    }
    return wait();
  }
  const { look } = settled;
  let { ledger } = settled;
  if (progress?.attempt === undefined || ledger?.Attempt.Number !== progress.attempt) {
    if (progress?.attempt !== undefined) {
      throw new Error(`Another attempt on stack ${delivery.delivery.address.stackName} began while this one was prepared. Retry the stage with all of its actions.`);
    }
    const why = whyDeliver(entryOf(ledger), delivery.delivery.digest, look.facts, delivery.delivery.late);
    if (why === undefined) {
      return judge.report(ledger!.Attempt.Number, 'skipped', []);
    }
    if (ledger === undefined && look.facts !== undefined && !await mayAdopt()) {
      throw new Error(`Stack ${delivery.delivery.address.stackName} exists, and this solution never delivered it. If it is to be taken over, give the environment `
        + '"adopt: true"; otherwise give it another stackName.');
    }
    ledger = await delivery.begin(ledger);
  }
  const result = await delivery.make(ledger, look.condition === 'absent', patience);
  if (result === undefined) {
    return wait((await delivery.ledger())!.Attempt.Number);
  }
  return finish(delivery, judge, result.ledger, result.made, look);
}

export interface PrepareOptions {
  readonly patience: Patience;
  readonly now: Date;
  /** Whether a stack that the ledger does not know may be taken over. */
  readonly mayAdopt: () => Promise<boolean>;
}

async function finish(
  delivery: StackDelivery, judge: Judge, ledger: Ledger, made: Made,
  look: StackLook,
): Promise<ChangeReport> {
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
  const report = await judge.report(attempt.Number, 'changes', changes, made.arn);
  await delivery.write(ledger, { ...attempt, Phase: 'Prepared', ChangeSetArn: made.arn, StackId: made.changeSet.head.StackId });
  return report;
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
