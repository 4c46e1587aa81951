import { contradiction, InPlace } from './in-place';
import { REPLACED_BY_DESIGN } from './replaced-by-design';
import { describeChange, ResourceChange } from './resource-change';

/** What of a change set may destroy. */
export interface Allowances {
  /** CloudFormation types, such as `AWS::SQS::Queue`. */
  readonly types: readonly string[];
  /** Paths of resources: logical IDs, in nested stacks after those of the stacks that they are in. `*`: all. */
  readonly logicalIds: readonly string[];
}

/** A resource that is deleted or replaced, or may be. */
export interface Destruction {
  readonly path: string;
  readonly type: string;
  /** What happens to it, and why that is not certain to be harmless. */
  readonly why: string;
}

/** The changes that delete or replace a resource, or may; in the change set's order. What is not known counts. */
export function destructions(changes: readonly ResourceChange[]): Destruction[] {
  const inPlace = new InPlace(changes);
  return changes.flatMap((change) => {
    const why = destructionOf(change, inPlace);
    return why === undefined ? [] : [{ path: change.path, type: change.type, why }];
  });
}

/** Those that are not allowed. */
export function refusedOf(all: readonly Destruction[], { types, logicalIds }: Allowances): Destruction[] {
  const [allowedTypes, allowedPaths] = [new Set(types), new Set(logicalIds)];
  return all.filter(({ path, type }) => !REPLACED_BY_DESIGN.has(type) && !allowedTypes.has(type) && !allowedPaths.has(path) && !allowedPaths.has('*'));
}

/** What a change does to its resource where it deletes or replaces it, or may; `undefined` where it certainly does not. */
function destructionOf(change: ResourceChange, inPlace: InPlace): string | undefined {
  const { action, unread, unknown } = change;
  if (unknown !== undefined || unread && action !== 'Add') {
    return describeChange(change);
  }
  switch (action) {
    case 'Add':
    case 'Import':
    case 'SyncWithActual':
      return undefined;
    case 'Modify':
      return inPlace.has(change) ? undefined : [describeChange(change), ...reasons(change, inPlace)].join(': ');
    default:
      return describeChange(change);
  }
}

function reasons(change: ResourceChange, inPlace: InPlace): string[] {
  const against = contradiction(change);
  const doubts = change.replacement === 'Conditional' ? inPlace.doubts(change) : [];
  return against !== undefined ? [against] : doubts.length > 0 ? [doubts.join('; ')] : [];
}

/** What a refusal says: the resources, and the way out. */
export interface Refusal {
  readonly environment: string;
  /** Name of the stack that is refused; empty where `delivery` is. */
  readonly stackName: string;
  /** What is refused where it is no stack, as the beginning of a sentence. */
  readonly delivery?: string;
  readonly commitId: string;
  readonly pipeline: string;
  readonly refused: readonly Destruction[];
  /** Why CloudFormation could not show the changes of nested stacks, where it could not. */
  readonly hidden?: string;
}

/** How many resources a refusal names, and how much it says of them: a failed action shows some 2,000 characters. */
const MAX_NAMED = 10;
const MAX_REASONS = 1_150;
const MAX_HIDDEN = 300;

/** A refusal in words. */
export function describeRefusal({ environment, stackName, delivery, commitId, pipeline, refused, hidden }: Refusal): string {
  const notShown = hidden === undefined ? [] : [clipped(`CloudFormation could not show the changes of nested stacks, which were judged by their templates: ${hidden}`, MAX_HIDDEN)];
  const first = refused.slice(0, MAX_NAMED);
  const most = Math.floor((MAX_REASONS - notShown.join('').length) / first.length);
  const named = first.map(({ path, type, why }) => clipped(`- ${path} (${type}) ${why}`, most));
  const what = delivery ?? `The change set of stack ${stackName} (environment ${environment})`;
  return [
    `${what} would delete or replace ${refused.length === 1 ? 'a resource' : `${refused.length} resources`}.`
    + (delivery === undefined ? ' It was deleted, and nothing was deployed:' : ' Nothing was delivered:'),
    ...named,
    ...(refused.length > MAX_NAMED ? [`- and ${refused.length - MAX_NAMED} more`] : []),
    ...notShown,
    `Change ${delivery === undefined ? 'the template' : 'what is delivered'} so that they stay. Or, if they may go: for this release run `
    + `"cdk-modular-pipeline allow ${environment} --pipeline ${pipeline} --commit ${commitId}"`
    + ' and retry the stage with all of its actions; for good, name them in Gate.changeSetGuard({ allowLogicalIds, allowTypes }).',
  ].join('\n');
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
