import { formatDuration } from '../../src/core/report/durations';
import { DeliveryFigures } from '../../src/core/report/figures';
import { FIGURE_DAYS, readReport, SHOWN_RELEASES } from '../../src/core/report/read-report';
import { reportPage } from '../../src/core/report/report-page';
import { Command, countOption, EXIT } from '../command';
import { UsageError } from '../errors';
import { openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS } from '../operations/operation';

export const report: Command = {
  usage: '--pipeline NAME [--html | --json] [--last N] [--days N]',
  summary: 'Prints what is live where, what came last and why, and how deliveries go: deployment frequency, lead time, change failure rate, time to restore.',
  help: `Options:
${PIPELINE_HELP}  --html            print it as a page: one file that loads nothing, for wide screens and phones
  --json            print it as JSON
  --last N          how many releases, the newest first (default: ${SHOWN_RELEASES})
  --days N          over how many days the figures are (default: ${FIGURE_DAYS})

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
    const options = { last: countOption(values, 'last', SHOWN_RELEASES), days: countOption(values, 'days', FIGURE_DAYS), now: new Date() };
    const { client, pipeline: { solution, environments, apart }, records } = await openPipeline(values);
    const found = await readReport({
      environment: async (name) => records.environment(name),
      release: async (key) => records.release(key),
      builds: async (ids) => records.builds(ids),
      reasons: async (commitId, planId) => records.reasons(commitId, planId),
      started: async (since) => client.started(since),
      promotedLast: async () => client.promotedLast(apart),
    }, { solution, pipeline: client.name, environments, ...options });
    context.out(values.html === true ? reportPage(found) : values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : asText(found.figures));
    return EXIT.done;
  },
};

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
