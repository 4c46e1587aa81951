import { TemplateDeclarations } from './template';
import { EnvironmentConfiguration, StackConfiguration } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { StackParameter } from '../../src/core/delivery/place-stacks';
import { parameterValues } from '../../src/core/parameter-values';
import { Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';

/** Longest value of a template parameter, in bytes. */
const MAX_VALUE_BYTES = 4_096;

/** The location of every build of a release, as values of the parameters that components bind. A release that is promoted may be older than a component. */
export function locationParameters(catalogue: Pick<Catalogue, 'components'>, release: Release, region?: string): Record<string, string> {
  return Object.fromEntries(catalogue.components.flatMap(({ name, build: definition }) => {
    const build = buildOf(release, name);
    return build === undefined ? [] : Object.entries(parameterValues(definition?.parameters ?? [], build, region));
  }));
}

/** A stack of a place with what its template declares. */
export interface DeclaredStack {
  readonly configuration: StackConfiguration;
  readonly template: TemplateDeclarations;
}

/** Values of one stack's parameters. */
export type StackParameters = Readonly<Record<string, StackParameter>>;

/**
 * What one environment's deployment gives each stack, in their order: the locations that its template declares, the environment's own parameters that
 * it declares, and the stack's own. A location that no template declares is left out; any other disagreement is an error.
 */
export function placeParameters(
  { name, parameters }: Pick<EnvironmentConfiguration, 'name' | 'parameters'>, locations: Readonly<Record<string, string>>, stacks: readonly DeclaredStack[],
): StackParameters[] {
  const isAlone = stacks.length === 1;
  const problems: string[] = [];
  for (const parameter of Object.keys(parameters)) {
    if (!stacks.some(({ template }) => template.all.has(parameter))) {
      const who = isAlone ? 'the template does not declare' : 'no template declares';
      problems.push(`it gives parameter '${parameter}', which ${who}: declare it, or remove it from the environment`);
    }
    if (Object.hasOwn(locations, parameter)) {
      problems.push(`it gives parameter '${parameter}', which receives a component's location: remove it from the environment`);
    }
  }
  const values = stacks.map((stack) => {
    const { values: own, problems: found } = stackParameters(parameters, locations, stack, stacks);
    problems.push(...found.map((problem) => (isAlone ? problem : `stack '${stack.configuration.id}': ${problem}`)));
    return own;
  });
  if (problems.length > 0) {
    throw new Error(`Environment '${name}' cannot be deployed:\n- ${problems.join('\n- ')}`);
  }
  return values;
}

function stackParameters(
  common: Readonly<Record<string, string>>,
  locations: Readonly<Record<string, string>>,
  { configuration, template }: DeclaredStack,
  all: readonly DeclaredStack[],
): { readonly values: StackParameters; readonly problems: string[] } {
  const problems: string[] = [];
  const given = { ...locations, ...common };
  const values: StackParameters = {
    ...Object.fromEntries(Object.entries(given).filter(([parameter]) => template.all.has(parameter))),
    ...configuration.parameters,
  };
  for (const [parameter, value] of Object.entries(configuration.parameters)) {
    if (!template.all.has(parameter)) {
      problems.push(`it is given parameter '${parameter}', which its template does not declare: declare it, or remove it from the stack`);
    }
    if (Object.hasOwn(locations, parameter)) {
      problems.push(`it is given parameter '${parameter}', which receives a component's location: remove it from the stack`);
    }
    if (typeof value !== 'string') {
      const source = all.find((other) => other.configuration.id === value.stack);
      if (source !== undefined && !source.template.isTransformed && !source.template.outputs.has(value.output)) {
        problems.push(`parameter '${parameter}' takes output '${value.output}' of stack '${value.stack}', which that stack's template does not declare`);
      }
    }
  }
  for (const parameter of template.required) {
    if (!Object.hasOwn(values, parameter)) {
      problems.push(`nothing gives parameter '${parameter}', which the template declares without a default: give it in the environment, bind a component to it,`
        + ' or give it a default');
    }
  }
  for (const [parameter, value] of Object.entries(values)) {
    if (typeof value === 'string' && Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      problems.push(`parameter '${parameter}' has ${Buffer.byteLength(value)} bytes, and CloudFormation takes ${MAX_VALUE_BYTES}`);
    }
  }
  return { values, problems };
}
