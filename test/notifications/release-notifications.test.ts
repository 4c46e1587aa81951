import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { BuildStrategy, Component, ModularPipeline, NotificationChannel, ReleaseEvent, ReleaseNotifications } from '../../src';
import { actionsOf, environment, pipelineProps, resource, statementsOf, testStack } from '../support/constructs';

function made(channels: (stack: Stack) => NotificationChannel[], on?: ReleaseEvent[], buildStrategy?: BuildStrategy) {
  const stack = testStack();
  const components = [Component.template('template.yml', { path: 'template.yml' })];
  const environments = [environment('test'), environment('prod', { furtherRegions: ['us-east-1'] })];
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components, environments, buildStrategy }));
  new ReleaseNotifications(stack, 'Notifications', { pipeline, channels: channels(stack), on });
  return Template.fromStack(stack);
}

const topic = (stack: Stack) => new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'TopicKey') });
const patterns = (template: Template) => Object.entries<any>(template.findResources('AWS::Events::Rule'))
  .filter(([id]) => id.startsWith('Notifications')).map(([, { Properties }]) => Properties.EventPattern.detail);
const role = (template: Template) => statementsOf(resource(template, 'AWS::IAM::Role', 'NotificationsFunction'));

describe('notifications', () => {
  test('follow this pipeline\'s actions: failures, approvals that begin, records', () => {
    expect(patterns(made((stack) => [NotificationChannel.topic(topic(stack))]))).toEqual(expect.arrayContaining([
      { pipeline: ['shop'], state: ['FAILED'] },
      { pipeline: ['shop'], state: ['STARTED'], type: { category: ['Approval'] } },
      { pipeline: ['shop'], state: ['SUCCEEDED'], action: ['Record'] },
    ]));
  });

  test('follow no more than they are to tell', () => {
    expect(patterns(made((stack) => [NotificationChannel.topic(topic(stack))], [ReleaseEvent.ROLLED_BACK]))).toEqual([{ pipeline: ['shop'], state: ['SUCCEEDED'], action: ['Record'] }]);
  });

  test.each([['actions', BuildStrategy.actions()], ['fan-out', BuildStrategy.fanOut()]])('read what they tell, and reach their channels: %s', (_, strategy) => {
    const template = made((stack) => [
      NotificationChannel.topic(topic(stack)),
      NotificationChannel.eventBus(new events.EventBus(stack, 'Bus')),
      NotificationChannel.slackWebhook(secretsmanager.Secret.fromSecretNameV2(stack, 'Slack', 'slack')),
    ], undefined, strategy);
    const statements = role(template);
    expect(actionsOf(statements)).toEqual([
      'codebuild:BatchGetBuilds', 'dynamodb:GetItem', 'dynamodb:Query', 'events:PutEvents', 'kms:Decrypt', 'kms:GenerateDataKey', 'logs:CreateLogStream', 'logs:GetLogEvents',
      'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket', 'secretsmanager:GetSecretValue', 'sns:Publish',
    ]);
    expect(JSON.stringify(statements.find(({ Action }) => Action === 'secretsmanager:GetSecretValue').Resource)).toContain('secret:slack-??????');
    const leading = statements.find(({ Condition }) => Condition !== undefined);
    expect(JSON.stringify(leading.Condition)).toContain('"shop##test","shop##prod"');
  });

  test('name every channel in the function\'s environment, and what each stage is in its file', () => {
    const template = made((stack) => [NotificationChannel.chat(topic(stack)), NotificationChannel.eventBus(events.EventBus.fromEventBusName(stack, 'Bus', 'default'))]);
    const { Variables: variables } = resource(template, 'AWS::Lambda::Function', 'NotificationsFunction').Properties.Environment;
    expect(variables).toMatchObject({ CHANNEL_1: { Ref: expect.stringContaining('Topic') }, CHANNEL_2: { 'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':event-bus/default')])] } });
  });

  test('reach a bus of another account by its ARN: its name would be that of one here', () => {
    const arn = 'arn:aws:events:eu-west-1:999999999999:event-bus/default';
    const template = made((stack) => [NotificationChannel.eventBus(events.EventBus.fromEventBusArn(stack, 'Bus', arn))]);
    expect(resource(template, 'AWS::Lambda::Function', 'NotificationsFunction').Properties.Environment.Variables).toMatchObject({ CHANNEL_1: arn });
    expect(role(template).find(({ Action }) => Action === 'events:PutEvents').Resource).toBe(arn);
  });

  test.each<[string, () => unknown, string]>([
    ['no channel', () => made(() => []), 'channels is empty'],
    ['no event', () => made((stack) => [NotificationChannel.topic(topic(stack))], []), 'on is empty'],
  ])('refuse %s', (_, make, message) => expect(make).toThrow(message));
});
