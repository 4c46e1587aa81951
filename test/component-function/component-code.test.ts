import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ComponentArtifact, ComponentCode } from '../../src';

const BUILD = { 'Fn::Select': [3, { 'Fn::Split': ['/', { Ref: 'OrdersKey' }] }] };

function withCode(code: lambda.Code, version = true): Template {
  const stack = new Stack(new App(), 'Application');
  const target = new lambda.Function(stack, 'Orders', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, description: 'Takes orders' });
  if (version) {
    new lambda.Alias(stack, 'Live', { aliasName: 'live', version: target.currentVersion });
  }
  return Template.fromStack(stack);
}

const only = (template: Template, type: string): any => Object.values(template.findResources(type))[0];
const idsOf = (template: Template) => Object.keys(template.toJSON().Resources).sort();

describe('ComponentCode as the code of functions that exist', () => {
  test('leaves all their logical IDs, but for that of a version, which holds a hash of the template', () => {
    const before = withCode(lambda.Code.fromInline('1'));
    const after = withCode(ComponentCode.zip('orders'));
    const isVersion = (id: string) => id.includes('CurrentVersion');
    expect(idsOf(after).filter((id) => !isVersion(id))).toEqual(idsOf(before).filter((id) => !isVersion(id)));
  });

  test('publishes each build of a zip as a version: description of version and function name the build', () => {
    const template = withCode(ComponentCode.zip('orders'));
    expect(only(template, 'AWS::Lambda::Version').Properties.Description).toEqual(BUILD);
    expect(only(template, 'AWS::Lambda::Function').Properties.Description).toEqual({ 'Fn::Join': ['', ['Takes orders (build ', BUILD, ')']] });
    expect(only(template, 'AWS::Lambda::Alias').Properties.FunctionVersion['Fn::GetAtt'][0]).toContain('CurrentVersion');
  });

  test('changes nothing of a function without versions but its code', () => {
    expect(only(withCode(ComponentCode.zip('orders'), false), 'AWS::Lambda::Function').Properties.Description).toBe('Takes orders');
  });

  test('is an image\'s as well', () => {
    const stack = new Stack(new App(), 'Application');
    const target = new lambda.Function(stack, 'Orders', { runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE, code: ComponentCode.image('orders') });
    expect(target.currentVersion).toBeDefined();
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::Lambda::Function').Properties.Code).toEqual({ ImageUri: { Ref: 'OrdersImageUri' } });
    expect(only(template, 'AWS::Lambda::Version').Properties.Description).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['@', { Ref: 'OrdersImageUri' }] }] });
  });

  test('is a layer\'s, and several functions\'', () => {
    const stack = new Stack(new App(), 'Application');
    const code = ComponentCode.zip('orders');
    new lambda.LayerVersion(stack, 'Layer', { code });
    new lambda.Function(stack, 'A', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::Lambda::LayerVersion').Properties.Content).toEqual({ S3Bucket: { Ref: 'OrdersBucket' }, S3Key: { Ref: 'OrdersKey' } });
    expect(only(template, 'AWS::Lambda::Function').Properties.Code).toEqual({ S3Bucket: { Ref: 'OrdersBucket' }, S3Key: { Ref: 'OrdersKey' } });
  });

  test('reaches a nested stack by its root\'s parameters', () => {
    const stack = new Stack(new App(), 'Application');
    const nested = new NestedStack(stack, 'Nested');
    new lambda.Function(nested, 'Orders', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: ComponentCode.zip('orders') });
    const template = Template.fromStack(stack);
    expect(template.findParameters('OrdersKey')).toHaveProperty('OrdersKey');
    expect(JSON.stringify(only(template, 'AWS::CloudFormation::Stack').Properties.Parameters)).toContain('"Ref":"OrdersKey"');
  });
});

describe('ComponentArtifact', () => {
  test('is the image of a container, which the execution role may pull', () => {
    const stack = new Stack(new App(), 'Application');
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('web', { image: ComponentArtifact.containerImage('web') });
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Image).toEqual({ Ref: 'WebImageUri' });
    const statements = only(template, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
    expect(statements.map(({ Action }: { Action: string | string[] }) => [Action].flat())).toEqual([
      ['ecr:GetAuthorizationToken'], ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    ]);
    expect(JSON.stringify(statements[1].Resource)).toContain('repository/');
  });

  test('is the definition of a state machine', () => {
    const stack = new Stack(new App(), 'Application');
    new sfn.StateMachine(stack, 'Work', { definitionBody: ComponentArtifact.definitionBody('work') });
    expect(only(Template.fromStack(stack), 'AWS::StepFunctions::StateMachine').Properties.DefinitionS3Location)
      .toEqual({ Bucket: { Ref: 'WorkDefinitionBucket' }, Key: { Ref: 'WorkDefinitionKey' } });
  });

  test('says where the script of a Glue job and its modules are', () => {
    const stack = new Stack(new App(), 'Application');
    expect(stack.resolve([ComponentArtifact.glueScript(stack, 'load'), ComponentArtifact.glueModules(stack, 'load', { parameter: 'Modules' })]))
      .toEqual([{ Ref: 'LoadScriptLocation' }, { Ref: 'Modules' }]);
  });
});
