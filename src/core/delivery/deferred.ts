import { NESTED_STACK } from '../change-set/described-change';
import { mayGrant } from '../change-set/permissions';
import { REPLACED_BY_DESIGN } from '../change-set/replaced-by-design';
import { replacementBySchema } from '../change-set/replacement';
import { ResourceChange } from '../change-set/resource-change';
import { canonicalJson } from '../digest';

/** What of a template's inputs is not known yet. */
export interface LateInputs {
  /** Names of parameters that other stacks' outputs give. */
  readonly parameters: ReadonlySet<string>;
  /** Whether exports and SSM parameters that it reads may change as well. */
  readonly readings: boolean;
}

/** All resources of a template, as a stack that does not exist yet gets them. Those of which a condition is false are among them. */
export function createdResources(template: unknown): ResourceChange[] {
  const { Resources: resources, Transform: transform } = record(template);
  const created = Object.entries(record(resources)).map(([path, resource]): ResourceChange => ({
    path,
    type: typeOf(resource),
    action: 'Add',
    properties: [],
    after: resource,
    ...(typeOf(resource) === NESTED_STACK ? { unread: true } : {}),
  }));
  // What a macro makes is known to CloudFormation alone: anyone who is asked about permissions is asked.
  return transform === undefined ? created : [...created, { path: 'Transform', type: 'AWS::CloudFormation::Macro', action: 'Add', properties: [], unread: true }];
}

/**
 * The resources whose values are not known yet, because they come from stacks that change in the same delivery: those that read late inputs, and those
 * that refer to these. Each may be modified. One that would be replaced is more than this says, unless its type is replaced by design.
 */
export function lateChanges(template: unknown, late: LateInputs): ResourceChange[] {
  const resources = Object.entries(record(record(template).Resources));
  const reached = new Set<string>(late.parameters);
  const found = new Map<string, unknown>();
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const [path, resource] of resources) {
      if (!found.has(path) && reads(resource, reached, late.readings)) {
        found.set(path, resource);
        reached.add(path);
      }
    }
  }
  return resources.filter(([path]) => found.has(path)).map(([path, resource]) => lateChange(path, typeOf(resource), resource));
}

function lateChange(path: string, type: string, resource: unknown): ResourceChange {
  // Where it may grant something, its content is left out: what it grants is not known.
  const content = mayGrant(type, resource) ? {} : { before: resource, after: resource };
  const change = { path, type, action: 'Modify', properties: [], late: true, ...content } as const;
  return REPLACED_BY_DESIGN.has(type) ? { ...change, replacement: 'True', policyAction: 'ReplaceAndDelete' } : { ...change, replacement: 'False' };
}

/** A deployed template, the one that replaces it, and what may come out differently in both. */
export interface ComparedTemplates {
  readonly before: unknown;
  readonly after: unknown;
  /** Names of parameters whose values change, and are known. */
  readonly changed: ReadonlySet<string>;
  readonly late: LateInputs;
}

/**
 * What a change set would do, as far as two templates say it: for a stack whose change set cannot be made yet, because another stack gives it
 * something for the first time. Whether a property replaces its resource is taken from the schema of its type.
 */
export function comparedResources({ before, after, changed, late }: ComparedTemplates): ResourceChange[] {
  const [old, fresh] = [record(record(before).Resources), record(record(after).Resources)];
  const removed = Object.entries(old).filter(([path]) => !Object.hasOwn(fresh, path)).map(([path, resource]) => removal(path, resource));
  const added = createdResources(after).filter(({ path }) => !Object.hasOwn(old, path));
  const modified = Object.entries(fresh).filter(([path]) => Object.hasOwn(old, path))
    .flatMap(([path, resource]) => modification(path, old[path], resource, changed));
  const known = new Set(modified.map(({ path }) => path));
  return [...removed, ...added, ...modified, ...lateChanges(after, late).filter(({ path }) => Object.hasOwn(old, path) && !known.has(path))];
}

/** A resource that leaves its stack, by its deletion policy. */
export function removal(path: string, resource: unknown): ResourceChange {
  const policy = record(resource).DeletionPolicy;
  return {
    path,
    type: typeOf(resource),
    action: 'Remove',
    properties: [],
    before: resource,
    policyAction: policy === 'Retain' || policy === 'RetainExceptOnCreate' ? 'Retain' : policy === 'Snapshot' ? 'Snapshot' : 'Delete',
  };
}

function modification(path: string, before: unknown, after: unknown, changed: ReadonlySet<string>): ResourceChange[] {
  const type = typeOf(after);
  if (typeOf(before) !== type) {
    return [{ path, type, action: 'Modify', replacement: 'True', policyAction: 'ReplaceAndDelete', properties: ['Type'], before, after }];
  }
  const [old, fresh] = [record(record(before).Properties), record(record(after).Properties)];
  const properties = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort().filter((name) => (
    canonicalJson(old[name] ?? null) !== canonicalJson(fresh[name] ?? null) || reads(fresh[name], changed, false)));
  const attributes = ['Metadata', 'UpdatePolicy', 'CreationPolicy'].filter((name) => (
    canonicalJson(record(before)[name] ?? null) !== canonicalJson(record(after)[name] ?? null)));
  if (properties.length + attributes.length === 0) {
    return [];
  }
  const replacement = replacementBySchema(type, properties);
  return [{
    path,
    type,
    action: 'Modify',
    replacement,
    ...(replacement === 'False' ? {} : { policyAction: 'ReplaceAndDelete' }),
    properties: [...properties, ...attributes],
    before,
    after,
    ...(type === NESTED_STACK ? { unread: true } : {}),
  }];
}

/** Whether anything in a value refers to one of these names, or reads what other stacks give. */
function reads(value: unknown, names: ReadonlySet<string>, readings: boolean): boolean {
  if (typeof value === 'string') {
    return readings && value.includes('{{resolve:ssm');
  }
  if (Array.isArray(value)) {
    return value.some((element) => reads(element, names, readings));
  }
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return Object.entries(value).some(([key, argument]) => {
    switch (key) {
      case 'Ref':
        return names.has(String(argument));
      case 'Fn::GetAtt':
        return names.has(String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]));
      case 'Fn::Sub':
        return namesIn(argument).some((name) => names.has(name)) || reads(argument, names, readings);
      case 'Fn::ImportValue':
        return readings;
      case 'DependsOn':
      case 'Condition':
        return false;
      default:
        return reads(argument, names, readings);
    }
  });
}

function namesIn(argument: unknown): string[] {
  const text: unknown = Array.isArray(argument) ? argument[0] : argument;
  return typeof text !== 'string' ? [] : [...text.matchAll(/\$\{([^!}.]+)(?:\.[^}]*)?\}/g)].map(([, name]) => name!.trim());
}

/** The names of parameters that are read from SSM. */
export function ssmParameters(template: unknown): string[] {
  return Object.entries(record(record(template).Parameters)).filter(([, declaration]) => typeOf(declaration).startsWith('AWS::SSM::')).map(([name]) => name);
}

function typeOf(resource: unknown): string {
  return String(record(resource).Type ?? 'unknown');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : {};
}
