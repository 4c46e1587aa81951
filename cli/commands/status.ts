import { BuildNumber } from '../../src/core/promoted-release';
import { formatPromotion } from '../../src/core/promotion';
import { Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';
import { WentLive } from '../../src/core/report/environment-record';
import { describeUndeclared, Undeclared } from '../../src/core/undeclared';
import { Command, EXIT } from '../command';
import { heldText } from '../operations/held';
import { Operation, openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS } from '../operations/operation';
import { placeLines, PlaceStates } from '../operations/place-stacks';
import { RecordedBuild } from '../operations/records';
import { formatTable } from '../table';

export const status: Command = {
  usage: '--pipeline NAME [--json]',
  summary: 'Prints which build of each component is live where, of which commit and since when.',
  help: `Options:
${PIPELINE_HELP}  --json            print it as JSON

Examples:
  cdk-modular-pipeline status --pipeline shop
`,
  options: { ...PIPELINE_OPTIONS, json: { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, context) {
    const operation = await openPipeline(values);
    const [environments, promoted] = await Promise.all([readStatus(operation), operation.client.promotedLast(operation.pipeline.apart)]);
    context.out(values.json === true ? `${JSON.stringify(asJson(environments, promoted), undefined, 2)}\n` : asText(environments, promoted));
    return EXIT.done;
  },
};

interface EnvironmentStatus {
  readonly name: string;
  readonly live?: WentLive;
  /** What of the release does not reach its template; absent where no one knows. */
  readonly undeclared?: Undeclared;
  readonly places: PlaceStates;
  /** Builds by component. */
  readonly builds: ReadonlyMap<string, { readonly build: number; readonly commit: string; readonly since: string | null }>;
}

async function readStatus({ pipeline, records }: Operation): Promise<EnvironmentStatus[]> {
  return Promise.all(pipeline.environments.map(async (name) => {
    const { live } = await records.environment(name);
    const release = live && await records.release(live.key);
    const undeclared = live && await records.undeclared(live.key);
    const builds = release ? buildsOf(name, release, await records.builds(idsOf(release))) : new Map();
    return { name, ...(live ? { live } : {}), ...(undeclared ? { undeclared } : {}), places: await records.places(name), builds };
  }));
}

function idsOf({ components }: Release): BuildNumber[] {
  return Object.values(components).map(({ component, buildNumber }) => ({ component, buildNumber }));
}

function buildsOf(environment: string, release: Release, recorded: readonly RecordedBuild[]): EnvironmentStatus['builds'] {
  const since = new Map(recorded.map(({ build: { component }, since: times }) => [component, times.get(environment)]));
  return new Map(Object.keys(release.components).map((component) => {
    const { buildNumber, commitId } = buildOf(release, component)!;
    return [component, { build: buildNumber, commit: commitId, since: since.get(component) ?? null }];
  }));
}

function componentsOf(environments: readonly EnvironmentStatus[]): string[] {
  return [...new Set(environments.flatMap(({ builds }) => [...builds.keys()]))].sort();
}

function asJson(environments: readonly EnvironmentStatus[], promoted: string | undefined): object {
  return {
    // The branch waits for a merge, or for someone who lets it flow again.
    held: promoted ?? null,
    environments: environments.map(({ name, live, undeclared, places }) => ({
      name,
      release: live?.sequence ?? null,
      commit: live?.commitId ?? null,
      since: live?.timestamp ?? null,
      promotion: live?.promotion ? formatPromotion(live.promotion) : null,
      undeclared: undeclared?.parameters ?? [],
      ...places,
    })),
    components: componentsOf(environments).map((component) => ({
      component,
      environments: Object.fromEntries(environments.map(({ name, builds }) => [name, builds.get(component) ?? null])),
    })),
  };
}

function asText(environments: readonly EnvironmentStatus[], promoted: string | undefined): string {
  const lines = environments.map(({ name, live, undeclared, places, builds }) => [live === undefined
    ? `${name}: nothing was ever deployed`
    : `${name}: release ${live.sequence}, commit ${live.commitId.slice(0, 12)}, since ${live.timestamp}${live.promotion ? `, promoted as ${formatPromotion(live.promotion)}` : ''}`
      + (undeclared === undefined || undeclared.parameters.length === 0 ? '' : `\n  ${describeUndeclared(undeclared)}`), ...placeLines(places, builds).map((line) => `  ${line}`)].join('\n'));
  if (promoted !== undefined) {
    lines.push(heldText(promoted));
  }
  const rows = componentsOf(environments).map((component) => [component, ...environments.map(({ builds }) => {
    const build = builds.get(component);
    return build === undefined ? '-' : `#${build.build}  ${build.commit.slice(0, 8)}  ${build.since ?? ''}`.trimEnd();
  })]);
  const table = rows.length === 0 ? '' : `\n${formatTable(['component', ...environments.map(({ name }) => name)], rows)}`;
  return `${lines.join('\n')}\n${table}`;
}
