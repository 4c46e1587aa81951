import * as fc from 'fast-check';
import { PlacedStack, placeProblems, StackParameter } from '../../../src/core/delivery/place-stacks';
import { OrderedStack, orderStacks } from '../../../src/core/delivery/stack-order';
import { TemplateFacts, templateFacts, TemplateScope } from '../../../src/core/delivery/template-facts';

const SCOPE: TemplateScope = { account: '111111111111', region: 'eu-west-1', partition: 'aws', stackName: 'shop-api', parameters: {} };

describe('templateFacts', () => {
  const facts = (template: object, parameters: Record<string, string> = {}) => templateFacts(template, { ...SCOPE, parameters });

  it('names imports and exports as far as parameters and pseudo parameters say them', () => {
    expect(facts({
      Parameters: { Network: { Type: 'String' }, Stage: { Type: 'String', Default: 'prod' } },
      Resources: {
        A: { Properties: { X: { 'Fn::ImportValue': { 'Fn::Sub': '${Network}-VpcId' } }, Y: { 'Fn::ImportValue': { 'Fn::Sub': ['${s}:Key', { s: { Ref: 'Stage' } }] } } } },
        B: { Properties: { X: { 'Fn::ImportValue': { 'Fn::Join': ['-', [{ Ref: 'AWS::Region' }, 'Zone']] } }, Y: { 'Fn::ImportValue': { 'Fn::Select': [0, ['a']] } } } },
      },
      Outputs: { O: { Value: 'v', Export: { Name: { 'Fn::Sub': '${AWS::StackName}-${!literal}' } } }, P: { Value: 'v' } },
    }, { Network: 'shop-network' })).toMatchObject({
      imports: ['shop-network-VpcId', 'prod:Key', 'eu-west-1-Zone', undefined], exports: ['shop-api-${literal}'], outputs: ['O', 'P'],
    });
  });

  it('names SSM parameters that are read and made, but not those that the CDK skips or AWS makes', () => {
    expect(facts({
      Parameters: {
        Table: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/shop/table' },
        Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami' },
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version', Description: 'Version [cdk:skip]' },
        Stage: { Type: 'String' },
      },
      Resources: {
        A: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shop/url', Value: 'x' } },
        B: { Type: 'AWS::SSM::Parameter', Properties: { Value: 'x' } },
        C: { Properties: { Name: { 'Fn::Sub': 'x{{resolve:ssm:/shop/${Stage}/key:3}}' }, Other: '{{resolve:ssm-secure:/shop/secret}}', Open: { 'Fn::Sub': '{{resolve:ssm:${Unknown}}}' } } },
      },
    }, { Stage: 'prod' })).toMatchObject({ ssmReads: ['/shop/table', '/shop/prod/key', '/shop/secret', undefined], ssmWrites: ['/shop/url'] });
  });

  it('does not know a name that is itself read from SSM', () => {
    expect(facts({
      Parameters: { Name: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/n' } }, Resources: { A: { X: { 'Fn::ImportValue': { Ref: 'Name' } } } },
    }).imports).toEqual([undefined]);
  });
});

const NONE: TemplateFacts = { imports: [], exports: [], ssmReads: [], ssmWrites: [], outputs: [], isTransformed: false };

function stack(id: string, facts: Partial<TemplateFacts> = {}, parameters: Record<string, StackParameter> = {}, dependsOn: string[] = []): OrderedStack {
  return { stack: { id, parameters, dependsOn }, facts: { ...NONE, ...facts } };
}

describe('orderStacks', () => {
  it('orders by dependencies, outputs, exports and SSM parameters, and says whose values are read', () => {
    expect(orderStacks([
      stack('api', { imports: ['vpc'], ssmReads: ['/table'] }, { Key: { stack: 'keys', output: 'Arn' } }, ['zones']),
      stack('data', { ssmWrites: ['/table'] }), stack('network', { exports: ['vpc'] }), stack('keys'), stack('zones'),
    ]).at(-1)).toEqual({ id: 'api', after: ['data', 'keys', 'network', 'zones'], reads: ['data', 'keys', 'network'] });
  });

  it('takes a name that only CloudFormation knows for one that any other stack may give', () => {
    expect(orderStacks([stack('a', { imports: [undefined] }), stack('b', { exports: ['x'] }), stack('c')]).at(-1)).toEqual({ id: 'a', after: ['b'], reads: ['b'] });
    expect(orderStacks([stack('a', { imports: ['x'] }), stack('b', { exports: [undefined] })]).at(-1)).toEqual({ id: 'a', after: ['b'], reads: ['b'] });
    // Given by a stack of the place, so no other can give it.
    expect(orderStacks([stack('a', { imports: ['x'] }), stack('b', { exports: ['x'] }), stack('c', { exports: [undefined] })]).find(({ id }) => id === 'a')!.after).toEqual(['b']);
  });

  it('lets a possible reading go where the order is certain the other way round', () => {
    expect(orderStacks([stack('a', { exports: ['x'], imports: [undefined] }), stack('b', { exports: ['y'] }, {}, ['a'])]).map(({ id, after }) => [id, after]))
      .toEqual([['a', []], ['b', ['a']]]);
    expect(orderStacks([stack('a', { exports: ['x'], imports: [undefined] }), stack('b', { exports: ['y'], imports: [undefined] })]).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('names the stacks that wait for one another', () => {
    expect(() => orderStacks([stack('a', {}, {}, ['c']), stack('b', {}, { X: { stack: 'a', output: 'O' } }), stack('c', { imports: ['e'] }), stack('d', {}, {}, ['a']), stack('e', { exports: ['e'] }, {}, ['b'])]))
      .toThrow('The stacks a → c → e → b → a wait for one another');
    expect(() => orderStacks([stack('a', {}, { X: { stack: 'a', output: 'O' } })])).toThrow('a → a');
  });

  it('puts every stack once, after all that it comes after, whatever the order they are given in', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 }), fc.shuffledSubarray(names, { minLength: 6 }), fc.array(fc.constantFrom(...names)),
      (pairs, order, open) => {
        const edges = pairs.filter(([from, to]) => from > to);
        const made = order.map((name) => stack(
          name,
          { exports: [name], imports: open.includes(name) ? [undefined] : [] },
          {},
          edges.filter(([from]) => names[from] === name).map(([, to]) => names[to]!),
        ));
        const links = orderStacks(made);
        expect(links.map(({ id }) => id).sort()).toEqual(names);
        links.forEach(({ after }, index) => after.forEach((id) => expect(links.findIndex((link) => link.id === id)).toBeLessThan(index)));
        edges.forEach(([from, to]) => expect(links.find(({ id }) => id === names[from])!.after).toContain(names[to]));
      },
    ));
  });
});

