import { destructions } from '../../../src/core/change-set/guard';
import { broadenings } from '../../../src/core/change-set/permissions';
import { ResourceChange } from '../../../src/core/change-set/resource-change';
import { nestedValues, StackTree, withNestedChanges } from '../../../src/core/delivery/nested-stacks';
import { s3Address } from '../../../src/core/delivery/s3-address';

const queue = (name: unknown, more: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name, ...more } });
const stack = (parameters: object = {}) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://b.s3.eu-west-1.amazonaws.com/x', Parameters: parameters } });
const unread = (path: string, action = 'Modify'): ResourceChange => ({ path, type: 'AWS::CloudFormation::Stack', action, properties: [], unread: true, ...(action === 'Modify' ? { replacement: 'False' } : {}) });
const given = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { Type: 'String' }]));

interface Level {
  readonly before?: object;
  readonly after: object;
  readonly deployed?: Record<string, string>;
  readonly values?: Record<string, string>;
  readonly nested?: Record<string, Level>;
}

function tree({ before, after, deployed = {}, values = deployed, nested = {} }: Level): StackTree {
  return {
    ...(before === undefined ? {} : { before }),
    after,
    deployed,
    values: new Map(Object.entries(values)),
    nested: new Map(Object.entries(nested).map(([id, level]) => [id, tree(level)])),
  };
}

/** A root with one nested stack `Data`: what the guard would refuse, or `unread` where it cannot be judged. */
function refused(data: Level | undefined, { parameters = {}, root = {}, changes = [] as ResourceChange[], tags = false } = {}): string[] {
  const template = { Resources: { Data: stack(parameters), ...root } };
  const all = withNestedChanges([...changes, unread('Data')], tree({ before: template, after: template, ...(data === undefined ? {} : { nested: { Data: data } }) }), tags);
  return destructions(all).map(({ path }) => path);
}

/** The nested stack's templates; the same twice unless the second is given. */
const both = (template: object, after: object = template, more: Partial<Level> = {}): Level => ({ before: template, after, ...more });

