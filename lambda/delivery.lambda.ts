import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeliveryFunction } from './delivery/delivery-function';
import { loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { downloadRange } from './shared/download';
import { requireEnv } from './shared/environment';
import { ImageCopier } from './shared/image-copier';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { DELIVERY_FILE, DeliveryConfiguration } from '../src/contract/delivery';
import { FUNCTION_ENV } from '../src/contract/environment';

const solution = requireEnv(FUNCTION_ENV.solution);

const deliveryFunction = new DeliveryFunction({
  solution,
  pipeline: requireEnv(FUNCTION_ENV.pipeline),
  configuration: loadJson<DeliveryConfiguration>(join(__dirname, DELIVERY_FILE), (path) => readFileSync(path, 'utf8')),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket: requireEnv(FUNCTION_ENV.artifactBucket),
  codeBuild: new CodeBuildClient(CLIENT_CONFIG),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  s3As: (credentials) => new S3Client({ ...CLIENT_CONFIG, credentials }),
  sts: new STSClient(CLIENT_CONFIG),
  ssmAs: (credentials, region) => new SSMClient({ ...CLIENT_CONFIG, credentials, region }),
  cloudFormationAs: (credentials, region) => new CloudFormationClient({ ...CLIENT_CONFIG, credentials, region }),
  bucketsAs: (credentials, region) => new S3Client({ ...CLIENT_CONFIG, credentials, region }),
  ecrAs: (credentials, region) => new ECRClient({ ...CLIENT_CONFIG, credentials, region }),
  images: new ImageCopier({ ecrIn: (region) => new ECRClient({ ...CLIENT_CONFIG, region }), download: downloadRange }),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'delivery', solution }),
});

export async function handler(event: unknown): Promise<void> {
  await deliveryFunction.handle(event);
}
