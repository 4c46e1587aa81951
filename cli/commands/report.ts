import { Build, Release } from '../../src/core/release';
import { formatDuration } from '../../src/core/report/durations';
import { EnvironmentRecord } from '../../src/core/report/environment-record';
import { DeliveryFigures } from '../../src/core/report/figures';
import { releaseKeys, Report, report as assemble } from '../../src/core/report/report';
import { reportPage } from '../../src/core/report/report-page';
import { Command, countOption, EXIT } from '../command';
import { UsageError } from '../errors';
import { Operation, openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS } from '../operations/operation';

const SHOWN = 20;
const DAYS = 30;
const MS_PER_DAY = 86_400_000;

export const report: Command = {
  usage: '--pipeline NAME [--html | --json] [--last N] [--days N]',
  summary: 'Prints what is live where, what came last and why, and how deliveries go: deployment frequency, lead time, change failure rate, time to restore.',
  help: `Options:
${PIPELINE_HELP}  --html            print it as a page: one file that loads nothing, for wide screens and phones
  --json            print it as JSON
  --last N          how many releases, the newest first (default: ${SHOWN})
  --days N          over how many days the figures are (default: ${DAYS})

Without --html and --json, the figures are printed as text. They are those of the last environment, from what the pipeline recorded:
lead times run from the start of an execution, and a failure is a release that was rolled back.

Examples:
  cdk-modular-pipeline report --pipeline shop --html > report.html
`,
  options: { ...PIPELINE_OPTIONS, html: { type: 'boolean' }, json: { type: 'boolean' }, last: { type: 'string' }, days: { type: 'string' } },
  positionals: [],
  async run(values, _positionals, context) {
    if (values.html === true && values.json === true) {
      throw new UsageError('Pass one of --html, --json.');
    }
    const options = { last: countOption(values, 'last', SHOWN), days: countOption(values, 'days', DAYS), now: new Date() };
    const found = await readReport(await openPipeline(values), options);
    context.out(values.html === true ? reportPage(found) : values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : asText(found.figures));
    return EXIT.done;
  },
};

interface ReportOptions {
  readonly last: number;
  readonly days: number;
  readonly now: Date;
}

async function readReport({ client, pipeline, records }: Operation, { last, days, now }: ReportOptions): Promise<Report> {
  const environments = await Promise.all(pipeline.environments.map(async (name): Promise<EnvironmentRecord> => ({ name, ...await records.environment(name) })));
  const [started, held] = await Promise.all([client.started(new Date(now.getTime() - days * MS_PER_DAY)), client.promotedLast()]);
  const releases = new Map<string, Release>();
  await Promise.all(releaseKeys(environments, last).map(async (key) => {
    const release = await records.release(key);
    if (release) {
      releases.set(key, release);
    }
  }));
  const live = environments.flatMap(({ live: entry }) => (entry === undefined ? [] : releases.get(entry.key) ?? []));
  const ids = new Map(live.flatMap(({ components }) => Object.values(components)).map((build) => [buildId(build), build]));
  const since = new Map((await records.builds([...ids.values()])).map(({ build, since: times }) => [buildId(build), times]));
  const reasons = new Map(await Promise.all([...releases.values()].map(async ({ commitId, planId }) => (
    [planId, await records.reasons(commitId, planId)] as const))));
  return assemble({
    solution: pipeline.solution,
    pipeline: client.name,
    now: now.toISOString(),
    environments,
    releases,
    since: (build, environment) => since.get(buildId(build))?.get(environment),
    reasons: (planId) => reasons.get(planId),
    started,
    ...(held === undefined ? {} : { held }),
    last,
    days,
  });
}

function buildId({ component, buildNumber }: Build): string {
  return `${component}#${buildNumber}`;
}

function asText({ environment, days, deployments, deploymentsPerWeek, leadTime, failures, changeFailureRate, timeToRestore }: DeliveryFigures): string {
  return [
    `Deliveries to ${environment}, last ${days} days`,
    `  deployment frequency   ${deployments === 0 ? 'none' : `${deploymentsPerWeek.toFixed(1)} a week (${deployments})`}`,
    `  lead time              ${leadTime === undefined ? 'not known' : formatDuration(leadTime)}`,
    `  change failure rate    ${changeFailureRate === undefined ? 'none' : `${Math.round(changeFailureRate * 100)} % (${failures} rolled back)`}`,
    `  time to restore        ${timeToRestore === undefined ? 'none' : formatDuration(timeToRestore)}`,
    '',
  ].join('\n');
}
