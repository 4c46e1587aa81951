import { Stack, Token } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PipelineSourceBindOptions, PipelineSourceConfig } from './pipeline-source-config';
import { SourceReader } from './source-reader';
import { requireLiteral } from '../private/literal';
import { PlainAction } from '../private/plain-action';

/** As long as S3 takes. */
const LONGEST_KEY = 1024;

export function bindS3(scope: Construct, { output, actionName }: PipelineSourceBindOptions, bucket: s3.IBucket, objectKey: string): PipelineSourceConfig {
  const key = requireKey(objectKey);
  requireNearness(bucket, Stack.of(scope));
  requireVersioned(bucket);
  sendEvents(bucket);
  return {
    branch: key,
    reader: SourceReader.s3(bucket, key),
    action: new PlainAction({
      actionName,
      category: codepipeline.ActionCategory.SOURCE,
      provider: 'S3',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
      outputs: [output],
      variablesNamespace: actionName,
      // Left out, CodePipeline would poll, and start every change twice.
      configuration: { S3Bucket: bucket.bucketName, S3ObjectKey: key, PollForSourceChanges: 'false' },
      statements: [
        new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [bucket.arnForObjects(key)] }),
        new iam.PolicyStatement({ actions: ['s3:GetBucketVersioning'], resources: [bucket.bucketArn] }),
      ],
      onBound: ({ role }) => {
        bucket.encryptionKey?.grant(role, 'kms:Decrypt');
      },
    }),
    eventPattern: {
      source: ['aws.s3'],
      // Where a version or a delete marker is deleted, an earlier version is the current one.
      detailType: ['Object Created', 'Object Deleted'],
      resources: [bucket.bucketArn],
      detail: { bucket: { name: [bucket.bucketName] }, object: { key: [key] } },
    },
  };
}

function requireKey(key: string): string {
  requireLiteral('PipelineSource.s3: key', key);
  if (key === '' || key.startsWith('/') || key.endsWith('/') || key.includes('*') || Buffer.byteLength(key) > LONGEST_KEY) {
    throw new Error(`PipelineSource.s3: key is ${JSON.stringify(key)}: write the key of one zip archive, such as "shop/source.zip", without "*" and at most ${LONGEST_KEY} bytes long.`);
  }
  return key;
}

function requireNearness({ env: { region }, node }: s3.IBucket, stack: Stack): void {
  if (!Token.isUnresolved(region) && !Token.isUnresolved(stack.region) && region !== stack.region) {
    throw new Error(`PipelineSource.s3: bucket ${node.path} is in Region ${region}, and the pipeline in ${stack.region}: let S3 replicate it, or put the archive into a bucket there.`);
  }
}

/** An execution names a version: without one it could read something else than what was planned. An imported bucket is looked at when it is read. */
function requireVersioned(bucket: s3.IBucket): void {
  const resource = bucket.node.defaultChild;
  if (resource instanceof s3.CfnBucket) {
    const versioning = Stack.of(resource).resolve(resource.versioningConfiguration) as s3.CfnBucket.VersioningConfigurationProperty | undefined;
    if (versioning?.status !== 'Enabled') {
      throw new Error(`PipelineSource.s3: bucket ${bucket.node.path} keeps no versions: make it with versioned: true.`);
    }
  }
}

/**
 * Lets a bucket of the app send its events to EventBridge. By its own property, which needs no function to set it; where the bucket has other notifications,
 * the CDK sets all of them together.
 */
function sendEvents(bucket: s3.IBucket): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof s3.CfnBucket)) {
    return;
  }
  if (bucket.node.tryFindChild('Notifications') !== undefined) {
    bucket.enableEventBridgeNotification();
  } else if (resource.notificationConfiguration === undefined) {
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  } else {
    resource.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
  }
}
