import { ResourceChange } from '@aws-sdk/client-cloudformation';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Stacks } from '../../local/engine/cloud-formation/stacks';
import { ComponentCode, ComponentFunction } from '../../src';
import { readDescribedChange } from '../../src/core/change-set/described-change';
import { destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';

const place = { account: '111111111111', region: 'eu-west-1', name: 'shop' };
const noTemplate = (): never => { throw new Error('no template'); };
const getAtt = (...path: string[]) => ({ 'Fn::GetAtt': path });

interface Release {
  readonly resources: Record<string, object>;
  readonly parameters?: Record<string, string>;
}

/** What CloudFormation says of a second release after the first. */
function changesOf(first: Release, second: Release): Record<string, ResourceChange> {
  const stacks = new Stacks(noTemplate);
  for (const [index, { resources, parameters = {} }] of [first, second].entries()) {
    const template = JSON.stringify({ Parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, { Type: 'String' }])), Resources: resources });
    stacks.replaceChangeSet(place, 'changes', template, JSON.stringify({ Parameters: parameters }));
    if (index === 0) {
      stacks.executeChangeSet(place, 'changes');
    }
  }
  return Object.fromEntries(stacks.findChangeSet(place, 'changes')!.changes.map(({ ResourceChange: change }) => [change!.LogicalResourceId!, change!]));
}

const fn = (memory: number, more: object = {}) => ({ Type: 'AWS::Lambda::Function', Properties: { Role: 'role', Code: { ZipFile: 'x' }, MemorySize: memory, ...more } });
const url = { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: getAtt('Function', 'Arn') } };
const judged = (changes: Record<string, ResourceChange>) => (
  Object.values(changes).map((change, index) => readDescribedChange({ ResourceChange: change }, index + 1)));
const refused = (changes: Record<string, ResourceChange>) => refusedOf(destructions(judged(changes)), { types: [], logicalIds: [] }).map(({ path }) => path);

describe('what refers to a resource that is modified', () => {
  it('is listed as one that may change, and may be replaced where its property cannot be changed in place', () => {
    const changes = changesOf({ resources: { Function: fn(128), Url: url } }, { resources: { Function: fn(256), Url: url } });
    expect(changes.Function).toMatchObject({
      Action: 'Modify',
      Replacement: 'False',
      Details: [{ Target: { Name: 'MemorySize', RequiresRecreation: 'Never' }, Evaluation: 'Static', ChangeSource: 'DirectModification' }],
    });
    expect(changes.Url).toMatchObject({
      Action: 'Modify',
      Replacement: 'Conditional',
      PolicyAction: 'ReplaceAndDelete',
      Details: [{
        Target: { Name: 'TargetFunctionArn', RequiresRecreation: 'Always' }, Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: 'Function.Arn',
      }],
    });
    expect(JSON.parse(changes.Url.AfterContext!)).toMatchObject({ Properties: { TargetFunctionArn: '{{changeSet:KNOWN_AFTER_APPLY}}' } });
    expect(JSON.parse(changes.Url.BeforeContext!)).toMatchObject({ Properties: { TargetFunctionArn: 'shop-Function.Arn' } });
    expect(refused(changes)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['Ref', { Ref: 'Function' }, 'Function'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Function.Arn' }, 'Function.Arn'],
    ['Fn::Sub', { 'Fn::Sub': '${Function.Arn}' }, 'Function.Arn'],
    ['Fn::Sub with values of its own', { 'Fn::Sub': ['${Function}${X}', { X: getAtt('Function', 'Arn') }] }, 'Function'],
    ['Fn::Join', { 'Fn::Join': ['', [getAtt('Function', 'Arn')]] }, 'Function.Arn'],
  ])('by %s', (_, TargetFunctionArn, cause) => {
    const given = { ...url, Properties: { TargetFunctionArn } };
    const { Url: { Details: [detail] = [] } } = changesOf({ resources: { Function: fn(128), Url: given } }, { resources: { Function: fn(256), Url: given } });
    expect(detail).toMatchObject({ Evaluation: 'Dynamic', ChangeSource: cause.includes('.') ? 'ResourceAttribute' : 'ResourceReference', CausingEntity: cause });
  });

  it('brings with it what refers to it in turn', () => {
    const resources = (memory: number) => ({ Function: fn(memory), Url: url, Note: { Type: 'AWS::SSM::Parameter', Properties: { Value: getAtt('Url', 'FunctionUrl') } } });
    expect(changesOf({ resources: resources(1) }, { resources: resources(2) }).Note).toMatchObject({ Replacement: 'False', Details: [{ CausingEntity: 'Url.FunctionUrl' }] });
  });

  it('is replaced for certain where the other is', () => {
    const resources = (name: string) => ({ Function: fn(1, { FunctionName: name }), Url: url });
    const changes = changesOf({ resources: resources('a') }, { resources: resources('b') });
    expect(changes.Function.Replacement).toBe('True');
    expect(changes.Url).toMatchObject({ Replacement: 'True', Details: [{ Evaluation: 'Static', CausingEntity: 'Function.Arn' }] });
    expect(refused(changes)).toEqual(['Function', 'Url']);
  });

  it('allows no more than before', () => {
    const role = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [getAtt('Function', 'Arn')] }] } } };
    expect(broadenings(judged(changesOf({ resources: { Function: fn(1), Role: role } }, { resources: { Function: fn(2), Role: role } })))).toEqual([]);
    const replaced = (name: string) => ({ Function: fn(1, { FunctionName: name }), Role: role });
    expect(broadenings(judged(changesOf({ resources: replaced('a') }, { resources: replaced('b') }))).map(({ path }) => path)).toEqual(['Role']);
  });
});

