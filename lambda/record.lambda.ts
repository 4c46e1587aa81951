import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RecordFunction } from './record/record-function';
import { loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { optionalEnv, requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';
import { REPORTED_ENVIRONMENTS_FILE, ReportedEnvironment } from '../src/contract/objects';

const solution = requireEnv(FUNCTION_ENV.solution);
const readFile = (path: string) => readFileSync(path, 'utf8');

const recordFunction = new RecordFunction({
  solution,
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket: requireEnv(FUNCTION_ENV.artifactBucket),
  pipeline: requireEnv(FUNCTION_ENV.pipeline),
  ...(optionalEnv(FUNCTION_ENV.reportPage) === undefined ? {} : {
    reported: loadJson<ReportedEnvironment[]>(join(__dirname, REPORTED_ENVIRONMENTS_FILE), readFile),
  }),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'record', solution }),
});

export async function handler(event: unknown): Promise<void> {
  await recordFunction.handle(event);
}
