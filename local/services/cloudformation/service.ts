import { createHash } from 'node:crypto';
import type {
  CreateChangeSetInput, DeleteChangeSetInput, DescribeChangeSetInput, DescribeStackEventsInput, DescribeStacksInput, ExecuteChangeSetInput, GetTemplateInput,
  ListImportsInput, ListStackResourcesInput, ResourceChange, RollbackConfiguration, UpdateTerminationProtectionInput,
} from '@aws-sdk/client-cloudformation';
import { s3Address } from '../../../src/core/delivery/s3-address';
import { NotEmulatedError } from '../../activity';
import { Alarms } from '../../engine/alarms';
import { OperationState } from '../../engine/cloud-formation/stack-operations';
import { ChangeSet, Stack, StackError, StackPlace, Stacks } from '../../engine/cloud-formation/stacks';
import { ServiceError } from '../json-protocol';
import { Caller, QueryService } from '../query-protocol';
import { ObjectStore } from '../s3/object-store';

const NO_CHANGES = 'The submitted information didn\'t contain changes. Submit different information to create a change set.';

/**
 * CloudFormation's API over the stacks of the run.
 * @param pageSize most changes, and most events, on a page
 */
export function cloudFormationService(stacks: Stacks, objects: ObjectStore, alarms: Alarms, pageSize: number): QueryService {
  return new QueryService('cloudformation', {
    DescribeStacks: ({ StackName: name }: DescribeStacksInput, caller) => (
      { Stacks: [describeStack(stacks, existingStack(stacks, caller, name))] }
    ),
    GetTemplate: ({ StackName: name }: GetTemplateInput, caller) => ({ TemplateBody: existingStack(stacks, caller, name).template }),
    ListStackResources: ({ StackName: name }: ListStackResourcesInput, caller) => (
      { StackResourceSummaries: stacks.resources(existingStack(stacks, caller, name)) }
    ),
    ListImports: ({ ExportName: name = '' }: ListImportsInput, caller) => {
      const importers = stacks.importers(place(caller, name), name);
      if (importers.length === 0) {
        throw new ServiceError('ValidationError', `Export '${name}' is not imported by any stack.`);
      }
      return { Imports: importers };
    },
    UpdateTerminationProtection: ({ StackName: name }: UpdateTerminationProtectionInput, caller) => (
      { StackId: existingStack(stacks, caller, name).operations.id }
    ),
    DescribeStackEvents: ({ StackName: name, NextToken: token }: DescribeStackEventsInput, caller) => {
      const { operations: { events } } = existingStack(stacks, caller, name);
      const start = Number(token ?? 0);
      return { StackEvents: events.slice(start, start + pageSize), ...(start + pageSize < events.length ? { NextToken: `${start + pageSize}` } : {}) };
    },
    DescribeChangeSet: ({ StackName: stackName, ChangeSetName: name = '', NextToken: token, IncludePropertyValues: values }: DescribeChangeSetInput, caller) => (
      describeChangeSet(stacks, existingChangeSet(stacks, caller, name, stackName), Number(token ?? 0), pageSize, String(values) === 'true')
    ),
    DeleteChangeSet: ({ StackName: stackName, ChangeSetName: name = '' }: DeleteChangeSetInput, caller) => {
      const changeSet = findChangeSet(stacks, caller, name, stackName);
      if (changeSet !== undefined) {
        requireIdle(stacks, changeSet, 'deleted');
        complaining(() => stacks.deleteChangeSet(changeSet.place, changeSet.name));
      }
      return {};
    },
    ExecuteChangeSet: ({ StackName: stackName, ChangeSetName: name = '', ClientRequestToken: token }: ExecuteChangeSetInput, caller) => {
      const changeSet = existingChangeSet(stacks, caller, name, stackName);
      if (!stacks.find(changeSet.place)!.operations.knows(token)) {
        requireIdle(stacks, changeSet, 'executed');
        if (isFailed(changeSet)) {
          throw new ServiceError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be executed in its current status of [FAILED]`, 400);
        }
        complaining(() => stacks.executeChangeSet(changeSet.place, changeSet.name, token, watching(alarms, changeSet.rollback)));
      }
      return {};
    },
    CreateChangeSet: (input: CreateChangeSetInput, caller) => {
      const stack = place(caller, input.StackName);
      const name = input.ChangeSetName ?? '';
      const status = stacks.find(stack)?.operations.status;
      if (input.ChangeSetType === 'CREATE' && status !== undefined && status !== 'REVIEW_IN_PROGRESS') {
        throw new ServiceError('ValidationError', `Stack [${stack.name}] already exists and cannot be created again with the changeSet [${name}].`);
      }
      if (input.ChangeSetType !== 'CREATE') {
        existingStack(stacks, caller, input.StackName);
      }
      const known = stacks.findChangeSet(stack, name);
      if (known !== undefined && (input.ClientToken === undefined || known.token !== input.ClientToken)) {
        throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`);
      }
      if (known === undefined) {
        complaining(() => stacks.replaceChangeSet(stack, name, templateOf(input, objects), JSON.stringify({
          Parameters: Object.fromEntries(listOf(input.Parameters).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue])),
          Tags: Object.fromEntries(listOf(input.Tags).map(({ Key, Value }) => [Key, Value])),
        }), {
          includeNestedStacks: String(input.IncludeNestedStacks) === 'true',
          ...(input.RollbackConfiguration ? { rollback: rollbackOf(input.RollbackConfiguration) } : {}),
        }, input.ClientToken));
      }
      return { Id: stacks.findChangeSet(stack, name)!.id, StackId: stacks.find(stack)!.operations.id };
    },
  });
}

