import { Catalogue } from '../../src/core/catalogue';
import { ComponentGraph } from '../../src/core/graph';
import { toDot, toMermaid } from '../../src/core/graph-print';
import { Command, EXIT } from '../command';
import { UsageError } from '../errors';
import { paint } from '../paint';
import { CATALOGUE_HELP, CATALOGUE_OPTIONS, COMPARISON_HELP, COMPARISON_OPTIONS, catalogueOfOptions, planFromOptions } from './comparison';

export const graph: Command = {
  usage: '[--dot | --mermaid | --json] [--affected --base REV [--head REV]] [--catalogue FILE]',
  summary: 'Prints the components and what they depend on, those that changed marked.',
  help: `Options:
  --dot             in Graphviz's language
  --mermaid         in Mermaid's language
  --json            as JSON: nodes and edges
  --affected        mark the components that changed; with it:
${COMPARISON_HELP}${CATALOGUE_HELP}  --exit-code       exit with 10 if a component is marked

Examples:
  cdk-modular-pipeline graph
  cdk-modular-pipeline graph --dot | dot -Tsvg > components.svg
  cdk-modular-pipeline graph --mermaid --affected --base origin/main
`,
  options: {
    ...CATALOGUE_OPTIONS,
    ...COMPARISON_OPTIONS,
    'dot': { type: 'boolean' },
    'mermaid': { type: 'boolean' },
    'json': { type: 'boolean' },
    'affected': { type: 'boolean' },
    'exit-code': { type: 'boolean' },
  },
  positionals: [],
  async run(values, _positionals, context) {
    const formats = ['dot', 'mermaid', 'json'].filter((format) => values[format] === true);
    if (formats.length > 1) {
      throw new UsageError(`Pass one of ${formats.map((format) => `--${format}`).join(', ')}.`);
    }
    if (values.affected !== true && Object.keys(COMPARISON_OPTIONS).some((option) => values[option] !== undefined)) {
      throw new UsageError('What to compare is given, but not what for: add --affected.');
    }
    const compared = values.affected === true ? await planFromOptions(values, context) : undefined;
    const catalogue = compared?.catalogue ?? catalogueOfOptions(values);
    const affected = compared && new Set(compared.plan.changed.map(({ component }) => component));
    context.out(print(catalogue, formats[0], affected, context.colours));
    return values['exit-code'] === true && affected !== undefined && affected.size > 0 ? EXIT.changed : EXIT.done;
  },
};

function print(catalogue: Catalogue, format: string | undefined, affected: ReadonlySet<string> | undefined, colours: boolean): string {
  const components = ComponentGraph.of(catalogue);
  switch (format) {
    case 'dot': return toDot(components, { affected });
    case 'mermaid': return toMermaid(components, { affected });
    case 'json': return `${JSON.stringify(asJson(components, affected), undefined, 2)}\n`;
    default: return asText(components, affected, colours);
  }
}

function asJson(components: ComponentGraph, affected: ReadonlySet<string> | undefined): object {
  return {
    nodes: components.order().map((component) => ({ component, ...(affected && { affected: affected.has(component) }) })),
    edges: components.order().flatMap((from) => [
      ...components.dependencies(from).map((to) => ({ from, to, kind: 'dependsOn' })),
      ...components.testDependencies(from).map((to) => ({ from, to, kind: 'testDependsOn' })),
    ]),
  };
}

function asText(components: ComponentGraph, affected: ReadonlySet<string> | undefined, colours: boolean): string {
  return components.order().map((component) => {
    const name = affected?.has(component) ? `* ${paint('yellow', component, colours)}` : `  ${component}`;
    const targets = [...components.dependencies(component), ...components.testDependencies(component).map((target) => `${target} (tests)`)];
    return `${name}${targets.length > 0 ? ` -> ${targets.join(', ')}` : ''}\n`;
  }).join('');
}
