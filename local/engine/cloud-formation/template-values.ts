import { readTemplateText } from './template-yaml';

/** A resource of a template, the values of parameters filled in. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
}

export interface FilledTemplate {
  readonly resources: Readonly<Record<string, TemplateResource>>;
  /** The same as the template says them, with references to parameters. */
  readonly declared: Readonly<Record<string, TemplateResource>>;
  /** Values of the outputs; what a resource would give is named after it. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The same, with the functions in them. */
  readonly outputValues: Readonly<Record<string, unknown>>;
  /** Names of exports, by output. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Reads a template's resources and outputs with these parameters, and with the values of what it imports. */
export function fillTemplate(
  text: string, parameters: Readonly<Record<string, string>>, stackName: string, imports: Readonly<Record<string, string>> = {},
): FilledTemplate {
  const fill = (value: unknown) => fillValue(value, parameters, imports, stackName);
  const { Resources: resources = {}, Outputs: outputs = {} } = (readTemplateText(text) ?? {}) as {
    Resources?: Record<string, TemplateResource>; Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
  };
  return {
    declared: resources,
    resources: Object.fromEntries(Object.entries(resources).map(([id, resource]) => [id, fill(resource) as TemplateResource])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([id, { Value }]) => [id, valueText(fill(Value), stackName)])),
    outputValues: Object.fromEntries(Object.entries(outputs).map(([id, { Value }]) => [id, fill(Value)])),
    exports: Object.fromEntries(Object.entries(outputs).flatMap(([id, { Export: exported }]) => (
      exported === undefined ? [] : [[id, valueText(fill(exported.Name), stackName)]]))),
  };
}

/** Puts the values of parameters and imports in their place; other functions stay as they are. */
function fillValue(
  value: unknown, parameters: Readonly<Record<string, string>>, imports: Readonly<Record<string, string>>, stackName: string,
): unknown {
  const fill = (child: unknown) => fillValue(child, parameters, imports, stackName);
  if (Array.isArray(value)) {
    return value.map(fill);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { Ref: ref, 'Fn::Sub': sub } = value as { 'Ref'?: unknown; 'Fn::Sub'?: unknown };
  if (typeof ref === 'string' && Object.hasOwn(parameters, ref)) {
    return parameters[ref];
  }
  if (typeof sub === 'string') {
    const filled = sub.replace(/\$\{([A-Za-z0-9:]+)\}/g, (whole, name: string) => (Object.hasOwn(parameters, name) ? parameters[name] : whole));
    return filled.includes('${') ? { 'Fn::Sub': filled } : filled;
  }
  const filled = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fill(child)]));
  const imported = Object.hasOwn(filled, 'Fn::ImportValue') ? valueText(filled['Fn::ImportValue'], stackName) : undefined;
  return imported !== undefined && Object.hasOwn(imports, imported) ? imports[imported] : filled;
}

/** A value as text: no resource is made, so what one would give is named after it. */
export function valueText(value: unknown, stackName: string): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub, 'Fn::Join': join } = value as {
    'Ref'?: string; 'Fn::GetAtt'?: string | string[]; 'Fn::Sub'?: string; 'Fn::Join'?: [string, unknown[]];
  };
  if (typeof ref === 'string') {
    return `${stackName}-${ref}`;
  }
  if (attribute !== undefined) {
    return `${stackName}-${[attribute].flat().join('.')}`;
  }
  if (typeof sub === 'string') {
    return sub.replace(/\$\{([^}]+)\}/g, (_, name: string) => `${stackName}-${name}`);
  }
  return Array.isArray(join) ? join[1].map((part) => valueText(part, stackName)).join(join[0]) : JSON.stringify(value);
}
