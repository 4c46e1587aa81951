import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ComponentDelivery, DeliveryLedger } from './component-delivery';
import { DeliveryPlace, DeliveryReport } from '../../../src/contract/delivery';
import { describeRefusal, refusedOf } from '../../../src/core/change-set/guard';
import { readDeliveryReport } from '../../../src/core/delivery/deployer/read-report';
import { changesOf, destructionsOf, ReportedChange } from '../../../src/core/delivery/deployer/reported-change';
import { terraformChanges } from '../../../src/core/delivery/deployer/terraform-plan';
import { stackPath } from '../../../src/core/delivery/place-report';
import { AllowanceStore } from '../../shared/allowance-store';
import { Logger } from '../../shared/logger';
import { Patience } from '../../shared/patience';

/** What reports are read and judged with. */
export interface ReportingProps {
  readonly place: DeliveryPlace;
  readonly pipeline: string;
  readonly s3: S3Client;
  readonly artifactBucket: string;
  readonly allowances: AllowanceStore;
  readonly logger: Logger;
}

/** Changes of a delivery of which nothing is reported. */
export function unseen({ props: { settings } }: ComponentDelivery, why: string): ReportedChange[] {
  return [{ path: settings.id, type: 'Delivery', effect: 'unseen', broadens: why, why }];
}

/**
 * Has a delivery's changes reported by the project, and judges them by the place's rules.
 * @returns the changes; none where there is nothing to do. Nothing: patience ended
 * @throws Error where the report fails, can't be read, or is refused
 */
export async function reportChanges(
  delivery: ComponentDelivery, last: DeliveryLedger | undefined, props: ReportingProps, patience: Patience,
): Promise<{ readonly ledger: DeliveryLedger; readonly changes: readonly ReportedChange[] } | undefined> {
  const { settings: { report } } = delivery.props;
  if (report === 'none') {
    return { ledger: await delivery.begin(last, 'Prepared'), changes: unseen(delivery, 'it reports no changes before it is delivered') };
  }
  const own = last?.Attempt.Run === delivery.props.run && last.Attempt.Phase === 'Preparing' && last.Attempt.Digest === delivery.digest ? last : undefined;
  const done = await delivery.step(own ?? await delivery.begin(last, 'Preparing'), 'report', patience);
  if (done === undefined) {
    return undefined;
  }
  const { ledger, outcome } = done;
  if (outcome.state === 'failed') {
    return refuse(delivery, ledger, `${delivery.title} was not prepared, and nothing was delivered: ${outcome.reason}`);
  }
  const changes = await readChanges(delivery, ledger, props);
  if (changes instanceof Error) {
    return refuse(delivery, ledger, `${delivery.title} was not prepared, and nothing was delivered: ${changes.message}`);
  }
  const refusal = await judge(delivery, changes, props);
  if (refusal !== undefined) {
    return refuse(delivery, ledger, refusal);
  }
  const { BuildId: _, ...attempt } = ledger.Attempt;
  return changes.length === 0 ? { ledger: await delivery.delivered(ledger), changes } : { ledger: await delivery.write(ledger, { ...attempt, Phase: 'Prepared' }), changes };
}

/** What the report of a prepared attempt says. */
export async function preparedChanges(delivery: ComponentDelivery, ledger: DeliveryLedger, props: ReportingProps): Promise<readonly ReportedChange[]> {
  if (delivery.props.settings.report === 'none') {
    return unseen(delivery, 'it reports no changes before it is delivered');
  }
  const changes = await readChanges(delivery, ledger, props);
  if (changes instanceof Error) {
    throw changes;
  }
  return changes;
}

/** What is reported of a delivery. */
export function deliveryReport(
  delivery: ComponentDelivery, outcome: DeliveryReport['outcome'], changes: readonly ReportedChange[], more: Partial<Pick<DeliveryReport, 'attempt' | 'kept'>> = {},
): DeliveryReport {
  const { settings: { id } } = delivery.props;
  return { id, attempt: 0, releasedDigest: delivery.releasedDigest, approvedDigest: delivery.releasedDigest, outcome, ...more, ...changesOf(changes) };
}

async function readChanges(
  delivery: ComponentDelivery, { Attempt: attempt }: DeliveryLedger, { s3, artifactBucket }: ReportingProps,
): Promise<ReportedChange[] | Error> {
  const key = delivery.reportKey(attempt);
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: artifactBucket, Key: key }));
    const text = await Body!.transformToString();
    return delivery.props.settings.report === 'terraform' ? terraformChanges(text) : readDeliveryReport(text);
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') {
      return new Error(`it stored no report under s3://${artifactBucket}/${key}`);
    }
    // What the report says is the user's to correct; that it can't be read now is not.
    return (error as { readonly $metadata?: object }).$metadata === undefined ? error as Error : Promise.reject(error as Error);
  }
}

async function judge(
  { title, props: { settings: { id }, commitId } }: ComponentDelivery,
  changes: readonly ReportedChange[],
  { place, pipeline, allowances, logger }: ReportingProps,
): Promise<string | undefined> {
  if (place.allowDestructiveChanges) {
    return undefined;
  }
  const named = destructionsOf(changes).map((destruction) => ({ ...destruction, path: stackPath(id, destruction.path) }));
  const refused = refusedOf(named, { types: place.allowTypes, logicalIds: bothNames(id, place.allowLogicalIds) });
  const remaining = refused.length === 0 ? []
    : refusedOf(refused, { types: [], logicalIds: bothNames(id, await allowances.logicalIds(place.environment, commitId)) });
  if (remaining.length === 0) {
    if (refused.length > 0) {
      logger.warn('Allowed for this release', { resources: refused.map(({ path }) => path) });
    }
    return undefined;
  }
  return describeRefusal({ environment: place.environment, stackName: '', delivery: title, commitId, pipeline, refused: remaining });
}

/** A change is known by its own name, and by the one with its delivery. */
function bothNames(id: string, names: readonly string[]): string[] {
  return names.flatMap((name) => [name, stackPath(id, name)]);
}

async function refuse(delivery: ComponentDelivery, ledger: DeliveryLedger, reason: string): Promise<never> {
  await delivery.write(ledger, { ...ledger.Attempt, Phase: 'Refused', Reason: reason });
  throw new Error(reason);
}
