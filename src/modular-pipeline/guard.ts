import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FUNCTION_ENV } from '../contract/environment';
import { GUARD_FILE, GuardConfiguration } from '../contract/gates';
import { changeSetPrefix, componentPrefix } from '../contract/objects';
import { allowanceKey, environmentKey } from '../contract/tables';
import { componentId } from '../core/names';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { allow, allowPattern } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

/** What the guard of all environments works with. */
export interface GuardProps {
  readonly solution: string;
  readonly pipelineName: string;
  readonly configuration: GuardConfiguration;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly logRetention: logs.RetentionDays;
}

/** Reads change sets, and refuses what they would destroy. */
export function createGuard(scope: Construct, id: string, props: GuardProps): RuntimeFunction {
  const { solution, configuration, deploymentsTable, artifactBucket } = props;
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/guard.lambda',
    description: `Refuses change sets of ${solution} that would delete or replace resources`,
    files: { [GUARD_FILE]: JSON.stringify(configuration) },
    environment: {
      [FUNCTION_ENV.solution]: solution,
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      [FUNCTION_ENV.deploymentsTable]: deploymentsTable.tableName,
      [FUNCTION_ENV.artifactBucket]: artifactBucket.bucketName,
    },
    // It waits for change sets that it makes itself, some minutes in one invocation.
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention: props.logRetention,
  });
  const { role } = created;
  const environments = [...new Set(Object.values(configuration.environments).map(({ environment }) => environment))];
  const deployRoles = [...new Set(Object.values(configuration.environments).map(({ deployRoleArn }) => deployRoleArn))];
  created.allowAnswers();
  allow(role, ['sts:AssumeRole'], deployRoles);
  grantOnTable(role, {
    actions: ['dynamodb:GetItem'],
    resourceArns: [deploymentsTable.tableArn],
    encryptionKey: deploymentsTable.encryptionKey,
    leadingKeys: environments.flatMap((environment) => [environmentKey(solution, environment), allowanceKey(solution, environment, '*')]),
  });
  allowPattern(role, 'What was seen is stored under its execution\'s ID, which is not known yet.', ['s3:PutObject'], [
    artifactBucket.arnForObjects(`${changeSetPrefix(solution)}*`),
  ]);
  artifactBucket.encryptionKey?.grant(role, 'kms:GenerateDataKey');
  // The deploy role reads the template of a change set that the guard makes anew. Other accounts read all artifacts; this one needs a word.
  const { account: ownAccount, region: ownRegion } = Stack.of(scope);
  const own = Object.values(configuration.environments).filter(({ account, region }) => account === ownAccount && region === ownRegion);
  if (own.length > 0) {
    artifactBucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'DeployRolesReadTemplates',
      actions: ['s3:GetObject'],
      principals: [...new Set(own.map(({ deployRoleArn }) => deployRoleArn))].map((arn) => new iam.ArnPrincipal(arn)),
      resources: [artifactBucket.arnForObjects(`${componentPrefix(solution, componentId(configuration.template))}*`)],
    }));
  }
  return created;
}
