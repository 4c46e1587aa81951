import { PlanStore } from './plan-store';
import { PROMOTED } from '../../src/contract/events';
import { diffKey } from '../../src/contract/tables';
import { Reason } from '../../src/core/reasons';

/**
 * Why components were built, for people, as far as the commit's plan is still the one that the release was made by. A promotion has no plan of its own, and
 * the plan of a rollback may be gone: then there are no reasons.
 */
export async function planReasons(plans: PlanStore, commitId: string, planId: string): Promise<ReadonlyMap<string, readonly Reason[]>> {
  const marker = planId === PROMOTED ? undefined : await plans.marker(commitId);
  if (marker?.PlanId !== planId || marker.Status !== 'Complete') {
    return new Map();
  }
  const { diffs } = await plans.require(commitId, planId);
  return new Map(diffs.map(({ Component, Solution, Reasons }) => [Component.slice(diffKey(Solution, '').length), Reasons]));
}
