/** One resource of a change set, as far as a decision depends on it. */
export interface ResourceChange {
  /** Its logical ID; in a nested stack after the IDs of the stacks that it is in, such as `Database/Table`. */
  readonly path: string;
  readonly type: string;
  /** `Add`, `Modify`, `Remove`, `Import`, `SyncWithActual`, `Dynamic` (CloudFormation does not know yet), or one that is newer than this code. */
  readonly action: string;
  /** Of a modification: `True`, `Conditional` (it may be, depending on what is known at execution only) or `False`. */
  readonly replacement?: string;
  /** What becomes of the old resource where one is removed or replaced: `Delete`, `Retain`, `ReplaceAndSnapshot`, ... */
  readonly policyAction?: string;
  /** Names of the properties and attributes that change, sorted. */
  readonly properties: readonly string[];
  /** What changes, and because of what; absent where CloudFormation gives no details. */
  readonly details?: readonly ChangeDetail[];
  /** The resource's template before and after, values filled in; absent where CloudFormation shows none. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** A nested stack, new or modified, whose own changes CloudFormation does not show. */
  readonly unread?: true;
  /** Whether its values come from stacks that change in the same delivery, so that what changes of it is not known yet. */
  readonly late?: true;
  /** What CloudFormation says of the change that this code does not know, such as `Action is 'Archive'`. */
  readonly unknown?: string;
}

/** One reason for which a resource changes. All values are CloudFormation's own. */
export interface ChangeDetail {
  /** `Properties`, or another part of the resource, such as `Tags`. */
  readonly attribute?: string;
  /** The property, where it is one. */
  readonly property?: string;
  /** `Never`, `Conditionally` or `Always`: whether this change replaces the resource. */
  readonly recreation?: string;
  /** `Static`: the value changes for certain. `Dynamic`: that is known at execution only. */
  readonly evaluation?: string;
  /** `ResourceReference`, `ResourceAttribute`, `ParameterReference`, `DirectModification`, `Automatic` or `NoModification`. */
  readonly source?: string;
  /** What causes it: a resource's logical ID, its attribute such as `Function.Arn`, or a parameter. */
  readonly cause?: string;
  /** `Add`, `Modify`, `Remove`, or `SyncWithActual`, which leaves the value as it is. */
  readonly changeType?: string;
  /** The values before and after, as text; absent where CloudFormation shows none. */
  readonly before?: string;
  readonly after?: string;
}

/** A change without the content of the resource, which may hold secrets. */
export type ChangeSummary = Omit<ResourceChange, 'before' | 'after' | 'details'>;

/** A change without the content of the resource. */
export function summaryOf({ before, after, details, ...summary }: ResourceChange): ChangeSummary {
  return summary;
}

/** A change in a few words: what happens to the resource, and to which of its properties. */
export function describeChange({ action, replacement, policyAction, properties, unread, unknown, late }: ChangeSummary): string {
  const because = properties.length > 0 ? ` (${listed(properties, 5)})` : '';
  if (unknown !== undefined) {
    return `changes in a way that is not known: ${unknown}`;
  }
  if (late) {
    return `may be ${replacement === 'True' ? 'replaced' : 'modified'}: its values are not known yet`;
  }
  if (unread && action !== 'Add') {
    return 'is a nested stack whose changes cannot be seen';
  }
  switch (action) {
    case 'Add':
      return 'is created';
    case 'Import':
      return 'is imported';
    case 'SyncWithActual':
      return 'stays as it is';
    case 'Remove':
      return policyAction === 'Retain' ? 'leaves the stack and is retained' : policyAction === 'Snapshot' ? 'is deleted after a snapshot' : 'is deleted';
    case 'Modify':
      return { True: `is replaced${because}`, Conditional: `may be replaced${because}`, False: `is modified${because}` }[replacement ?? '']
        ?? `is modified in a way that CloudFormation does not tell${because}`;
    default:
      return `changes in a way that is not known yet: ${action}`;
  }
}

/** The first of some names, and how many more there are. */
export function listed(names: readonly string[], most: number): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
