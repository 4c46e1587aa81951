import { readTemplateText } from './template-yaml';

/** What makes CloudFormation refuse a template or its parameters. */
export class StackError extends Error {}

export interface DeclaredParameter {
  readonly Type?: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
}

const MAX_PARAMETERS = 200;
const MAX_RESOURCES = 500;
const MAX_VALUE_BYTES = 4096;

export interface ParsedTemplate {
  readonly parameters: Readonly<Record<string, DeclaredParameter>>;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** @throws StackError with CloudFormation's complaint */
export function parseTemplate(text: string): ParsedTemplate {
  const { Parameters: parameters = {}, Resources: resources = {} } = (contentOf(text) ?? {}) as {
    Parameters?: ParsedTemplate['parameters']; Resources?: ParsedTemplate['resources'];
  };
  if (Object.keys(resources).length === 0) {
    throw new StackError('Template format error: At least one Resources member must be defined.');
  }
  if (Object.keys(resources).length > MAX_RESOURCES) {
    throw new StackError(`Template format error: Number of resources, ${Object.keys(resources).length}, is greater than maximum allowed, ${MAX_RESOURCES}`);
  }
  if (Object.keys(parameters).length > MAX_PARAMETERS) {
    throw new StackError(`Template format error: Number of parameters, ${Object.keys(parameters).length}, is greater than maximum allowed, ${MAX_PARAMETERS}`);
  }
  return { parameters, resources };
}

function contentOf(text: string): unknown {
  try {
    return readTemplateText(text);
  } catch (error) {
    throw new StackError(`Template format error: ${(error as Error).message}`);
  }
}

/**
 * The values of all declared parameters.
 *
 * @throws StackError with CloudFormation's complaint
 */
export function parameterValues(declared: ParsedTemplate['parameters'], given: Readonly<Record<string, string>>): Record<string, string> {
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (surplus.length > 0) {
    throw new StackError(`Parameters: [${surplus.join(', ')}] do not exist in the template`);
  }
  const missing = Object.entries(declared).filter(([name, { Default }]) => given[name] === undefined && Default === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw new StackError(`Parameters: [${missing.join(', ')}] must have values`);
  }
  return Object.fromEntries(Object.entries(declared).map(([name, { Default, AllowedValues }]) => {
    const value = String(given[name] ?? Default);
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw new StackError(`Parameter ${name} is longer than ${MAX_VALUE_BYTES} bytes`);
    }
    if (AllowedValues !== undefined && !AllowedValues.map(String).includes(value)) {
      throw new StackError(`Parameter '${name}' must be one of AllowedValues`);
    }
    return [name, value];
  }));
}

/** The members of a template configuration file. */
export interface TemplateConfiguration {
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly Tags?: Readonly<Record<string, string>>;
}

/** @throws StackError if it is no template configuration */
export function parseConfiguration(text: string): TemplateConfiguration {
  let configuration: unknown;
  try {
    configuration = JSON.parse(text);
  } catch (error) {
    throw new StackError(`Template configuration is not valid: ${(error as Error).message}`);
  }
  const unknown = Object.keys(configuration as object).find((key) => !['Parameters', 'Tags', 'StackPolicy'].includes(key));
  if (unknown !== undefined) {
    throw new StackError(`Template configuration is not valid: unknown field ${unknown}`);
  }
  return configuration as TemplateConfiguration;
}
