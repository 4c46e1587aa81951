import type { Change, PolicyAction, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { NESTED_STACK } from './nested-stacks';
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

/** From what one template is to become another. */
export interface Difference {
  readonly before: FilledTemplate;
  readonly after: FilledTemplate;
  readonly stackName: string;
  /** Parameters whose values come from what another stack replaces: they are known at execution only. */
  readonly unknownParameters: ReadonlySet<string>;
  /** Change sets of nested stacks, by logical ID; none where the change set was made without them. */
  readonly nested: ReadonlyMap<string, string>;
}

/** What a change set says of the difference: the shape of CloudFormation's API. */
export function changesBetween(difference: Difference): Change[] {
  const { before, after } = difference;
  const ids = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])].sort();
  const unknown = new Set([...replacedIds(before, after), ...difference.unknownParameters]);
  return ids.flatMap((id) => changeOf(id, difference, unknown) ?? []);
}

/** The resources that are replaced for certain. */
export function replacedIds(before: FilledTemplate, after: FilledTemplate): string[] {
  return Object.keys(after.resources).filter((id) => {
    const [old, fresh] = [before.resources[id], after.resources[id]];
    return old && (old.Type !== fresh.Type || changedProperties(old, fresh).some((name) => replaces(fresh.Type, name)));
  });
}

/** @param unknown resources and parameters whose references come out different at execution, if at all */
function changeOf(id: string, { before, after, stackName, nested }: Difference, unknown: ReadonlySet<string>): Change | undefined {
  const [old, fresh] = [before.resources[id], after.resources[id]];
  const common = {
    LogicalResourceId: id,
    ResourceType: (fresh ?? old)!.Type,
    ...(old ? { PhysicalResourceId: `${stackName}-${id}`, BeforeContext: JSON.stringify(context(old)) } : {}),
    ...(fresh ? { AfterContext: JSON.stringify(context(fresh)) } : {}),
    ...(nested.has(id) ? { ChangeSetId: nested.get(id) } : {}),
  };
  if (old === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Add', Scope: [], Details: [] } };
  }
  if (fresh === undefined) {
    return { Type: 'Resource', ResourceChange: { ...common, Action: 'Remove', PolicyAction: (old.DeletionPolicy ?? 'Delete') as PolicyAction, Scope: [], Details: [] } };
  }
  const direct = changedProperties(old, fresh);
  const dynamic = Object.entries(fresh.Properties ?? {}).filter(([name, value]) => !direct.includes(name) && refersTo(value, unknown)).map(([name]) => name);
  const details = [...direct.map((name) => detail(fresh.Type, name, 'Static')), ...dynamic.map((name) => detail(fresh.Type, name, 'Dynamic'))];
  if (details.length === 0 && old.Type === fresh.Type) {
    return fresh.Type === NESTED_STACK ? { Type: 'Resource', ResourceChange: { ...common, Action: 'Modify', Replacement: 'False', Scope: ['Properties'], Details: [AUTOMATIC] } } : undefined;
  }
  const certain = old.Type !== fresh.Type || direct.some((name) => replaces(fresh.Type, name));
  const possible = dynamic.some((name) => replaces(fresh.Type, name));
  return {
    Type: 'Resource',
    ResourceChange: {
      ...common,
      Action: 'Modify',
      Replacement: certain ? 'True' : possible ? 'Conditional' : 'False',
      ...(certain || possible ? { PolicyAction: `ReplaceAnd${fresh.UpdateReplacePolicy ?? 'Delete'}` as PolicyAction } : {}),
      Scope: ['Properties'],
      Details: details,
    },
  };
}

/** Of a nested stack whose properties stay: its template, or what it imports, may have changed all the same. */
const AUTOMATIC: ResourceChangeDetail = {
  Target: { Attribute: 'Properties', RequiresRecreation: 'Never' }, Evaluation: 'Dynamic', ChangeSource: 'Automatic',
};

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

/** Whether a value refers to one of these resources or parameters. */
export function refersTo(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[]; 'Fn::Sub'?: string | [string, object] };
  const text = Array.isArray(sub) ? sub[0] : sub ?? '';
  return typeof ref === 'string' && ids.has(ref) || Array.isArray(attribute) && ids.has(attribute[0])
    || [...text.matchAll(/\$\{([A-Za-z0-9]+)/g)].some(([, id]) => ids.has(id))
    || Object.values(value).some((child) => refersTo(child, ids));
}

function context({ Properties, DeletionPolicy, UpdateReplacePolicy }: TemplateResource): object {
  return { Properties: Properties ?? {}, DeletionPolicy, UpdateReplacePolicy };
}
