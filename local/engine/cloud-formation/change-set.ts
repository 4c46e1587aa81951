import { randomUUID } from 'node:crypto';
import type { Change, RollbackConfiguration } from '@aws-sdk/client-cloudformation';
import { changesBetween, refersTo, replacedIds } from './changes';
import { nestedName, NESTED_STACK, nestedStacks } from './nested-stacks';
import { Deployable, filled, nestedDeployable, nestedPlace, Stack, StackPlace, TemplateReader } from './stack';
import { FilledTemplate } from './template-values';

/** What a change set may ask for beside its content. */
export interface ChangeSetOptions {
  readonly includeNestedStacks?: boolean;
  readonly rollback?: RollbackConfiguration;
}

export interface ChangeSet extends ChangeSetOptions {
  readonly id: string;
  readonly name: string;
  readonly place: StackPlace;
  readonly content: Deployable;
  readonly created: Date;
  readonly changes: readonly Change[];
  /** Nothing would change: CloudFormation calls such a change set failed. */
  readonly empty: boolean;
  /** Those of nested stacks, where they were asked for. */
  readonly nested: readonly ChangeSet[];
  /** IDs of the change sets that this one is nested in, the root's first. */
  readonly ancestors: readonly string[];
}

/** What a change set is made from. */
export interface ChangeSetRequest {
  readonly place: StackPlace;
  readonly name: string;
  readonly content: Deployable;
  readonly options: ChangeSetOptions;
}

/** What is there already. */
export interface Surroundings {
  readonly stack: (place: StackPlace) => Stack | undefined;
  readonly readTemplate: TemplateReader;
}

/** Where in a tree of change sets one is. */
interface Position {
  readonly ancestors: readonly string[];
  readonly unknownParameters: ReadonlySet<string>;
}

const ROOT: Position = { ancestors: [], unknownParameters: new Set() };

/** Makes a change set and, where they are asked for, those of its nested stacks. @throws StackError */
export function makeChangeSet(request: ChangeSetRequest, surroundings: Surroundings, position = ROOT): ChangeSet {
  const { place, name, content, options } = request;
  const id = `arn:aws:cloudformation:${place.region}:${place.account}:changeSet/${name}/${randomUUID()}`;
  const current = surroundings.stack(place);
  const { unknownParameters, ancestors } = position;
  const before = filled(current, place.name, unknownParameters);
  const after = filled(content, place.name, unknownParameters);
  const unknown = new Set([...unknownParameters, ...replacedIds(before, after)]);
  const nested = options.includeNestedStacks
    ? nestedChangeSets(request, surroundings, { after, unknown, ancestors: [...ancestors, id] })
    : new Map<string, ChangeSet>();
  const changes = changesBetween({
    before, after, stackName: place.name, unknownParameters, nested: new Map([...nested].map(([logicalId, changeSet]) => [logicalId, changeSet.id])),
  });
  return {
    ...options,
    id,
    name,
    place,
    content,
    created: new Date(),
    changes,
    empty: isSame(current, content) && (changes.length === 0 || hasNestedOnly(changes, nested)),
    nested: [...nested.values()],
    ancestors,
  };
}

/** A change set for each nested stack of the template, by logical ID. */
function nestedChangeSets(
  { place, name, content, options }: ChangeSetRequest, surroundings: Surroundings,
  { after, unknown, ancestors }: { readonly after: FilledTemplate; readonly unknown: ReadonlySet<string>; readonly ancestors: readonly string[] },
): Map<string, ChangeSet> {
  return new Map(nestedStacks(filled(content, place.name).resources, place.name).map((stack) => {
    const references = (after.resources[stack.logicalId].Properties?.Parameters ?? {}) as Readonly<Record<string, unknown>>;
    const unknownParameters = new Set(Object.keys(references).filter((parameter) => refersTo(references[parameter], unknown)));
    const request = {
      place: nestedPlace(place, stack.logicalId),
      name: nestedName(name, stack.logicalId),
      content: nestedDeployable(stack, content, surroundings.readTemplate),
      options,
    };
    return [stack.logicalId, makeChangeSet(request, surroundings, { ancestors, unknownParameters })];
  }));
}

function isSame(current: Deployable | undefined, { template, parameters, tags }: Deployable): boolean {
  return current?.template === template && equal(current.parameters, parameters) && equal(current.tags, tags);
}

/** Whether all that is said to change are nested stacks, and nothing changes in these. */
function hasNestedOnly(changes: readonly Change[], nested: ReadonlyMap<string, ChangeSet>): boolean {
  return changes.every(({ ResourceChange: change }) => change?.ResourceType === NESTED_STACK && nested.get(change.LogicalResourceId!)?.empty);
}

function equal(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
}