/** The deployment succeeds when its alarms were quiet for as long as they are watched, and is rolled back as soon as one is not. */
function watching(alarms: Alarms, { RollbackTriggers: triggers = [], MonitoringTimeInMinutes: minutes = 0 }: RollbackConfiguration = {}): () => OperationState {
  const ends = triggers.length === 0 ? 0 : alarms.after(minutes);
  return () => {
    const alarm = triggers.find(({ Arn }) => alarms.isAlarming(Arn!))?.Arn;
    if (alarm !== undefined) {
      return { logicalId: 'RollbackTrigger', type: 'AWS::CloudWatch::Alarm', reason: `rollback trigger ${alarm} breached` };
    }
    return Date.now() < ends ? 'running' : 'succeeded';
  };
}

function requireIdle(stacks: Stacks, changeSet: ChangeSet, what: string): void {
  if (stacks.find(changeSet.place)?.operations.isBusy) {
    throw new ServiceError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be ${what} in its current status of EXECUTE_IN_PROGRESS`, 400);
  }
}

function findChangeSet(stacks: Stacks, caller: Caller, name: string, stackName: string | undefined): ChangeSet | undefined {
  // An ARN says which stack it is of as well.
  const found = name.startsWith('arn:') ? stacks.findChangeSetById(name) : stacks.findChangeSet(place(caller, stackName), name);
  if (found !== undefined) {
    // What is executed ends when someone looks.
    stacks.find(found.place);
  }
  return found === undefined ? undefined : stacks.findChangeSetById(found.id);
}

function existingChangeSet(stacks: Stacks, caller: Caller, name: string, stackName: string | undefined): ChangeSet {
  const found = findChangeSet(stacks, caller, name, stackName);
  if (found === undefined) {
    throw new ServiceError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  }
  return found;
}

/** The Region is that of the signature, the account that of the role whose credentials signed. */
function place({ account, region }: Caller, name: string | undefined): StackPlace {
  if (account === undefined || name === undefined) {
    throw new NotEmulatedError(`a call of CloudFormation ${account === undefined ? 'without the credentials of an assumed role' : 'that names no stack'}`);
  }
  return { account, region, name };
}

function existingStack(stacks: Stacks, caller: Caller, name: string | undefined): Stack {
  const found = name?.startsWith('arn:') ? stacks.findById(name) : stacks.find(place(caller, name));
  if (found === undefined) {
    throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`);
  }
  return found;
}

