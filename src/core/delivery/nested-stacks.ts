import { createdResources, removal } from './deferred';
import { isTransformed, parameterText, textOf } from './template-facts';
import { changedParts, isRecord, isSame, MayChange, mayComeOutDifferently, part } from './template-inputs';
import { NESTED_STACK } from '../change-set/described-change';
import { isIdentity } from '../change-set/identity';
import { InPlace } from '../change-set/in-place';
import { mayGrant } from '../change-set/permissions';
import { replacementBySchema } from '../change-set/replacement';
import { ResourceChange } from '../change-set/resource-change';

/** A stack and those nested in it, as they are deployed and as a release has them. */
export interface StackTree {
  /** The template that is deployed, with functions in their long form; absent: the stack is created. */
  readonly before?: unknown;
  /** The release's template, likewise. */
  readonly after: unknown;
  /** Values of the parameters that the stack has now. */
  readonly deployed: Readonly<Record<string, string>>;
  /** What the release gives its parameters, and pseudo parameters, as far as it is known before it is deployed. */
  readonly values: ReadonlyMap<string, string>;
  /** Nested stacks by logical ID; those whose templates could not be read are missing. */
  readonly nested: ReadonlyMap<string, StackTree>;
}

/** What comes of a stack: the changes of its resources, and the names of outputs that may come out differently. */
interface Comparison {
  readonly changes: readonly ResourceChange[];
  readonly outputs: ReadonlySet<string>;
}

/**
 * The changes of a change set that was made without its nested stacks, and those of the nested stacks, as far as their templates say them. Whatever
 * may come out differently counts as changed, because nothing is compared with this later. A nested stack that cannot be judged so stays `unread`.
 *
 * @param changesTags whether the stack's own tags change, which nested stacks take on
 */
export function withNestedChanges(changes: readonly ResourceChange[], root: StackTree, changesTags: boolean): ResourceChange[] {
  const inPlace = new InPlace(changes);
  const byPath = new Map(changes.map((change) => [change.path, change]));
  const parameter = ownParameters(root);
  const nested = new Map<string, Comparison | undefined>();
  const inputs: MayChange = {
    parameter,
    ...changedParts(root.before, root.after, parameter),
    resource: (id, attribute) => {
      const change = byPath.get(id);
      return change !== undefined && (change.type === NESTED_STACK && change.action === 'Modify' && attribute !== undefined
        ? mayOutput(nested, id, attribute) : !inPlace.has(change) || !isIdentity(change.type, attribute));
    },
  };
  const open = changes.filter(({ unread, type, action }) => unread && type === NESTED_STACK && action === 'Modify').map(({ path }) => path);
  // Outputs of one nested stack are parameters of others: what changes grows until nothing is added.
  settle(() => {
    open.forEach((id) => nested.set(id, comparedIn(root, id, inputs, changesTags)));
    return sizeOf(nested);
  });
  return changes.flatMap((change) => {
    const { path, type, action, unread, ...rest } = change;
    const found = !unread || type !== NESTED_STACK ? undefined : action === 'Add' ? createdIn(root, path) : nested.get(path)?.changes;
    return found === undefined ? [change] : [{ path, type, action, ...rest }, ...found.map((inner) => under(path, inner))];
  });
}

/** Which parameters of the root come out differently than they are. */
function ownParameters({ after, deployed, values }: StackTree): MayChange['parameter'] {
  const declared = part(after, 'Parameters');
  return (name) => Object.hasOwn(declared, name) && (values.get(name) === undefined || values.get(name) !== deployed[name]);
}

/** What comes of a stack that is nested in another. Nothing: it cannot be judged. */
function comparedIn(parent: StackTree, id: string, inputs: MayChange, changesTags: boolean): Comparison | undefined {
  const tree = parent.nested.get(id);
  if (tree?.before === undefined || isTransformed(tree.before) || isTransformed(tree.after)) {
    return undefined;
  }
  const [old, fresh] = [resourceOf(parent.before, id), resourceOf(parent.after, id)];
  const tags = changesTags || !isSame(old.Tags, fresh.Tags) || mayComeOutDifferently(fresh.Tags, inputs);
  return compared(tree, givenParameters(tree, old.Parameters, fresh.Parameters, inputs), tags);
}

