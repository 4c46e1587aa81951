import { LiveFacts } from '../../src/core/notification/went-live';
import { parsePromotion, Promotion } from '../../src/core/promotion';
import { buildOf } from '../../src/core/release-assembly';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { ReleaseStore } from '../shared/release-store';

/** How many of an environment's latest releases are looked through for an execution's. */
const LOOKED_THROUGH = 25;

/** How many promotions of promotions are followed. */
const MAX_STEPS = 25;

export interface LiveFactsProps {
  readonly environments: EnvironmentStore;
  readonly releases: ReleaseStore;
}

export interface LivePair {
  readonly live: LiveFacts;
  readonly previous?: LiveFacts;
  readonly rolledBack: boolean;
}

/** What an execution brought live in an environment, and what was live there before. Nothing where it is not recorded. */
export async function livePair(environment: string, executionId: string, { environments, releases }: LiveFactsProps): Promise<LivePair | undefined> {
  const latest = await environments.latest(environment, LOOKED_THROUGH);
  const index = latest.findIndex(({ PipelineExecutionId }) => PipelineExecutionId === executionId);
  if (index < 0) {
    return undefined;
  }
  const facts = async (item: LiveRelease): Promise<LiveFacts | undefined> => {
    const release = await releases.get(item.Release);
    return release && {
      sequence: item.Sequence,
      key: item.Release,
      executionId: item.PipelineExecutionId,
      timestamp: item.Timestamp,
      release,
      ...(item.Promotion === undefined ? {} : { promotion: item.Promotion }),
    };
  };
  const own = latest[index];
  const before = latest.slice(index + 1).find(({ PipelineExecutionId }) => PipelineExecutionId !== executionId);
  const live = await facts(own);
  if (live === undefined) {
    return undefined;
  }
  const previous = before && await facts(before);
  return previous === undefined ? { live, rolledBack: false } : { live, previous, rolledBack: await isOlder(environment, live, previous, environments) };
}

/** Whether what is live now had been live before what it replaced. */
async function isOlder(environment: string, live: LiveFacts, previous: LiveFacts, environments: EnvironmentStore): Promise<boolean> {
  const promotion = promotionOf(live);
  if (promotion === undefined) {
    return false;
  }
  if ('component' in promotion) {
    return promotion.build < (buildOf(previous.release, promotion.component)?.buildNumber ?? 0);
  }
  const now = await origin(environment, live, environments);
  const before = await origin(environment, previous, environments);
  // A release of the environment before that never was live here is new to this one.
  return now < live.sequence && now < before && await environments.wentLive(environment, now) !== undefined;
}

/** The number under which a release went live here first, whatever brought it back since. */
async function origin(environment: string, { promotion, sequence }: LiveFacts, environments: EnvironmentStore): Promise<number> {
  let [number, text] = [sequence, promotion];
  for (let step = 0; step < MAX_STEPS; step++) {
    const promoted = promotionOf({ promotion: text });
    if (promoted === undefined || 'component' in promoted || promoted.release >= number) {
      return number;
    }
    const item = await environments.wentLive(environment, promoted.release);
    if (item === undefined) {
      return number;
    }
    [number, text] = [item.Sequence, item.Promotion];
  }
  return number;
}

function promotionOf({ promotion }: { readonly promotion?: string }): Promotion | undefined {
  return promotion === undefined ? undefined : parsePromotion(promotion);
}

