import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NotificationsFunction } from './notifications/notifications-function';
import { loadJson } from './shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';
import { NOTIFICATIONS_FILE, NotificationsConfiguration } from '../src/contract/notifications';

const configuration = loadJson<NotificationsConfiguration>(join(__dirname, NOTIFICATIONS_FILE), (path) => readFileSync(path, 'utf8'));

/** A webhook answers at once, or is tried again. */
const WEBHOOK_MS = 10_000;

const notifications = new NotificationsFunction({
  configuration,
  pipelineArn: requireEnv(FUNCTION_ENV.pipelineArn),
  diffTable: requireEnv(FUNCTION_ENV.diffTable),
  deploymentsTable: requireEnv(FUNCTION_ENV.deploymentsTable),
  artifactBucket: requireEnv(FUNCTION_ENV.artifactBucket),
  pipelineBucket: requireEnv(FUNCTION_ENV.pipelineBucket),
  dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  codeBuild: new CodeBuildClient(CLIENT_CONFIG),
  logs: new CloudWatchLogsClient(CLIENT_CONFIG),
  sns: new SNSClient(CLIENT_CONFIG),
  eventBridge: new EventBridgeClient(CLIENT_CONFIG),
  secrets: new SecretsManagerClient(CLIENT_CONFIG),
  post: async (url, body) => {
    const answer = await fetch(url, {
      method: 'POST', body, headers: { 'content-type': 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(WEBHOOK_MS),
    });
    return { status: answer.status, text: await answer.text() };
  },
  variable: requireEnv,
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'notifications', solution: configuration.solution }),
});

export async function handler(event: unknown): Promise<void> {
  await notifications.handle(event);
}
