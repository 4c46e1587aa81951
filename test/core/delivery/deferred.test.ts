import { ComparedTemplates, comparedResources, createdResources, LateInputs, lateChanges, ssmParameters } from '../../../src/core/delivery/deferred';

const NOTHING_LATE: LateInputs = { parameters: new Set(), readings: false };
const queue = (properties: object = {}, more: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties, ...more });
const template = (resources: object, more: object = {}) => ({ Resources: resources, ...more });

describe('a stack that does not exist yet', () => {
  it('gets all resources of its template', () => {
    expect(createdResources(template({ A: queue(), B: { Type: 'AWS::SNS::Topic' } })).map(({ path, type, action, unread }) => [path, type, action, unread])).toEqual([
      ['A', 'AWS::SQS::Queue', 'Add', undefined], ['B', 'AWS::SNS::Topic', 'Add', undefined],
    ]);
  });

  it('gets what cannot be seen where it has nested stacks, or a macro makes its template', () => {
    expect(createdResources(template({ N: { Type: 'AWS::CloudFormation::Stack' } }, { Transform: 'Own' })).map(({ path, unread }) => [path, unread])).toEqual([
      ['N', true], ['Transform', true],
    ]);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ Resources: [] }]])('gets nothing of %p', (value) => {
    expect(createdResources(value)).toEqual([]);
  });
});

