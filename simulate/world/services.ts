import type { Monitor } from '../model/monitor';
import { assumeAnyRole, CloudFormation } from '../services/cloudformation';
import { CodeCommit } from '../services/codecommit';
import { CodePipeline } from '../services/codepipeline';
import { DynamoDb } from '../services/dynamodb';
import { Ecr } from '../services/ecr';
import { S3 } from '../services/s3';
import { Services } from '../services/service';
import { StepFunctions } from '../services/step-functions';

/** The services of a solution's accounts, and who watches what is asked of them. */
export interface Account {
  readonly dynamoDb: DynamoDb;
  readonly s3: S3;
  readonly codeCommit: CodeCommit;
  readonly codePipeline: CodePipeline;
  readonly ecr: Ecr;
  readonly cloudFormation: CloudFormation;
  readonly stepFunctions: StepFunctions;
  readonly monitor: Monitor;
}

type Input = Record<string, string | undefined>;

/** One call of one service. */
export async function connect(account: Account, ...[service, operation, input]: Parameters<Services>): Promise<object> {
  switch (service) {
    case 'dynamodb': return account.dynamoDb.handle(operation, input);
    case 's3': return account.s3.handle(operation, input as Parameters<S3['handle']>[1]);
    case 'codecommit': return account.codeCommit.handle(operation, input as Record<string, unknown>);
    case 'codepipeline': return account.codePipeline.handle(operation, input as Record<string, unknown>);
    case 'ecr': return account.ecr.handle(operation, input);
    case 'cloudformation': {
      const changeSet = operation === 'ExecuteChangeSet' ? account.cloudFormation.executable(input as Input) : undefined;
      if (changeSet !== undefined) {
        account.monitor.check(() => account.monitor.deliveries.executing(changeSet));
      }
      return account.cloudFormation.handle(operation, input as Input);
    }
    case 'states': return account.stepFunctions.handle(operation, input as Readonly<Record<string, string>>);
    case 'sts': return assumeAnyRole();
  }
}
