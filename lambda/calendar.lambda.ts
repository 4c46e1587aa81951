import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CalendarFunction } from './calendar/calendar-function';
import { AllowanceStore } from './shared/allowance-store';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from './shared/clients';
import { requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';

const solution = requireEnv(FUNCTION_ENV.solution);

const calendarFunction = new CalendarFunction({
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  ssm: new SSMClient(CLIENT_CONFIG),
  allowances: new AllowanceStore({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(CLIENT_CONFIG), DOCUMENT_CONFIG),
    tableName: requireEnv(FUNCTION_ENV.deploymentsTable),
    solution,
    timing: systemTiming,
  }),
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'calendar', solution }),
});

export async function handler(event: unknown): Promise<void> {
  await calendarFunction.handle(event);
}
