import { createHash } from 'node:crypto';
import type {
  CreateChangeSetInput, DeleteChangeSetInput, DescribeChangeSetInput, DescribeStacksInput, ExecuteChangeSetInput, ResourceChange, RollbackConfiguration,
} from '@aws-sdk/client-cloudformation';
import { NotEmulatedError } from '../../activity';
import { ChangeSet, Stack, StackError, StackPlace, Stacks } from '../../engine/cloud-formation/stacks';
import { ServiceError } from '../json-protocol';
import { Caller, QueryService } from '../query-protocol';
import { ObjectStore } from '../s3/object-store';
import { objectOfUrl } from '../s3/object-url';

const NO_CHANGES = 'The submitted information didn\'t contain changes. Submit different information to create a change set.';

/**
 * CloudFormation's API over the stacks of the run.
 * @param pageSize most changes on a page
 */
export function cloudFormationService(stacks: Stacks, objects: ObjectStore, pageSize: number): QueryService {
  return new QueryService('cloudformation', {
    DescribeStacks: ({ StackName: name }: DescribeStacksInput, caller) => (
      { Stacks: [describeStack(stacks, existingStack(stacks, place(caller, name)))] }
    ),
    DescribeChangeSet: ({ StackName: stackName, ChangeSetName: name = '', NextToken: token, IncludePropertyValues: values }: DescribeChangeSetInput, caller) => {
      // An ARN tells the stack as well.
      const changeSet = name.startsWith('arn:') ? stacks.findChangeSetById(name) : stacks.findChangeSet(place(caller, stackName), name);
      if (changeSet === undefined) {
        throw new ServiceError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
      }
      return describeChangeSet(changeSet, Number(token ?? 0), pageSize, String(values) === 'true');
    },
    DeleteChangeSet: ({ StackName: stackName, ChangeSetName: name = '' }: DeleteChangeSetInput, caller) => {
      complaining(() => stacks.deleteChangeSet(place(caller, stackName), name));
      return {};
    },
    ExecuteChangeSet: ({ StackName: stackName, ChangeSetName: name = '' }: ExecuteChangeSetInput, caller) => {
      complaining(() => stacks.executeChangeSet(place(caller, stackName), name));
      return {};
    },
    CreateChangeSet: (input: CreateChangeSetInput, caller) => {
      const stack = place(caller, input.StackName);
      const name = input.ChangeSetName ?? '';
      if (input.ChangeSetType !== 'CREATE') {
        existingStack(stacks, stack);
      }
      if (stacks.findChangeSet(stack, name) !== undefined) {
        throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`);
      }
      complaining(() => stacks.replaceChangeSet(stack, name, templateOf(input, objects), JSON.stringify({
        Parameters: Object.fromEntries(listOf(input.Parameters).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue])),
        Tags: Object.fromEntries(listOf(input.Tags).map(({ Key, Value }) => [Key, Value])),
      }), {
        includeNestedStacks: String(input.IncludeNestedStacks) === 'true',
        ...(input.RollbackConfiguration ? { rollback: rollbackOf(input.RollbackConfiguration) } : {}),
      }));
      const changeSet = stacks.findChangeSet(stack, name)!;
      return { Id: changeSet.id, StackId: stackId(stack) };
    },
  });
}

/** The Region is that of the signature, the account that of the role whose credentials signed. */
function place({ account, region }: Caller, name: string | undefined): StackPlace {
  if (account === undefined || name === undefined) {
    throw new NotEmulatedError(`a call of CloudFormation ${account === undefined ? 'without the credentials of an assumed role' : 'that names no stack'}`);
  }
  return { account, region, name };
}

function existingStack(stacks: Stacks, stack: StackPlace): Stack {
  const found = stacks.find(stack);
  if (found === undefined) {
    throw new ServiceError('ValidationError', `Stack with id ${stack.name} does not exist`);
  }
  return found;
}

function describeStack(stacks: Stacks, stack: Stack): object {
  const outputs = Object.entries(stacks.outputs(stack));
  return {
    StackId: stackId(stack),
    StackName: stack.name,
    CreationTime: new Date(0),
    StackStatus: stack.status,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    ...(outputs.length > 0 ? { Outputs: outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) } : {}),
  };
}

function describeChangeSet(changeSet: ChangeSet, start: number, pageSize: number, withValues: boolean): object {
  const { id, name, place: stack, created, empty, changes, includeNestedStacks = false, rollback, ancestors } = changeSet;
  const page = changes.slice(start, start + pageSize).map(({ ResourceChange: change, ...more }) => ({
    ...more,
    ResourceChange: withValues || change === undefined ? change : withoutValues(change),
  }));
  return {
    ChangeSetId: id,
    ChangeSetName: name,
    StackId: stackId(stack),
    StackName: stack.name,
    CreationTime: created,
    Status: empty ? 'FAILED' : 'CREATE_COMPLETE',
    ExecutionStatus: empty ? 'UNAVAILABLE' : 'AVAILABLE',
    ...(empty ? { StatusReason: NO_CHANGES } : {}),
    IncludeNestedStacks: includeNestedStacks,
    RollbackConfiguration: rollback ?? {},
    ...(ancestors.length > 0 ? { RootChangeSetId: ancestors[0], ParentChangeSetId: ancestors.at(-1) } : {}),
    Changes: empty ? [] : page,
    ...(!empty && start + pageSize < changes.length ? { NextToken: `${start + pageSize}` } : {}),
  };
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
  const object = objectOfUrl(url);
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

function stackId({ account, region, name }: StackPlace): string {
  return `arn:aws:cloudformation:${region}:${account}:stack/${name}/00000000-0000-0000-0000-000000000000`;
}
