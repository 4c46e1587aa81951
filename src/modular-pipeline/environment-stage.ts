import { CfnCapabilities } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionAction } from './actions';
import { ACTIONS, CHANGE_SET } from './names';
import { RecordJobParameters } from '../contract/events';
import { RELEASE_FILES } from '../contract/objects';
import { Target } from '../environment/target';
import { PlainAction } from '../private/plain-action';

/** What the stage of an environment is made from. */
export interface EnvironmentStageProps {
  readonly target: Target;
  readonly release: codepipeline.Artifact;
  readonly recordFunction: lambda.IFunction;
  readonly capabilities: readonly CfnCapabilities[];
}

/** The actions of one environment's stage: change set, approval where asked, execution, record. One after the other. */
export function environmentActions(scope: Construct, props: EnvironmentStageProps): codepipeline.IAction[] {
  const { target } = props;
  const steps: ((runOrder: number) => codepipeline.IAction)[] = [
    (runOrder) => prepare(scope, props, runOrder),
    ...(target.approval ? [approve] : []),
    (runOrder) => deploy(scope, props, runOrder),
    (runOrder) => record(props, runOrder),
  ];
  return steps.map((step, index) => step(index + 1));
}

function prepare(scope: Construct, { target, release, capabilities }: EnvironmentStageProps, runOrder: number): codepipeline.IAction {
  return cloudFormation(scope, target, ACTIONS.prepare, {
    runOrder,
    inputs: [release],
    configuration: {
      ActionMode: 'CHANGE_SET_REPLACE',
      StackName: target.stackName,
      ChangeSetName: CHANGE_SET,
      RoleArn: target.executionRoleArn,
      TemplatePath: release.atPath(RELEASE_FILES.template).location,
      TemplateConfiguration: release.atPath(RELEASE_FILES.configuration(target.name)).location,
      ...(capabilities.length > 0 ? { Capabilities: capabilities.join(',') } : {}),
    },
  });
}

function approve(runOrder: number): codepipeline.IAction {
  return new PlainAction({
    actionName: ACTIONS.approve,
    category: codepipeline.ActionCategory.APPROVAL,
    provider: 'Manual',
    artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 0, maxOutputs: 0 },
    runOrder,
    configuration: {},
  });
}

function deploy(scope: Construct, { target }: EnvironmentStageProps, runOrder: number): codepipeline.IAction {
  return cloudFormation(scope, target, ACTIONS.deploy, {
    runOrder,
    inputs: [],
    configuration: { ActionMode: 'CHANGE_SET_EXECUTE', StackName: target.stackName, ChangeSetName: CHANGE_SET },
  });
}

function record({ target, recordFunction }: EnvironmentStageProps, runOrder: number): codepipeline.IAction {
  const parameters: RecordJobParameters = { environment: target.name, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({ actionName: ACTIONS.record, function: recordFunction, parameters: { ...parameters }, runOrder });
}

interface CloudFormationStep {
  readonly runOrder: number;
  readonly inputs: codepipeline.Artifact[];
  readonly configuration: { readonly [key: string]: string };
}

/** The role of the action is the environment's own: it has all the rights the action needs, and the pipeline may assume it. */
function cloudFormation(scope: Construct, target: Target, actionName: string, step: CloudFormationStep): codepipeline.IAction {
  return new PlainAction({
    actionName,
    category: codepipeline.ActionCategory.DEPLOY,
    provider: 'CloudFormation',
    account: target.account,
    region: target.region,
    role: deployRole(scope, target),
    artifactBounds: { minInputs: 0, maxInputs: 10, minOutputs: 0, maxOutputs: 1 },
    ...step,
  });
}

function deployRole(scope: Construct, target: Target): iam.IRole {
  const id = `${target.name}-DeployRole`;
  return scope.node.tryFindChild(id) as iam.IRole | undefined ?? iam.Role.fromRoleArn(scope, id, target.deployRoleArn, { mutable: false });
}
