import { explainVerdict as explainComponent, formatExplanation } from '../../src/core/explain';
import { Command, EXIT } from '../command';
import { CATALOGUE_HELP, CATALOGUE_OPTIONS, COMPARISON_HELP, COMPARISON_OPTIONS, planFromOptions } from './comparison';

export const explain: Command = {
  usage: 'COMPONENT --base REV [--head REV] [--catalogue FILE] [--json] [--exit-code]',
  summary: 'Prints the shortest chain from a changed path to a component, or why the component is not affected.',
  help: `Options:
${COMPARISON_HELP}${CATALOGUE_HELP}  --json            print the chain as JSON
  --exit-code       exit with 10 if the component is affected

Examples:
  cdk-modular-pipeline explain Training-Lambda-Function --base origin/main
  cdk-modular-pipeline explain @scope/app --catalogue catalogue.json --base v1.0 --head v1.1 --json
`,
  options: { ...CATALOGUE_OPTIONS, ...COMPARISON_OPTIONS, 'json': { type: 'boolean' }, 'exit-code': { type: 'boolean' } },
  positionals: ['COMPONENT'],
  async run(values, [component], context) {
    const { plan, catalogue } = await planFromOptions(values, context);
    const explanation = explainComponent(plan, catalogue, component!);
    context.out(values.json === true ? `${JSON.stringify(explanation, undefined, 2)}\n` : `${formatExplanation(explanation)}\n`);
    return values['exit-code'] === true && explanation.affected ? EXIT.changed : EXIT.done;
  },
};
