import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ModularPipeline, PipelineSource, PipelineSourceBindOptions, PipelineSourceConfig, SourceTrigger } from '../../src';
import { pipelineProps, resource, statementsOf, testStack } from '../support/constructs';

const connectionArn = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

function synthesized(trigger?: (stack: ReturnType<typeof testStack>) => SourceTrigger) {
  const stack = testStack();
  const source = PipelineSource.gitHub('my-org/shop', { connectionArn, branch: 'main', ...(trigger && { trigger: trigger(stack) }) });
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source }));
  return { pipeline, stack, template: Template.fromStack(stack) };
}

const webhook = () => synthesized((stack) => SourceTrigger.webhook(new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') })));

test('a webhook: one route, throttled, with an access log; the schedule looks every ten minutes', () => {
  const { template, pipeline, stack } = webhook();
  expect(resource(template, 'AWS::ApiGatewayV2::Route').Properties).toMatchObject({ RouteKey: 'POST /push' });
  expect(resource(template, 'AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
    StageName: '$default', AutoDeploy: true, DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 }, AccessLogSettings: { DestinationArn: {} },
  });
  expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(10 minutes)');
  expect(JSON.stringify(stack.resolve(pipeline.webhookUrl))).toContain('/push');
  expect(resource(template, 'AWS::Lambda::Permission', 'PipelineWebhook').Properties).toMatchObject({ Principal: 'apigateway.amazonaws.com', SourceArn: {} });
});

test('its function may read the secret, make the diff function look, and remember when; nothing else', () => {
  const statements = statementsOf(resource(webhook().template, 'AWS::IAM::Role', 'PipelineWebhookReceiverRole'));
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
    'dynamodb:GetItem', 'dynamodb:PutItem', 'kms:Decrypt', 'lambda:InvokeFunction', 'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue',
  ]);
  expect(statements.find(({ Action }) => JSON.stringify(Action).includes('dynamodb'))).toMatchObject({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['webhook'] } } });
});

test('without one nothing listens, and the schedule looks every minute', () => {
  for (const { template, pipeline } of [synthesized(), synthesized(() => SourceTrigger.schedule())]) {
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
    expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(pipeline.webhookUrl).toBeUndefined();
  }
});

describe('a doorbell', () => {
  const pipelineNamed = (template: Template, name: string) => (
    Object.values(template.findResources('AWS::CodePipeline::Pipeline')).find(({ Properties }) => Properties.Name === name)!.Properties
  );
  const doorbell = () => synthesized(() => SourceTrigger.doorbell());

  test('is a pipeline that a push to the branch starts, and that makes the diff function look; the schedule looks every ten minutes', () => {
    const { template, pipeline } = doorbell();
    const { Name, PipelineType, ExecutionMode, Stages, Triggers, ArtifactStore } = pipelineNamed(template, 'shop-doorbell');
    expect({ Name, PipelineType, ExecutionMode }).toEqual({ Name: 'shop-doorbell', PipelineType: 'V2', ExecutionMode: 'SUPERSEDED' });
    expect(Triggers).toEqual([{
      ProviderType: 'CodeStarSourceConnection', GitConfiguration: { SourceActionName: 'Source', Push: [{ Branches: { Includes: ['main'] } }] },
    }]);
    const [push, ring] = Stages.map(({ Actions: [action] }: { Actions: unknown[] }) => action);
    // With a trigger, CodePipeline starts it at nothing else.
    expect(push.Configuration).toEqual({ ConnectionArn: connectionArn, FullRepositoryId: 'my-org/shop', BranchName: 'main', OutputArtifactFormat: 'CODEBUILD_CLONE_REF' });
    expect(ring).toMatchObject({ ActionTypeId: { Category: 'Invoke', Provider: 'Lambda' }, Configuration: { UserParameters: '{"action":"look"}' } });
    expect(ring.InputArtifacts).toBeUndefined();
    expect(ArtifactStore.Location).toEqual(pipelineNamed(template, 'shop').ArtifactStore.Location);
    expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(10 minutes)');
    expect(pipeline.webhookUrl).toBeUndefined();
  });

  test('does not start the pipeline of releases itself', () => {
    const { Stages, Triggers } = pipelineNamed(doorbell().template, 'shop');
    expect(Stages[0].Actions[0].Configuration).toMatchObject({ DetectChanges: 'false', OutputArtifactFormat: 'CODE_ZIP' });
    expect(Triggers).toBeUndefined();
  });

  test('may use the connection, ring, and keep its reference; nothing else', () => {
    const { Statement: statements } = resource(doorbell().template, 'AWS::IAM::Policy', 'PipelineDoorbellRole').Properties.PolicyDocument;
    expect(statements.flatMap(({ Action }: { Action: string | string[] }) => Action).sort()).toEqual([
      'codeconnections:UseConnection', 'lambda:InvokeFunction', 'lambda:ListFunctions', 's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning',
      's3:PutObject', 's3:PutObjectAcl',
    ]);
  });

  test('whose name CodePipeline would not take is refused', () => {
    const stack = testStack();
    const source = PipelineSource.gitHub('my-org/shop', { connectionArn, branch: 'main', trigger: SourceTrigger.doorbell() });
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source, pipelineName: 'p'.repeat(92) }))).toThrow('at most 100');
  });

  test('of a source that has none is refused, and the way out named', () => {
    const stack = testStack();
    const gitHub = PipelineSource.gitHub('my-org/shop', { connectionArn, branch: 'main', trigger: SourceTrigger.doorbell() });
    class Silent extends PipelineSource {
      public bind(scope: Construct, options: PipelineSourceBindOptions): PipelineSourceConfig {
        const { doorbellAction, ...config } = gitHub.bind(scope, options);
        return config;
      }
    }
    expect(() => new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source: new Silent() }))).toThrow('this one has no doorbellAction. Use SourceTrigger.webhook');
  });
});
