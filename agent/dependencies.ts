import { BeginProps } from './begin-props';
import { PlanMarkerItem } from '../src/contract/tables';
import { ComponentGraph } from '../src/core/graph';
import { Build } from '../src/core/release';
import { buildOf } from '../src/core/release-assembly';

/**
 * The builds of all that a component's build may read: those that this execution made or reused where the plan calls them changed,
 * those of the plan's baseline otherwise.
 */
export async function dependencyBuilds(props: BeginProps, marker: PlanMarkerItem): Promise<Build[]> {
  const { catalogue, component, commitId, planId, plans, outcomes, builds } = props;
  const names = ComponentGraph.of(catalogue).buildDependencies(component.name);
  const diffs = await plans.diffs(commitId, names);
  if (diffs.some(({ PlanId }) => PlanId !== planId)) {
    throw new Error(`Commit ${commitId} was planned again while component '${component.name}' was about to be built. Start the pipeline again.`);
  }
  const changedKeys = new Set(diffs.map(({ Component }) => Component));
  const changed = names.filter((name) => changedKeys.has(plans.diffKey(name)));
  const decided = await outcomes.getAll(changed);
  const made = await builds.getAll(decided.map(({ component: name, build }) => ({ component: name, buildNumber: build })));
  const found = new Map(made.map((build): [string, Build] => [build.component, build]));
  const unchanged = names.filter((name) => !changed.includes(name));
  const baseline = unchanged.length === 0 ? undefined : await props.releases.baseline(marker.BaselineRelease);
  for (const name of unchanged) {
    const build = baseline && buildOf(baseline, name);
    if (build !== undefined) {
      found.set(name, build);
    }
  }
  return names.map((name) => found.get(name) ?? missing(component.name, name, changed.includes(name)));
}

function missing(component: string, dependency: string, changed: boolean): never {
  throw new Error(changed
    ? `Component '${component}' depends on '${dependency}', which changed, but this execution has no build of it. In the pipeline '${dependency}' has to be built first.`
    : `Component '${component}' depends on '${dependency}', which is unchanged, but the plan's baseline has no build of it. Start the pipeline again with '${dependency}' forced.`);
}