describe('nested stacks that a change set leaves out', () => {
  test('nothing that may come out differently: nothing changes, and nothing is refused', () => {
    const root = { Resources: { Data: stack({ Name: 'orders' }) } };
    const data = both({ Parameters: given('Name'), Resources: { Queue: queue({ Ref: 'Name' }), Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Queue' }] } } } }, undefined, { deployed: { Name: 'orders' } });
    expect(withNestedChanges([unread('Data')], tree({ before: root, after: root, nested: { Data: data } }), false)).toEqual([
      { path: 'Data', type: 'AWS::CloudFormation::Stack', action: 'Modify', properties: [], replacement: 'False' },
    ]);
  });

  test.each<[string, Level | undefined, Parameters<typeof refused>[1], string[]]>([
    ['a property that is changed in place', both({ Resources: { Queue: queue('a') } }, { Resources: { Queue: queue('a', { DelaySeconds: 3 }) } }), {}, []],
    ['a create-only property', both({ Resources: { Queue: queue('a') } }, { Resources: { Queue: queue('b') } }), {}, ['Data/Queue']],
    ['a resource that goes', both({ Resources: { Queue: queue('a'), Kept: queue('b') } }, { Resources: { Kept: queue('b') } }), {}, ['Data/Queue']],
    ['a resource that comes', both({ Resources: { Queue: queue('a') } }, { Resources: { Queue: queue('a'), More: queue('b') } }), {}, []],
    ['another type', both({ Resources: { Queue: queue('a') } }, { Resources: { Queue: { Type: 'AWS::SNS::Topic' } } }), {}, ['Data/Queue']],
    ['templates that could not be read', undefined, {}, ['Data']],
    ['a deployed template that is not known', { after: { Resources: {} } }, {}, ['Data']],
    ['a macro', both({ Transform: 'AWS::Serverless-2016-10-31', Resources: { Queue: queue('a') } }), {}, ['Data']],
    ['a macro in a part', both({ Resources: { Queue: { 'Type': 'AWS::SQS::Queue', 'Fn::Transform': { Name: 'x' } } } }), {}, ['Data']],
    ['a parameter from SSM', both({ Parameters: { Name: { Type: 'AWS::SSM::Parameter::Value<String>' } }, Resources: { Queue: queue({ Ref: 'Name' }) } }, undefined, { deployed: { Name: '/n' } }), { parameters: { Name: '/n' } }, ['Data/Queue']],
    ['a dynamic reference without a version', both({ Resources: { Queue: queue('{{resolve:ssm:/name}}') } }), {}, ['Data/Queue']],
    ['a dynamic reference with a version', both({ Resources: { Queue: queue('{{resolve:ssm:/name:3}}') } }), {}, []],
    ['a mapping that changes', both(
      { Mappings: { M: { a: { b: 'x' } } }, Resources: { Queue: queue({ 'Fn::FindInMap': ['M', 'a', 'b'] }) } },
      { Mappings: { M: { a: { b: 'y' } } }, Resources: { Queue: queue({ 'Fn::FindInMap': ['M', 'a', 'b'] }) } },
    ), {}, ['Data/Queue']],
    ['tags of the stack, on a type that CloudFormation changes in place', both({ Resources: { Queue: queue('a') } }), { tags: true }, []],
  ])('%s', (_, data, more, expected) => {
    expect(refused(data, more)).toEqual(expected);
  });

  test('a condition that may come out differently may take resources away, and values by Fn::If with them', () => {
    const template = {
      Parameters: given('Stage'),
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, IsLarge: { 'Fn::And': [{ Condition: 'IsProd' }] } },
      Resources: { Queue: { ...queue('a'), Condition: 'IsLarge' }, Named: queue({ 'Fn::If': ['IsLarge', 'x', 'y'] }), Kept: queue('k') },
    };
    const data = (stage: string) => both(template, undefined, { deployed: { Stage: 'test' }, values: { Stage: stage } });
    const of = (stage: string) => {
      const [before, after] = ['test', stage].map((value) => ({ Resources: { Data: stack({ Stage: value }) } }));
      return destructions(withNestedChanges([unread('Data')], tree({ before, after: after!, nested: { Data: data(stage) } }), false)).map(({ path }) => path);
    };
    expect(of('test')).toEqual([]);
    expect(of('prod')).toEqual(['Data/Queue', 'Data/Named']);
  });

  test('values of a resource that is modified: its identity stays, and what is not of its identity may change', () => {
    const inner = { Parameters: given('Topic', 'Other'), Resources: { A: queue({ Ref: 'Topic' }), B: queue({ Ref: 'Other' }) } };
    const data = both(inner, undefined, { deployed: { Topic: 't', Other: 'o' }, values: {} });
    const parameters = { Topic: { Ref: 'Topic' }, Other: { 'Fn::GetAtt': ['Table', 'StreamArn'] } };
    const modified = (path: string, type: string): ResourceChange => ({ path, type, action: 'Modify', replacement: 'False', properties: ['Tags'] });
    expect(refused(data, { parameters })).toEqual([]);
    expect(refused(data, { parameters, changes: [modified('Topic', 'AWS::SNS::Topic'), modified('Table', 'AWS::DynamoDB::Table')] })).toEqual(['Data/B']);
    expect(refused(data, { parameters, changes: [{ ...modified('Topic', 'AWS::SNS::Topic'), replacement: 'True', policyAction: 'ReplaceAndDelete' }] })).toEqual(['Topic', 'Data/A']);
  });

  test('one nested stack gives another its outputs: they count as changed only where they may be', () => {
    const network = (name: string) => ({ Resources: { Zone: queue(name), More: queue('m', { DelaySeconds: name.length }) }, Outputs: { Zone: { Value: { Ref: 'Zone' } }, Fixed: { Value: 'x' } } });
    const data = { Parameters: given('Zone', 'Fixed'), Resources: { Named: queue({ Ref: 'Zone' }), Other: queue({ Ref: 'Fixed' }) } };
    const template = {
      Resources: {
        Network: stack(), Data: stack({ Zone: { 'Fn::GetAtt': ['Network', 'Outputs.Zone'] }, Fixed: { 'Fn::GetAtt': 'Network.Outputs.Fixed' } }),
      },
    };
    const of = (after: object | undefined) => destructions(withNestedChanges([unread('Data'), unread('Network')], tree({
      before: template,
      after: template,
      nested: { Data: both(data, undefined, { deployed: { Zone: 'z', Fixed: 'x' }, values: {} }), ...(after === undefined ? {} : { Network: both(network('a'), after) }) },
    }), false)).map(({ path }) => path);
    expect(of(network('a'))).toEqual([]);
    expect(of(network('b'))).toEqual(['Data/Named', 'Network/Zone']);
    // Where the first cannot be judged, all that it gives may change.
    expect(of(undefined)).toEqual(['Data/Named', 'Data/Other', 'Network']);
  });

  test('two stacks deep, with values that go through both', () => {
    const tables = { Parameters: given('Name'), Resources: { Queue: queue({ 'Fn::Sub': '${Name}-queue' }) } };
    const data = { Parameters: given('Name'), Resources: { Tables: stack({ Name: { Ref: 'Name' } }) } };
    const of = (name: string) => {
      const [before, after] = ['a', name].map((value) => ({ Resources: { Data: stack({ Name: value }) } }));
      const values = { Name: name };
      return destructions(withNestedChanges([unread('Data')], tree({
        before, after: after!, nested: { Data: both(data, undefined, { deployed: { Name: 'a' }, values, nested: { Tables: both(tables, undefined, { deployed: { Name: 'a' }, values }) } }) },
      }), false)).map(({ path }) => path);
    };
    expect(of('a')).toEqual([]);
    expect(of('b')).toEqual(['Data/Tables/Queue']);
  });

  test('new nested stacks: all of their resources are created, and what they grant is seen', () => {
    const root = { Resources: { Data: stack() } };
    const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }] } };
    const changes = withNestedChanges([unread('Data', 'Add')], tree({ after: root, nested: { Data: { after: { Resources: { Role: role } } } } }), false);
    expect(changes.map(({ path, action, unread: hidden }) => [path, action, hidden])).toEqual([['Data', 'Add', undefined], ['Data/Role', 'Add', undefined]]);
    expect(broadenings(changes).map(({ path }) => path)).toEqual(['Data/Role']);
    expect(broadenings(withNestedChanges([unread('Data', 'Add')], tree({ after: root }), false)).map(({ path }) => path)).toEqual(['Data']);
  });

  test('a grant whose text stays and whose values may not counts as broader', () => {
    const policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', Roles: ['r'], PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: { Ref: 'Where' } }] } } };
    const template = { Parameters: given('Where'), Resources: { Policy: policy } };
    const [before, after] = ['a', 'b'].map((value) => ({ Resources: { Data: stack({ Where: value }) } }));
    const changes = withNestedChanges([unread('Data')], tree({
      before, after: after!, nested: { Data: both(template, undefined, { deployed: { Where: 'a' }, values: { Where: 'b' } }) },
    }), false);
    expect(broadenings(changes).map(({ path }) => path)).toEqual(['Data/Policy']);
  });
});

