import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FanOutNames } from './names';
import { SharedResources } from '../../component-build/common-access';
import { FUNCTION_ENV } from '../../contract/environment';
import { BUILD_TARGETS_FILE, BuildTargets, ENDED_STATES, EXECUTION_EVENT, fanOutPrefix } from '../../contract/fan-out';
import { CATALOGUE_FILE } from '../../contract/objects';
import { allow, allowPattern } from '../../private/grants';
import { RuntimeFunction } from '../../private/runtime-function';
import { grantOnTable } from '../../private/tables';

/** What the function works with. */
export interface FanOutFunctionProps extends SharedResources {
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly names: FanOutNames;
  readonly targets: BuildTargets;
  readonly pipelineBucket: s3.IBucket;
  readonly maxConcurrency: number;
  readonly logRetention: logs.RetentionDays;
}

/** The function that starts the state machine for the pipeline, and tells it which builds to start. */
export function createBuildsFunction(scope: Construct, id: string, props: FanOutFunctionProps): RuntimeFunction {
  const { catalogue, diffTable, deploymentsTable, pipelineBucket, names } = props;
  const { solution } = catalogue;
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/builds.lambda',
    description: `Finds the builds that ${solution} has to start next`,
    files: { [CATALOGUE_FILE]: catalogue._json(), [BUILD_TARGETS_FILE]: JSON.stringify(props.targets) },
    environment: {
      [FUNCTION_ENV.solution]: solution,
      [FUNCTION_ENV.diffTable]: diffTable.tableName,
      [FUNCTION_ENV.deploymentsTable]: deploymentsTable.tableName,
      [FUNCTION_ENV.pipelineBucket]: pipelineBucket.bucketName,
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      [FUNCTION_ENV.stateMachine]: names.arn(Stack.of(scope), 'stateMachine'),
      [FUNCTION_ENV.roleArnPrefix]: Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: names.rolePath.slice(1) }),
      [FUNCTION_ENV.maxConcurrency]: `${props.maxConcurrency}`,
    },
    // As a job of the pipeline, it waits for the builds for four minutes at a time.
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention: props.logRetention,
  });
  const { role } = created;
  grantOnTable(role, { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [diffTable.tableArn], encryptionKey: diffTable.encryptionKey });
  grantOnTable(role, {
    actions: ['dynamodb:BatchGetItem'],
    resourceArns: [deploymentsTable.tableArn],
    encryptionKey: deploymentsTable.encryptionKey,
    leadingKeys: [`${solution}#*`],
  });
  allowPattern(role, 'Tranches and failures are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject', 's3:PutObject'], [
    pipelineBucket.arnForObjects(`${fanOutPrefix(solution)}*`),
  ]);
  // With the right to list, S3 tells an object that is not there from one that may not be read.
  allow(role, ['s3:ListBucket'], [pipelineBucket.bucketArn]);
  pipelineBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
  created.allowAnswers();
  allow(role, ['codepipeline:GetPipelineExecution'], [props.pipelineArn]);
  // By name: the state machine invokes this function, so its ARN is not known before the function is.
  allow(role, ['states:StartExecution'], [names.arn(Stack.of(scope), 'stateMachine')]);
  allowPattern(role, 'Runs have the names of the pipeline\'s executions, which are not known yet.', ['states:DescribeExecution', 'states:StopExecution'], [
    `${names.arn(Stack.of(scope), 'execution')}:*`,
  ]);
  stopWithPipeline(created, props);
  return created;
}

/** No one waits for the builds of an execution that was stopped: CodePipeline abandons its actions, and says so to no one but EventBridge. */
function stopWithPipeline(created: RuntimeFunction, { pipelineName, catalogue }: FanOutFunctionProps): void {
  new events.Rule(created, 'PipelineEnded', {
    description: `Stops builds of ${catalogue.solution} that nobody waits for`,
    eventPattern: { source: ['aws.codepipeline'], detailType: [EXECUTION_EVENT], detail: { pipeline: [pipelineName], state: [...ENDED_STATES] } },
    targets: [new targets.LambdaFunction(created.function)],
  });
}
