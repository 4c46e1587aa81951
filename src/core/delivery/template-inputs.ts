import { canonicalJson } from '../digest';

/** What may come out differently of what a template refers to. */
export interface MayChange {
  /** Of a parameter: its value. */
  readonly parameter: (name: string) => boolean;
  /** Of a resource: what `Ref` gives (no attribute), or `Fn::GetAtt`. */
  readonly resource: (logicalId: string, attribute: string | undefined) => boolean;
  readonly condition: (name: string) => boolean;
  readonly mapping: (name: string) => boolean;
}

/** A dynamic reference to an SSM parameter with a version, which always gives the same. */
const PINNED = /\{\{resolve:ssm(?:-secure)?:[^{}:]+:\d+\}\}/g;

/** Whether a value of a template that stays as it is written may come out differently. */
export function mayComeOutDifferently(value: unknown, inputs: MayChange): boolean {
  const some = (child: unknown) => mayComeOutDifferently(child, inputs);
  if (typeof value === 'string') {
    return value.replace(PINNED, '').includes('{{resolve:ssm');
  }
  if (Array.isArray(value)) {
    return value.some(some);
  }
  return isRecord(value) && Object.entries(value).some(([key, argument]) => {
    switch (key) {
      case 'Ref':
        return refersTo(String(argument), inputs);
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return inputs.resource(logicalId!, attribute.join('.'));
      }
      case 'Fn::Sub':
        return substitutes(argument, inputs) || some(argument);
      case 'Fn::If':
        return !Array.isArray(argument) || inputs.condition(String(argument[0])) || argument.slice(1).some(some);
      case 'Fn::FindInMap':
        return !Array.isArray(argument) || typeof argument[0] !== 'string' || inputs.mapping(argument[0]) || argument.slice(1).some(some);
      case 'Condition':
        // In a condition, this is another one; in a policy, it is part of a statement.
        return typeof argument === 'string' ? inputs.condition(argument) : some(argument);
      case 'Fn::Transform':
        return true;
      // Exports that someone imports cannot change: `Fn::ImportValue` gives the same for the same name.
      default:
        return some(argument);
    }
  });
}

function refersTo(name: string, { parameter, resource }: MayChange): boolean {
  return parameter(name) || resource(name, undefined);
}

function substitutes(argument: unknown, inputs: MayChange): boolean {
  const [text, own]: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (typeof text !== 'string') {
    return true;
  }
  const variables = isRecord(own) ? own : {};
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name!.trim()).filter((name) => !Object.hasOwn(variables, name)).some((name) => {
    const [logicalId, ...attribute] = name.split('.');
    return attribute.length === 0 ? refersTo(name, inputs) : inputs.resource(logicalId!, attribute.join('.'));
  });
}

/** Conditions and mappings of a template that may come out differently, given which parameters do. */
export function changedParts(before: unknown, after: unknown, parameter: MayChange['parameter']): Pick<MayChange, 'condition' | 'mapping'> {
  const [old, fresh] = [part(before, 'Conditions'), part(after, 'Conditions')];
  const [oldMappings, freshMappings] = [part(before, 'Mappings'), part(after, 'Mappings')];
  const mapping = (name: string) => !isSame(oldMappings[name], freshMappings[name]);
  const changed = new Set<string>(Object.keys(fresh).filter((name) => !isSame(old[name], fresh[name])));
  const inputs: MayChange = { parameter, mapping, resource: () => false, condition: (name) => changed.has(name) || !Object.hasOwn(fresh, name) };
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    Object.keys(fresh).filter((name) => mayComeOutDifferently(fresh[name], inputs)).forEach((name) => changed.add(name));
  }
  return { mapping, condition: inputs.condition };
}

/** A section of a template. */
export function part(template: unknown, name: string): Readonly<Record<string, unknown>> {
  const section = isRecord(template) ? template[name] : undefined;
  return isRecord(section) ? section : {};
}

export function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
