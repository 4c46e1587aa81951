import { TemplateParameters } from './template';
import { EnvironmentConfiguration } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { parameterValues } from '../../src/core/parameter-values';
import { Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';

/** CloudFormation's template configuration file. */
export interface TemplateConfiguration {
  readonly Parameters: Readonly<Record<string, string>>;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** Longest value of a template parameter, in bytes. */
const MAX_VALUE_BYTES = 4_096;

/** The location of every build of a release, as values of the parameters that components bind. A release that is promoted may be older than a component. */
export function locationParameters(catalogue: Pick<Catalogue, 'components'>, release: Release): Record<string, string> {
  return Object.fromEntries(catalogue.components.flatMap(({ name, build: definition }) => {
    const build = buildOf(release, name);
    return build === undefined ? [] : Object.entries(parameterValues(definition?.parameters ?? [], build));
  }));
}

/**
 * What one environment's deployment gives the template: those locations that it declares, and the environment's own parameters.
 * A location that the template does not declare is left out; any other disagreement of the two is an error.
 */
export function templateConfiguration(
  { name, parameters, tags }: Pick<EnvironmentConfiguration, 'name' | 'parameters' | 'tags'>, locations: Readonly<Record<string, string>>, template: TemplateParameters,
): TemplateConfiguration {
  const problems: string[] = [];
  for (const parameter of Object.keys(parameters)) {
    if (!template.all.has(parameter)) {
      problems.push(`it gives parameter '${parameter}', which the template does not declare: declare it, or remove it from the environment`);
    }
    if (Object.hasOwn(locations, parameter)) {
      problems.push(`it gives parameter '${parameter}', which receives a component's location: remove it from the environment`);
    }
  }
  const declared = Object.entries(locations).filter(([parameter]) => template.all.has(parameter));
  const values = { ...Object.fromEntries(declared), ...parameters };
  for (const parameter of template.required) {
    if (!Object.hasOwn(values, parameter)) {
      problems.push(`nothing gives parameter '${parameter}', which the template declares without a default: give it in the environment, bind a component to it,`
        + ' or give it a default');
    }
  }
  for (const [parameter, value] of Object.entries(values)) {
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      problems.push(`parameter '${parameter}' has ${Buffer.byteLength(value)} bytes, and CloudFormation takes ${MAX_VALUE_BYTES}`);
    }
  }
  if (problems.length > 0) {
    throw new Error(`Environment '${name}' cannot be deployed:\n- ${problems.join('\n- ')}`);
  }
  return { Parameters: values, ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }) };
}
