import { Catalogue } from './catalogue';
import { Build, Release } from './release';

/** A release cannot be complete, or a build's location does not have what a parameter is to receive. */
export class ReleaseError extends Error {
  public readonly name = 'ReleaseError';
}

export interface ReleaseInput {
  readonly catalogue: Pick<Catalogue, 'components'>;
  readonly solution: string;
  readonly commitId: string;
  readonly planId: string;
  readonly sequence: number;
  readonly pipelineExecutionId: string;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  /** Names of the components that the plan calls changed. */
  readonly changed: Iterable<string>;
  /** The builds that this execution made or reused, by component. */
  readonly builds: ReadonlyMap<string, Build>;
  /** The release that the plan was compared with; absent where nothing was ever released. */
  readonly baseline?: Release;
}

/**
 * Puts a release together: changed components from this execution's builds, all others from the baseline's release and from nowhere else.
 *
 * @throws ReleaseError that names every component without a build
 */
export function assembleRelease(input: ReleaseInput): Release {
  const { baseline } = input;
  if (baseline && baseline.solution !== input.solution) {
    throw new ReleaseError(`The baseline is a release of solution ${JSON.stringify(baseline.solution)}, not of ${JSON.stringify(input.solution)}: `
      + 'give each solution its own releases.');
  }
  const changed = new Set(input.changed);
  const names = input.catalogue.components.map(({ name }) => name).sort();
  const problems = [...changed].filter((name) => !names.includes(name))
    .map((name) => `${JSON.stringify(name)} changed according to the plan, but the catalogue has no such component`);
  const components: [string, Build][] = [];
  for (const name of names) {
    const build = changed.has(name) ? input.builds.get(name) : baseline && buildOf(baseline, name);
    if (!build) {
      problems.push(missing(name, changed.has(name), baseline));
    } else if (build.component !== name) {
      problems.push(`${JSON.stringify(name)} was given a build of ${JSON.stringify(build.component)}`);
    } else {
      components.push([name, build]);
    }
  }
  if (problems.length > 0) {
    throw new ReleaseError(`The release of commit ${input.commitId} would not be complete:\n- ${problems.join('\n- ')}\n`
      + 'Let the pipeline plan and build the commit again; nothing was deployed.');
  }
  return {
    version: 1,
    solution: input.solution,
    commitId: input.commitId,
    planId: input.planId,
    sequence: input.sequence,
    pipelineExecutionId: input.pipelineExecutionId,
    timestamp: input.timestamp,
    ...(baseline ? { baseline: { commitId: baseline.commitId, pipelineExecutionId: baseline.pipelineExecutionId } } : {}),
    components: Object.fromEntries(components),
  };
}

/** A component's build in a release; `undefined` where the release has none. */
export function buildOf(release: Release, component: string): Build | undefined {
  return Object.hasOwn(release.components, component) ? release.components[component] : undefined;
}

/** The builds of a release that another does not have: what a deployment of the one over the other changes. Sorted by component. */
export function changedBuilds(release: Release, previous: Release | undefined): Build[] {
  return Object.keys(release.components).sort()
    .map((name) => release.components[name])
    .filter((build) => !previous || buildOf(previous, build.component)?.buildNumber !== build.buildNumber);
}

/** A release as a table for people: component, build, where it came from, and whether it is new. */
export function describeRelease(release: Release, previous?: Release): string {
  const fresh = new Set(changedBuilds(release, previous).map(({ component }) => component));
  const rows = Object.keys(release.components).sort().map((name) => {
    const build = release.components[name];
    return [fresh.has(name) ? '*' : '', name, `#${build.buildNumber}`, build.commitId.slice(0, 8), build.location || '(no artifact)'];
  });
  const table = [['', 'component', 'build', 'commit', 'location'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  return [`Release ${release.sequence} of ${release.solution}: commit ${release.commitId}`, ...lines, ''].join('\n');
}

function missing(name: string, changed: boolean, baseline: Release | undefined): string {
  if (changed) {
    return `${JSON.stringify(name)} changed, but this execution has no build of it`;
  }
  return baseline
    ? `${JSON.stringify(name)} is unchanged, but the baseline (commit ${baseline.commitId}) has no build of it`
    : `${JSON.stringify(name)} is unchanged, but there is no baseline to take its build from`;
}
