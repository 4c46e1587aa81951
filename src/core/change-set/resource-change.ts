/** One resource of a change set, as far as a decision depends on it. */
export interface ResourceChange {
  /** Its logical ID; in a nested stack after the IDs of the stacks that it is in, such as `Database/Table`. */
  readonly path: string;
  readonly type: string;
  /** `Add`, `Modify`, `Remove`, `Import`, `Dynamic` (CloudFormation does not know yet), or one that is newer than this code. */
  readonly action: string;
  /** Of a modification: `True`, `Conditional` (it may be, depending on what is known at execution only) or `False`. */
  readonly replacement?: string;
  /** What becomes of the old resource where one is removed or replaced: `Delete`, `Retain`, `ReplaceAndSnapshot`, ... */
  readonly policyAction?: string;
  /** Names of the properties and attributes that change, sorted. */
  readonly properties: readonly string[];
  /** The resource's template before and after, values filled in; absent where CloudFormation shows none. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** A nested stack, new or modified, whose own changes CloudFormation does not show. */
  readonly unread?: true;
}

/** A change in a few words: what happens to the resource, and to which of its properties. */
export function describeChange({ action, replacement, policyAction, properties, unread }: ResourceChange): string {
  const because = properties.length > 0 ? ` (${listed(properties, 5)})` : '';
  if (unread && action !== 'Add') {
    return 'is a nested stack whose changes cannot be seen';
  }
  switch (action) {
    case 'Add':
      return 'is created';
    case 'Import':
      return 'is imported';
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
