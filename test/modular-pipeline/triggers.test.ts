import { Duration } from 'aws-cdk-lib';
import { resource, testPipeline } from '../support/constructs';

const { template } = testPipeline();
const rule = resource(template, 'AWS::Events::Rule', 'PipelineTriggersBranchMoved').Properties;
const schedule = resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties;
const deadLetters = { 'Fn::GetAtt': [expect.stringMatching(/^PipelineTriggersDeadLetters/), 'Arn'] };

test('the rule matches creations and updates of the branch, not a tag of its name, not its deletion', () => {
  expect(rule.EventPattern).toEqual({
    'source': ['aws.codecommit'],
    'detail-type': ['CodeCommit Repository State Change'],
    'resources': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codecommit:eu-west-1:111111111111:shop']] }],
    'detail': { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['branch'], referenceName: ['main'] },
  });
});

test('what can\'t be delivered is retried for a day and then kept', () => {
  for (const { Targets } of [rule, schedule]) {
    expect(Targets).toHaveLength(1);
    expect(Targets[0]).toMatchObject({
      Arn: { 'Fn::GetAtt': [expect.stringMatching(/^PipelineDiffFunction/), 'Arn'] },
      DeadLetterConfig: { Arn: deadLetters },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    });
  }
});

test('what fails is retried by Lambda and then kept', () => {
  expect(resource(template, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
    MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600, DestinationConfig: { OnFailure: { Destination: deadLetters } },
  });
});

test('lost events are looked for every quarter of an hour, or as often as told', () => {
  expect(schedule.ScheduleExpression).toBe('rate(15 minutes)');
  expect(JSON.parse(schedule.Targets[0].Input)).toEqual({ action: 'reconcile' });
  const often = testPipeline({ reconcileInterval: Duration.minutes(1) }).template;
  expect(resource(often, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(1 minute)');
});

test('the queue is encrypted, keeps for two weeks, and takes messages over TLS only', () => {
  expect(resource(template, 'AWS::SQS::Queue').Properties).toEqual({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
  const statements = resource(template, 'AWS::SQS::QueuePolicy').Properties.PolicyDocument.Statement;
  expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
});
