import type { Change, PolicyAction, Replacement, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { NESTED_STACK } from './nested-stacks';
import { recreationFor } from './recreation';
import { Reference, referencesIn } from './references';
import { FilledTemplate, TemplateResource, valueText } from './template-values';

/** What CloudFormation writes where a value is known at execution only. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** From what one template is to become another. */
export interface Difference {
  readonly before: FilledTemplate;
  readonly after: FilledTemplate;
  readonly stackName: string;
  /** Parameters whose values change, or are known at execution only. */
  readonly changedParameters: ReadonlySet<string>;
}

/** What becomes of a resource that is there and stays in the template, with what CloudFormation gives as the reasons. */
interface Update {
  readonly replacement: Replacement;
  readonly details: readonly ResourceChangeDetail[];
}

/** Updates by logical ID. */
export type Updates = ReadonlyMap<string, Update>;

/**
 * The resources that CloudFormation says it will update: those whose properties change, and those that refer to one that is updated. What refers
 * to a resource that is replaced for certain changes for certain (`Static`). What refers to one that is modified, or may be replaced, is
 * listed all the same, as one that may change (`Dynamic`).
 */
export function updatesBetween(difference: Difference): Updates {
  const { before, after } = difference;
  const ids = Object.keys(after.resources).filter((id) => before.resources[id] !== undefined);
  let updates: Updates = new Map();
  for (let size = -1; ;) {
    const next: Updates = new Map(ids.flatMap((id): [string, Update][] => {
      const update = updateOf(id, difference, updates);
      return update === undefined ? [] : [[id, update]];
    }));
    // Each round finds at least as much as the one before.
    const weight = [...next.values()].reduce((sum, { replacement, details }) => sum + details.length + 1_000 * LEVELS.indexOf(replacement), next.size);
    if (weight === size) {
      return next;
    }
    [size, updates] = [weight, next];
  }
}

const LEVELS: readonly Replacement[] = ['False', 'Conditional', 'True'];

function updateOf(id: string, { before, after, changedParameters }: Difference, updates: Updates): Update | undefined {
  const [old, fresh] = [before.resources[id], after.resources[id]];
  const names = [...new Set([...Object.keys(old.Properties ?? {}), ...Object.keys(fresh.Properties ?? {})])].sort();
  const details = names.flatMap((name) => {
    const changed = JSON.stringify(old.Properties?.[name]) !== JSON.stringify(fresh.Properties?.[name]);
    const declared = [before, after].map(({ declared: resources }) => JSON.stringify(resources[id]?.Properties?.[name]));
    const references = referencesIn(after.declared[id]?.Properties?.[name]);
    const parameters = references.filter(({ id: parameter }) => changedParameters.has(parameter));
    const caused = references.filter(({ id: resource }) => updates.has(resource));
    return [
      ...(changed ? [detail(fresh.Type, name, { Evaluation: parameters.length > 0 ? 'Dynamic' : 'Static', ChangeSource: 'DirectModification' })] : []),
      ...(changed || declared[0] !== declared[1] ? unique(parameters).map((reference) => detail(fresh.Type, name, {
        Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: reference.id,
      })) : []),
      ...unique(caused).map((reference) => detail(fresh.Type, name, {
        Evaluation: updates.get(reference.id)!.replacement === 'True' ? 'Static' : 'Dynamic',
        ChangeSource: reference.attribute === undefined ? 'ResourceReference' : 'ResourceAttribute',
        CausingEntity: entityOf(reference),
      })),
    ];
  });
  if (old.Type !== fresh.Type) {
    return { replacement: 'True', details };
  }
  if (details.length === 0) {
    return fresh.Type === NESTED_STACK ? { replacement: 'False', details: [AUTOMATIC] } : undefined;
  }
  return { replacement: LEVELS[Math.max(...details.map((entry) => LEVELS.indexOf(impactOf(entry))))], details };
}

/** As the API reference says: certain where the property always replaces and its value changes for certain. */
function impactOf({ Target, Evaluation }: ResourceChangeDetail): Replacement {
  const { RequiresRecreation: recreation } = Target!;
  return recreation === 'Never' ? 'False' : recreation === 'Always' && Evaluation === 'Static' ? 'True' : 'Conditional';
}

function detail(type: string, name: string, cause: Omit<ResourceChangeDetail, 'Target'>): ResourceChangeDetail {
  return {
    Target: name === 'Tags' ? { Attribute: 'Tags', RequiresRecreation: 'Never' } : {
      Attribute: 'Properties', Name: name, RequiresRecreation: recreationFor(type, name), Path: `/Properties/${name}`,
    },
    ...cause,
  };
}

function entityOf({ id, attribute }: Reference): string {
  return attribute === undefined ? id : `${id}.${attribute}`;
}

function unique(references: readonly Reference[]): Reference[] {
  return [...new Map(references.map((reference) => [entityOf(reference), reference])).values()];
}

/** Of a nested stack whose properties stay: its template, or what it imports, may have changed all the same. */
const AUTOMATIC: ResourceChangeDetail = {
  Target: { Attribute: 'Properties', RequiresRecreation: 'Never' }, Evaluation: 'Dynamic', ChangeSource: 'Automatic',
};

/**
 * What a change set says of the difference: the shape of CloudFormation's API.
 *
 * @param nested change sets of nested stacks, by logical ID; none where the change set was made without them
 */
export function changesBetween(difference: Difference, updates: Updates, nested: ReadonlyMap<string, string>): Change[] {
  const { before, after } = difference;
  const ids = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])].sort();
  return ids.flatMap((id) => changeOf(id, difference, updates, nested) ?? []);
}

function changeOf(id: string, { before, after, stackName }: Difference, updates: Updates, nested: ReadonlyMap<string, string>): Change | undefined {
  const [old, fresh] = [before.resources[id], after.resources[id]] as [TemplateResource | undefined, TemplateResource | undefined];
  const context = (resource: TemplateResource, unknown: Updates) => JSON.stringify({ ...resource, Type: undefined, ...shown(resource, stackName, unknown) });
  const common = {
    LogicalResourceId: id,
    ResourceType: (fresh ?? old)!.Type,
    ...(old ? { PhysicalResourceId: `${stackName}-${id}`, BeforeContext: context(old, new Map()) } : {}),
    ...(fresh ? { AfterContext: context(fresh, updates) } : {}),
    ...(nested.has(id) ? { ChangeSetId: nested.get(id) } : {}),
  };
  if (old === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Add', Scope: [], Details: [] } };
  }
  if (fresh === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Remove', PolicyAction: (old.DeletionPolicy ?? 'Delete') as PolicyAction, Scope: [], Details: [] } };
  }
  const update = updates.get(id);
  return update && {
    Type: 'Resource',
    ResourceChange: {
      ...common,
      Action: 'Modify',
      Replacement: update.replacement,
      ...(update.replacement === 'False' ? {} : { PolicyAction: `ReplaceAnd${fresh.UpdateReplacePolicy ?? 'Delete'}` as PolicyAction }),
      Scope: [...new Set(update.details.map(({ Target }) => Target!.Attribute!))],
      Details: [...update.details],
    },
  };
}

/** A resource's properties with the values that references have: they are resolved, unless they are to what is updated. */
function shown({ Properties: properties = {} }: TemplateResource, stackName: string, updates: Updates): object {
  const resolve = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (!Array.isArray(value) && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) {
      return referencesIn(value).some(({ id }) => updates.has(id)) ? KNOWN_AFTER_APPLY : valueText(value, stackName);
    }
    return Array.isArray(value) ? value.map(resolve) : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, resolve(child)]));
  };
  return { Properties: resolve(properties) };
}
