import { ChangeDetail, ResourceChange } from './resource-change';

/** A text of an answer; command-line tools print what is absent as `null`. */
type Text = string | null | undefined;

/** A change as CloudFormation's DescribeChangeSet answers it, by the SDK or in the output of the AWS CLI. */
export interface DescribedChange {
  readonly Type?: Text;
  readonly ResourceChange?: DescribedResourceChange | null;
}

/** The part of a change that says what happens to a resource. */
export interface DescribedResourceChange {
  readonly Action?: Text;
  readonly LogicalResourceId?: Text;
  readonly PhysicalResourceId?: Text;
  readonly ResourceType?: Text;
  readonly Replacement?: Text;
  readonly PolicyAction?: Text;
  readonly Scope?: readonly string[] | null;
  readonly Details?: readonly DescribedDetail[] | null;
  readonly ChangeSetId?: Text;
  readonly BeforeContext?: Text;
  readonly AfterContext?: Text;
  readonly ResourceDriftStatus?: Text;
}

/** One of the reasons for which a resource changes. */
export interface DescribedDetail {
  readonly Target?: {
    readonly Attribute?: Text;
    readonly Name?: Text;
    readonly RequiresRecreation?: Text;
    readonly BeforeValue?: Text;
    readonly AfterValue?: Text;
    readonly AttributeChangeType?: Text;
  } | null;
  readonly Evaluation?: Text;
  readonly ChangeSource?: Text;
  readonly CausingEntity?: Text;
}

/** What state a change set is in. `empty`: it changes nothing, which CloudFormation calls failed. */
export type ChangeSetState = 'pending' | 'ready' | 'empty' | 'failed';

/** The state of a change set by what CloudFormation says of it. */
export function changeSetState(status: Text, reason: Text): ChangeSetState {
  switch (status) {
    case 'CREATE_COMPLETE':
      return 'ready';
    case 'CREATE_PENDING':
    case 'CREATE_IN_PROGRESS':
      return 'pending';
    case 'FAILED':
      return /didn't contain changes|no updates are to be performed/i.test(reason ?? '') ? 'empty' : 'failed';
    default:
      return 'failed';
  }
}

/** Type of the resources that are stacks of their own. */
export const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** Values that this code knows, by field. Another one is never taken for one of these: the change that has it is refused by name. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Action: ['Add', 'Modify', 'Remove', 'Import', 'Dynamic', 'SyncWithActual'],
  Replacement: ['True', 'False', 'Conditional'],
  PolicyAction: ['Delete', 'Retain', 'Snapshot', 'ReplaceAndDelete', 'ReplaceAndRetain', 'ReplaceAndSnapshot'],
  Scope: ['Properties', 'Metadata', 'CreationPolicy', 'UpdatePolicy', 'DeletionPolicy', 'UpdateReplacePolicy', 'Tags'],
  ResourceDriftStatus: ['DELETED', 'IN_SYNC', 'MODIFIED', 'NOT_CHECKED', 'UNKNOWN', 'UNSUPPORTED'],
  RequiresRecreation: ['Never', 'Conditionally', 'Always'],
  Evaluation: ['Static', 'Dynamic'],
  ChangeSource: ['ResourceReference', 'ResourceAttribute', 'ParameterReference', 'DirectModification', 'Automatic', 'NoModification'],
  AttributeChangeType: ['Add', 'Modify', 'Remove', 'SyncWithActual'],
};

/**
 * What an answer says of one resource. Nothing of it is dropped in silence: a change of another kind, or a value that this code does not know,
 * makes a change of which that is said.
 *
 * @param position the change's number in its change set, from 1: names a change that names no resource
 */
export function readDescribedChange({ Type: kind, ResourceChange: change }: DescribedChange, position: number, prefix = ''): ResourceChange {
  const path = `${prefix}${change?.LogicalResourceId ?? `(change ${position})`}`;
  if (!change || kind && kind !== 'Resource') {
    return { path, type: kind || 'unknown', action: '', properties: [], unknown: kind && kind !== 'Resource' ? `it is one of a ${kind}, not of a resource` : 'it names no resource' };
  }
  const details = (change.Details ?? []).map(readDetail);
  const names = details.map(({ property, attribute }) => property ?? attribute).filter((name) => name !== undefined);
  const unknown = unknownOf(change);
  return {
    path,
    type: change.ResourceType ?? 'unknown',
    action: change.Action ?? '',
    ...optional('replacement', change.Replacement),
    ...optional('policyAction', change.PolicyAction),
    properties: [...new Set(names)].sort(),
    ...(details.length > 0 ? { details } : {}),
    ...optional('before', parsed(change.BeforeContext)),
    ...optional('after', parsed(change.AfterContext)),
    ...optional('unknown', unknown),
  };
}

function readDetail({ Target: target, Evaluation, ChangeSource, CausingEntity }: DescribedDetail): ChangeDetail {
  return {
    ...optional('attribute', target?.Attribute),
    ...optional('property', target?.Name),
    ...optional('recreation', target?.RequiresRecreation),
    ...optional('evaluation', Evaluation),
    ...optional('source', ChangeSource),
    ...optional('cause', CausingEntity),
    ...optional('changeType', target?.AttributeChangeType),
    ...optional('before', target?.BeforeValue),
    ...optional('after', target?.AfterValue),
  };
}

function unknownOf(change: DescribedResourceChange): string | undefined {
  if (!change.LogicalResourceId || !change.ResourceType || !change.Action) {
    return `${!change.LogicalResourceId ? 'LogicalResourceId' : !change.ResourceType ? 'ResourceType' : 'Action'} is missing`;
  }
  const { Action, Replacement, PolicyAction, ResourceDriftStatus, Scope, Details } = change;
  const values: [string, Text][] = [
    ...Object.entries({ Action, Replacement, PolicyAction, ResourceDriftStatus }),
    ...(Scope ?? []).map((value): [string, Text] => ['Scope', value]),
    ...(Details ?? []).flatMap(({ Target, Evaluation, ChangeSource }): [string, Text][] => [
      ['Scope', Target?.Attribute], ...Object.entries({
        RequiresRecreation: Target?.RequiresRecreation, AttributeChangeType: Target?.AttributeChangeType, Evaluation, ChangeSource,
      }),
    ]),
  ];
  const [field, value] = values.find(([name, given]) => given !== undefined && given !== null && !KNOWN[name]!.includes(given)) ?? [];
  return field === undefined ? undefined : `${field} is '${value}'`;
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { [key in K]?: V } {
  return value === undefined || value === null ? {} : { [key]: value } as { [key in K]?: V };
}

function parsed(context: Text): unknown {
  try {
    return context === undefined || context === null ? undefined : JSON.parse(context);
  } catch {
    return undefined;
  }
}
