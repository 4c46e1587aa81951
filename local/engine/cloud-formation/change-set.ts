import { randomUUID } from 'node:crypto';
import type { Change, RollbackConfiguration } from '@aws-sdk/client-cloudformation';
import { changesBetween, KNOWN_AFTER_APPLY, Updates, updatesBetween } from './changes';
import { nestedName, NESTED_STACK, nestedStacks } from './nested-stacks';
import { MissingExportError, NO_READINGS } from './readings';
import { referencesIn } from './references';
import { Deployable, filled, nestedDeployable, nestedPlace, Readings, Stack, StackPlace, TemplateReader } from './stack';
import { FilledTemplate } from './template-values';

/** What a change set may ask for next to its content. */
export interface ChangeSetOptions {
  readonly includeNestedStacks?: boolean;
  readonly rollback?: RollbackConfiguration;
}

export interface ChangeSet extends ChangeSetOptions {
  /** Of the request that made it. */
  readonly token?: string;
  readonly id: string;
  readonly name: string;
  readonly place: StackPlace;
  readonly content: Deployable;
  readonly created: Date;
  readonly changes: readonly Change[];
  /** Nothing would change: CloudFormation calls such a change set failed. */
  readonly empty: boolean;
  /** Why it cannot be executed, where something else is the matter. */
  readonly failure?: string;
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
  readonly token?: string;
}

/** What is there already. */
export interface Surroundings {
  readonly stack: (place: StackPlace) => Stack | undefined;
  readonly readTemplate: TemplateReader;
  /** What a template takes from its Region. @throws StackError */
  readonly readings: (content: Deployable, place: StackPlace) => Readings;
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
  const unknown = Object.fromEntries([...unknownParameters].map((parameter) => [parameter, KNOWN_AFTER_APPLY]));
  const asked = { ...content, parameters: { ...content.parameters, ...unknown } };
  const { readings, missing } = read(asked, place, surroundings);
  const expected = { ...asked, readings };
  const before = filled(current, place);
  const after = filled(expected, place);
  const changedParameters = changedNames(current?.parameters ?? {}, expected.parameters);
  const difference = { before, after, stackName: place.name, changedParameters };
  const updates = updatesBetween(difference);
  const nested = options.includeNestedStacks
    ? nestedChangeSets(request, surroundings, { after, updates, unknownParameters, ancestors: [...ancestors, id] })
    : new Map<string, ChangeSet>();
  const changes = changesBetween(difference, updates, new Map([...nested].map(([logicalId, changeSet]) => [logicalId, changeSet.id])));
  const failed = [...nested.values()].find(({ failure }) => failure !== undefined);
  const failure = missing ?? selectFailure(after, unknownParameters) ?? (failed && `Nested change set ${failed.id} was not successfully created: Currently in FAILED.`);
  return {
    ...options,
    ...(failure === undefined ? {} : { failure }),
    ...(request.token === undefined ? {} : { token: request.token }),
    id,
    name,
    place,
    content,
    created: new Date(),
    changes,
    empty: isSame(current, expected) && (changes.length === 0 || hasNestedOnly(changes, nested)),
    nested: [...nested.values()],
    ancestors,
  };
}

/**
 * The change set of a nested stack fails where its template selects from a list that another stack gives and that is not known yet; one of the
 * parent without nested stacks does not (aws-cloudformation/cloudformation-coverage-roadmap#759).
 */
function selectFailure({ declared }: FilledTemplate, unknown: ReadonlySet<string>): string | undefined {
  const selects = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.entries(value).some(([key, child]) => (
    key === 'Fn::Select' && referencesIn(child).some(({ id }) => unknown.has(id)) || selects(child)));
  return selects(declared) ? 'Template error: Fn::Select cannot select nonexistent value at index 1' : undefined;
}

function read(content: Deployable, place: StackPlace, { readings }: Surroundings): { readonly readings: Readings; readonly missing?: string } {
  try {
    return { readings: readings(content, place) };
  } catch (error) {
    if (error instanceof MissingExportError) {
      return { readings: NO_READINGS, missing: error.message };
    }
    throw error;
  }
}

/** A change set for each nested stack of the template, by logical ID. */
function nestedChangeSets(
  { place, name, content, options }: ChangeSetRequest, surroundings: Surroundings,
  { after, updates, unknownParameters, ancestors }: Position & { readonly after: FilledTemplate; readonly updates: Updates },
): Map<string, ChangeSet> {
  return new Map(nestedStacks(filled(content, place).resources, place.name).map((stack) => {
    const given = (after.declared[stack.logicalId].Properties?.Parameters ?? {}) as Readonly<Record<string, unknown>>;
    const isUnknown = (value: unknown) => referencesIn(value).some(({ id }) => updates.has(id) || unknownParameters.has(id));
    const request = {
      place: nestedPlace(place, stack.logicalId),
      name: nestedName(name, stack.logicalId),
      content: nestedDeployable(stack, content, surroundings.readTemplate),
      options,
    };
    return [stack.logicalId, makeChangeSet(request, surroundings, {
      ancestors, unknownParameters: new Set(Object.keys(given).filter((parameter) => isUnknown(given[parameter]))),
    })];
  }));
}

/** Parameters that have another value, or had none. */
export function changedNames(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(Object.keys(after).filter((name) => after[name] !== before[name]));
}

function isSame(current: Deployable | undefined, { template, parameters, tags, readings }: Deployable): boolean {
  return current?.template === template && equal(current.parameters, parameters) && equal(current.tags, tags)
    && equal(current.readings?.parameters ?? {}, readings?.parameters ?? {}) && equal(current.readings?.imports ?? {}, readings?.imports ?? {});
}

/** Whether all that is said to change are nested stacks, and nothing changes in these. */
function hasNestedOnly(changes: readonly Change[], nested: ReadonlyMap<string, ChangeSet>): boolean {
  return changes.every(({ ResourceChange: change }) => change?.ResourceType === NESTED_STACK && nested.get(change.LogicalResourceId!)?.empty);
}

function equal(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
}
