import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Baseline, BuildStrategy, Component, DeploymentEnvironment, ModularPipeline, ModularPipelineProps, PipelineSource } from '../../src';
import { checkPipelineSize } from '../../src/modular-pipeline/limits';
import { ACCOUNT, environment, pipelineProps, REGION, testPipeline, testStack } from '../support/constructs';

const token = () => Lazy.string({ produce: () => 'late' });
const template = Component.template('template.yml', { path: 'template.yml' });
const custom = (name: string, dependsOn: string[] = []) => Component.custom(name, { path: name, dependsOn });

function refusal(overrides: Partial<ModularPipelineProps>) {
  return expect(() => testPipeline(overrides));
}

function refusedEnvironment(overrides: Partial<DeploymentEnvironment>) {
  return refusal({ environments: [{ ...environment('test'), ...overrides }] });
}

describe('components', () => {
  test('none', () => refusal({ components: [] }).toThrow('components is empty: add at least one component.'));
  test('a name twice', () => refusal({ components: [template, template] }).toThrow('Component "template.yml": the name is there more than once'));
  test('an unknown dependency', () => refusal({ components: [custom('a', ['b']), template] }).toThrow('Component "a": dependsOn "b": no component has this name'));
  test('a cycle, printed', () => refusal({ components: [custom('a', ['b']), custom('b', ['c']), custom('c', ['a']), template] }).toThrow('a -> b -> c -> a'));
  test('no template', () => refusal({ components: [custom('a')] }).toThrow(
    'A pipeline deploys templates, and none of the components is of the kind Component.template or Component.cdkApp: add what is deployed, '
      + 'or give the environments other deployers.'));
  test('an overlapping parameter', () => refusal({
    components: [template, Component.lambdaZip('a-b', { path: 'a' }), Component.lambdaZip('c', { path: 'c', bucketParameter: 'ABBucket' })],
  }).toThrow('Components "a-b", "c": build.parameters "ABBucket" is given by more than one: name each parameter once.'));
});

describe('lockfile tracing', () => {
  test('without a lockfile to trace', () => refusal({ traceLockfiles: true, globalPaths: ['.nvmrc', '**/*.toml'] }).toThrow(
    'traceLockfiles is true, and none of globalPaths (".nvmrc", "**/*.toml") is a lockfile: add the repository\'s, such as "package-lock.json"'));
  test('without any global path', () => refusal({ traceLockfiles: true }).toThrow('none of globalPaths (it is empty) is a lockfile'));
  test.each(['package-lock.json', 'web/pnpm-lock.yaml', '*.lock', '**/*', 'web/**', '{yarn.lock,package.json}'])('a lockfile by the glob %s is none', (glob) => {
    expect(() => testPipeline({ traceLockfiles: true, globalPaths: [glob] })).not.toThrow();
  });
  test('users of packages where nothing is traced', () => refusal({ globalPaths: ['yarn.lock'], sharedPackages: { eslint: {} } }).toThrow(
    'sharedPackages "eslint" says who uses the package, and lockfiles are not traced: set traceLockfiles to true, or remove it.'));
  test('a user that is no component', () => refusal({ traceLockfiles: true, globalPaths: ['yarn.lock'], sharedPackages: { eslint: { tests: ['gone'] } } }).toThrow(
    'sharedPackages "eslint": test "gone": no component has this name'));
});

describe('names', () => {
  test('an ill-formed solution', () => refusal({ solution: 'my shop' }).toThrow('solution is "my shop": use letters, digits'));
  test('a solution that is a token', () => refusal({ solution: token() }).toThrow('solution is "${Token['));
  test('an ill-formed pipeline name', () => refusal({ pipelineName: 'a/b' }).toThrow('pipelineName is "a/b": CodePipeline takes'));
  test('a long pipeline name', () => refusal({ pipelineName: 'x'.repeat(101) }).toThrow('at most 100'));
  test('a pipeline name that is a token', () => refusal({ pipelineName: token() }).toThrow('pipelineName is "${Token['));
  test('a qualifier that is a token', () => refusal({ qualifier: token() }).toThrow('qualifier is "${Token['));
});

