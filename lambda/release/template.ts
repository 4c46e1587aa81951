import { readYaml } from '../shared/yaml';

/** The parameters that a CloudFormation template declares. */
export interface TemplateParameters {
  readonly all: ReadonlySet<string>;
  /** Those without a default: a deployment has to give them. */
  readonly required: ReadonlySet<string>;
}

/** Reads the parameters of a template in YAML or JSON (which is YAML). CloudFormation's short functions (`!Ref`, ...) are taken as they come. */
export function templateParameters(template: string): TemplateParameters {
  const content = readYaml(template, 'The template is neither YAML nor JSON');
  if (content === null || typeof content !== 'object' || !('Resources' in content)) {
    throw new Error('The template has no Resources, so it is no CloudFormation template.');
  }
  const { Parameters: parameters = {} } = content as { Parameters?: unknown };
  if (parameters === null || typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw new Error('The template\'s Parameters have to be an object of parameters by name.');
  }
  const entries = Object.entries(parameters as Record<string, Record<string, unknown> | null>);
  return {
    all: new Set(entries.map(([name]) => name)),
    required: new Set(entries.filter(([, parameter]) => parameter?.Default === undefined).map(([name]) => name)),
  };
}
