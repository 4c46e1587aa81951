import type { Change, PolicyAction, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { FilledTemplate, TemplateResource } from './template-values';

/**
 * Properties that CloudFormation replaces a resource for, by type, as its documentation says; `*`: any. Types that are not listed are
 * replaced for a new name alone.
 */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['KeySchema', 'TableName'],
  'AWS::Glue::Job': ['Name'],
  'AWS::IAM::ManagedPolicy': ['Description', 'ManagedPolicyName', 'Path'],
  'AWS::IAM::Role': ['Path', 'RoleName'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Lambda::Permission': ['*'],
  'AWS::Lambda::Version': ['*'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SNS::Topic': ['FifoTopic', 'TopicName'],
  'AWS::SQS::Queue': ['FifoQueue', 'QueueName'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/** What a change set says that turns one template into another: the shape of CloudFormation's API. */
export function changesBetween(before: FilledTemplate, after: FilledTemplate, stackName: string): Change[] {
  const ids = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])].sort();
  const replaced = new Set(ids.filter((id) => {
    const [old, fresh] = [before.resources[id], after.resources[id]];
    return old && fresh && (old.Type !== fresh.Type || changedProperties(old, fresh).some((name) => replaces(fresh.Type, name)));
  }));
  return ids.flatMap((id) => changeOf(id, before.resources[id], after.resources[id], replaced, stackName) ?? []);
}

function changeOf(
  id: string, old: TemplateResource | undefined, fresh: TemplateResource | undefined, replaced: ReadonlySet<string>, stackName: string,
): Change | undefined {
  const common = {
    LogicalResourceId: id,
    ResourceType: (fresh ?? old)!.Type,
    ...(old ? { PhysicalResourceId: `${stackName}-${id}`, BeforeContext: JSON.stringify(context(old)) } : {}),
    ...(fresh ? { AfterContext: JSON.stringify(context(fresh)) } : {}),
  };
  if (old === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Add', Scope: [], Details: [] } };
  }
  if (fresh === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Remove', PolicyAction: (old.DeletionPolicy ?? 'Delete') as PolicyAction, Scope: [], Details: [] } };
  }
  const direct = changedProperties(old, fresh);
  // What refers to a resource that is replaced changes with it, if the reference comes out different.
  const dynamic = Object.entries(fresh.Properties ?? {}).filter(([name, value]) => !direct.includes(name) && refersTo(value, replaced)).map(([name]) => name);
  if (direct.length + dynamic.length === 0 && old.Type === fresh.Type) {
    return undefined;
  }
  const certain = replaced.has(id);
  const possible = dynamic.some((name) => replaces(fresh.Type, name));
  return {
    Type: 'Resource',
    ResourceChange: {
      ...common,
      Action: 'Modify',
      Replacement: certain ? 'True' : possible ? 'Conditional' : 'False',
      ...(certain || possible ? { PolicyAction: `ReplaceAnd${fresh.UpdateReplacePolicy ?? 'Delete'}` as PolicyAction } : {}),
      Scope: ['Properties'],
      Details: [...direct.map((name) => detail(fresh.Type, name, 'Static')), ...dynamic.map((name) => detail(fresh.Type, name, 'Dynamic'))],
    },
  };
}

function detail(type: string, name: string, evaluation: 'Static' | 'Dynamic'): ResourceChangeDetail {
  const recreation = !replaces(type, name) ? 'Never' : evaluation === 'Static' ? 'Always' : 'Conditionally';
  return {
    Target: { Attribute: 'Properties', Name: name, RequiresRecreation: recreation },
    Evaluation: evaluation,
    ChangeSource: evaluation === 'Static' ? 'DirectModification' : 'ResourceReference',
  };
}

function changedProperties({ Properties: old = {} }: TemplateResource, { Properties: fresh = {} }: TemplateResource): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort().filter((name) => JSON.stringify(old[name]) !== JSON.stringify(fresh[name]));
}

function replaces(type: string, property: string): boolean {
  const properties = REPLACING[type];
  return properties === undefined ? property === 'Name' : properties.includes('*') || properties.includes(property);
}

function refersTo(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { 'Ref': ref, 'Fn::GetAtt': attribute } = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[] };
  return typeof ref === 'string' && ids.has(ref) || Array.isArray(attribute) && ids.has(attribute[0])
    || Object.values(value).some((child) => refersTo(child, ids));
}

function context({ Properties, DeletionPolicy, UpdateReplacePolicy }: TemplateResource): object {
  return { Properties: Properties ?? {}, DeletionPolicy, UpdateReplacePolicy };
}
