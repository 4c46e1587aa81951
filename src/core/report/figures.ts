import { median, secondsBetween } from './durations';
import { EnvironmentRecord, WentLive } from './environment-record';

/** DORA's four figures of one environment, over the last days. */
export interface DeliveryFigures {
  readonly environment: string;
  readonly days: number;
  /** Releases that went live, rollbacks not counted. */
  readonly deployments: number;
  readonly deploymentsPerWeek: number;
  /** Median of the seconds from the start of a release's execution until it was live; absent where no start is known. */
  readonly leadTime?: number;
  /** How many deployments it is the median of. */
  readonly leadTimesKnown: number;
  /** Releases that were rolled back. */
  readonly failures: number;
  /** Share of the deployments that were rolled back, from 0 to 1; absent where nothing was deployed. */
  readonly changeFailureRate?: number;
  /** Median of the seconds from a failed release's going live until its rollback was; absent where nothing was rolled back. */
  readonly timeToRestore?: number;
}

export interface FiguresInput {
  /** All environments, in the order of deployment. The figures are those of the last. */
  readonly environments: readonly EnvironmentRecord[];
  /** When executions started, ISO 8601, by their IDs: those that CodePipeline still knows. */
  readonly started: ReadonlyMap<string, string>;
  /** The end of the time that is looked at. */
  readonly now: string;
  /** Its length. */
  readonly days: number;
}

const DAYS_PER_WEEK = 7;
const SECONDS_PER_DAY = 86_400;

/**
 * DORA's four figures of the last environment, from the ledger alone.
 *
 * A rollback is a promotion of an older release over a newer one. Promotions of single builds are deployments: the ledger does not say which way they go.
 */
export function deliveryFigures({ environments, started, now, days }: FiguresInput): DeliveryFigures {
  const last = environments[environments.length - 1];
  const origins = originsOf(environments);
  const isRecent = ({ timestamp }: WentLive) => secondsBetween(timestamp, now) <= days * SECONDS_PER_DAY;
  const restored: number[] = [];
  const leadTimes: number[] = [];
  let deployments = 0;
  last.history.forEach((entry, index) => {
    if (!isRecent(entry)) {
      return;
    }
    const previous = index > 0 ? last.history[index - 1] : undefined;
    const origin = origins(last.name, entry);
    if (previous !== undefined && isOlder(origin, origins(last.name, previous))) {
      restored.push(secondsBetween(previous.timestamp, entry.timestamp));
      return;
    }
    deployments += 1;
    const start = origin && started.get(origin.executionId);
    if (start !== undefined) {
      leadTimes.push(secondsBetween(start, entry.timestamp));
    }
  });
  const leadTime = median(leadTimes);
  const timeToRestore = median(restored);
  return {
    environment: last.name,
    days,
    deployments,
    deploymentsPerWeek: deployments * DAYS_PER_WEEK / days,
    ...(leadTime === undefined ? {} : { leadTime }),
    leadTimesKnown: leadTimes.length,
    failures: restored.length,
    ...(deployments === 0 ? {} : { changeFailureRate: Math.min(1, restored.length / deployments) }),
    ...(timeToRestore === undefined ? {} : { timeToRestore }),
  };
}

function isOlder(origin: WentLive | undefined, than: WentLive | undefined): boolean {
  return origin !== undefined && than !== undefined && origin.sequence < than.sequence;
}

/** What was deployed of its commit first, and came here by promotions; nothing where single builds were exchanged, or where the ledger lacks a step. */
function originsOf(environments: readonly EnvironmentRecord[]): (environment: string, entry: WentLive) => WentLive | undefined {
  const index = new Map(environments.map(({ name }, place) => [name, place]));
  const bySequence = environments.map(({ history }) => new Map(history.map((entry) => [entry.sequence, entry])));
  return (environment, entry) => {
    let place = index.get(environment)!;
    let found: WentLive = entry;
    while (found.promotion !== undefined) {
      if (!('release' in found.promotion)) {
        return undefined;
      }
      const { release } = found.promotion;
      // A promotion names a release that was made before it: every step leads to a smaller number, so this ends.
      const own = release < found.sequence ? bySequence[place].get(release) : undefined;
      const before = own === undefined && place > 0 && release < found.sequence ? bySequence[place - 1].get(release) : undefined;
      const next = own ?? before;
      if (next === undefined) {
        return undefined;
      }
      place = own === undefined ? place - 1 : place;
      found = next;
    }
    return found;
  };
}
