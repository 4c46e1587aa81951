import { releaseKey } from '../../src/contract/objects';
import { formatPromotion } from '../../src/core/promotion';
import { Release } from '../../src/core/release';
import { EnvironmentStore } from '../shared/environment-store';

/**
 * Fails for the promotion of a single build into something else than is live now. Its release was put together before the stage was entered; a rollback
 * may have come in between, which enters the stage at once. Deploying it would change the other components too.
 */
export async function assertStillLive(release: Release, environment: string, environments: EnvironmentStore): Promise<void> {
  const { promotion, baseline, solution } = release;
  if (promotion === undefined || !('component' in promotion)) {
    return;
  }
  const live = await environments.read(environment);
  const expected = [baseline?.pipelineExecutionId, release.pipelineExecutionId].flatMap((id) => (id === undefined ? [] : [releaseKey(solution, id)]));
  if (live === undefined || !expected.includes(live.Release)) {
    throw new Error(`${formatPromotion(promotion)} was to change one component of what was live in '${environment}', but something else is live there now: ${live?.Release ?? 'nothing'}.`
      + ' Nothing was deployed. Promote it again.');
  }
}