/** Which parameters of a nested stack may come out differently, by what its parent gives them. */
function givenParameters(tree: StackTree, before: unknown, after: unknown, inputs: MayChange): MayChange['parameter'] {
  const [declaredBefore, declared] = [part(tree.before, 'Parameters'), part(tree.after, 'Parameters')];
  const [old, fresh] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  const isWhole = [...Object.keys(old), ...Object.keys(fresh)].some((key) => key === 'Ref' || key.startsWith('Fn::'));
  return (name) => {
    if (!Object.hasOwn(declared, name)) {
      return false;
    }
    if (isWhole) {
      return !isSame(before, after) || mayComeOutDifferently(after, inputs);
    }
    const isAsBefore = isSame(declaredBefore[name], declared[name]) && isSame(old[name], fresh[name]) && !mayComeOutDifferently(fresh[name], inputs);
    const text = tree.values.get(name);
    return isSsm(declared[name]) || !isAsBefore && (text === undefined || text !== tree.deployed[name]);
  };
}

function isSsm(declaration: unknown): boolean {
  return isRecord(declaration) && String(declaration.Type ?? '').startsWith('AWS::SSM::');
}

/** Compares two templates of a nested stack, and those of the stacks in it. */
function compared(tree: StackTree, parameter: MayChange['parameter'], tags: boolean): Comparison {
  const { before, after } = tree;
  const [old, fresh] = [part(before, 'Resources'), part(after, 'Resources')];
  const parts = changedParts(before, after, parameter);
  const modified = new Map<string, ResourceChange>();
  const nested = new Map<string, Comparison | undefined>();
  const inputs: MayChange = {
    parameter,
    ...parts,
    resource: (id, attribute) => {
      if (nested.has(id) && attribute !== undefined) {
        return mayOutput(nested, id, attribute);
      }
      const change = modified.get(id);
      return Object.hasOwn(fresh, id) && !Object.hasOwn(old, id)
        || change !== undefined && (change.replacement !== 'False' || change.unknown !== undefined || !isIdentity(change.type, attribute));
    },
  };
  settle(() => {
    for (const [id, resource] of Object.entries(fresh).filter(([known]) => Object.hasOwn(old, known))) {
      const change = modification(id, old[id], resource, inputs, tags);
      if (change !== undefined) {
        modified.set(id, change);
      }
      if (typeOf(resource) === NESTED_STACK) {
        nested.set(id, comparedIn(tree, id, inputs, tags));
      }
    }
    return sizeOf(nested) + [...modified.values()].reduce((sum, { properties }) => sum + 1 + properties.length, 0);
  });
  const changes = Object.keys(fresh).flatMap((id): readonly ResourceChange[] => {
    const inner = nested.get(id);
    if (!Object.hasOwn(old, id)) {
      return createdAt(tree, id);
    }
    const own = modified.get(id);
    if (!nested.has(id)) {
      return own === undefined ? [] : [own];
    }
    const change = own ?? { path: id, type: NESTED_STACK, action: 'Modify', replacement: 'False', properties: [] };
    if (inner === undefined) {
      return [{ ...change, unread: true }];
    }
    return own === undefined && inner.changes.length === 0 ? [] : [change, ...inner.changes.map((one) => under(id, one))];
  });
  const removed = Object.keys(old).filter((id) => !Object.hasOwn(fresh, id)).map((id) => removal(id, old[id]));
  return { changes: [...removed, ...changes], outputs: changedOutputs(before, after, inputs) };
}

