import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ApprovalFunction } from './approval/approval-function';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';

const solution = requireEnv(FUNCTION_ENV.solution);

const approvalFunction = new ApprovalFunction({
  solution,
  pipeline: requireEnv(FUNCTION_ENV.pipeline),
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket: requireEnv(FUNCTION_ENV.artifactBucket),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  s3As: (credentials) => new S3Client({ ...CLIENT_CONFIG, credentials }),
  sns: new SNSClient(CLIENT_CONFIG),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'approval', solution }),
});

export async function handler(event: unknown): Promise<void> {
  await approvalFunction.handle(event);
}
