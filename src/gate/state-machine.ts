import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { GateBindOptions, GateConfig, GatePosition } from './gate-config';
import { allowPattern } from '../private/grants';
import { sortedByName } from '../private/maps';
import { PlainAction } from '../private/plain-action';

/** Options of `Gate.stateMachine`. */
export interface StateMachineGateOptions {
  /**
   * Where the state machine runs.
   * @default GatePosition.BEFORE_DEPLOY
   */
  readonly position?: GatePosition;

  /**
   * Further fields of the input, in addition to `environment`, `account`, `region`, `stackName`, `commitId`, `pipelineExecutionId`, `changes`
   * (how many resources change) and `release` (`s3://` location of the release: every component's build). After the deployment also `stackId` (ARN of the
   * stack; of several, their ARNs with commas between them) and `outputs` (`s3://` location of the outputs). Both objects are in the pipeline's
   * `artifactBucket`: let the state machine's role read them where it does. The whole input has at most 1,000 characters.
   * @default - none
   */
  readonly input?: { [field: string]: string };

  /**
   * Name of the action. Gates of one environment need different ones.
   * @default 'StateMachine'
   */
  readonly actionName?: string;
}

/** Runs a state machine to its end: where it fails, times out or is aborted, the action fails. */
export function stateMachineGate(stateMachine: sfn.IStateMachine, options: GateBindOptions, gate: StateMachineGateOptions): GateConfig {
  const { environmentName: environment, account, region, stackName, commitId, executionId: pipelineExecutionId, changeSet: { changes } } = options;
  const deployed = gate.position === 'AFTER_DEPLOY' ? { stackId: options.stackId, outputs: options.outputsUri } : {};
  const own = { environment, account, region, stackName, commitId, pipelineExecutionId, changes, release: options.releaseUri, ...deployed };
  const twice = Object.keys(gate.input ?? {}).find((field) => Object.hasOwn(own, field));
  if (twice !== undefined) {
    throw new Error(`Gate.stateMachine of environment ${JSON.stringify(environment)}: input has the field ${JSON.stringify(twice)}, which every input has: rename it.`);
  }
  const { stateMachineArn } = stateMachine;
  const execution = Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${Stack.of(stateMachine).splitArn(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME).resourceName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    actions: [new PlainAction({
      actionName: gate.actionName ?? 'StateMachine',
      runOrder: options.runOrder,
      category: codepipeline.ActionCategory.INVOKE,
      provider: 'StepFunctions',
      resource: stateMachine,
      artifactBounds: { minInputs: 0, maxInputs: 1, minOutputs: 0, maxOutputs: 1 },
      configuration: { StateMachineArn: stateMachineArn, InputType: 'Literal', Input: JSON.stringify({ ...own, ...sortedByName(gate.input ?? {}) }) },
      statements: [
        new iam.PolicyStatement({ actions: ['states:DescribeStateMachine', 'states:StartExecution'], resources: [stateMachineArn] }),
      ],
      onBound: ({ role }) => allowPattern(role, 'Executions get names when they start.', ['states:DescribeExecution'], [execution]),
    })],
  };
}