describe('settings', () => {
  test('PARALLEL executions', () => refusal({ executionMode: codepipeline.ExecutionMode.PARALLEL }).toThrow(
    'executionMode is PARALLEL: releases would overtake each other in an environment. Use SUPERSEDED or QUEUED.'));
  test('a reconcile interval below a minute', () => refusal({ reconcileInterval: Duration.seconds(90) }).toThrow(
    'reconcileInterval is 1 minute 30 seconds: it takes whole minutes, at least 1.'));
  test('plans kept for less than a week', () => refusal({ planRetention: Duration.days(6) }).toThrow('planRetention is 6 days: it takes whole days, at least 7.'));
  test('a token as an interval', () => refusal({ reconcileInterval: Duration.minutes(Lazy.number({ produce: () => 5 })) }).toThrow(
    'reconcileInterval is known only at deployment'));
  test('an ill-formed baseline', () => {
    expect(() => Baseline.branch('refs/heads/test')).toThrow('Baseline.branch is "refs/heads/test": write the branch\'s short name');
    expect(() => Baseline.branch(token())).toThrow('Baseline.branch is "${Token[');
  });
});

describe('environments', () => {
  test('none', () => refusal({ environments: [] }).toThrow('environments is empty: name at least one environment to deploy to.'));
  test('no account', () => refusedEnvironment({ env: { region: REGION } }).toThrow('Environment "test": env.account is missing: name both'));
  test('no Region', () => refusedEnvironment({ env: { account: ACCOUNT } }).toThrow('Environment "test": env.region is missing: name both'));
  test('an account that is a token', () => refusedEnvironment({ env: { account: token(), region: REGION } }).toThrow('Environment "test": env.account is "${Token['));
  test('an account that is none', () => refusedEnvironment({ env: { account: '123', region: REGION } }).toThrow(
    'Environment "test": env.account is "123": an account\'s ID has 12 digits.'));
  test('a Region twice', () => refusedEnvironment({ furtherRegions: ['us-east-1', REGION] }).toThrow(
    'Environment "test": Region "eu-west-1" is there more than once: name it in env or in furtherRegions, once.'));
  test.each([0, 1.5, -1])('%s Regions at once', (regionsAtOnce) => refusedEnvironment({ regionsAtOnce }).toThrow(
    `Environment "test": regionsAtOnce is ${regionsAtOnce}: it takes a whole number from 1 up.`));
  test('the name of another environment\'s wave', () => refusal({
    environments: [environment('test', { furtherRegions: ['us-east-1'] }), environment('test.wave2', { stackName: 'other' })],
  }).toThrow('Environment "test.wave2" is there more than once'));
  test('a name twice, whatever its case', () => refusal({ environments: [environment('test'), environment('Test')] }).toThrow(
    'Environment "test" is there more than once (case does not count)'));
  test.each(['Source', 'plan', 'build', 'Build2', 'Release'])('the stage\'s name %s', (name) => refusedEnvironment({ name }).toThrow(
    `Environment "${name}": the pipeline has a stage of this name: choose another.`));
  test('an ill-formed name', () => refusedEnvironment({ name: 'my env' }).toThrow('Environment "my env": a name has letters, digits'));
  test('a name that is a token', () => refusedEnvironment({ name: token() }).toThrow('The name of an environment is "${Token['));
  test('one stack for two', () => refusal({
    environments: [environment('test', { stackName: 'shop' }), environment('prod', { stackName: 'shop' })],
  }).toThrow('Environments "test" and "prod" are one stack (111111111111/eu-west-1/shop): give one of them another stackName.'));
  test('an ill-formed stack name', () => refusedEnvironment({ stackName: 'my_stack' }).toThrow('Environment "test": stackName is "my_stack": CloudFormation takes'));
  test('a solution that is no stack name', () => refusal({ solution: 'my.shop', environments: [environment('test', { stackName: undefined })] }).toThrow(
    'It comes from the solution\'s name: give the environment a stackName.'));
  test('a parameter that is a token', () => refusedEnvironment({ parameters: { Level: token() } }).toThrow(
    'Environment "test": parameters "Level" is "${Token['));
  test('an ill-formed parameter', () => refusedEnvironment({ parameters: { 'My-Level': 'x' } }).toThrow(
    'Environment "test": parameters "My-Level": CloudFormation takes 1 to 255 letters and digits.'));
  test('a long parameter', () => refusedEnvironment({ parameters: { Level: 'ü'.repeat(2049) } }).toThrow(
    'Environment "test": parameters "Level" has 4098 bytes, and CloudFormation takes at most 4096'));
  test('more than 200 parameters', () => refusedEnvironment({
    parameters: Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`P${index}`, 'x'])),
  }).toThrow('Environment "test": parameters has 201 values, and a template declares at most 200'));
  test('a parameter that a component gives', () => refusal({
    components: [template, Component.lambdaZip('orders', { path: 'orders' })],
    environments: [environment('test', { parameters: { OrdersKey: 'x' } })],
  }).toThrow('Environment "test": parameters "OrdersKey": component "orders" gives this parameter its location: remove it, or rename the component\'s.'));
  test('more than 50 tags', () => refusedEnvironment({
    tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x'])),
  }).toThrow('Environment "test": tags has 51 tags'));
  test('a tag that is a token', () => refusedEnvironment({ tags: { team: token() } }).toThrow('Environment "test": tags "team" is "${Token['));
});

