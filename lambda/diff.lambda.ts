import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DiffFunction } from './diff/diff-function';
import { loadCatalogue, loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { optionalEnv, requireEnv, requirePositiveInteger } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { sourceOpener } from './shared/source/open-source';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';
import { CATALOGUE_FILE, EnvironmentConfiguration, ENVIRONMENTS_FILE } from '../src/contract/objects';
import { SourceReaderConfiguration } from '../src/contract/source';

const solution = requireEnv(FUNCTION_ENV.solution);
const readFile = (path: string) => readFileSync(path, 'utf8');
const catalogue = loadCatalogue(join(__dirname, CATALOGUE_FILE), readFile);
const artifactBucket = requireEnv(FUNCTION_ENV.artifactBucket);
const s3 = new S3Client(CLIENT_CONFIG);

const environments = loadJson<EnvironmentConfiguration[]>(join(__dirname, ENVIRONMENTS_FILE), readFile);

const diffFunction = new DiffFunction({
  solution,
  catalogue,
  environments: [...new Set(environments.map(({ environment }) => environment))],
  deployOn: Object.fromEntries(environments.flatMap(({ environment, deployOn }) => (deployOn === undefined ? [] : [[environment, deployOn]]))),
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket,
  openSource: sourceOpener(JSON.parse(requireEnv(FUNCTION_ENV.source)) as SourceReaderConfiguration, {
    timing: systemTiming,
    endpoint: optionalEnv('AWS_ENDPOINT_URL'),
    object: { s3, solution, artifactBucket, componentPaths: catalogue.components.map(({ path }) => path) },
  }),
  branch: requireEnv(FUNCTION_ENV.branch),
  pipeline: requireEnv(FUNCTION_ENV.pipeline),
  baselineBranch: optionalEnv(FUNCTION_ENV.baselineBranch),
  planRetentionDays: requirePositiveInteger(FUNCTION_ENV.planRetentionDays),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3,
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'diff', solution }),
});

export async function handler(event: unknown, context: { readonly awsRequestId: string; getRemainingTimeInMillis(): number }): Promise<void> {
  await diffFunction.handle(event, context.getRemainingTimeInMillis(), context.awsRequestId);
}
