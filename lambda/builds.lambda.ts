import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BuildsFunction } from './builds/builds-function';
import { loadCatalogue, loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { requireEnv, requirePositiveInteger } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';
import { BUILD_TARGETS_FILE, BuildTargets, FailureAnswer, TrancheAnswer } from '../src/contract/fan-out';
import { CATALOGUE_FILE } from '../src/contract/objects';

const solution = requireEnv(FUNCTION_ENV.solution);
const readFile = (path: string) => readFileSync(path, 'utf8');

const buildsFunction = new BuildsFunction({
  solution,
  pipeline: requireEnv(FUNCTION_ENV.pipeline),
  stateMachine: requireEnv(FUNCTION_ENV.stateMachine),
  catalogue: loadCatalogue(join(__dirname, CATALOGUE_FILE), readFile),
  targets: loadJson<BuildTargets>(join(__dirname, BUILD_TARGETS_FILE), readFile),
  roleArnPrefix: requireEnv(FUNCTION_ENV.roleArnPrefix),
  maxConcurrency: requirePositiveInteger(FUNCTION_ENV.maxConcurrency),
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  pipelineBucket: requireEnv(FUNCTION_ENV.pipelineBucket),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  stepFunctions: new SFNClient(CLIENT_CONFIG),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'builds', solution }),
});

export async function handler(event: unknown): Promise<TrancheAnswer | FailureAnswer | undefined> {
  return buildsFunction.handle(event);
}
