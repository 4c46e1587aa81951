import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { Component, DeploymentEnvironment, Gate, GateBindOptions, GateConfig, GatePosition } from '../../src';
import { environment, testPipeline } from '../support/constructs';

/** What arrives from languages that hand over other things than TypeScript's types allow, or in another order. */

class OwnGate extends Gate {
  constructor(public readonly position: GatePosition) {
    super();
  }

  public bind(_scope: Construct, _options: GateBindOptions): GateConfig {
    return {};
  }
}

const template = Component.template('template.yml', { path: 'template.yml' });
const inEnvironment = (overrides: object) => testPipeline({ environments: [{ ...environment('prod'), ...overrides } as DeploymentEnvironment] });

describe('a gate that would stand nowhere is refused', () => {
  test.each([undefined, null, 'before_deploy', 0])('with the position %p', (position) => {
    expect(() => inEnvironment({ gates: [Gate.approval(), new OwnGate(position as unknown as GatePosition)] })).toThrow(
      `Environment "prod": the position of gate 2 (OwnGate) is ${JSON.stringify(position) ?? 'undefined'}: a class that extends Gate overrides the property "position" with `
      + 'GatePosition.BEFORE_DEPLOY or GatePosition.AFTER_DEPLOY.');
  });

  test.each(Object.values(GatePosition))('and not with %s', (position) => {
    expect(() => inEnvironment({ gates: [new OwnGate(position)] })).not.toThrow();
  });
});

describe('a property that does not exist is refused', () => {
  test.each([
    [{ stack_name: 'x' }, 'Environment "prod" has the property "stack_name", which does not exist: write stackName, or, in Python, construct DeploymentEnvironment(...) in place of a dict.'],
    [{ further_regions: [] }, 'write furtherRegions, or, in Python, construct DeploymentEnvironment(...)'],
    [{ execution_role_arn: 'x' }, 'write executionRoleArn, or'],
    [{ stacks: { 'template.yml': { stack_name: 'x' } } }, 'Environment "prod": stacks "template.yml" has the property "stack_name", which does not exist: write stackName, or, in Python, construct StackOptions(...)'],
    [{ applications: { infra: { stack_names: [] } } }, 'applications "infra" has the property "stack_names", which does not exist: write stackNames, or, in Python, construct ApplicationStacks(...)'],
    [{ StackName: 'x' }, 'has the property "StackName", which does not exist: write stackName.'],
    [{ regions: [] }, 'has the property "regions", which does not exist: there are name, env, furtherRegions, '],
  ])('of an environment: %j', (overrides, message) => {
    expect(() => inEnvironment(overrides)).toThrow(message);
  });

  test('of the users of a package', () => {
    expect(() => testPipeline({ traceLockfiles: true, globalPaths: ['yarn.lock'], sharedPackages: { eslint: { test: [] } as object } })).toThrow(
      'sharedPackages "eslint" has the property "test", which does not exist: there are builds, tests.');
  });

  test('of a report', () => {
    const report = { name: 'unit', files: ['x.xml'], base_directory: 'reports' };
    expect(() => testPipeline({ components: [template, Component.custom('a', { path: 'a', testCommands: ['x'], reports: [report] })] })).toThrow(
      'Component "a": reports "unit" has the property "base_directory", which does not exist: write baseDirectory, or, in Python, construct BuildReport(...)');
  });
});

/** Two maps of the same entries, in different orders. */
const FORWARD = { ALPHA: '1', BETA: '2', GAMMA: '3' };
const BACKWARD = { GAMMA: '3', BETA: '2', ALPHA: '1' };
type Texts = { readonly [name: string]: string };
const variables = (map: Texts) => Object.fromEntries(Object.entries(map).map(([name, value]) => [name, { value }]));

test.each<[string, (map: Texts) => ReturnType<typeof testPipeline>]>([
  ['build arguments', (buildArgs) => testPipeline({ components: [template, Component.lambdaImage('image', { path: 'image', buildArgs })] })],
  ['variables of builds', (map) => testPipeline({ components: [template, Component.lambdaZip('zip', { path: 'zip', environmentVariables: variables(map) })] })],
  ['outputs and variables of tests', (map) => inEnvironment({
    gates: [Gate.integrationTests({
      commands: ['x'], outputs: Object.fromEntries(Object.entries(map).map(([name]) => [name, `Output${name}`])), environmentVariables: variables(Object.fromEntries(Object.entries(map).map(([name, value]) => [`V_${name}`, value]))),
    })],
  })],
  ['parameters and tags', (map) => inEnvironment({ parameters: map, tags: map })],
  ['packages', (map) => testPipeline({
    traceLockfiles: true, globalPaths: ['yarn.lock'], components: [template, Component.custom('a', { path: 'a' })], sharedPackages: Object.fromEntries(Object.keys(map).map((name) => [name, { builds: ['a'] }])),
  })],
])('%s in another order synthesize the same text', (_, make) => {
  const [one, other] = [FORWARD, BACKWARD].map((map) => {
    const { stack } = make(map);
    return JSON.stringify(Template.fromStack(stack).toJSON());
  });
  expect(one).toBe(other);
});
