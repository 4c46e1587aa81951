import { Progress } from './continuation';
import { Judge } from './judge';
import { entryOf } from './prepare';
import { StackLook } from './stack-client';
import { operationOf, Settled, StackDelivery } from './stack-delivery';
import { StackReport } from '../../src/contract/delivery';
import { uncovered } from '../../src/core/delivery/coverage';
import { whyDeliver } from '../../src/core/delivery/skipping';
import { Ledger } from '../shared/attempt-store';
import { Patience } from '../shared/patience';

/** A Lambda action lasts 24 hours at most: before that, the job ends with a message, and the stack goes on. */
const MAX_EXECUTION_MS = 23 * 3_600_000;

/** How many differences a refusal names. */
const MAX_NAMED = 10;

export interface DeployOptions {
  readonly patience: Patience;
  readonly now: Date;
  readonly progress: Progress;
}

/** Change sets that one invocation makes again before it gives up: others delete or replace them as fast. */
const MAX_MADE_AGAIN = 3;

/**
 * Brings the prepared content to a stack: executes what the report covers, by ARN and token, and follows the events of that token to their end.
 * @returns the stack as it is then; nothing where it takes longer than patience lasts
 */
export async function deployStack(
  delivery: StackDelivery, judge: Judge, report: StackReport, { patience, now, progress: { run } }: DeployOptions,
): Promise<StackLook | undefined> {
  const { address: { stackName }, executionId, digest, late } = delivery.delivery;
  for (let madeAgain = 0; ;) {
    const ledger = await delivery.ledger();
    const attempt = ledger?.Attempt;
    const own = attempt?.PipelineExecutionId === executionId && attempt.Digest === digest ? attempt : undefined;
    if (ledger !== undefined && own?.Phase === 'Executing') {
      if (own.Run !== run) {
        // Its failure is this action's: a retry adopts what an earlier job left running.
        await delivery.write(ledger, { ...own, Run: run }, undefined, own.Timestamp);
      } else if (!await hasEnded(delivery, ledger)) {
        if (now.getTime() - Date.parse(own.Timestamp) > MAX_EXECUTION_MS) {
          throw new Error(`Stack ${stackName} is still being updated after 23 hours, and an action ends after 24. The update goes on: retry the failed action when it is done.`);
        }
        if (!await patience.wait()) {
          return undefined;
        }
      }
    } else if (own?.Phase === 'Failed' && own.Run === run) {
      throw new Error(`Stack ${stackName} was not deployed: ${own.Reason}`);
    } else if (own?.Phase === 'Refused' && own.Run === run) {
      throw new Error(own.Reason);
    } else if (ledger !== undefined && own?.Phase === 'Prepared' && isCovered(own.Number, report) && await delivery.isAvailable(own)) {
      // An approval may have taken days, and what cleans up buckets knows nothing of change sets.
      if (!await delivery.publish()) {
        return undefined;
      }
      await execute(delivery, ledger, run);
    } else {
      const settled = await delivery.settled(patience);
      if (settled === undefined) {
        return undefined;
      }
      // Of a stack that was not looked at before its turn, it is not known yet whether what is resolved late is another.
      const open = report.outcome === 'deferred' && !(own?.Phase === 'Succeeded') ? late : [];
      if (whyDeliver(entryOf(settled.ledger), digest, settled.look.facts, open) === undefined) {
        return settled.look;
      }
      if (++madeAgain > MAX_MADE_AGAIN) {
        throw new Error(`The change set of stack ${stackName} disappears before it can be executed. Find out who deletes it or updates the stack, then retry the failed action.`);
      }
      if (!await makeAgain(delivery, judge, report, settled, patience)) {
        return undefined;
      }
    }
  }
}

/** Whether an attempt's change set was held against the report: it is the one that was reported, or was made again since. */
function isCovered(attempt: number, report: StackReport): boolean {
  return attempt > report.attempt || report.outcome === 'changes' && attempt === report.attempt;
}

/** Makes the change set of the prepared content, and holds it against the report. False: patience ended. */
async function makeAgain(
  delivery: StackDelivery, judge: Judge, report: StackReport, { ledger, look }: Settled, patience: Patience,
): Promise<boolean> {
  const { executionId, digest } = delivery.delivery;
  const attempt = ledger?.Attempt;
  const isUnderWay = attempt?.Phase === 'Preparing' && attempt.PipelineExecutionId === executionId && attempt.Digest === digest;
  const result = await delivery.make(isUnderWay ? ledger! : await delivery.begin(ledger), look.condition === 'absent', patience);
  if (result === undefined) {
    return false;
  }
  if (result.made.kind === 'empty') {
    await delivery.delivered(result.ledger, look.facts);
    return true;
  }
  const { changeSet, arn } = result.made;
  const { changes } = await judge.judge(changeSet, result.ledger.Attempt.Hidden);
  await requireCovered(delivery, judge, report, result.ledger, changes, arn);
  await delivery.write(result.ledger, { ...result.ledger.Attempt, Phase: 'Prepared', ChangeSetArn: arn, StackId: changeSet.head.StackId });
  return true;
}

/** Whether the attempt's operation has ended; what became of it is in the ledger then. One that was not asked for yet is asked for. */
async function hasEnded(delivery: StackDelivery, ledger: Ledger): Promise<boolean> {
  const { Attempt: attempt } = ledger;
  const outcome = await delivery.stack.outcome(operationOf(attempt));
  if (outcome.state === 'running') {
    return false;
  }
  if (outcome.state === 'none') {
    // Written and not asked for, as a worker ended in between; or asked for, and no event shows yet. Asking again with the token changes nothing.
    return await delivery.stack.execute(attempt.ChangeSetArn!, attempt.Token) === 'refused' && await isLost(delivery, ledger);
  }
  await delivery.settle(ledger);
  return true;
}

/** A change set that can't be executed, and whose token no event carries: it was deleted, or others executed it. */
async function isLost(delivery: StackDelivery, ledger: Ledger): Promise<boolean> {
  const outcome = await delivery.stack.outcome(operationOf(ledger.Attempt));
  if (outcome.state !== 'none') {
    return false;
  }
  await delivery.settle(ledger);
  return true;
}

async function execute(delivery: StackDelivery, ledger: Ledger, run: string): Promise<void> {
  const { Attempt: attempt } = ledger;
  await delivery.write(ledger, { ...attempt, Phase: 'Executing', Run: run });
  await delivery.stack.execute(attempt.ChangeSetArn!, attempt.Token);
}

async function requireCovered(
  delivery: StackDelivery, judge: Judge, report: StackReport, ledger: Ledger, changes: Parameters<Judge['summary']>[0], arn: string,
): Promise<void> {
  const beyond = uncovered(report, judge.summary(changes));
  if (beyond.length === 0) {
    return;
  }
  await delivery.stack.delete(arn);
  const reason = [
    `The change set of stack ${delivery.delivery.address.stackName} ${report.outcome === 'deferred' ? 'could be made only now' : 'had to be made again'}, and would now do more than was judged and approved. `
      + 'It was deleted, and nothing was deployed to the stack:',
    ...beyond.slice(0, MAX_NAMED).map((line) => `- ${line}`),
    ...(beyond.length > MAX_NAMED ? [`- and ${beyond.length - MAX_NAMED} more`] : []),
    'Retry the stage with all of its actions: it is judged, and asked for, again.',
  ].join('\n');
  await delivery.write(ledger, { ...ledger.Attempt, Phase: 'Refused', Reason: reason });
  throw new Error(reason);
}
