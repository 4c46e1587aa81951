import { CfnCapabilities, Stack } from 'aws-cdk-lib';
import { Component, DeploymentEnvironment, Gate, TemplateProps } from '../../src';
import { ComponentCatalogue } from '../../src/component/component-catalogue';
import { targetsOf } from '../../src/environment/target';
import { placedStacks } from '../../src/modular-pipeline/placed-stacks';
import { deliveryFile, environment, environmentsFile, testPipeline, testStack } from '../support/constructs';

const template = (name: string, props: Partial<TemplateProps> = {}) => Component.template(name, { path: name, ...props });

function stacks(components: Component[], ...environments: DeploymentEnvironment[]) {
  const stack: Stack = testStack();
  const catalogue = new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components });
  const targets = targetsOf(stack, environments.length > 0 ? environments : [environment('test', { stackName: 'shop' })], { solution: 'shop', qualifier: 'q' });
  const templates = catalogue.componentNames.filter((name) => catalogue._bound(name).config.kind === 'template');
  return Object.fromEntries(placedStacks(stack, { catalogue, templates, targets, capabilities: [CfnCapabilities.NAMED_IAM] }));
}

describe('stacks of a place', () => {
  test('a single template is the environment\'s stack', () => {
    expect(stacks([template('infra')], environment('test', { stackName: 'shop', tags: { team: 't' }, parameters: { A: 'a' } })).test).toEqual([
      { id: 'infra', component: 'infra', stackName: 'shop', parameters: {}, tags: { team: 't' }, capabilities: ['CAPABILITY_NAMED_IAM'], dependsOn: [] },
    ]);
  });

  test('several are named after the environment\'s, and have what is their own', () => {
    const made = stacks([
      template('network'),
      template('@shop/data', { stackName: 'records', tags: { team: 'data' }, parameters: { Days: '4', Level: 'x' }, capabilities: [] }),
      Component.custom('library', { path: 'library', dependsOn: ['network'] }),
      template('api', { dependsOn: ['library'], outputParameters: { Table: { component: '@shop/data', output: 'TableName' } } }),
    ], environment('test', { stackName: 'shop', tags: { team: 't', cost: 'c' } }), environment('prod', { stackName: 'shop-prod', stacks: { '@shop/data': { stackName: 'records-prod', parameters: { Days: '14' } } } }));
    expect(made.test).toEqual([
      expect.objectContaining({ id: 'shop-data', stackName: 'records', tags: { team: 'data', cost: 'c' }, parameters: { Days: '4', Level: 'x' }, capabilities: [] }),
      expect.objectContaining({ id: 'network', stackName: 'shop-network', dependsOn: [], capabilities: ['CAPABILITY_NAMED_IAM'] }),
      // What lies in between orders stacks as well.
      expect.objectContaining({ id: 'api', stackName: 'shop-api', dependsOn: ['network'], parameters: { Table: { stack: 'shop-data', output: 'TableName' } } }),
    ]);
    expect(made.prod.map(({ stackName }) => stackName)).toEqual(['records-prod', 'shop-prod-network', 'shop-prod-api']);
    expect(made.prod[0].parameters).toEqual({ Days: '14', Level: 'x' });
  });

  test.each<[string, () => unknown, string]>([
    ['one stack of two templates', () => stacks([template('a', { stackName: 'x' }), template('b', { stackName: 'x' })]), 'Stack "a" of environment "test" and stack "b" of environment "test" are one stack'],
    ['one stack of two environments', () => stacks([template('a', { stackName: 'x' })], environment('test'), environment('prod', { stackName: 'other' })), 'are one stack'],
    ['a name that CloudFormation does not take', () => stacks([template('a', { stackName: 'x_y' })]), 'stack of component "a": stackName is "x_y"'],
    ['the pipeline\'s own stack', () => stacks([template('a', { stackName: testStack().stackName })]), 'the name of the pipeline\'s own stack'],
    ['settings of no template', () => stacks([template('a')], environment('test', { stacks: { b: {} } })), 'stacks names "b", which is no template of the pipeline: name one of "a"'],
    ['an output of no template', () => stacks([template('a', { outputParameters: { P: { component: 'b', output: 'O' } } }), template('c')]), 'takes an output of "b", which is no template of the pipeline: name one of "c"'],
    ['an output of its own', () => stacks([template('a', { outputParameters: { P: { component: 'a', output: 'O' } } })]), 'which is the component itself'],
    ['an output\'s name', () => stacks([template('a'), template('b', { outputParameters: { P: { component: 'a', output: 'O-1' } } })]), 'an output\'s name has letters and digits only'],
    ['two values of a parameter', () => stacks([template('a'), template('b', { parameters: { P: 'x' }, outputParameters: { P: { component: 'a', output: 'O' } } })]), 'give it a value as well'],
  ])('refuses %s', (_, make, message) => expect(make).toThrow(message));
});

test('one pair of actions delivers all stacks of a place, and may touch these alone', () => {
  const made = testPipeline({
    components: [template('network'), template('data'), template('api')],
    environments: [environment('test', { stackName: 'shop', publishedOutputs: ['Url'], gates: [Gate.integrationTests({ commands: ['x'], outputs: { URL: 'api@Url' } })] })],
  });
  const { test: place } = deliveryFile(made).places;
  expect(place).toMatchObject({ stackNames: ['shop-api', 'shop-data', 'shop-network'], gateOutputs: ['api@Url'], published: ['Url'] });
  expect(place.refusedStackNames).toContain(made.stack.stackName);
  expect(environmentsFile(made)[0].stacks.map(({ id }) => id)).toEqual(['api', 'data', 'network']);
  const stages = Object.values(made.template.findResources('AWS::CodePipeline::Pipeline'))[0].Properties.Stages as { Name: string; Actions: { Name: string }[] }[];
  expect(stages.find(({ Name }) => Name === 'test')!.Actions.map(({ Name }) => Name)).toEqual(['Prepare', 'Deploy', 'Test', 'Record']);
});