describe('placeProblems', () => {
  const bounds = { stackNames: ['shop', 'Shop-prod-*'], refusedStackNames: ['Shop-prod-pipeline'] };
  const placed = (more: Partial<PlacedStack>): PlacedStack => ({
    id: 'a', stackName: 'shop', templateFile: 'a', templateObject: { bucket: 'b', key: 'k' }, parameters: {}, tags: {}, capabilities: [], dependsOn: [], ...more,
  });
  it.each([
    [[{}], []],
    [[{ stackName: 'Shop-prod-api' }], []],
    [[], ['brings no stack']],
    [[{ stackName: 'shop-other' }], ['delivers only shop, Shop-prod-* here']],
    [[{ stackName: 'Shop-prod-pipeline' }], ['which no release may deliver']],
    [[{ stackName: 'Shop-prod-x/../y' }], ['CloudFormation takes a letter']],
    [[{ id: 'a.b' }], ['not an ID of a stack']],
    [[{}, { id: 'b' }], ['Two stacks have the stack name \'shop\'']],
    [[{}, { stackName: 'Shop-prod-b' }], ['Two stacks have the ID \'a\'']],
    [[{ dependsOn: ['x'], parameters: { P: { stack: 'y', output: 'O' } } }], ['depends on \'x\'', 'takes parameter \'P\' from stack \'y\'']],
  ])('%j', (stacks, messages) => {
    const problems = placeProblems(stacks.map(placed), bounds);
    expect(problems).toHaveLength(messages.length);
    messages.forEach((message, index) => expect(problems[index]).toContain(message));
  });

  it('refuses the bootstrap\'s stack although the place may touch all names', () => {
    expect(placeProblems([placed({ stackName: 'CDKToolkit' })], { stackNames: ['*'], refusedStackNames: [] })[0]).toContain('which no release may deliver');
  });
});
