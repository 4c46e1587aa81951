import { ComponentDelivery, DeliveryLedger } from './component-delivery';
import { DeliveryOptions } from './prepare';
import { deliveryReport, reportChanges, ReportingProps } from './report';
import { DeliveryReport } from '../../../src/contract/delivery';
import { uncovered } from '../../../src/core/delivery/coverage';

/** A Lambda action lasts 24 hours at most: before that, the job ends with a message, and the delivery goes on. */
const MAX_EXECUTION_MS = 23 * 3_600_000;

/** How many differences a refusal names. */
const MAX_NAMED = 10;

/**
 * Delivers what was prepared: what the report covers, under an attempt of its own.
 * @returns whether it is done; false where it takes longer than patience lasts
 */
export async function deployDelivery(delivery: ComponentDelivery, report: DeliveryReport, props: ReportingProps, options: DeliveryOptions): Promise<boolean> {
  if (!isExecuted(report)) {
    return true;
  }
  const { run, executionId } = delivery.props;
  const { patience, now } = options;
  for (;;) {
    const ledger = await delivery.ledger();
    const attempt = ledger?.Attempt;
    const own = ledger !== undefined && attempt?.PipelineExecutionId === executionId && attempt.Digest === delivery.digest ? ledger : undefined;
    const phase = own?.Attempt.Phase;
    if (own !== undefined && phase === 'Executing') {
      if (!await execute(delivery, own, options)) {
        return false;
      }
    } else if (own?.Attempt.Run === run && (phase === 'Failed' || phase === 'Refused')) {
      throw new Error(own.Attempt.Reason);
    } else if (phase === 'Succeeded' || phase === 'Ready') {
      return true;
    } else if (own !== undefined && phase === 'Prepared') {
      await delivery.write(own, { ...own.Attempt, Phase: 'Executing', Run: run });
    } else {
      const last = await delivery.settle(ledger);
      if (last?.Attempt.Phase === 'Executing') {
        if (!await patience.wait()) {
          if (now.getTime() - Date.parse(last.Attempt.Timestamp) > MAX_EXECUTION_MS) {
            throw new Error(`${delivery.title} was begun by execution ${last.Attempt.PipelineExecutionId}, and goes on. Retry the failed action when it is done.`);
          }
          return false;
        }
      } else if (last !== undefined && delivery.decide(last).kind === 'skip') {
        return true;
      } else if (!await prepareAgain(delivery, report, last, props, options)) {
        return false;
      }
    }
  }
}

/** Whether Deploy has anything to do for it. */
export function isExecuted({ outcome }: DeliveryReport): boolean {
  return outcome === 'changes' || outcome === 'deferred';
}

/** Starts or follows the build of the attempt's step. False: patience ended. */
export async function execute(delivery: ComponentDelivery, ledger: DeliveryLedger, { patience, now }: DeliveryOptions): Promise<boolean> {
  const { run } = delivery.props;
  // Its failure is this action's: a retry adopts what an earlier job left running.
  const own = ledger.Attempt.Run === run ? ledger : await delivery.props.attempts.write(delivery.props.address, ledger, { ...ledger.Attempt, Run: run });
  const done = await delivery.step(own, own.Attempt.Step ?? 'deploy', patience);
  if (done === undefined) {
    if (now.getTime() - Date.parse(own.Attempt.Timestamp) > MAX_EXECUTION_MS) {
      throw new Error(`${delivery.title} takes more than 23 hours, and an action ends after 24. It goes on: retry the failed action when it is done.`);
    }
    return false;
  }
  if (done.outcome.state === 'succeeded') {
    await delivery.completed(done.ledger);
  } else {
    await delivery.write(done.ledger, { ...done.ledger.Attempt, Phase: 'Failed', Reason: `${delivery.title} failed: ${done.outcome.reason}` });
  }
  return true;
}

/** Reports again what is to change, and holds it against what was approved. False: patience ended. */
async function prepareAgain(
  delivery: ComponentDelivery, report: DeliveryReport, last: DeliveryLedger | undefined, props: ReportingProps, { patience }: DeliveryOptions,
): Promise<boolean> {
  const again = await reportChanges(delivery, last, props, patience);
  if (again === undefined) {
    return false;
  }
  const beyond = report.outcome === 'deferred' ? [] : uncovered(report, deliveryReport(delivery, 'changes', again.changes));
  if (beyond.length === 0) {
    return true;
  }
  const reason = [
    `${delivery.title} had to be prepared again, and would now do more than was judged and approved. Nothing was delivered:`,
    ...beyond.slice(0, MAX_NAMED).map((line) => `- ${line}`),
    ...(beyond.length > MAX_NAMED ? [`- and ${beyond.length - MAX_NAMED} more`] : []),
    'Retry the stage with all of its actions: it is judged, and asked for, again.',
  ].join('\n');
  await delivery.write(again.ledger, { ...again.ledger.Attempt, Phase: 'Refused', Reason: reason });
  throw new Error(reason);
}
