import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeSetNotFoundException, CloudFormationClient, CloudFormationServiceException, CreateChangeSetCommand, DeleteChangeSetCommand, DescribeChangeSetCommand,
  DescribeChangeSetOutput, DescribeStackEventsCommand, DescribeStacksCommand, ExecuteChangeSetCommand, Stack,
} from '@aws-sdk/client-cloudformation';
import { NotEmulatedError } from '../../../../local/activity';
import { ActionFailure, ActionHandler, ActionRequest, required } from '../../../../local/engine/pipeline/action';
import { Place } from '../mini-stack';

const KNOWN = new Set(['ActionMode', 'StackName', 'ChangeSetName', 'TemplatePath', 'TemplateConfiguration', 'Capabilities', 'RoleArn']);
const LOOK_EVERY_MS = 100;
const NO_CHANGES = /didn't contain changes|No updates are to be performed/;

/** Deploy/CloudFormation, by CloudFormation's API: makes change sets in place of those of their name, and executes them. */
export function cloudFormation(clientIn: (place: Place) => CloudFormationClient): ActionHandler {
  return async (request) => {
    const { action, configuration } = request;
    const unknown = Object.keys(configuration).find((key) => !KNOWN.has(key));
    if (unknown !== undefined) {
      throw new NotEmulatedError(`${unknown} of CloudFormation action '${action.name}'`);
    }
    const client = clientIn(action);
    const names = { StackName: required(request, 'StackName'), ChangeSetName: required(request, 'ChangeSetName') };
    try {
      switch (required(request, 'ActionMode')) {
        case 'CHANGE_SET_REPLACE':
          await replaceChangeSet(client, names, request);
          break;
        case 'CHANGE_SET_EXECUTE':
          await executeChangeSet(client, names);
          break;
        default:
          throw new NotEmulatedError(`CloudFormation action mode ${configuration.ActionMode} of action '${action.name}'`);
      }
    } catch (error) {
      throw error instanceof CloudFormationServiceException ? new ActionFailure(`${error.name}: ${error.message}`) : error;
    }
    const outputs = (await findStack(client, names.StackName))?.Outputs ?? [];
    return { externalId: names.StackName, variables: Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!])) };
  };
}

interface ChangeSetNames {
  readonly StackName: string;
  readonly ChangeSetName: string;
}

async function replaceChangeSet(client: CloudFormationClient, names: ChangeSetNames, request: ActionRequest): Promise<void> {
  const stack = await findStack(client, names.StackName);
  const isNew = stack === undefined || stack.StackStatus === 'REVIEW_IN_PROGRESS';
  const { Parameters: parameters = {}, Tags: tags = {} } = JSON.parse(
    request.configuration.TemplateConfiguration === undefined ? '{}' : await file(request, 'TemplateConfiguration'),
  ) as { Parameters?: Record<string, string>; Tags?: Record<string, string> };
  if (stack !== undefined) {
    await client.send(new DeleteChangeSetCommand(names));
  }
  await client.send(new CreateChangeSetCommand({
    ...names,
    ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
    TemplateBody: await file(request, 'TemplatePath'),
    Capabilities: (request.configuration.Capabilities ?? '').split(',').filter((name) => name !== '') as ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND')[],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...(request.configuration.RoleArn === undefined ? {} : { RoleARN: request.configuration.RoleArn }),
  }));
  const made = await untilMade(client, names);
  if (made.Status === 'FAILED' && !isEmpty(made)) {
    throw new ActionFailure(`Change set ${names.ChangeSetName} could not be made: ${made.StatusReason}`);
  }
}

async function executeChangeSet(client: CloudFormationClient, names: ChangeSetNames): Promise<void> {
  const changeSet = await client.send(new DescribeChangeSetCommand(names)).catch((error: Error) => {
    throw error instanceof ChangeSetNotFoundException ? new ActionFailure(`ChangeSet [${names.ChangeSetName}] does not exist`) : error;
  });
  // How CodePipeline takes one without changes is not documented: as in the local run, it counts as executed.
  if (isEmpty(changeSet)) {
    return;
  }
  await client.send(new ExecuteChangeSetCommand(names));
  for (;;) {
    const stack = await findStack(client, names.StackName);
    const status = stack?.StackStatus ?? 'gone';
    if (!status.endsWith('_IN_PROGRESS')) {
      if (status !== 'CREATE_COMPLETE' && status !== 'UPDATE_COMPLETE') {
        throw new ActionFailure(`Stack ${names.StackName} is ${status}: ${await failureOf(client, names.StackName)}`);
      }
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** What the resources that failed say. */
async function failureOf(client: CloudFormationClient, name: string): Promise<string> {
  const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
  const failed = events.filter(({ ResourceStatus: status }) => status?.endsWith('_FAILED'));
  return failed.map(({ LogicalResourceId: id, ResourceStatusReason: reason }) => `${id}: ${reason}`).join('; ') || 'no reason is given';
}

async function untilMade(client: CloudFormationClient, names: ChangeSetNames): Promise<DescribeChangeSetOutput> {
  for (;;) {
    const changeSet = await client.send(new DescribeChangeSetCommand(names));
    if (changeSet.Status !== 'CREATE_PENDING' && changeSet.Status !== 'CREATE_IN_PROGRESS') {
      return changeSet;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function isEmpty({ Status: status, StatusReason: reason = '' }: DescribeChangeSetOutput): boolean {
  return status === 'FAILED' && NO_CHANGES.test(reason);
}

async function findStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.message.includes('does not exist')) {
      return undefined;
    }
    throw error;
  }
}

/** A file given as `<artifact>::<path>`. */
async function file(request: ActionRequest, key: string): Promise<string> {
  const [artifact, path] = required(request, key).split('::');
  const location = request.inputs.get(artifact);
  if (location === undefined || path === undefined) {
    throw new ActionFailure(`${key} '${request.configuration[key]}' of action '${request.action.name}' names no file of its input artifacts`);
  }
  return request.artifacts.file(location, path);
}
