/** Text by which the CDK marks an SSM parameter that no deployment needs to read, such as its bootstrap version. */
const CDK_SKIP = '[cdk:skip]';

/** A dynamic reference: the service, the name, and all that follows. Secrets have `:` inside their fields, SSM parameters a version last. */
const DYNAMIC_REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]*)\}\}/g;

/** Transforms that depend on the template's text alone. */
const PURE_TRANSFORMS = new Set(['AWS::LanguageExtensions']);

/**
 * What in a template gets its value only when the template is deployed, each in a few words: the same template and parameters may then deploy
 * something else. Unknown shapes count. Empty: the text and the parameters say everything.
 *
 * @param template as parsed from YAML or JSON, with short forms such as `!ImportValue` either expanded or as they are
 */
export function lateValues(template: unknown, text: string): string[] {
  const found = new Set<string>();
  const root = isRecord(template) ? template : {};
  for (const [name, declaration] of Object.entries(isRecord(root.Parameters) ? root.Parameters : {})) {
    const { Type: type, Description: description } = isRecord(declaration) ? declaration : {};
    if (typeof type !== 'string' || type.startsWith('AWS::SSM::') && !String(description ?? '').includes(CDK_SKIP)) {
      found.add(`parameter ${name} is read from Systems Manager`);
    }
  }
  transforms(root.Transform).forEach((name) => found.add(`transform ${name}`));
  visit(root, found);
  for (const [, service, reference] of text.matchAll(DYNAMIC_REFERENCE)) {
    if (!hasVersion(service!, reference!)) {
      found.add(`dynamic reference ${service}:${reference} has no version`);
    }
  }
  if (/!ImportValue\b/.test(text)) {
    found.add('Fn::ImportValue');
  }
  if (/!Transform\b/.test(text)) {
    found.add('Fn::Transform');
  }
  return [...found].sort();
}

function transforms(declared: unknown): string[] {
  const list = declared === undefined ? [] : Array.isArray(declared) ? declared as unknown[] : [declared];
  return list.map((one) => (typeof one === 'string' ? one : isRecord(one) && typeof one.Name === 'string' ? one.Name : 'of an unknown kind'))
    .filter((name) => !PURE_TRANSFORMS.has(name));
}

/** Functions and resources whose values come from elsewhere. */
function visit(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach((entry) => visit(entry, found));
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  if (value.Type === 'AWS::CloudFormation::Stack') {
    found.add('a nested stack, whose template is read when it is deployed');
  }
  for (const [key, child] of Object.entries(value)) {
    if (key === 'Fn::ImportValue' || key === 'Fn::Transform') {
      found.add(key);
    }
    visit(child, found);
  }
}

function hasVersion(service: string, reference: string): boolean {
  // A secret's fields: ID (which may be an ARN of seven parts), `SecretString`, JSON key, version stage, version ID.
  return service === 'secretsmanager' ? /:SecretString:[^:]*:[^:]*:[^:]+$/.test(reference) : /:\d+$/.test(reference);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
