import { ComponentDelivery, DeliveryLedger } from './component-delivery';
import { execute, isExecuted } from './deploy';
import { DeliveryOptions } from './prepare';
import { DeliveryReport } from '../../../src/contract/delivery';

/** What this execution left waiting for its switch, or began to switch. */
export function ownLedger({ props: { executionId, build } }: ComponentDelivery, ledger: DeliveryLedger | undefined): DeliveryLedger | undefined {
  return ledger?.Attempt.PipelineExecutionId === executionId && ledger.Attempt.Build === build.buildNumber ? ledger : undefined;
}

/**
 * Switches to what Deploy left waiting.
 * @returns whether it is done; false where it takes longer than patience lasts
 * @throws Error where it fails, or nothing waits any more
 */
export async function switchDelivery(delivery: ComponentDelivery, report: DeliveryReport, options: DeliveryOptions): Promise<boolean> {
  if (!isExecuted(report)) {
    return true;
  }
  for (;;) {
    const own = ownLedger(delivery, await delivery.ledger());
    switch (own?.Attempt.Phase) {
      case 'Succeeded':
        return true;
      case 'Ready':
        await delivery.write(own, { ...own.Attempt, Phase: 'Executing', Step: 'switch', Run: delivery.props.run });
        break;
      case 'Executing':
        if (!await execute(delivery, own, options)) {
          return false;
        }
        break;
      default:
        throw new Error(`${own?.Attempt.Reason ?? `${delivery.title} does not wait for its switch.`} Retry the stage with all of its actions.`);
    }
  }
}
