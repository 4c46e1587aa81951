import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Baseline, BuildStrategy, ModularPipeline, ModularPipelineProps, PipelineSource } from '../../src';
import { pipelineProps, resource, stagesOf, statementsOf, testStack } from '../support/constructs';

function synthesized(bucketOf: (stack: Stack) => s3.IBucket, more: Partial<ModularPipelineProps> = {}, key = 'shop/source.zip') {
  const stack = testStack();
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { source: PipelineSource.s3(bucketOf(stack), key), ...more }));
  return Template.fromStack(stack);
}

const versioned = (props: s3.BucketProps = {}) => (stack: Stack) => new s3.Bucket(stack, 'Sources', { versioned: true, ...props });
const logical = (template: Template) => Object.keys(template.findResources('AWS::S3::Bucket')).find((id) => id.startsWith('Sources'))!;

test('the source action takes an object, is pinned to a version, and starts nothing', () => {
  const template = synthesized(versioned());
  const [{ actions: [action] }, { actions: [plan] }] = stagesOf(template);
  expect(action).toMatchObject({
    ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'S3', Version: '1' },
    Configuration: { S3Bucket: { Ref: logical(template) }, S3ObjectKey: 'shop/source.zip', PollForSourceChanges: 'false' },
  });
  expect(JSON.stringify(plan.Configuration.UserParameters)).toContain('#{Source.VersionId}');
  // A version is no commit: what commit it is, the Plan action says.
  const later = JSON.stringify(stagesOf(template).slice(2));
  expect(later).toContain('#{Plan.commitId}');
  expect(later).not.toContain('#{Source.');
});

test('puts and deletions of the object make the function look, and the bucket sends them', () => {
  const template = synthesized(versioned());
  const id = logical(template);
  expect(template.findResources('AWS::S3::Bucket')[id].Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
  expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersBranchMoved').Properties.EventPattern).toEqual({
    'source': ['aws.s3'],
    'detail-type': ['Object Created', 'Object Deleted'],
    'resources': [{ 'Fn::GetAtt': [id, 'Arn'] }],
    'detail': { bucket: { name: [{ Ref: id }] }, object: { key: ['shop/source.zip'] } },
  });
  // Nothing of an event reaches the function: events may be late, doubled or out of order.
  expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersBranchMoved').Properties.Targets).toMatchObject([{ Input: '{"action":"look"}' }]);
  expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(15 minutes)');
});

test('the roles may read this object and its versions, and nothing else of the bucket', () => {
  const template = synthesized((stack) => new s3.Bucket(stack, 'Sources', { versioned: true, encryptionKey: new kms.Key(stack, 'Key') }));
  const id = logical(template);
  const object = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/shop/source.zip']] };
  const about = (role: string) => statementsOf(resource(template, 'AWS::IAM::Role', role)).filter(({ Resource }) => JSON.stringify(Resource).includes(`"${id}"`) || JSON.stringify(Resource).includes('"Key'))
    .map(({ Action, Resource }) => ({ Action, Resource }));
  const decrypt = { Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } };
  expect(about('PipelineDiffRole')).toEqual([
    { Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: object }, { Action: 's3:ListBucket', Resource: expect.arrayContaining([{ 'Fn::GetAtt': [id, 'Arn'] }]) }, decrypt,
  ]);
  expect(JSON.stringify(statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineDiffRole')))).toContain('/shop/sources/*');
});

test.each([['actions', BuildStrategy.actions()], ['fanOut', BuildStrategy.fanOut()]] as const)('%s: builds read listings, so that they know which files may be executed', (_, buildStrategy) => {
  const template = synthesized(versioned(), { buildStrategy });
  expect(JSON.stringify(template.findResources('AWS::IAM::ManagedPolicy'))).toContain('/shop/sources/listings/*');
});

test.each([
  ['without versions', (stack: Stack) => new s3.Bucket(stack, 'Sources'), {}, 'bucket Stack/Sources keeps no versions: make it with versioned: true'],
  ['of another Region', (stack: Stack) => s3.Bucket.fromBucketAttributes(stack, 'Sources', { bucketName: 'sources', region: 'us-east-1' }), {}, 'bucket Stack/Sources is in Region us-east-1, and the pipeline in eu-west-1'],
  ['compared with a branch', versioned(), { baseline: Baseline.branch('test') }, 'Baseline.branch("test"): a source in S3 has no branches'],
])('a bucket %s is refused', (_, bucket, more, message) => {
  expect(() => synthesized(bucket, more)).toThrow(message);
});

test.each(['', '/source.zip', 'folder/', '*.zip', 'x'.repeat(1025)])('the key %j is refused', (key) => {
  expect(() => synthesized(versioned(), {}, key)).toThrow('PipelineSource.s3: key is ');
});

test('an imported bucket is looked at when it is read: nothing of it is changed', () => {
  const template = synthesized((stack) => s3.Bucket.fromBucketName(stack, 'Sources', 'imported'));
  expect(JSON.stringify(template.toJSON())).not.toContain('NotificationConfiguration');
});

test('a bucket with notifications of its own keeps them', () => {
  const template = synthesized((stack) => {
    const bucket = new s3.Bucket(stack, 'Sources', { versioned: true });
    bucket.addObjectRemovedNotification({ bind: () => ({ arn: 'arn:aws:sqs:eu-west-1:111111111111:queue', type: s3.BucketNotificationDestinationType.QUEUE }) });
    return bucket;
  });
  const [notifications] = Object.values(template.findResources('Custom::S3BucketNotifications'));
  expect(notifications.Properties.NotificationConfiguration).toMatchObject({ EventBridgeConfiguration: {}, QueueConfigurations: [{}] });
});