function modification(path: string, before: unknown, after: unknown, inputs: MayChange, tags: boolean): ResourceChange | undefined {
  const type = typeOf(after);
  const [from, to] = [recordOf(before), recordOf(after)];
  const change = { path, type, action: 'Modify' } as const;
  if (typeOf(before) !== type) {
    return { ...change, replacement: 'True', policyAction: 'ReplaceAndDelete', properties: ['Type'], before, after };
  }
  // One that a condition takes away is deleted.
  if (!isSame(from.Condition, to.Condition) || typeof to.Condition === 'string' && inputs.condition(to.Condition)) {
    return { ...change, properties: ['Condition'], before, after, unknown: `its Condition '${String(to.Condition ?? from.Condition)}' may come out differently` };
  }
  const [old, fresh] = [recordOf(from.Properties), recordOf(to.Properties)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
  const written = names.filter((name) => !isSame(old[name], fresh[name]));
  const late = names.filter((name) => !written.includes(name) && mayComeOutDifferently(fresh[name], inputs));
  const attributes = ['Metadata', 'UpdatePolicy', 'CreationPolicy'].filter((name) => !isSame(from[name], to[name]));
  const properties = [...new Set([...written, ...late, ...(tags && replacementBySchema(type, ['Tags']) !== 'False' ? ['Tags'] : [])])].sort();
  if (properties.length + attributes.length === 0) {
    return undefined;
  }
  const replacement = properties.length === 0 ? 'False' : replacementBySchema(type, properties);
  // What it grants is not known where its text is the same and its values are not.
  const content = late.length > 0 && mayGrant(type, after) ? {} : { before, after };
  return { ...change, replacement, ...(replacement === 'False' ? {} : { policyAction: 'ReplaceAndDelete' }), properties: [...properties, ...attributes], ...content };
}

/** The resources of a nested stack that is new; nothing where its template could not be read. */
function createdIn(parent: StackTree, id: string): ResourceChange[] | undefined {
  const tree = parent.nested.get(id);
  return tree === undefined || isTransformed(tree.after) ? undefined : Object.keys(part(tree.after, 'Resources')).flatMap((inner) => createdAt(tree, inner));
}

/** A resource that is new and, where it is a nested stack, those in it. */
function createdAt(tree: StackTree, id: string): ResourceChange[] {
  const own = createdResources({ Resources: { [id]: part(tree.after, 'Resources')[id] } });
  const further = createdIn(tree, id);
  return further === undefined ? own : [...own.map(({ unread, ...change }) => change), ...further.map((inner) => under(id, inner))];
}

/** Names of the outputs that may come out differently than they are. */
function changedOutputs(before: unknown, after: unknown, inputs: MayChange): ReadonlySet<string> {
  const [old, fresh] = [part(before, 'Outputs'), part(after, 'Outputs')];
  return new Set(Object.keys(fresh).filter((name) => !isSame(old[name], fresh[name]) || mayComeOutDifferently(fresh[name], inputs)));
}

function mayOutput(nested: ReadonlyMap<string, Comparison | undefined>, id: string, attribute: string): boolean {
  // Before its turn, nothing of it is known to change; where it cannot be judged, everything may.
  return nested.has(id) && (nested.get(id)?.outputs.has(attribute.replace(/^Outputs\./, '')) ?? true);
}

function settle(step: () => number): void {
  for (let last = -1, size = step(); size !== last;) {
    last = size;
    size = step();
  }
}

function sizeOf(nested: ReadonlyMap<string, Comparison | undefined>): number {
  return [...nested.values()].reduce((sum, one) => sum + (one === undefined ? 0 : one.changes.length + one.outputs.size), 0);
}

function under(path: string, change: ResourceChange): ResourceChange {
  return { ...change, path: `${path}/${change.path}` };
}

function resourceOf(template: unknown, id: string): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(part(template, 'Resources')[id]).Properties);
}

function typeOf(resource: unknown): string {
  return String(recordOf(resource).Type ?? 'unknown');
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Values of a nested stack's parameters, as far as its parent and its defaults say them. */
export function nestedValues(template: unknown, given: unknown, parent: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const pseudo = [...parent].filter(([name]) => name.startsWith('AWS::') && name !== 'AWS::StackName');
  const own = Object.entries(part(template, 'Parameters')).map(([name, declaration]) => [
    name, Object.hasOwn(recordOf(given), name) ? textOf(recordOf(given)[name], parent) : parameterText(declaration),
  ] as const);
  return new Map([...pseudo, ...own.filter((entry): entry is [string, string] => entry[1] !== undefined)]);
}
