import { readYaml } from '../shared/yaml';

/** What a CloudFormation template declares, as far as a release depends on it. */
export interface TemplateDeclarations {
  /** Names of its parameters. */
  readonly all: ReadonlySet<string>;
  /** Those without a default: a deployment has to give them. */
  readonly required: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  /** Whether a macro may add outputs. */
  readonly isTransformed: boolean;
}

/** Reads what a template in YAML or JSON (which is YAML) declares. CloudFormation's short functions (`!Ref`, ...) are taken as they come. */
export function templateDeclarations(template: string): TemplateDeclarations {
  const content = readYaml(template, 'The template is neither YAML nor JSON');
  if (content === null || typeof content !== 'object' || !('Resources' in content)) {
    throw new Error('The template has no Resources, so it is no CloudFormation template.');
  }
  const { Parameters: parameters = {}, Outputs: outputs = {}, Transform: transform } = content as {
    readonly Parameters?: unknown; readonly Outputs?: unknown; readonly Transform?: unknown;
  };
  if (!isObject(parameters) || !isObject(outputs)) {
    const section = isObject(parameters) ? 'Outputs' : 'Parameters';
    throw new Error(`The template's ${section} have to be an object of ${section.toLowerCase()} by name.`);
  }
  const entries = Object.entries(parameters as Record<string, Record<string, unknown> | null>);
  return {
    all: new Set(entries.map(([name]) => name)),
    required: new Set(entries.filter(([, parameter]) => parameter?.Default === undefined).map(([name]) => name)),
    outputs: new Set(Object.keys(outputs)),
    isTransformed: transform !== undefined,
  };
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