describe('the stack', () => {
  test('without account and Region', () => {
    const stack = new Stack(new App(), 'Anywhere');
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack))).toThrow('Stack "Anywhere" has no explicit account and Region');
  });

  test('with more than 500 resources: what takes them, and what to do', () => {
    const app = new App();
    const stack = new Stack(app, 'Large', { env: { account: ACCOUNT, region: REGION } });
    new ModularPipeline(stack, 'Pipeline', pipelineProps(stack));
    for (let index = 0; index < 500; index++) {
      new sns.CfnTopic(stack, `Topic${index}`);
    }
    expect(() => app.synth()).toThrow(/Stack "Large" has 5\d\d resources, and CloudFormation takes at most 500\. Its ModularPipeline has 1 components/);
  });
});

describe('the source', () => {
  test('in another account', () => {
    const stack = testStack();
    const repository = codecommit.Repository.fromRepositoryArn(stack, 'Elsewhere', 'arn:aws:codecommit:eu-west-1:999999999999:shop');
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source: PipelineSource.codeCommit(repository, { branch: 'main' }) }))).toThrow(
      'CodeCommit repository Stack/Elsewhere: its account is 999999999999, the pipeline\'s is 111111111111. Give a role of the repository\'s account that may read it: PipelineSource.codeCommit(repository, { branch, role }).');
  });

  test('in another Region', () => {
    const stack = testStack();
    const repository = codecommit.Repository.fromRepositoryArn(stack, 'Elsewhere', 'arn:aws:codecommit:us-east-1:111111111111:shop');
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source: PipelineSource.codeCommit(repository, { branch: 'main' }) }))).toThrow(
      'its Region is us-east-1, the pipeline\'s is eu-west-1');
  });

  test.each(['', 'my branch', 'refs/heads/main', 'a*'])('with the branch %p', (branch) => {
    const stack = testStack();
    const repository = codecommit.Repository.fromRepositoryName(stack, 'Shop', 'shop');
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source: PipelineSource.codeCommit(repository, { branch }) }))).toThrow(
      `PipelineSource.codeCommit: branch is ${JSON.stringify(branch)}: write the branch's short name`);
  });
});

describe('CodePipeline\'s limits', () => {
  test('50 stages', () => {
    expect(() => checkPipelineSize({ components: 2, environments: 47, stages: 51, actions: 100 })).toThrow(
      '2 components and 47 environments make 51 stages, and a pipeline holds at most 50: spread the components or the environments over several pipelines.');
    expect(() => checkPipelineSize({ components: 2, environments: 46, stages: 50, actions: 100 })).not.toThrow();
  });

  test('1,000 actions', () => {
    expect(() => checkPipelineSize({ components: 995, environments: 1, stages: 24, actions: 1001 })).toThrow('make 1001 actions, and a pipeline holds at most 1000');
    expect(() => checkPipelineSize({ components: 994, environments: 1, stages: 24, actions: 1000 })).not.toThrow();
  });

  test('are counted of the pipeline that would be made', () => {
    const environments = Array.from({ length: 47 }, (_, index) => environment(`e${index}`));
    refusal({ environments }).toThrow('1 components and 47 environments make 51 stages');
    refusal({
      components: [template, ...Array.from({ length: 996 }, (_, index) => custom(`c${index}`))], buildStrategy: BuildStrategy.actions(),
    }).toThrow('997 components and 1 environments make 1003 actions');
  });
});
