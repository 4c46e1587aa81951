import { Change, ChangeSetNotFoundException, CloudFormationClient, DescribeChangeSetCommand, DescribeChangeSetOutput } from '@aws-sdk/client-cloudformation';
import { ResourceChange } from '../../src/core/change-set/resource-change';

/** A change set: what CloudFormation says of it as a whole, and all changes of its own stack. */
export interface ChangeSet {
  readonly head: DescribeChangeSetOutput;
  readonly changes: readonly Change[];
}

/** What state a change set is in. */
export type ChangeSetState = 'pending' | 'ready' | 'empty' | 'failed';

const NESTED_STACK = 'AWS::CloudFormation::Stack';

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

/** CloudFormation calls a change set that changes nothing failed. */
export function stateOf({ Status: status, StatusReason: reason = '' }: DescribeChangeSetOutput): ChangeSetState {
  switch (status) {
    case 'CREATE_COMPLETE':
      return 'ready';
    case 'CREATE_PENDING':
    case 'CREATE_IN_PROGRESS':
      return 'pending';
    case 'FAILED':
      return /didn't contain changes|no updates are to be performed/i.test(reason) ? 'empty' : 'failed';
    default:
      return 'failed';
  }
}

/** Whether a change set says of a nested stack only that it changes, because it was made without its nested stacks. */
export function hidesNestedStacks({ head, changes }: ChangeSet): boolean {
  return head.IncludeNestedStacks !== true && changes.some(({ ResourceChange: change }) => change?.ResourceType === NESTED_STACK && change.Action !== 'Remove');
}

/** All changes of a change set, those of nested stacks after the nested stack's own. */
export async function resourceChanges(client: CloudFormationClient, { changes }: ChangeSet, prefix = ''): Promise<ResourceChange[]> {
  const all: ResourceChange[] = [];
  for (const change of changes) {
    const own = resourceChange(change, prefix);
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

function resourceChange({ ResourceChange: change }: Change, prefix: string): ResourceChange {
  if (change === undefined) {
    throw new Error('The change set holds a change that is not one of a resource: it cannot be told what it would do.');
  }
  const names = (change.Details ?? []).map(({ Target: target }) => target?.Name ?? target?.Attribute).filter((name) => name !== undefined);
  const [before, after] = [parsed(change.BeforeContext), parsed(change.AfterContext)];
  return {
    path: `${prefix}${change.LogicalResourceId}`,
    type: change.ResourceType ?? '',
    action: change.Action ?? '',
    ...(change.Replacement === undefined ? {} : { replacement: change.Replacement }),
    ...(change.PolicyAction === undefined ? {} : { policyAction: change.PolicyAction }),
    properties: [...new Set(names)].sort(),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function parsed(context: string | undefined): unknown {
  try {
    return context === undefined ? undefined : JSON.parse(context);
  } catch {
    return undefined;
  }
}
