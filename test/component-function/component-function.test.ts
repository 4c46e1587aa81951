import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Component, ComponentCode, ComponentFunction, ComponentFunctionProps } from '../../src';
import { testPipeline } from '../support/constructs';

const ZIP = { code: ComponentCode.zip('order-service'), runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler' };

function made(
  props: ComponentFunctionProps, before: (stack: Stack) => Partial<ComponentFunctionProps> = () => ({}),
): { template: Template; stack: Stack; subject: ComponentFunction } {
  const stack = new Stack(new App(), 'Application');
  const subject = new ComponentFunction(stack, 'Orders', { ...props, ...before(stack) });
  return { template: Template.fromStack(stack), stack, subject };
}

const only = (template: Template, type: string): any => {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0];
};

describe('code of a component', () => {
  test('that is an image comes from the parameter that the component gives', () => {
    const { template } = made({ code: ComponentCode.image('Training-Lambda-Function') });
    expect(template.findParameters('TrainingLambdaFunctionImageUri')).toEqual({ TrainingLambdaFunctionImageUri: expect.objectContaining({ Type: 'String' }) });
    const { Code, PackageType, Handler, Runtime } = only(template, 'AWS::Lambda::Function').Properties;
    expect({ Code, PackageType, Handler, Runtime }).toEqual({ Code: { ImageUri: { Ref: 'TrainingLambdaFunctionImageUri' } }, PackageType: 'Image' });
  });

  test('that is a zip comes from the parameters that the component gives', () => {
    const { Code, Handler, Runtime } = only(made(ZIP).template, 'AWS::Lambda::Function').Properties;
    expect({ Code, Handler, Runtime }).toEqual({
      Code: { S3Bucket: { Ref: 'OrderServiceBucket' }, S3Key: { Ref: 'OrderServiceKey' } }, Handler: 'index.handler', Runtime: 'nodejs22.x',
    });
  });

  test('has the names that the pipeline gives by default', () => {
    const { pipeline } = testPipeline({
      components: [Component.lambdaZip('order-service', { path: 'a' }), Component.lambdaImage('train/er', { path: 'b' }), Component.template('template.yml', { path: 'template.yml' })],
    });
    const given = pipeline.catalogue._catalogue.components.flatMap(({ build }) => build!.parameters.map(({ name }) => name));
    const stack = new Stack(new App(), 'Application');
    new ComponentFunction(stack, 'Orders', ZIP);
    new ComponentFunction(stack, 'Trainer', { code: ComponentCode.image('train/er') });
    expect(Object.keys(Template.fromStack(stack).toJSON().Parameters).filter((name) => name !== 'BootstrapVersion').sort()).toEqual(given.sort());
  });

  test('takes other names, and functions share a component', () => {
    const stack = new Stack(new App(), 'Application');
    for (const id of ['A', 'B']) {
      new ComponentFunction(stack, id, { ...ZIP, code: ComponentCode.zip('orders', { bucketParameter: 'CodeBucket', keyParameter: 'CodeKey' }) });
    }
    const template = Template.fromStack(stack);
    expect(Object.keys(template.findParameters('*')).filter((name) => name.startsWith('Code'))).toEqual(['CodeBucket', 'CodeKey']);
    template.resourceCountIs('AWS::Lambda::Function', 2);
  });

  test('refuses a name that another construct has', () => {
    const stack = new Stack(new App(), 'Application');
    new Stack(stack, 'OrderServiceKey');
    expect(() => new ComponentFunction(stack, 'Orders', ZIP)).toThrow('has a construct "OrderServiceKey" that is no parameter');
  });
});

describe('versions', () => {
  test('are told apart by the digest of an image', () => {
    expect(only(made({ code: ComponentCode.image('orders') }).template, 'AWS::Lambda::Version').Properties.Description)
      .toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['@', { Ref: 'OrdersImageUri' }] }] });
  });

  test('are told apart by the build number of a zip', () => {
    const { template } = made(ZIP);
    expect(only(template, 'AWS::Lambda::Version').Properties.Description).toEqual({ 'Fn::Select': [3, { 'Fn::Split': ['/', { Ref: 'OrderServiceKey' }] }] });
  });

  const build = { 'Fn::Select': [3, { 'Fn::Split': ['/', { Ref: 'OrderServiceKey' }] }] };

  test.each([
    ['no description', undefined, ['build ', build]],
    ['an empty one', '', ['build ', build]],
    ['one', 'Takes orders', ['Takes orders (build ', build, ')']],
  ])('are published of a zip for each build, whatever it holds: the function has %s, and names the build', (_, description, expected) => {
    expect(only(made({ ...ZIP, description }).template, 'AWS::Lambda::Function').Properties.Description).toEqual({ 'Fn::Join': ['', expected] });
  });

  test('refuse a description that leaves no room for the build', () => {
    expect(() => made({ ...ZIP, description: 'x'.repeat(237) })).not.toThrow();
    expect(() => made({ ...ZIP, description: 'x'.repeat(238) })).toThrow('description has 238 characters: at most 237 leave room');
  });

  test('of an image need no more: its digest is the content', () => {
    expect(only(made({ code: ComponentCode.image('orders'), description: 'Takes orders' }).template, 'AWS::Lambda::Function').Properties.Description).toBe('Takes orders');
    expect(only(made({ code: ComponentCode.image('orders') }).template, 'AWS::Lambda::Function').Properties).not.toHaveProperty('Description');
  });

  test('are new ones as well where the function itself changes', () => {
    const id = (props: Partial<ComponentFunctionProps>) => Object.keys(made({ ...ZIP, ...props }).template.findResources('AWS::Lambda::Version'))[0];
    expect(id({ memorySize: 256 })).not.toBe(id({ memorySize: 512 }));
    expect(id({ memorySize: 256 })).toBe(id({ memorySize: 256 }));
  });
});