function describeStack(stacks: Stacks, stack: Stack): object {
  const outputs = Object.entries(stacks.outputs(stack));
  const exports = stacks.exports(stack);
  return {
    StackId: stack.operations.id,
    StackName: stack.name,
    CreationTime: stack.operations.created,
    ...(stack.operations.updated === undefined ? {} : { LastUpdatedTime: stack.operations.updated }),
    StackStatus: stack.operations.status,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    ...(outputs.length > 0 ? { Outputs: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue, ExportName: exports[OutputKey] })) } : {}),
  };
}

function describeChangeSet(stacks: Stacks, changeSet: ChangeSet, start: number, pageSize: number, withValues: boolean): object {
  const { id, name, place: stack, created, changes, includeNestedStacks = false, rollback, ancestors } = changeSet;
  const page = changes.slice(start, start + pageSize).map(({ ResourceChange: change, ...more }) => ({
    ...more,
    ResourceChange: withValues || change === undefined ? change : withoutValues(change),
  }));
  const failed = isFailed(changeSet);
  return {
    ChangeSetId: id,
    ChangeSetName: name,
    StackId: stacks.find(stack)?.operations.id,
    StackName: stack.name,
    CreationTime: created,
    Status: failed ? 'FAILED' : 'CREATE_COMPLETE',
    ExecutionStatus: failed ? 'UNAVAILABLE' : stacks.find(stack)?.operations.isBusy ? 'EXECUTE_IN_PROGRESS' : 'AVAILABLE',
    ...(failed ? { StatusReason: changeSet.failure ?? NO_CHANGES } : {}),
    IncludeNestedStacks: includeNestedStacks,
    RollbackConfiguration: rollback ?? {},
    ...(ancestors.length > 0 ? { RootChangeSetId: ancestors[0], ParentChangeSetId: ancestors.at(-1) } : {}),
    Changes: failed ? [] : page,
    ...(!failed && start + pageSize < changes.length ? { NextToken: `${start + pageSize}` } : {}),
  };
}

function isFailed({ empty, failure }: ChangeSet): boolean {
  return empty || failure !== undefined;
}

function withoutValues({ BeforeContext, AfterContext, Details: details = [], ...change }: ResourceChange): ResourceChange {
  return { ...change, Details: details.map(({ Target: target, ...detail }) => ({ ...detail, Target: { ...target, Path: undefined } })) };
}

function templateOf({ TemplateBody: body, TemplateURL: url }: CreateChangeSetInput, objects: ObjectStore): string {
  if (body === undefined && url === undefined) {
    throw new StackError('Either Template URL or Template Body must be specified.');
  }
  return body ?? readTemplate(objects, url!);
}

/** The template at an address of S3. @throws StackError if there is none */
export function readTemplate(objects: ObjectStore, url: string): string {
  const object = s3Address(url);
  if (object === undefined) {
    throw new StackError(`TemplateURL must be a supported URL, and is ${url}`);
  }
  if (!objects.hasBucket(object.bucket) || objects.get(object.bucket, object.key) === undefined) {
    throw new StackError(`S3 error: there is no template at ${url}`);
  }
  return objects.read(object.bucket, object.key).toString();
}

/** Digest of an object's content. */
export function digestOf(objects: ObjectStore, bucket: string, key: string): string | undefined {
  return objects.hasBucket(bucket) && objects.get(bucket, key) !== undefined ? createHash('sha256').update(objects.read(bucket, key)).digest('base64') : undefined;
}

/** What CloudFormation complains of is an answer. */
function complaining(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof StackError ? new ServiceError('ValidationError', error.message) : error;
  }
}

/** In a form, a list without elements is an empty text. */
function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

/** Everything in a form is text. */
function rollbackOf({ RollbackTriggers, MonitoringTimeInMinutes }: RollbackConfiguration): RollbackConfiguration {
  return { RollbackTriggers, MonitoringTimeInMinutes: Number(MonitoringTimeInMinutes ?? 0) };
}
