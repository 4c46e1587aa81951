import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { optionalEnv, requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { LookTimeStore } from './shared/look-time-store';
import { systemTiming } from './shared/timing';
import { HttpAnswer, HttpRequest, WebhookFunction } from './webhook/webhook-function';
import { FUNCTION_ENV } from '../src/contract/environment';

const solution = requireEnv(FUNCTION_ENV.solution);

const webhookFunction = new WebhookFunction({
  branch: requireEnv(FUNCTION_ENV.branch),
  takesTags: optionalEnv(FUNCTION_ENV.takesTags) !== undefined,
  secretArn: requireEnv(FUNCTION_ENV.webhookSecret),
  diffFunction: requireEnv(FUNCTION_ENV.diffFunction),
  looks: new LookTimeStore({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
    tableName: requireEnv(FUNCTION_ENV.diffTable),
    solution,
    timing: systemTiming,
  }),
  lambda: new LambdaClient(CLIENT_CONFIG),
  secrets: new SecretsManagerClient(CLIENT_CONFIG),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'webhook', solution }),
});

export async function handler(event: HttpRequest): Promise<HttpAnswer> {
  return webhookFunction.handle(event);
}