describe('resources whose values come from stacks that change as well', () => {
  const late = (resource: unknown, inputs: Partial<LateInputs> = {}) => (
    lateChanges(template({ A: resource }), { parameters: new Set(['Late']), readings: false, ...inputs }).map(({ path }) => path));

  it.each<[string, unknown]>([
    ['Ref', { Ref: 'Late' }],
    ['Fn::Sub', { 'Fn::Sub': 'x-${Late}-y' }],
    ['Fn::Sub with names of its own', { 'Fn::Sub': ['${Own}', { Own: { Ref: 'Late' } }] }],
    ['Fn::Sub of a list', { 'Fn::Sub': ['${Late}', {}] }],
    ['Fn::If', { 'Fn::If': ['C', { Ref: 'Late' }, 'x'] }],
    ['a list of lists', [[{ Ref: 'Late' }]]],
  ])('are those that read a late parameter by %s', (_how, value) => {
    expect(late(queue({ Name: value }))).toEqual(['A']);
  });

  it.each<[string, unknown]>([
    ['another parameter', { Ref: 'Other' }],
    ['text that only looks so', 'Late'],
    ['an escaped name', { 'Fn::Sub': '${!Late}' }],
    ['another name that begins so', { 'Fn::Sub': '${LateToo}' }],
  ])('are not those that read %s', (_what, value) => {
    expect(late(queue({ Name: value }))).toEqual([]);
  });

  it('are not those that only wait, or exist by a condition', () => {
    expect(late(queue({}, { DependsOn: { Ref: 'Late' }, Condition: { Ref: 'Late' } }))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an import', { 'Fn::ImportValue': 'net' }],
    ['a parameter of Systems Manager', '{{resolve:ssm:/a}}'],
    ['a secure parameter', { 'Fn::Sub': '{{resolve:ssm-secure:/a}}' }],
  ])('are those that read %s, where readings may change', (_what, value) => {
    expect(late(queue({ Name: value }))).toEqual([]);
    expect(late(queue({ Name: value }), { readings: true })).toEqual(['A']);
  });

  it('are those that refer to these, in whatever order and by whatever attribute', () => {
    const resources = {
      C: queue({ X: { 'Fn::GetAtt': 'B.Arn' } }), B: queue({ X: { 'Fn::GetAtt': ['A', 'Arn'] } }), A: queue({ X: { Ref: 'Late' } }), D: queue({ X: { Ref: 'E' } }), E: queue(),
    };
    expect(lateChanges(template(resources), { parameters: new Set(['Late']), readings: false }).map(({ path }) => path)).toEqual(['C', 'B', 'A']);
  });

  it('may be replaced only where their type is replaced by design, and say nothing of what they may grant', () => {
    const of = (resource: unknown) => lateChanges(template({ A: resource }), { parameters: new Set(['Late']), readings: false })[0];
    expect(of({ Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Late' } } })).toMatchObject({ replacement: 'True', policyAction: 'ReplaceAndDelete', late: true });
    const plain = of(queue({ Name: { Ref: 'Late' } }));
    expect(plain).toMatchObject({ replacement: 'False', late: true });
    expect(plain).toHaveProperty('after');
    expect(of({ Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Late' }] } })).not.toHaveProperty('after');
  });
});

describe('two templates', () => {
  const compared = (before: object, after: object, more: Partial<ComparedTemplates> = {}) => (
    comparedResources({ before: template(before), after: template(after), changed: new Set(), late: NOTHING_LATE, ...more }));

  it('that say the same change nothing, whatever the order of their keys', () => {
    expect(compared({ A: queue({ X: 1, Y: 2 }) }, { A: queue({ Y: 2, X: 1 }) })).toEqual([]);
  });

  it.each([
    [undefined, 'Delete'], ['Delete', 'Delete'], ['Retain', 'Retain'], ['RetainExceptOnCreate', 'Retain'], ['Snapshot', 'Snapshot'],
  ])('remove a resource, by its deletion policy %s: %s', (policy, policyAction) => {
    expect(compared({ A: queue({}, { DeletionPolicy: policy }) }, {})).toMatchObject([{ path: 'A', action: 'Remove', policyAction }]);
  });

  it('add one', () => {
    expect(compared({}, { A: queue() })).toMatchObject([{ path: 'A', action: 'Add' }]);
  });

  it('replace one whose type is another', () => {
    expect(compared({ A: queue() }, { A: { Type: 'AWS::SNS::Topic' } })).toMatchObject([{ path: 'A', action: 'Modify', replacement: 'True', policyAction: 'ReplaceAndDelete' }]);
  });

  it.each<[string, string, object, object, string]>([
    ['a property that can be changed', 'AWS::SQS::Queue', { DelaySeconds: 1 }, { DelaySeconds: 2 }, 'False'],
    ['a property that goes away', 'AWS::SQS::Queue', { DelaySeconds: 1 }, {}, 'False'],
    ['a property that is created only', 'AWS::SQS::Queue', {}, { QueueName: 'x' }, 'True'],
    ['a property of a type without a schema', 'Company::Own::Thing', { A: 1 }, { A: 2 }, 'Conditional'],
  ])('modify one by %s', (_what, type, before, after, replacement) => {
    const [change] = compared({ A: { Type: type, Properties: before } }, { A: { Type: type, Properties: after } });
    expect(change).toMatchObject({ action: 'Modify', replacement });
    expect(change!.policyAction).toBe(replacement === 'False' ? undefined : 'ReplaceAndDelete');
  });

  it('modify one by its metadata, and not by its description', () => {
    expect(compared({ A: queue({}, { Metadata: 1 }) }, { A: queue({}, { Metadata: 2 }) })).toMatchObject([{ properties: ['Metadata'], replacement: 'False' }]);
    expect(compared({ A: queue({}, { DependsOn: 'B' }) }, { A: queue() })).toEqual([]);
  });

  it('modify one that reads a parameter whose value changes', () => {
    const resources = { A: queue({ QueueName: { Ref: 'Name' } }), B: queue({ QueueName: { Ref: 'Other' } }) };
    expect(compared(resources, resources, { changed: new Set(['Name']) })).toMatchObject([{ path: 'A', replacement: 'True', properties: ['QueueName'] }]);
  });

  it('modify a nested stack in a way that cannot be seen', () => {
    const nested = (url: string) => ({ N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } });
    expect(compared(nested('a'), nested('b'))).toMatchObject([{ path: 'N', unread: true }]);
  });

  it('modify what reads a late value, once, and only what is there already', () => {
    const late: LateInputs = { parameters: new Set(['Late']), readings: false };
    const reading = queue({ DelaySeconds: { Ref: 'Late' } });
    expect(compared({ A: reading }, { A: reading, B: reading }, { late }).map(({ path, action, late: isLate }) => [path, action, isLate])).toEqual([
      ['B', 'Add', undefined], ['A', 'Modify', true],
    ]);
    expect(compared({ A: queue({ DelaySeconds: 1 }) }, { A: reading }, { late }).map(({ path, late: isLate }) => [path, isLate])).toEqual([['A', undefined]]);
  });
});

test('parameters of Systems Manager are known by their type', () => {
  const Parameters = { A: { Type: 'AWS::SSM::Parameter::Value<String>' }, B: { Type: 'String' }, C: { Type: 'AWS::SSM::Parameter::Name' }, D: null };
  expect(ssmParameters({ Parameters })).toEqual(['A', 'C']);
  expect(ssmParameters({})).toEqual([]);
});
