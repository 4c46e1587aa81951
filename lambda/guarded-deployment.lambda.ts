import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { GuardedDeploymentFunction } from './guarded-deployment/guarded-deployment';
import { loadJson } from './shared/catalogue';
import { CLIENT_CONFIG } from './shared/clients';
import { requireEnv } from './shared/environment';
import { DEPLOYMENT_FILE, DeploymentAnswer, DeploymentConfiguration, DeploymentEvent } from '../src/contract/guarded-deployment';

const deployment = new GuardedDeploymentFunction({
  configuration: loadJson<DeploymentConfiguration>(join(__dirname, DEPLOYMENT_FILE), (path) => readFileSync(path, 'utf8')),
  sts: new STSClient(CLIENT_CONFIG),
  s3: new S3Client(CLIENT_CONFIG),
  region: requireEnv('AWS_REGION'),
  cloudFormationAs: (credentials, region) => new CloudFormationClient({ ...CLIENT_CONFIG, credentials, region }),
});

export async function handler(event: DeploymentEvent): Promise<DeploymentAnswer> {
  return deployment.handle(event);
}
