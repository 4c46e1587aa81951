import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineDescription } from './pipeline';
import { partlyDelivered } from '../../lambda/shared/stage-attempt-store';
import { DeliveredBuildRecord, StackItem, StageAttemptItem } from '../../src/contract/ledger';
import { DEPLOYMENTS_TABLE_KEYS, NOT_A_BUILD, stackKey } from '../../src/contract/tables';
import { deliveryName, describeDelivered, isDelivery } from '../../src/core/delivery/deployer/names';
import { describePartly, PartlyDelivered } from '../../src/core/delivery/skipping';
import { componentId } from '../../src/core/names';

/** What a place has of one stack, or of another delivery, whose name begins with `@`. */
export interface StackState {
  readonly place: string;
  readonly stack: string;
  /** The commit whose release brought its content; null where none did. */
  readonly commit: string | null;
  readonly since: string | null;
  /** Number of the component's build, where it is no stack. */
  readonly build?: number;
  /** What became of the last attempt on it, and why it failed, if it did. */
  readonly last: string | null;
  readonly reason: string | null;
}

/** What the places of an environment have, stack by stack. */
export interface PlaceStates {
  readonly stacks: readonly StackState[];
  /** Places where an execution began to deliver, and whose release was not recorded. */
  readonly unfinished: readonly string[];
  /** Places in which a delivery failed between stacks, and none succeeded since. */
  readonly partly: readonly ({ readonly place: string } & PartlyDelivered)[];
  /** Stacks that earlier releases brought and the last one did not. They stay until someone deletes them. */
  readonly leftBehind: readonly { readonly place: string; readonly stack: string }[];
}

/** Reads what was delivered to an environment's places. */
export async function readPlaces(dynamoDb: DynamoDBDocumentClient, pipeline: PipelineDescription, environment: string): Promise<PlaceStates> {
  const read = async <T>(place: string, stack: string): Promise<T | undefined> => {
    const { Item } = await dynamoDb.send(new GetCommand({
      TableName: pipeline.deploymentsTable,
      Key: { [DEPLOYMENTS_TABLE_KEYS.partition]: stackKey(pipeline.solution, environment, place, stack), [DEPLOYMENTS_TABLE_KEYS.sort]: NOT_A_BUILD },
      ConsistentRead: true,
    }));
    return Item as T | undefined;
  };
  const places = pipeline.places[environment] ?? [environment];
  const attempts = await Promise.all(places.map(async (place) => ({ place, attempt: await read<StageAttemptItem>(place, '') })));
  const stacks = await Promise.all(attempts.flatMap(({ place, attempt }) => (attempt?.Stacks ?? []).map(async (stack): Promise<StackState> => {
    const item = await read<Omit<StackItem, 'Delivered'> & { readonly Delivered?: Pick<DeliveredBuildRecord, 'CommitId' | 'Timestamp'> & Partial<DeliveredBuildRecord> }>(place, stack);
    return {
      place,
      stack,
      commit: item?.Delivered?.CommitId ?? null,
      since: item?.Delivered?.Timestamp ?? null,
      ...(item?.Delivered?.Build === undefined ? {} : { build: item.Delivered.Build }),
      last: item?.Attempt.Phase ?? null,
      reason: item?.Attempt.Reason ?? null,
    };
  })));
  return {
    stacks,
    unfinished: attempts.filter(({ attempt }) => attempt?.Phase === 'Started').map(({ place }) => place),
    partly: attempts.flatMap(({ place, attempt }) => (attempt?.Partly === undefined ? [] : [{ place, ...partlyDelivered(attempt.Partly) }])),
    leftBehind: attempts.flatMap(({ place, attempt }) => (attempt?.LeftBehind ?? []).map((stack) => ({ place, stack }))),
  };
}

/** The same in lines, as far as it says more than the release: several stacks, some that failed, or some that were left behind. */
export function placeLines(
  { stacks, unfinished, partly, leftBehind }: PlaceStates, builds: ReadonlyMap<string, { readonly build: number }> = new Map(),
): string[] {
  const shown = stacks.filter(({ place, last }) => stacks.filter((other) => other.place === place).length > 1 || last !== 'Succeeded' || unfinished.includes(place));
  return [
    ...unfinished.map((place) => `${place}: the last release to come here was not recorded: gates, or stacks, failed or go on`),
    ...partly.map(({ place, ...one }) => `${place}: ${describePartly(one)}`),
    ...shown.map(({ place, stack, commit, since, last, reason }) => (
      `${place}: ${describeDelivered(stack)}: ${commit === null ? 'nothing was delivered' : `commit ${commit.slice(0, 12)}, since ${since}`}`
      + (last === null || last === 'Succeeded' ? '' : `; the last attempt is ${last}${reason === null ? '' : `: ${reason.split('\n')[0]}`}`))),
    ...keptBuilds(stacks, builds),
    ...leftBehind.map(({ place, stack }) => `${place}: ${describeDelivered(stack)} left the release and stays${isDelivery(stack) ? '' : '; the command delete-stack deletes it'}`),
  ];
}

/** Deliveries of which another build than the release's is in the place, as their deployer rolls nothing back. */
function keptBuilds(stacks: readonly StackState[], builds: ReadonlyMap<string, { readonly build: number }>): string[] {
  return [...builds].flatMap(([component, { build: released }]) => stacks
    .filter(({ stack, build }) => stack === deliveryName(componentId(component)) && build !== undefined && build !== released)
    .map(({ place, build }) => `${place}: component ${component} stays at build ${build}, and the release has build ${released}: its deployer does not roll back`));
}
