import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DeliveryPlace } from '../../src/contract/delivery';
import { bootstrapParameter, bootstrapProblem, bootstrapQualifier, LEAST_BOOTSTRAP } from '../../src/core/delivery/bootstrap';
import { assumeRole, RoleCredentials } from '../shared/assumed-role';
import { errorMessage } from '../shared/logger';
import { partitionOf } from '../shared/partition';

export interface BootstrapVersionProps {
  readonly sts: STSClient;
  readonly ssmAs: (credentials: RoleCredentials, region: string) => SSMClient;
}

/**
 * Sees to it that the bootstrap of a place is new enough, where its deploy role is the bootstrap's.
 * @param name of the place
 * @param versions that applications ask for
 * @throws Error that says what to do
 */
export async function requireBootstrap({ sts, ssmAs }: BootstrapVersionProps, name: string, place: DeliveryPlace, versions: readonly number[]): Promise<void> {
  const qualifier = bootstrapQualifier(place);
  if (qualifier === undefined) {
    return;
  }
  const { account, region, deployRoleArn } = place;
  const parameter = bootstrapParameter(qualifier);
  const resource = `arn:${partitionOf(deployRoleArn)}:ssm:${region}:${account}:parameter${parameter}`;
  const credentials = await assumeRole(sts, deployRoleArn, 'modular-pipeline-bootstrap', [{ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: [resource] }]);
  const problem = bootstrapProblem(await read(ssmAs(credentials, region), parameter), Math.max(LEAST_BOOTSTRAP, ...versions));
  if (problem !== undefined) {
    throw new Error(`${name} cannot be delivered to, and nothing was prepared: the version of its CDK bootstrap (${parameter} in account ${account}, ${region}) ${problem}. `
      + `Run "cdk bootstrap" with a current CDK for aws://${account}/${region}, with the options that it was bootstrapped with, and retry the stage with all of its actions.`);
  }
}

async function read(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) {
      return undefined;
    }
    throw new Error(`The version of the CDK bootstrap, ${name}, cannot be read: ${errorMessage(error)}`);
  }
}
