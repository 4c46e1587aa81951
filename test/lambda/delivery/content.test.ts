import { contentInput } from '../../../lambda/delivery/content';
import { StackContent } from '../../../src/core/delivery/content';

const CONTENT: StackContent = {
  template: 'Resources: {}',
  parameters: { Size: '2' },
  tags: { team: 'shop' },
  capabilities: ['CAPABILITY_IAM'],
  notificationArns: ['arn:aws:sns:eu-west-1:111111111111:changes'],
  executionRoleArn: 'arn:aws:iam::111111111111:role/exec',
  rollback: { triggers: [{ arn: 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:errors', type: 'AWS::CloudWatch::Alarm' }], minutes: 7 },
};
const STORED = 'https://bucket.s3.eu-west-1.amazonaws.com/template';

test('an update is given everything, and the alarms that are watched for as long as asked', () => {
  expect(contentInput(CONTENT, false, STORED)).toEqual({
    TemplateBody: 'Resources: {}',
    RoleARN: 'arn:aws:iam::111111111111:role/exec',
    Capabilities: ['CAPABILITY_IAM'],
    Parameters: [{ ParameterKey: 'Size', ParameterValue: '2' }],
    Tags: [{ Key: 'team', Value: 'shop' }],
    NotificationARNs: ['arn:aws:sns:eu-west-1:111111111111:changes'],
    RollbackConfiguration: {
      RollbackTriggers: [{ Arn: 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:errors', Type: 'AWS::CloudWatch::Alarm' }],
      MonitoringTimeInMinutes: 7,
    },
  });
});

test('a stack that is created has nothing to roll back to', () => {
  expect(contentInput(CONTENT, true, STORED)).not.toHaveProperty('RollbackConfiguration');
});

test('without alarms and topics none are given', () => {
  const { rollback: _rollback, ...content } = { ...CONTENT, notificationArns: [] };
  expect(contentInput(content, false, STORED)).not.toHaveProperty('RollbackConfiguration');
  expect(contentInput(content, false, STORED)).not.toHaveProperty('NotificationARNs');
});

test.each([[51_200, true], [51_201, false]])('a template of %d bytes is sent in the call: %s', (bytes, sent) => {
  const template = 'é'.repeat(Math.floor(bytes / 2)) + 'x'.repeat(bytes % 2);
  const input = contentInput({ ...CONTENT, template }, false, STORED);
  expect([input.TemplateBody !== undefined, input.TemplateURL]).toEqual(sent ? [true, undefined] : [false, STORED]);
});
