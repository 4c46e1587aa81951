import { Change, ChangeSetNotFoundException, CloudFormationClient, DescribeChangeSetCommand, DescribeChangeSetOutput } from '@aws-sdk/client-cloudformation';
import { ChangeSetState, changeSetState, NESTED_STACK, readDescribedChange } from '../../src/core/change-set/described-change';
import { ResourceChange } from '../../src/core/change-set/resource-change';

/** A change set: what CloudFormation says of it as a whole, and all changes of its own stack. */
export interface ChangeSet {
  readonly head: DescribeChangeSetOutput;
  readonly changes: readonly Change[];
}

/** Reads a change set, all pages; nothing where there is none of that name. `stackName` is left out where `changeSet` is an ARN. */
export async function readChangeSet(client: CloudFormationClient, changeSet: string, stackName?: string): Promise<ChangeSet | undefined> {
  const changes: Change[] = [];
  let head: DescribeChangeSetOutput | undefined;
  let token: string | undefined;
  do {
    let page: DescribeChangeSetOutput;
    try {
      page = await client.send(new DescribeChangeSetCommand({
        ChangeSetName: changeSet, StackName: stackName, NextToken: token, IncludePropertyValues: true,
      }));
    } catch (error) {
      if (error instanceof ChangeSetNotFoundException) {
        return undefined;
      }
      throw error;
    }
    head ??= page;
    changes.push(...(page.Changes ?? []));
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return { head, changes };
}

export function stateOf({ Status: status, StatusReason: reason }: DescribeChangeSetOutput): ChangeSetState {
  return changeSetState(status, reason);
}

/** How deep to look for the cause of a failure. */
const MAX_CAUSES = 5;

/** Why a change set failed: where a nested one did, of which CloudFormation names no more than the ARN, that one's reason. */
export async function failureOf(client: CloudFormationClient, { head }: ChangeSet, depth = 0): Promise<string> {
  const reason = head.StatusReason ?? head.Status ?? 'no reason is given';
  const nested = /arn:[\w-]+:cloudformation:[^\s,]+:changeSet\/[\w-]+\/[\w-]+/.exec(reason)?.[0];
  if (nested === undefined || nested === head.ChangeSetId || depth === MAX_CAUSES) {
    return reason;
  }
  const cause = await readChangeSet(client, nested);
  return cause === undefined || stateOf(cause.head) !== 'failed' ? reason : `nested stack ${cause.head.StackName}: ${await failureOf(client, cause, depth + 1)}`;
}

/** Whether a change set says of a nested stack only that it changes, because it was made without its nested stacks. */
export function hidesNestedStacks({ head, changes }: ChangeSet): boolean {
  return head.IncludeNestedStacks !== true && changes.some(({ ResourceChange: change }) => change?.ResourceType === NESTED_STACK && change.Action !== 'Remove');
}

/** All changes of a change set, those of nested stacks after the nested stack's own. */
export async function resourceChanges(client: CloudFormationClient, { changes }: ChangeSet, prefix = ''): Promise<ResourceChange[]> {
  const all: ResourceChange[] = [];
  for (const [index, change] of changes.entries()) {
    const own = readDescribedChange(change, index + 1, prefix);
    const nested = isNestedStack(own) ? await nestedChanges(client, change, `${own.path}/`) : [];
    all.push(nested === undefined ? { ...own, unread: true } : own, ...(nested ?? []));
  }
  return all;
}

function isNestedStack({ type, action }: ResourceChange): boolean {
  return type === NESTED_STACK && action !== 'Remove';
}

/** Every nested stack has a change set of its own. Nothing: it has none, or one that cannot be read. */
async function nestedChanges(
  client: CloudFormationClient, { ResourceChange: change }: Change, prefix: string,
): Promise<ResourceChange[] | undefined> {
  const nested = change?.ChangeSetId === undefined ? undefined : await readChangeSet(client, change.ChangeSetId);
  switch (nested && stateOf(nested.head)) {
    case 'ready':
      return resourceChanges(client, nested!, prefix);
    case 'empty':
      return [];
    default:
      return undefined;
  }
}
