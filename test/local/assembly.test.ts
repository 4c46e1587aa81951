import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aws, CfnCondition, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { removeFolders, synthesize, temporaryFolder } from './support';
import { readAssembly } from '../../local/assembly/manifest';
import { resolveResources } from '../../local/assembly/resources';

afterAll(removeFolders);

function resourcesOf(build: (stack: Stack) => void) {
  return resolveResources(readAssembly(synthesize(build)));
}

test('resources have the names and ARNs that others refer to', () => {
  const [bucket, queue, other] = resourcesOf((stack) => {
    const source = new s3.Bucket(stack, 'Bucket');
    const target = new sqs.Queue(stack, 'Queue', { queueName: 'named' });
    const tags = { bucket: source.bucketArn, arn: target.queueArn, url: target.queueUrl };
    new sqs.CfnQueue(stack, 'Other', { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) });
  });
  expect(bucket.name).toMatch(/^teststack-bucket[0-9a-f]{8}-[0-9a-f]{12}$/);
  expect(queue).toMatchObject({ name: 'named', arn: 'arn:aws:sqs:eu-west-1:111111111111:named', account: '111111111111', region: 'eu-west-1' });
  expect(other.properties.Tags).toEqual([
    { Key: 'arn', Value: queue.arn },
    { Key: 'bucket', Value: `arn:aws:s3:::${bucket.name}` },
    { Key: 'url', Value: 'https://sqs.eu-west-1.amazonaws.com/111111111111/named' },
  ]);
});

test('resources that need no emulation are left out, but can be referred to', () => {
  const resources = resourcesOf((stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const key = new kms.Key(stack, 'Key');
    new sqs.CfnQueue(stack, 'Queue', { tags: [{ key: role.roleArn, value: key.keyArn }] });
  });
  expect(resources.map(({ type }) => type)).toEqual(['AWS::SQS::Queue']);
  expect(resources[0].properties.Tags).toEqual([{
    Key: expect.stringMatching(/^arn:aws:iam::111111111111:role\/TestStack-Role/),
    Value: expect.stringMatching(/^arn:aws:kms:eu-west-1:111111111111:key\/[0-9a-f-]{36}$/),
  }]);
});

test('a resource whose condition does not hold is not there', () => {
  const resources = resourcesOf((stack) => {
    const never = new CfnCondition(stack, 'Never', { expression: Fn.conditionEquals(Aws.REGION, 'nowhere') });
    const always = new CfnCondition(stack, 'Always', { expression: Fn.conditionNot(never) });
    for (const condition of [never, always]) {
      const queue = new sqs.CfnQueue(stack, `Queue${condition.node.id}`);
      queue.cfnOptions.condition = condition;
    }
  });
  expect(resources.map(({ logicalId }) => logicalId)).toEqual(['QueueAlways']);
});

test('a type that is not known ends the run with its name', () => {
  expect(() => resourcesOf((stack) => new CfnResource(stack, 'Api', { type: 'AWS::ApiGateway::RestApi', properties: { Name: 'api' } })))
    .toThrow('Not emulated: resource type AWS::ApiGateway::RestApi (Api in stack TestStack)');
});

test('a property that would have no effect ends the run with its name', () => {
  expect(() => resourcesOf((stack) => new s3.CfnBucket(stack, 'Bucket', { objectLockEnabled: true })))
    .toThrow('Not emulated: property ObjectLockEnabled of AWS::S3::Bucket (Bucket in stack TestStack)');
});

test('an attribute that is not known ends the run with its name', () => {
  expect(() => resourcesOf((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    new sqs.Queue(stack, 'Queue', { queueName: bucket.bucketWebsiteUrl });
  })).toThrow(/Not emulated: attribute 'WebsiteURL' of AWS::S3::Bucket \(Bucket\w+ in stack TestStack\)/);
});

test('stacks import what others export', () => {
  const app = new App({ outdir: join(temporaryFolder(), 'cdk.out'), analyticsReporting: false });
  const env = { account: '111111111111', region: 'eu-west-1' };
  const importer = new Stack(app, 'Importer', { env });
  new sqs.Queue(importer, 'Queue', { queueName: Fn.importValue('name') });
  const exporter = new Stack(app, 'Exporter', { env });
  new iam.Role(exporter, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  new CfnOutput(exporter, 'Output', { value: Fn.join('-', ['a', exporter.account]), exportName: 'name' });
  expect(resolveResources(readAssembly(app.synth().directory)).map(({ name }) => name)).toEqual(['a-111111111111']);
});

test('assets: folders, files and where they go', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file.txt'), 'x');
  const { assets: found } = readAssembly(synthesize((stack) => {
    new sqs.Queue(stack, 'Queue');
    new assets.Asset(stack, 'Folder', { path: folder });
    new assets.Asset(stack, 'File', { path: join(folder, 'file.txt') });
  }));
  const bucket = 'cdk-hnb659fds-assets-111111111111-eu-west-1';
  expect(found.map(({ packaging, destinations }) => [packaging, destinations])).toEqual(expect.arrayContaining([
    ['zip', [{ bucket, key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) }]],
    ['file', [{ bucket, key: expect.stringMatching(/^[0-9a-f]{64}\.txt$/) }]],
  ]));
});

test('a folder that is no assembly is named', () => {
  const folder = temporaryFolder();
  expect(() => readAssembly(folder)).toThrow(`'${folder}' is not a synthesized cloud assembly`);
});
