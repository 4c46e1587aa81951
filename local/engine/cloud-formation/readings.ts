import { KNOWN_AFTER_APPLY } from './changes';
import { Deployable, filled, Readings, StackPlace } from './stack';
import { parseTemplate, StackError } from './template-parameters';
import { valueText } from './template-values';

/** What an account has in one Region that templates read when they are deployed. */
export interface ReadableRegion {
  readonly exported: (name: string) => string | undefined;
  readonly parameter: (name: string) => string | undefined;
}

export const NO_READINGS: Readings = { imports: {}, parameters: {} };

/** A template that imports what nothing exports: CloudFormation makes a change set of it that has failed. */
export class MissingExportError extends StackError {}

const DYNAMIC_REFERENCE = /\{\{resolve:ssm:([^{}:]+)(?::\d+)?\}\}/g;

/**
 * Reads what a template takes from its Region.
 *
 * @throws StackError for a parameter of Systems Manager that is not there
 * @throws MissingExportError for an export that is not there
 */
export function readingsOf(content: Deployable, place: StackPlace, region: ReadableRegion): Readings {
  const parameters = valuesOf(ssmNames(content), region.parameter, (missing) => (
    new StackError(`Unable to fetch parameters [${missing.join(',')}] from parameter store for this account.`)));
  const { resources, outputValues } = filled({ ...content, readings: { imports: {}, parameters } }, place);
  // What a condition leaves out reads nothing, and conditions are not evaluated here.
  const read = [...Object.values(resources).filter(({ Condition }) => Condition === undefined), ...Object.values(outputValues)];
  valuesOf(read.flatMap(dynamicReferences), region.parameter, (missing) => (
    new StackError(`Parameters: [${missing.map((name) => `ssm:${name}`).join(', ')}] cannot be found.`)));
  const imports = valuesOf(read.flatMap((value) => importsIn(value, place.name)), region.exported, ([missing]) => (
    new MissingExportError(`No export named ${missing} found`)));
  return { imports, parameters };
}

function valuesOf(
  names: readonly string[], find: (name: string) => string | undefined, complaint: (missing: readonly string[]) => StackError,
): Record<string, string> {
  const known = [...new Set(names)].filter((name) => !name.includes(KNOWN_AFTER_APPLY));
  const missing = known.filter((name) => find(name) === undefined);
  if (missing.length > 0) {
    throw complaint(missing);
  }
  return Object.fromEntries(known.map((name) => [name, find(name)!]));
}

/** Names of the parameters of Systems Manager that the template's own parameters stand for. */
function ssmNames({ template, parameters }: Deployable): string[] {
  const declared = Object.entries(parseTemplate(template).parameters).filter(([, { Type }]) => Type?.startsWith('AWS::SSM::Parameter::Value<'));
  return declared.map(([name]) => parameters[name]);
}

function dynamicReferences(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(DYNAMIC_REFERENCE)].map(([, name]) => name);
}

function importsIn(value: unknown, stackName: string): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { 'Fn::ImportValue': name, ...others } = value as { readonly 'Fn::ImportValue'?: unknown };
  return [...(name === undefined ? [] : [valueText(name, stackName)]), ...Object.values(others).flatMap((child) => importsIn(child, stackName))];
}
