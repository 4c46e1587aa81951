import { catalogueChanges } from './catalogue-changes';
import { foundChanges } from './found-changes';
import { openPipeline } from './operation';
import { Catalogue } from '../../src/core/catalogue';
import { Comparison } from '../../src/core/comparison';
import { makePlan, Plan } from '../../src/core/plan';
import { Release } from '../../src/core/release';
import { WentLive } from '../../src/core/report/environment-record';
import { CommandContext, OptionValues, textOption } from '../command';
import { catalogueOfOptions, planDifferences } from '../commands/comparison';
import { InputError, UsageError } from '../errors';
import { readDifferencesInClone } from '../git/differences';
import { explainFailure, resolveCommits } from '../git/revisions';
import { Clone } from '../git/run';

/** What the release of a commit would build, against what is live. */
export interface LivePlan {
  readonly solution: string;
  /** The first environment: what is live there is what plans are compared with. */
  readonly environment: string;
  readonly live?: WentLive;
  readonly head: string;
  readonly catalogue: Catalogue;
  readonly plan: Plan;
  /** What the plan assumes, and in what its catalogue differs from the deployed one. */
  readonly notes: readonly string[];
}

/**
 * Plans a commit of a repository on this machine as the pipeline would after a merge: against the release that is live in the first environment, by the
 * catalogue that the options name or else by the one that was deployed. What cannot be compared counts as changed.
 *
 * @throws InputError where the head is not there, or there is no catalogue
 */
export async function planAgainstLive(values: OptionValues, context: CommandContext): Promise<LivePlan> {
  for (const name of ['base', 'changes']) {
    if (values[name] !== undefined) {
      throw new UsageError(`--pipeline compares with what is live: leave --${name} out.`);
    }
  }
  const { pipeline, records } = await openPipeline(values);
  const environment = pipeline.environments[0]!;
  const { live } = await records.environment(environment);
  const release = live && await records.release(live.key);
  const given = ['catalogue', 'app'].some((name) => values[name] !== undefined);
  const catalogue = given ? catalogueOfOptions(values) : deployedCatalogue(release, environment);
  const repository = { folder: textOption(values, 'repo') ?? '.', environment: context.environment };
  const revision = textOption(values, 'head') ?? 'HEAD';
  const [head] = await resolveCommits(repository, [revision]) ?? [];
  if (head === undefined) {
    throw await explainFailure(repository, [revision], '');
  }
  const common = { solution: pipeline.solution, environment, ...(live && { live }), head, catalogue };
  if (live === undefined || release === undefined) {
    const comparison: Comparison = live === undefined ? { kind: 'no-baseline' } : { kind: 'unreadable', detail: `the release that is live, ${live.key}, is not in the artifact bucket` };
    return { ...common, plan: makePlan({ catalogue, head, comparison }), notes: [] };
  }
  const notes = given ? release.catalogue === undefined ? [] : catalogueChanges(release.catalogue, catalogue)
    : ['Judged by the catalogue that was deployed: a component that is new is seen as files that no component owns.', ...foundChanges(catalogue, head, repository)];
  try {
    return { ...common, notes, plan: await compared(release, catalogue, head, repository, context) };
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return {
      ...common, notes, plan: makePlan({ catalogue, head, comparison: { kind: 'unreadable', detail: `commit ${release.commitId}, which is live, cannot be compared. ${error.message}` } }),
    };
  }
}

function deployedCatalogue(release: Release | undefined, environment: string): Catalogue {
  if (release?.catalogue === undefined) {
    throw new InputError(release === undefined
      ? `Nothing is live in '${environment}' whose catalogue could be taken: pass --catalogue or --app.`
      : `The release that is live in '${environment}' is of an earlier version, and does not hold its catalogue: pass --catalogue or --app.`);
  }
  return release.catalogue;
}

async function compared(release: Release, catalogue: Catalogue, head: string, repository: Clone, context: CommandContext): Promise<Plan> {
  const pinned = new Set(release.pinned);
  const components = new Map(Object.entries(release.components).map(([name, { definition }]) => [name, { definition, pinned: pinned.has(name) }]));
  const differences = await readDifferencesInClone(repository, release.commitId, head);
  return planDifferences(catalogue, differences, repository, context, { components, ...(release.catalogue && { catalogue: release.catalogue }) });
}
