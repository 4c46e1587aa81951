import { formatPromotion } from '../../src/core/promotion';
import { Command, countOption, EXIT } from '../command';
import { Operation, openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS } from '../operations/operation';
import { formatTable } from '../table';

const SHOWN = 20;

export const releases: Command = {
  usage: '--pipeline NAME [--last N] [--json]',
  summary: 'Prints the releases that went live, and where: what can be gone back to.',
  help: `Options:
${PIPELINE_HELP}  --last N          how many, the newest first (default: ${SHOWN})
  --json            print them as JSON

Examples:
  cdk-modular-pipeline releases --pipeline shop
`,
  options: { ...PIPELINE_OPTIONS, last: { type: 'string' }, json: { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, context) {
    const last = countOption(values, 'last', SHOWN);
    const found = (await readReleases(await openPipeline(values))).slice(0, last);
    context.out(values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : asText(found));
    return EXIT.done;
  },
};

interface ReleaseRow {
  readonly release: number;
  readonly commit: string;
  readonly promotion: string | null;
  /** Where it went live, in the order of deployment. */
  readonly environments: readonly { readonly name: string; readonly since: string; readonly isLive: boolean }[];
}

/** The newest first. */
async function readReleases({ pipeline, records }: Operation): Promise<ReleaseRow[]> {
  const rows = new Map<number, ReleaseRow>();
  for (const name of pipeline.environments) {
    const { live, history } = await records.environment(name);
    for (const { sequence: release, commitId: commit, promotion, timestamp: since } of history) {
      const environments = [...rows.get(release)?.environments ?? [], { name, since, isLive: release === live?.sequence }];
      rows.set(release, { release, commit, promotion: promotion ? formatPromotion(promotion) : null, environments });
    }
  }
  return [...rows.values()].sort((a, b) => b.release - a.release);
}

function asText(rows: readonly ReleaseRow[]): string {
  if (rows.length === 0) {
    return 'Nothing went live yet.\n';
  }
  return formatTable(['release', 'commit', 'promoted as', 'environments (* live now)'], rows.map(({ release, commit, promotion, environments }) => [
    String(release), commit.slice(0, 12), promotion ?? '', environments.map(({ name, since, isLive }) => `${isLive ? '*' : ''}${name} ${since}`).join(', '),
  ]));
}
