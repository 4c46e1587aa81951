import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ReleaseFunction } from './release/release-function';
import { loadCatalogue, loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { downloadRange } from './shared/download';
import { optionalEnv, requireEnv } from './shared/environment';
import { ImageCopier } from './shared/image-copier';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';
import { CATALOGUE_FILE, EnvironmentConfiguration, ENVIRONMENTS_FILE } from '../src/contract/objects';

const solution = requireEnv(FUNCTION_ENV.solution);
const ecrIn = (region: string) => new ECRClient({ ...CLIENT_CONFIG, region });
const readFile = (path: string) => readFileSync(path, 'utf8');

const releaseFunction = new ReleaseFunction({
  solution,
  catalogue: loadCatalogue(join(__dirname, CATALOGUE_FILE), readFile),
  environments: loadJson<EnvironmentConfiguration[]>(join(__dirname, ENVIRONMENTS_FILE), readFile),
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket: requireEnv(FUNCTION_ENV.artifactBucket),
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  s3In: (region) => new S3Client({ ...CLIENT_CONFIG, region }),
  images: new ImageCopier({ ecrIn, download: downloadRange }),
  ecrIn,
  refusesUndeclared: optionalEnv(FUNCTION_ENV.refusesUndeclared) !== undefined,
  region: requireEnv('AWS_REGION'),
  s3As: (credentials) => new S3Client({ ...CLIENT_CONFIG, credentials }),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'release', solution }),
});

export async function handler(event: unknown): Promise<void> {
  await releaseFunction.handle(event);
}
