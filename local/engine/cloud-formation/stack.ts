import { nestedName, NestedStack } from './nested-stacks';
import { StackOperations } from './stack-operations';
import { parameterValues, parseConfiguration, parseTemplate } from './template-parameters';
import { FilledTemplate, fillTemplate } from './template-values';

export interface StackPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The values that a stack read: of exports and of parameters of Systems Manager, by name. */
export interface Readings {
  readonly imports: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a stack is deployed from. */
export interface Deployable {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Values that it took from its Region; absent where it was not read for them yet. */
  readonly readings?: Readings;
}

/** A stack; its template is empty while it is in review. */
export interface Stack extends StackPlace, Deployable {
  /** What is done to it, and was. */
  readonly operations: StackOperations;
  /** Name of the stack that it is nested in. */
  readonly parent?: string;
}

/** Reads the template at an address. @throws StackError if there is none */
export type TemplateReader = (url: string) => string;

/** @throws StackError with CloudFormation's complaint */
export function deployable(template: string, configuration: string | undefined): Deployable {
  const { Parameters = {}, Tags = {} } = configuration === undefined ? {} : parseConfiguration(configuration);
  return { template, parameters: parameterValues(parseTemplate(template).parameters, Parameters), tags: Tags };
}

/** What a nested stack is deployed from: it has its parent's tags as well. @throws StackError */
export function nestedDeployable({ templateUrl, parameters, tags }: NestedStack, parent: Deployable, read: TemplateReader): Deployable {
  const template = read(templateUrl);
  return { template, parameters: parameterValues(parseTemplate(template).parameters, parameters), tags: { ...parent.tags, ...tags } };
}

export function nestedPlace(parent: StackPlace, logicalId: string): StackPlace {
  return { account: parent.account, region: parent.region, name: nestedName(parent.name, logicalId) };
}

/** The template with its parameters' values. Before a stack is created, there is nothing in it. */
export function filled(content: Deployable | undefined, { account, region, name }: StackPlace): FilledTemplate {
  if (content === undefined || content.template === '') {
    return { resources: {}, declared: {}, outputs: {}, outputValues: {}, exports: {} };
  }
  const pseudo = {
    'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::StackName': name, 'AWS::URLSuffix': 'amazonaws.com',
  };
  const { imports = {}, parameters: read = {} } = content.readings ?? {};
  const declared = parseTemplate(content.template).parameters;
  const given = Object.fromEntries(Object.entries(content.parameters).map(([parameter, value]) => (
    [parameter, declared[parameter]?.Type?.startsWith('AWS::SSM::Parameter::Value<') ? read[value] ?? value : value])));
  return fillTemplate(content.template, { ...pseudo, ...given }, name, imports);
}
