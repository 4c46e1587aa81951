import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { stateMachineDefinition } from './definition';
import { FanOutNames } from './names';
import { fanOutPrefix } from '../../contract/fan-out';
import { acknowledge } from '../../private/acknowledge';
import { allow, allowPattern } from '../../private/grants';
import { InlineRole } from '../../private/inline-role';

/** What the state machine works with. */
export interface FanOutStateMachineProps {
  readonly solution: string;
  readonly names: FanOutNames;
  readonly buildsFunction: lambda.IFunction;
  readonly pipelineBucket: s3.IBucket;
  readonly logGroup: logs.ILogGroup;
  readonly logRetention: logs.RetentionDays;
  readonly maxConcurrency: number;
}

/** The state machine that starts the builds. */
export class FanOutStateMachine extends Construct {
  public readonly stateMachine: stepfunctions.StateMachine;

  constructor(scope: Construct, id: string, props: FanOutStateMachineProps) {
    super(scope, id);
    const role = new InlineRole(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: `Starts the builds of ${props.solution}`,
    });
    const definition = stateMachineDefinition({
      functionArn: props.buildsFunction.functionArn, logGroupName: props.logGroup.logGroupName, maxConcurrency: props.maxConcurrency,
    });
    this.stateMachine = new stepfunctions.StateMachine(this, 'StateMachine', {
      stateMachineName: props.names.stateMachine,
      comment: `Builds the changed components of ${props.solution}`,
      definitionBody: stepfunctions.DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY }),
        level: stepfunctions.LogLevel.ALL,
        // The data are names and numbers, and go where they are needed.
        includeExecutionData: false,
      },
    });
    acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'Step Functions\' log deliveries and X-Ray know no resources.');
    this.grant(role, props);
  }

  private grant(role: iam.Role, { solution, names, buildsFunction, pipelineBucket }: FanOutStateMachineProps): void {
    const stack = Stack.of(this);
    allow(role, ['lambda:InvokeFunction'], [buildsFunction.functionArn]);
    allowPattern(role, 'Projects are told by the beginning of their names: one policy for all.', ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'], [
      stack.formatArn({ service: 'codebuild', resource: 'project', resourceName: `${names.projectPrefix}*` }),
    ]);
    const roles = stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `${names.rolePath.slice(1)}*` });
    role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['iam:PassRole'], resources: [roles], conditions: { StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } },
    }));
    acknowledge(role, `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::${stack.account}:role${names.rolePath}*]`,
      'The components\' roles have a path of their own: one statement for all.');
    // How Step Functions learns that a build has ended.
    allow(role, ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'], [
      stack.formatArn({ service: 'events', resource: 'rule', resourceName: 'StepFunctionsGetEventForCodeBuildStartBuildRule' }),
    ]);
    // A Distributed Map runs children of the same state machine. By name: its ARN is not known before its role is.
    allow(role, ['states:StartExecution'], [names.arn(stack, 'stateMachine')]);
    allowPattern(role, 'Executions get names when they start.', ['states:DescribeExecution', 'states:StopExecution'], [`${names.arn(stack, 'execution')}/*`]);
    allowPattern(role, 'Tranches are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
      pipelineBucket.arnForObjects(`${fanOutPrefix(solution)}*`),
    ]);
    pipelineBucket.encryptionKey?.grant(role, 'kms:Decrypt');
  }
}
