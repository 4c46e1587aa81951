import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { HealthClient } from '@aws-sdk/client-health';
import { HealthFunction } from './health/health-function';
import { CLIENT_CONFIG } from './shared/clients';
import { requireEnv } from './shared/environment';
import { createLogger, writeToStandardOutput } from './shared/logger';
import { systemTiming } from './shared/timing';
import { FUNCTION_ENV } from '../src/contract/environment';

/** AWS Health's API for all Regions is there. */
const HEALTH_REGION = 'us-east-1';

const healthFunction = new HealthFunction({
  codePipeline: new CodePipelineClient(CLIENT_CONFIG),
  health: new HealthClient({ ...CLIENT_CONFIG, region: HEALTH_REGION }),
  timing: systemTiming,
  logger: createLogger(writeToStandardOutput, systemTiming.now, { function: 'health', solution: requireEnv(FUNCTION_ENV.solution) }),
});

export async function handler(event: unknown): Promise<void> {
  await healthFunction.handle(event);
}
