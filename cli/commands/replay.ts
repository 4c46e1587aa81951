import { Command, CommandContext, EXIT, textOption } from '../command';
import { UsageError } from '../errors';
import { replayHistory, ReplayedChange } from '../replay/history';
import { ReplaySummary, summarize } from '../replay/summary';

const DEFAULT_LAST = 100;

export const replay: Command = {
  usage: '[--repo FOLDER] [--last N] [--head REV] [--json]',
  summary: "Walks a repository's history with the catalogue discovered at each commit, and prints for each first-parent commit, and\n"
    + 'in the mean, which share of the components it changes: what modular deployments would save there.',
  help: `Columns:
  direct      components that own a changed path
  closure     these and all that depends on them, the usual way: every dependency alike, files of the root ignored
  closure+    the same where a changed lockfile or other file that all share affects all, as it does without tracing
  affected    by this library's rules: interfaces, test-only dependencies, traced lockfiles
  rebuilt     of these, the components that are built anew; the others are only tested again

Options:
  --repo FOLDER     the Git repository (default: .)
  --last N          how many commits (default: ${DEFAULT_LAST})
  --head REV        the last of them (default: HEAD)
  --json            print everything as JSON

Examples:
  cdk-modular-pipeline replay --last 50
  cdk-modular-pipeline replay --repo ../app --last 200 --json
`,
  options: { repo: { type: 'string' }, last: { type: 'string' }, head: { type: 'string' }, json: { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, context) {
    const last = textOption(values, 'last') ?? String(DEFAULT_LAST);
    if (!/^[1-9]\d{0,6}$/.test(last)) {
      throw new UsageError(`--last takes a number of commits, 1 or more; received '${last}'.`);
    }
    const repository = { folder: textOption(values, 'repo') ?? '.', environment: context.environment };
    const changes: ReplayedChange[] = [];
    for await (const change of replayHistory(repository, textOption(values, 'head') ?? 'HEAD', Number(last))) {
      changes.push(change);
      if (values.json !== true) {
        printChange(change, changes.length === 1, context);
      }
    }
    const summary = summarize(changes);
    context.out(values.json === true ? `${JSON.stringify({ changes, summary }, undefined, 2)}\n` : summaryAsText(summary));
    return EXIT.done;
  },
};

const HEADING = `${'commit'.padEnd(12)}  components  direct  closure  closure+  affected  rebuilt\n`;

function printChange(change: ReplayedChange, first: boolean, context: CommandContext): void {
  const { commit, components, direct, closure, globalClosure, affected, rebuilt, warnings } = change;
  warnings.forEach((warning) => context.err(`Warning: ${commit.slice(0, 12)}: ${warning}\n`));
  context.out(`${first ? HEADING : ''}${[
    commit.slice(0, 12), String(components).padStart(10), String(direct).padStart(6), String(closure).padStart(7), String(globalClosure).padStart(8),
    String(affected).padStart(8), String(rebuilt).padStart(7),
  ].join('  ')}\n`);
}

function summaryAsText({ commits, shares, owned, startNothing }: ReplaySummary): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  return [
    '',
    `Mean share of the components over ${commits} commits:`,
    `  direct    ${percent(shares.direct)}`,
    `  closure   ${percent(shares.closure)}`,
    `  closure+  ${percent(shares.globalClosure)}`,
    `  affected  ${percent(shares.affected)}`,
    `  rebuilt   ${percent(shares.rebuilt)}`,
    `${percent(owned)} of the files belong to a component, in the mean; a change of one that belongs to none affects all, unless nothing reads it.`,
    commits === 0 ? 'No commit has a component: nothing is known of what modular deployments would save.' : `${startNothing} of ${commits} commits start nothing.`,
    '',
  ].join('\n');
}
