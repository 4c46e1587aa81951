import {
  CloudFormationClient, CreateChangeSetCommand, CreateChangeSetInput, DeleteChangeSetCommand, DescribeChangeSetCommand, DescribeStackEventsCommand,
  DescribeStacksCommand, ExecuteChangeSetCommand, GetTemplateCommand, UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { StackLifecycle } from '../../local/engine/cloud-formation/lifecycle';

/** Runs around a call: may let it through, or throw before or after it. */
export type Around = (call: string, answer: () => object) => Promise<object>;

/** Events on a page. */
const PAGE = 3;

/** A client of the SDK whose answers are those of the states of stacks. */
export function cloudFormationClient(stacks: StackLifecycle, around: Around = async (_, answer) => answer()): CloudFormationClient {
  const client = new CloudFormationClient({ region: 'eu-west-1' });
  const nothing = (work: void) => work ?? {};
  mockClient(client)
    .on(CreateChangeSetCommand).callsFake(async (input: CreateChangeSetInput) => around('CreateChangeSet', () => stacks.createChangeSet(input)))
    .on(DescribeChangeSetCommand).callsFake(async ({ ChangeSetName, StackName }) => around('DescribeChangeSet', () => stacks.describeChangeSet(ChangeSetName, StackName)))
    .on(DeleteChangeSetCommand).callsFake(async ({ ChangeSetName, StackName }) => around('DeleteChangeSet', () => nothing(stacks.deleteChangeSet(ChangeSetName, StackName))))
    .on(ExecuteChangeSetCommand).callsFake(async ({ ChangeSetName, ClientRequestToken, StackName }) => (
      around('ExecuteChangeSet', () => nothing(stacks.executeChangeSet(ChangeSetName, ClientRequestToken, StackName)))
    ))
    .on(DescribeStacksCommand).callsFake(async ({ StackName }) => around('DescribeStacks', () => ({ Stacks: [stacks.describeStack(StackName)] })))
    .on(UpdateTerminationProtectionCommand).callsFake(async ({ StackName }) => around('UpdateTerminationProtection', () => ({ StackId: stacks.describeStack(StackName).StackId })))
    .on(GetTemplateCommand).callsFake(async ({ StackName }) => around('GetTemplate', () => ({ TemplateBody: stacks.live(StackName)!.TemplateBody })))
    .on(DescribeStackEventsCommand).callsFake(async ({ StackName, NextToken }) => around('DescribeStackEvents', () => {
      const events = stacks.describeStackEvents(StackName);
      const start = Number(NextToken ?? 0);
      return { StackEvents: events.slice(start, start + PAGE), ...(start + PAGE < events.length ? { NextToken: `${start + PAGE}` } : {}) };
    }));
  return client;
}