test('values of a nested stack\'s parameters, as far as they are known before it is deployed', () => {
  const template = { Parameters: { A: { Default: 1 }, B: {}, C: { Default: 'c' }, D: {} } };
  const parent = new Map([['AWS::Region', 'eu-west-1'], ['AWS::StackName', 'shop'], ['Name', 'x']]);
  expect(Object.fromEntries(nestedValues(template, { B: { 'Fn::Sub': '${Name}-b' }, C: { 'Fn::GetAtt': ['X', 'Arn'] } }, parent))).toEqual({ 'AWS::Region': 'eu-west-1', 'A': '1', 'B': 'x-b' });
});

test.each([
  ['https://bucket.s3.eu-west-1.amazonaws.com/a/b.yml', { bucket: 'bucket', key: 'a/b.yml' }],
  ['https://s3.cn-north-1.amazonaws.com.cn/cdk-hnb659fds-assets-1-cn-north-1/hash.json', { bucket: 'cdk-hnb659fds-assets-1-cn-north-1', key: 'hash.json' }],
  ['https://s3-eu-west-1.amazonaws.com/bucket/a%20b', { bucket: 'bucket', key: 'a b' }],
  ['https://my.dotted.bucket.s3.amazonaws.com/k', { bucket: 'my.dotted.bucket', key: 'k' }],
  ['https://example.com/k', undefined],
  ['https://bucket.s3.eu-west-1.amazonaws.com/%', undefined],
])('%s', (url, expected) => {
  expect(s3Address(url)).toEqual(expected);
});