describe('a property that a parameter gives', () => {
  const release = (Name: string): Release => ({ resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' }, DelaySeconds: 1 } } }, parameters: { Name } });

  it('is given as changed by the template, which is known at execution only, and by the parameter, which is known', () => {
    expect(changesOf(release('a'), release('b')).Queue).toMatchObject({
      Replacement: 'True',
      Details: [
        { Target: { Name: 'QueueName', RequiresRecreation: 'Always' }, Evaluation: 'Dynamic', ChangeSource: 'DirectModification' },
        { Target: { Name: 'QueueName', RequiresRecreation: 'Always' }, Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: 'Name' },
      ],
    });
  });
});

describe('properties that cannot be changed in place', () => {
  it.each<[string, string, string]>([
    ['AWS::Lambda::Permission', 'SourceArn', 'True'],
    ['AWS::SNS::Subscription', 'Endpoint', 'True'],
    ['AWS::SageMaker::Model', 'PrimaryContainer', 'True'],
    ['AWS::RDS::DBInstance', 'StorageEncrypted', 'True'],
    ['AWS::DynamoDB::Table', 'KeySchema', 'True'],
    ['Custom::Database', 'ServiceToken', 'True'],
    ['AWS::EC2::Instance', 'InstanceType', 'Conditional'],
    ['AWS::DynamoDB::Table', 'AttributeDefinitions', 'Conditional'],
    ['AWS::Lambda::Function', 'Runtime', 'False'],
    ['Custom::Database', 'Version', 'False'],
  ])('of %s, %s: %s', (Type, property, expected) => {
    const resources = (value: string) => ({ Resource: { Type, Properties: { [property]: value } } });
    expect(changesOf({ resources: resources('a') }, { resources: resources('b') }).Resource.Replacement).toBe(expected);
  });
});

describe('versions of functions', () => {
  /** An application's template, deployed with one build after another, each of this content. */
  function deploy(template: object, builds: readonly (readonly [build: number, content: string])[]): void {
    const contents = new Map(builds.map(([build, content]) => [`shop/components/orders/${build}/orders.zip`, content]));
    const stacks = new Stacks(noTemplate, (_, key) => contents.get(key));
    builds.forEach(([build]) => stacks.deploy(place, JSON.stringify(template), JSON.stringify({
      Parameters: { OrdersBucket: 'artifacts', OrdersKey: `shop/components/orders/${build}/orders.zip` },
    })));
  }

  const ofTheUser = {
    Parameters: { OrdersBucket: { Type: 'String' }, OrdersKey: { Type: 'String' } },
    Resources: {
      Function: fn(128, { Code: { S3Bucket: { Ref: 'OrdersBucket' }, S3Key: { Ref: 'OrdersKey' } } }),
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' }, Description: { Ref: 'OrdersKey' } } },
    },
  };

  it('are not published of code and configuration that have not changed: the deployment fails', () => {
    expect(() => deploy(ofTheUser, [[1, 'a'], [2, 'b'], [3, 'a']])).not.toThrow();
    expect(() => deploy(ofTheUser, [[1, 'a'], [2, 'a']])).toThrow('A version for this Lambda function exists ( 1 ). Modify the function to create a new version.');
  });

  it.each<[string, Partial<lambda.FunctionOptions>]>([['without', {}], ['with', { description: 'Takes orders' }]])('of a ComponentFunction %s a description are published for each build, also of the same content', (_, options) => {
    const stack = new Stack(new App(), 'Application');
    new ComponentFunction(stack, 'Orders', { code: ComponentCode.zip('orders'), runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', ...options });
    const { Parameters: { BootstrapVersion, ...Parameters }, ...template } = Template.fromStack(stack).toJSON() as { Parameters: Record<string, object> };
    delete (template as { Rules?: object }).Rules;
    expect(() => deploy({ ...template, Parameters }, [[1, 'a'], [2, 'a'], [3, 'a'], [1, 'a']])).not.toThrow();
  });
});
