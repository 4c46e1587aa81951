import { parsePromotion } from '../../src/core/promotion';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';

export interface TaggedReleasesProps {
  /** The environment before the one that takes tags. */
  readonly environment: string;
  readonly environments: Pick<EnvironmentStore, 'history'>;
  readonly releases: Pick<ReleaseStore, 'get'>;
  readonly plans: Pick<PlanStore, 'marker'>;
}

/**
 * The newest release of each commit that was live in an environment, by its number there. A release into which single builds were promoted is none of its
 * commit. A commit of which nothing differed from its baseline has the baseline's.
 */
export async function taggedReleases(commitIds: readonly string[], props: TaggedReleasesProps): Promise<ReadonlyMap<string, number>> {
  const newest = (await props.environments.history(props.environment)).reverse();
  const found = new Map<string, number>();
  for (const commitId of commitIds) {
    const release = await releaseOf(commitId, newest, props) ?? await baselineOf(commitId, newest, props);
    if (release !== undefined) {
      found.set(commitId, release);
    }
  }
  return found;
}

async function releaseOf(commitId: string, newest: readonly LiveRelease[], { releases }: TaggedReleasesProps): Promise<number | undefined> {
  for (const { CommitId, Promotion, Release, Sequence } of newest) {
    const isWhole = CommitId === commitId && (Promotion === undefined || 'release' in parsePromotion(Promotion)!);
    const release = isWhole ? await releases.get(Release) : undefined;
    if (release !== undefined && release.pinned === undefined) {
      return Sequence;
    }
  }
  return undefined;
}

async function baselineOf(commitId: string, newest: readonly LiveRelease[], props: TaggedReleasesProps): Promise<number | undefined> {
  const { Status, Changed, BaselineCommitId: baseline, BaselineRelease: key } = await props.plans.marker(commitId) ?? {};
  if (Status !== 'Complete' || Changed !== 0 || baseline === undefined || key === undefined) {
    return undefined;
  }
  const release = await props.releases.get(key);
  return release === undefined || release.pinned !== undefined ? undefined : releaseOf(baseline, newest, props);
}