describe('the shift of traffic', () => {
  test('goes over the alias, a tenth for five minutes by default', () => {
    const { template } = made(ZIP);
    const alias = only(template, 'AWS::Lambda::Alias');
    expect(alias.Properties.Name).toBe('live');
    const [group] = Object.keys(template.findResources('AWS::CodeDeploy::DeploymentGroup'));
    expect(alias.UpdatePolicy).toEqual({ CodeDeployLambdaAliasUpdate: { ApplicationName: { Ref: expect.any(String) }, DeploymentGroupName: { Ref: group } } });
    expect(only(template, 'AWS::CodeDeploy::DeploymentGroup').Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
  });

  test('takes another pace and another name', () => {
    const { template } = made({ ...ZIP, aliasName: 'current', deploymentConfig: codedeploy.LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE });
    expect(only(template, 'AWS::Lambda::Alias').Properties.Name).toBe('current');
    expect(only(template, 'AWS::CodeDeploy::DeploymentGroup').Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaLinear10PercentEvery1Minute');
  });

  test('ends at an error of the alias by default', () => {
    const { template } = made(ZIP);
    const [alarm] = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    expect(only(template, 'AWS::CloudWatch::Alarm').Properties).toMatchObject({
      MetricName: 'Errors',
      Namespace: 'AWS/Lambda',
      Period: 60,
      Threshold: 1,
      EvaluationPeriods: 1,
      Statistic: 'Sum',
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: expect.arrayContaining([expect.objectContaining({ Name: 'Resource' })]),
    });
    expect(only(template, 'AWS::CodeDeploy::DeploymentGroup').Properties.AlarmConfiguration).toEqual({ Alarms: [{ Name: { Ref: alarm } }], Enabled: true });
  });

  test('ends at the given alarms instead', () => {
    const { template, subject } = made(ZIP, (stack) => ({
      alarms: [new cloudwatch.Alarm(stack, 'Latency', {
        metric: new cloudwatch.Metric({ namespace: 'shop', metricName: 'latency', period: Duration.minutes(1) }), threshold: 100, evaluationPeriods: 1,
      })],
    }));
    expect(only(template, 'AWS::CloudWatch::Alarm').Properties.MetricName).toBe('latency');
    expect(subject.alarms).toHaveLength(1);
  });

  test('asks the hooks, which may answer', () => {
    const { template } = made(ZIP, (stack) => {
      const hook = (id: string) => new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
      return { preHook: hook('Before'), postHook: hook('After') };
    });
    const [alias] = Object.values<any>(template.findResources('AWS::Lambda::Alias'));
    expect(alias.UpdatePolicy.CodeDeployLambdaAliasUpdate).toMatchObject({
      BeforeAllowTrafficHook: { Ref: expect.stringMatching(/^Before/) }, AfterAllowTrafficHook: { Ref: expect.stringMatching(/^After/) },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'codedeploy:PutLifecycleEventHookExecutionStatus' })] },
    });
    const [[id, policy]] = Object.entries<any>(template.findResources('AWS::IAM::Policy')).filter(([name]) => name.startsWith('OrdersInvokeHooks'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([{
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: [{ 'Fn::GetAtt': [expect.stringMatching(/^Before/), 'Arn'] }, { 'Fn::GetAtt': [expect.stringMatching(/^After/), 'Arn'] }],
    }]);
    expect(policy.Properties.Roles).toEqual([{ Ref: expect.stringMatching(/^OrdersDeploymentRole/) }]);
    expect(alias.DependsOn).toContain(id);
  });

  test('is made with a role for this function alone', () => {
    const { template } = made(ZIP);
    const roles = Object.entries<any>(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes('DeploymentRole'));
    expect(roles).toHaveLength(1);
    expect(roles[0][1].Properties.ManagedPolicyArns).toBeUndefined();
    const [functionId] = Object.keys(template.findResources('AWS::Lambda::Function'));
    const arn = { 'Fn::GetAtt': [functionId, 'Arn'] };
    expect(deploymentStatements(template)).toEqual([
      { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        Resource: [arn, { 'Fn::Join': ['', [arn, ':*']] }],
      },
    ]);
  });
});

function deploymentStatements(template: Template): any[] {
  const [role] = Object.entries<any>(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes('DeploymentRole')).map(([, value]) => value);
  const statements: any[] = role.Properties.Policies[0].PolicyDocument.Statement;
  return statements.sort((a, b) => (JSON.stringify(a.Action) < JSON.stringify(b.Action) ? -1 : 1));
}

describe('refusals', () => {
  test.each<[string, ComponentFunctionProps, string]>([
    ['a zip without runtime', { ...ZIP, runtime: undefined }, 'Application/Orders: runtime is missing'],
    ['a zip without handler', { ...ZIP, handler: undefined }, 'Application/Orders: handler is missing'],
    ['an image with a handler', { code: ComponentCode.image('orders'), handler: 'index.handler' }, 'Application/Orders: handler is given'],
    ['an image with a runtime', { code: ComponentCode.image('orders'), runtime: lambda.Runtime.NODEJS_22_X }, 'Application/Orders: runtime is given'],
    ['a description of versions', { ...ZIP, currentVersionOptions: { description: 'mine' } }, 'currentVersionOptions.description is "mine": leave it out'],
  ])('%s', (_, props, message) => {
    expect(() => made(props)).toThrow(message);
  });
});
