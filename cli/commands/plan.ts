import { formatReason, quotePaths } from '../../src/core/explain';
import { Plan } from '../../src/core/plan';
import { Command, CommandContext, EXIT, OptionValues, textOption } from '../command';
import { UsageError } from '../errors';
import { operations } from '../lazy/parts';
import { paint } from '../paint';
import { CATALOGUE_HELP, CATALOGUE_OPTIONS, COMPARISON_HELP, COMPARISON_OPTIONS, ComparedPlan, planFromOptions } from './comparison';

export const plan: Command = {
  usage: '(--base REV | --pipeline NAME) [--head REV] [--catalogue FILE] [--format text|json|markdown] [--exit-code]',
  summary: 'Prints which components changed between two revisions, and every reason why.',
  help: `Options:
${COMPARISON_HELP}${CATALOGUE_HELP}  --pipeline NAME   instead of --base: what is live in the first environment of this pipeline, as the SDK's settings reach
                    it. Without --catalogue and --app, by the catalogue that was deployed
  --format FORMAT   text, json, or markdown: a comment for a pull request, whose first line marks it (with --pipeline)
  --json            the same as --format json
  --exit-code       exit with 10 if a component changed

Examples:
  cdk-modular-pipeline plan --base origin/main
  cdk-modular-pipeline plan --catalogue catalogue.json --repo ../app --base v1.0 --head v1.1 --json
  cdk-modular-pipeline plan --pipeline shop --head HEAD --format markdown
  git diff --name-status -z v1.0 v1.1 | cdk-modular-pipeline plan --catalogue catalogue.json --changes -
`,
  options: { ...CATALOGUE_OPTIONS, ...COMPARISON_OPTIONS, 'pipeline': { type: 'string' }, 'format': { type: 'string' }, 'json': { type: 'boolean' }, 'exit-code': { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, context) {
    const format = formatOf(textOption(values, 'format') ?? (values.json === true ? 'json' : 'text'));
    const { plan: made, print } = values.pipeline === undefined ? await ofRevisions(values, context, format) : await ofPipeline(values, context, format);
    context.out(print());
    return values['exit-code'] === true && made.changed.length > 0 ? EXIT.changed : EXIT.done;
  },
};

const FORMATS = ['text', 'json', 'markdown'] as const;

function formatOf(name: string): typeof FORMATS[number] {
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    throw new UsageError(`--format is '${name}': it takes ${FORMATS.join(', ')}.`);
  }
  return format;
}

interface Printable {
  readonly plan: Plan;
  print(): string;
}

async function ofRevisions(values: OptionValues, context: CommandContext, format: string): Promise<Printable> {
  if (format === 'markdown') {
    throw new UsageError('--format markdown says what a merge would build: pass --pipeline NAME.');
  }
  const compared = await planFromOptions(values, context);
  return { plan: compared.plan, print: () => (format === 'json' ? asJson(planAsJson(compared)) : planAsText(compared, context.colours)) };
}

async function ofPipeline(values: OptionValues, context: CommandContext, format: string): Promise<Printable> {
  const { planAgainstLive, planAsMarkdown } = operations();
  const live = await planAgainstLive(values, context);
  const base = live.plan.baseline === undefined ? {} : { base: live.plan.baseline };
  const compared: ComparedPlan = { catalogue: live.catalogue, plan: live.plan, head: live.head, ...base };
  return {
    plan: live.plan,
    print: () => (format === 'markdown' ? planAsMarkdown(live)
      : format === 'json' ? asJson({ ...planAsJson(compared), environment: live.environment, notes: live.notes })
        : `${planAsText(compared, context.colours)}${live.notes.map((note) => `${note}\n`).join('')}`),
  };
}

function asJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Baseline and head are null where only changes were given. */
function planAsJson({ plan: { changed, unchanged, unowned, unread }, base, head }: ComparedPlan): object {
  return { baseline: base ?? null, head: head ?? null, changed, unchanged, unowned, unread };
}

function planAsText({ plan: made, base, head }: ComparedPlan, colours: boolean): string {
  const { changed, unchanged } = made;
  const total = changed.length + unchanged.length;
  const between = base === undefined ? '' : ` between ${base.slice(0, 12)} and ${head!.slice(0, 12)}`;
  const width = Math.max(0, ...changed.map(({ component }) => component.length));
  return [
    changed.length === 0 ? `None of ${total} components changed${between}.` : `${changed.length} of ${total} components changed${between}:`,
    ...changed.map(({ component, reasons }) => `  ${paint('yellow', component.padEnd(width), colours)}  ${reasons.map(formatReason).join('; ')}`),
    ...unownedLines(made),
    '',
  ].join('\n');
}

function unownedLines({ unowned, unread }: Plan): string[] {
  return [
    ...unowned.count > 0 ? [`No component owns ${quotePaths(unowned)}.`] : [],
    ...unread.count > 0 ? [`Nothing reads ${quotePaths(unread)}.`] : [],
  ];
}
