import { formatReason, quotePaths } from '../../src/core/explain';
import { Plan } from '../../src/core/plan';
import { Command, EXIT } from '../command';
import { paint } from '../paint';
import { CATALOGUE_HELP, CATALOGUE_OPTIONS, COMPARISON_HELP, COMPARISON_OPTIONS, ComparedPlan, planFromOptions } from './comparison';

export const plan: Command = {
  usage: '--base REV [--head REV] [--catalogue FILE] [--json] [--exit-code]',
  summary: 'Prints which components changed between two revisions, and every reason why.',
  help: `Options:
${COMPARISON_HELP}${CATALOGUE_HELP}  --json            print the plan as JSON
  --exit-code       exit with 10 if a component changed

Examples:
  cdk-modular-pipeline plan --base origin/main
  cdk-modular-pipeline plan --catalogue catalogue.json --repo ../app --base v1.0 --head v1.1 --json
  git diff --name-status -z v1.0 v1.1 | cdk-modular-pipeline plan --catalogue catalogue.json --changes -
`,
  options: { ...CATALOGUE_OPTIONS, ...COMPARISON_OPTIONS, 'json': { type: 'boolean' }, 'exit-code': { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, context) {
    const compared = await planFromOptions(values, context);
    context.out(values.json === true ? `${JSON.stringify(planAsJson(compared), undefined, 2)}\n` : planAsText(compared, context.colours));
    return values['exit-code'] === true && compared.plan.changed.length > 0 ? EXIT.changed : EXIT.done;
  },
};

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
