import { BeginProps } from './begin-props';
import { dependencyBuilds } from './dependencies';
import { requirePlan, requireSameCatalogue } from '../lambda/shared/plan-store';
import { AgentDecision } from '../src/contract/agent';
import { fingerprint } from '../src/core/fingerprint';
import { Build } from '../src/core/release';

/** What becomes of the component, and the builds it depends on where its commands are to run. */
export type Begun = {
  readonly decision: AgentDecision;
  readonly dependencies: readonly Build[];
  /** Of what the build is to read, where it is to build. */
  readonly inputsDigest?: string;
};

/**
 * Decides what becomes of the component: unchanged, decided already, built before from the same, or to be built under a new number.
 * Whatever cannot be read or does not fit is an error: only a complete plan without a diff means "unchanged".
 */
export async function begin(props: BeginProps): Promise<Begun> {
  const { catalogue, component: { name, build: definition }, commitId, planId, plans, outcomes, builds } = props;
  // The diff before the marker: the plan was complete before this build started, so if it still stands after the diff was read, it stood then.
  const diff = await plans.diff(commitId, name);
  const marker = requirePlan(await plans.marker(commitId), commitId, planId);
  requireSameCatalogue(marker, catalogue);
  if (diff === undefined) {
    return skip(`unchanged since ${marker.BaselineCommitId}`);
  }
  if (diff.PlanId !== planId) {
    throw new Error(`The diff of component '${name}' is of plan ${diff.PlanId}, not of this execution's plan ${planId}. Start the pipeline again.`);
  }
  const decided = await outcomes.get(name);
  if (decided !== undefined) {
    return skip(`this execution has it already: build ${decided.build}`);
  }
  const dependencies = await dependencyBuilds(props, marker);
  const own = fingerprint({
    component: name,
    inputsDigest: diff.InputsDigest,
    definition: definition.digest,
    dependencies: dependencies.map((build) => ({ name: build.component, digest: build.artifactDigest ?? build.fingerprint })),
  });
  const existing = diff.Forced ? undefined : await builds.findByFingerprint(name, own);
  if (existing !== undefined) {
    await outcomes.decide({ component: name, outcome: 'Reused', build: existing.buildNumber }, { planId, commitId });
    return skip(`built before from the same: build ${existing.buildNumber} is reused`);
  }
  return { decision: { action: 'build', buildNumber: await builds.nextNumber(name), fingerprint: own }, dependencies, inputsDigest: diff.InputsDigest };
}

function skip(reason: string): Begun {
  return { decision: { action: 'skip', reason }, dependencies: [] };
}
