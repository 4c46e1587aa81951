import { ComponentDelivery, DeliveryLedger } from './component-delivery';
import { deliveryReport, preparedChanges, reportChanges, ReportingProps, unseen } from './report';
import { DeliveryReport } from '../../../src/contract/delivery';
import { Patience } from '../../shared/patience';
import { Progress } from '../continuation';

/** Longest wait for a delivery that another execution left running. */
const MAX_WAIT_MS = 3_600_000;

export interface DeliveryOptions {
  readonly patience: Patience;
  readonly now: Date;
  readonly progress: Progress;
}

/**
 * Finds out what a deployer would change, and has it judged. What comes out of it is the report that Deploy is bound to.
 * @returns the report; nothing where it takes longer than patience lasts
 * @throws Error where nothing may be delivered
 */
export async function prepareDelivery(delivery: ComponentDelivery, props: ReportingProps, options: DeliveryOptions): Promise<DeliveryReport | undefined> {
  const ledger = await settled(delivery, options);
  if (ledger === 'running') {
    return undefined;
  }
  const { run, values } = delivery.props;
  const attempt = ledger?.Attempt.Run === run ? ledger.Attempt : undefined;
  switch (attempt?.Phase) {
    // An earlier invocation of this action got as far, and other deliveries took longer.
    case 'Refused':
      throw new Error(attempt.Reason);
    case 'Succeeded':
      return deliveryReport(delivery, 'empty', []);
    case 'Prepared':
      return deliveryReport(delivery, 'changes', await preparedChanges(delivery, ledger!, props), { attempt: attempt.Number });
  }
  const decision = delivery.decide(ledger);
  switch (decision.kind) {
    case 'refuse':
      throw new Error(`${delivery.title} is refused, and nothing was delivered: ${decision.why}. Build the component from a newer commit, or let its deployer roll back otherwise.`);
    case 'keep':
      return deliveryReport(delivery, 'kept', [], { kept: decision.why });
    case 'skip':
      if (values !== undefined) {
        return deliveryReport(delivery, 'skipped', []);
      }
  }
  if (values === undefined) {
    return deliveryReport(delivery, 'deferred', unseen(delivery, 'outputs that it takes are not known yet'));
  }
  const reported = await reportChanges(delivery, ledger, props, options.patience);
  return reported && deliveryReport(delivery, reported.changes.length === 0 ? 'empty' : 'changes', reported.changes, { attempt: reported.ledger.Attempt.Number });
}

/** Waits until no attempt executes any more. `running`: patience ended. */
async function settled(delivery: ComponentDelivery, { patience, now, progress }: DeliveryOptions): Promise<DeliveryLedger | undefined | 'running'> {
  for (;;) {
    const ledger = await delivery.settle(await delivery.ledger());
    if (ledger?.Attempt.Phase !== 'Executing') {
      return ledger;
    }
    if (!await patience.wait()) {
      if (now.getTime() - Date.parse(progress.since) > MAX_WAIT_MS) {
        throw new Error(`${delivery.title} goes on for more than an hour, begun by execution ${ledger.Attempt.PipelineExecutionId}, which was given up. `
          + 'Retry the stage with all of its actions when it is done.');
      }
      return 'running';
    }
  }
}
