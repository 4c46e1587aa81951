import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ModularPipeline, PipelineSource, SourceTrigger } from '../../src';
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
