import { Effect, ReportedChange } from './reported-change';
import { broadeningOf } from './terraform-broadening';

/**
 * Reads what `terraform show -json` says of a plan. Its format is that of Terraform 1 (`format_version` 1.x, whose minor versions only add); what is
 * newer than this code counts as a change of which nothing is known.
 *
 * @param text the JSON
 * @returns all changes of resources and of outputs; none where the plan has nothing to apply
 * @throws Error where it is not such a plan, or one that Terraform could not complete
 */
export function terraformChanges(text: string): ReportedChange[] {
  const plan = parsed(text);
  const { format_version: version } = plan;
  if (typeof version !== 'string' || !/^1\.\d+$/.test(version)) {
    throw new Error(`the plan's format is ${JSON.stringify(version) ?? 'absent'}, and formats 1.x are read: write it with "terraform show -json" of Terraform 1 or OpenTofu 1.`);
  }
  if (plan.errored === true) {
    throw new Error('Terraform could not complete the plan: its log says why.');
  }
  const outputs: ReportedChange[] = Object.entries(record(plan.output_changes)).flatMap(([name, change]) => outputChange(name, change));
  const changes = [
    ...list(plan.resource_changes).flatMap(resourceChange),
    // Known to be there, and nothing more.
    ...list(plan.deferred_changes).map((change) => unknownChange(record(record(change).resource_change), 'Terraform defers it to a later plan')),
    ...list(plan.action_invocations).map((invocation, index): ReportedChange => ({
      path: `${String(record(invocation).address ?? 'action')}#${index + 1}`, type: String(record(invocation).type ?? 'action'), effect: 'unknown', why: 'it is an action, and runs what its provider says',
    })),
    ...outputs,
  ];
  // Such as an address that moved: it has to be applied, and touches nothing.
  return changes.length === 0 && plan.applyable === true ? [{ path: 'state', type: 'state', effect: 'update' }] : changes;
}

function resourceChange(value: unknown): ReportedChange[] {
  const resource = record(value);
  const actions = list(record(resource.change).actions).map(String);
  if (resource.mode === 'data' || actions.every((action) => action === 'no-op' || action === 'read') && actions.length > 0) {
    // A resource that moves, or is taken over, stays as it is.
    return [];
  }
  const effect = effectOf(actions);
  if (effect === undefined) {
    return [unknownChange(resource, `its actions are ${JSON.stringify(actions)}`)];
  }
  const broadens = broadeningOf(resource, effect);
  return [{ ...nameOf(resource), effect, ...(broadens === undefined ? {} : { broadens }) }];
}

/** What the actions of a resource come to; nothing where they are not known. */
function effectOf(actions: readonly string[]): Effect | undefined {
  switch (actions.join(' ')) {
    case 'create':
      return 'create';
    case 'update':
      return 'update';
    case 'delete':
      return 'delete';
    case 'forget':
      return 'forget';
    case 'delete create':
    case 'create delete':
      return 'replace';
    // It is made again elsewhere, and the one that there is stays, without being managed any more.
    case 'create forget':
      return 'replace';
    default:
      return undefined;
  }
}

function outputChange(name: string, change: unknown): ReportedChange[] {
  const actions = list(record(change).actions).map(String);
  return actions.every((action) => action === 'no-op') ? []
    : [{ path: `output.${name}`, type: 'output', effect: actions.includes('delete') ? 'forget' : actions.includes('create') ? 'create' : 'update' }];
}

function unknownChange(resource: Readonly<Record<string, unknown>>, why: string): ReportedChange {
  return { ...nameOf(resource), effect: 'unknown', broadens: `what changes is not known: ${why}`, why };
}

/** One address may have an object in use and others that are only to be deleted. */
function nameOf({ address, type, deposed }: Readonly<Record<string, unknown>>): Pick<ReportedChange, 'path' | 'type'> {
  return { path: `${String(address ?? 'unknown')}${deposed === undefined ? '' : ` (deposed ${String(deposed)})`}`, type: String(type ?? 'unknown') };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`the plan is not JSON: ${(error as Error).message}. Write it with "terraform show -json".`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('the plan is JSON of another kind: write it with "terraform show -json".');
  }
  return content as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : {};
}
