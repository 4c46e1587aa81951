import { diffKey } from '../../src/contract/tables';
import { Catalogue, withoutDefinitions } from '../../src/core/catalogue';
import { Build, Release } from '../../src/core/release';
import { assembleRelease } from '../../src/core/release-assembly';
import { BuildStore } from '../shared/build-store';
import { OutcomeStore } from '../shared/outcome-store';
import { PlanStore, requireSameCatalogue } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';

export interface ReleaseRequest {
  readonly commitId: string;
  readonly planId: string;
  readonly pipelineExecutionId: string;
  readonly sequence: number;
}

export interface CollectProps {
  readonly solution: string;
  readonly catalogue: Catalogue;
  readonly plans: PlanStore;
  readonly outcomes: OutcomeStore;
  readonly builds: BuildStore;
  readonly releases: ReleaseStore;
  readonly now: Date;
}

/** Gathers what the execution decided for each changed component, and the plan's baseline for all others. */
export async function collectRelease(request: ReleaseRequest, props: CollectProps): Promise<Release> {
  const { solution, catalogue, plans, outcomes, builds, releases, now } = props;
  const { marker, diffs } = await plans.require(request.commitId, request.planId);
  requireSameCatalogue(marker, catalogue);
  const changed = diffs.map(({ Component }) => Component.slice(diffKey(solution, '').length));
  const decided = await outcomes.getAll(changed);
  const built = await builds.getAll(decided.map(({ component, build }) => ({ component, buildNumber: build })));
  const release = assembleRelease({
    ...request,
    solution,
    catalogue,
    timestamp: now.toISOString(),
    changed,
    builds: new Map(built.map((build): [string, Build] => [build.component, build])),
    baseline: await releases.baseline(marker.BaselineRelease),
  });
  return { ...release, catalogue: withoutDefinitions(catalogue) };
}
