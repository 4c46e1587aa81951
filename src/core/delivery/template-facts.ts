/** What is known when the functions of a template are evaluated. */
export interface TemplateScope {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
  /** Values of parameters, as far as they are given and known. */
  readonly parameters: { readonly [name: string]: string };
}

/** What a template reads from other stacks, and what it gives them. */
export interface TemplateFacts {
  /** Names of exports that it imports; `undefined` for a name that is known to CloudFormation alone. */
  readonly imports: readonly (string | undefined)[];
  /** Names of its own exports, likewise. */
  readonly exports: readonly (string | undefined)[];
  /** Names of SSM parameters that are read when it is deployed, likewise. */
  readonly ssmReads: readonly (string | undefined)[];
  /** Names of SSM parameters that it makes, likewise. */
  readonly ssmWrites: readonly (string | undefined)[];
  /** Names of its outputs. */
  readonly outputs: readonly string[];
  /** Whether a macro may add to all of this. */
  readonly isTransformed: boolean;
}

const DYNAMIC_REFERENCE = /\{\{resolve:ssm(?:-secure)?:([^{}:]+)(?::\d+)?\}\}/g;
const CDK_SKIP = '[cdk:skip]';

/** Parameters that AWS alone makes. */
const RESERVED = '/aws/';

/**
 * What a template reads and gives, by its text and the values of its parameters.
 *
 * @param template as parsed from YAML or JSON, with short forms of functions such as `!Sub` in their long form
 */
export function templateFacts(template: unknown, scope: TemplateScope): TemplateFacts {
  const root = record(template);
  const parameters = record(root.Parameters);
  const values = valuesOf(parameters, scope);
  const evaluate = (value: unknown) => textOf(value, values);
  const imports = new Set<string | undefined>();
  const ssmReads = new Set<string | undefined>(Object.entries(parameters).flatMap(([name, declaration]) => (
    isSsm(declaration) && !String(record(declaration).Description ?? '').includes(CDK_SKIP) ? [given(name, declaration, scope)] : []
  )));
  walk({ Resources: root.Resources, Outputs: root.Outputs, Conditions: root.Conditions, Mappings: root.Mappings }, (value) => {
    if (isRecord(value) && Object.hasOwn(value, 'Fn::ImportValue')) {
      imports.add(evaluate(value['Fn::ImportValue']));
    }
    for (const name of dynamicReferences(value, evaluate)) {
      ssmReads.add(name);
    }
  });
  const resources = Object.values(record(root.Resources)).map(record);
  const outputs = record(root.Outputs);
  return {
    imports: [...imports],
    exports: Object.values(outputs).map(record).filter((output) => output.Export !== undefined).map((output) => evaluate(record(output.Export).Name)),
    ssmReads: [...ssmReads].filter((name) => !name?.startsWith(RESERVED)),
    // One without a name gets one that no one knows before.
    ssmWrites: resources.filter(({ Type }) => Type === 'AWS::SSM::Parameter').map(({ Properties }) => record(Properties).Name)
      .filter((name) => name !== undefined).map(evaluate),
    outputs: Object.keys(outputs),
    isTransformed: isTransformed(root),
  };
}

/** Whether a macro makes the template that is deployed, or a part of it. */
export function isTransformed(template: unknown): boolean {
  return record(template).Transform !== undefined || JSON.stringify(template).includes('"Fn::Transform"');
}

/** Names of dynamic references in a text, or in one that a function makes. */
function dynamicReferences(value: unknown, evaluate: (value: unknown) => string | undefined): (string | undefined)[] {
  const isText = typeof value === 'string';
  if (!isText && !(isRecord(value) && (Object.hasOwn(value, 'Fn::Sub') || Object.hasOwn(value, 'Fn::Join')))) {
    return [];
  }
  const text = evaluate(value);
  if (text !== undefined) {
    return [...text.matchAll(DYNAMIC_REFERENCE)].map(([, name]) => name);
  }
  return JSON.stringify(value).includes('{{resolve:ssm') ? [undefined] : [];
}

/** Values that `Ref` gives for parameters and pseudo parameters. What is read from SSM is known to CloudFormation alone. */
export function valuesOf(parameters: Readonly<Record<string, unknown>>, scope: TemplateScope): ReadonlyMap<string, string> {
  const values = new Map<string, string>([
    ['AWS::AccountId', scope.account], ['AWS::Region', scope.region], ['AWS::Partition', scope.partition], ['AWS::StackName', scope.stackName],
  ]);
  for (const [name, declaration] of Object.entries(parameters)) {
    const value = isSsm(declaration) ? undefined : given(name, declaration, scope);
    if (value !== undefined) {
      values.set(name, value);
    }
  }
  return values;
}

function given(name: string, declaration: unknown, { parameters }: TemplateScope): string | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : parameterText(declaration);
}

/** The value of a parameter that is given none. */
export function parameterText(declaration: unknown): string | undefined {
  const fallback = record(declaration).Default;
  return fallback === undefined ? undefined : String(fallback);
}

function isSsm(declaration: unknown): boolean {
  return String(record(declaration).Type ?? '').startsWith('AWS::SSM::');
}

/** The text that a value comes out as; `undefined` where CloudFormation alone knows. */
export function textOf(value: unknown, values: ReadonlyMap<string, string>): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (!isRecord(value) || Object.keys(value).length !== 1) {
    return undefined;
  }
  const [[name, argument]] = Object.entries(value) as [[string, unknown]];
  switch (name) {
    case 'Ref':
      return values.get(String(argument));
    case 'Fn::Sub':
      return substituted(argument, values);
    case 'Fn::Join':
      return joined(argument, values);
    default:
      return undefined;
  }
}

function substituted(argument: unknown, values: ReadonlyMap<string, string>): string | undefined {
  const [text, own] = Array.isArray(argument) ? argument as unknown[] : [argument, {}];
  if (typeof text !== 'string') {
    return undefined;
  }
  const variables = record(own);
  let isKnown = true;
  const result = text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (name.startsWith('!')) {
      return `\${${name.slice(1)}}`;
    }
    const value = Object.hasOwn(variables, name) ? textOf(variables[name], values) : values.get(name);
    isKnown &&= value !== undefined;
    return value ?? whole;
  });
  return isKnown ? result : undefined;
}

function joined(argument: unknown, values: ReadonlyMap<string, string>): string | undefined {
  if (!Array.isArray(argument) || typeof argument[0] !== 'string' || !Array.isArray(argument[1])) {
    return undefined;
  }
  const parts = (argument[1] as unknown[]).map((part) => textOf(part, values));
  return parts.every((part) => part !== undefined) ? parts.join(argument[0]) : undefined;
}

function walk(value: unknown, visit: (value: unknown) => void): void {
  visit(value);
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((child) => walk(child, visit));
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
