import { CfnCapabilities } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindGates, namespaceOf } from './bound-gates';
import { FunctionsProps } from './functions';
import { createGuard } from './guard';
import { ACTIONS, CHANGE_SET } from './names';
import { MAX_ACTIONS_PER_STAGE } from '../build-strategy/actions/build-stages';
import { RecordJobParameters } from '../contract/events';
import { GuardJobParameters } from '../contract/gates';
import { RELEASE_FILES } from '../contract/objects';
import { Target } from '../environment/target';
import { mergeRules } from '../gate/merged-rules';
import { functionAction } from '../private/function-action';
import { PlainAction } from '../private/plain-action';

/** What the stages of the environments are made from. */
export interface EnvironmentStagesProps {
  readonly targets: readonly Target[];
  readonly source: codepipeline.Artifact;
  readonly release: codepipeline.Artifact;
  readonly recordFunction: lambda.IFunction;
  readonly capabilities: readonly CfnCapabilities[];
  readonly commitId: string;
  readonly planId: string;
  /** What the pipeline's functions work with. */
  readonly functions: FunctionsProps;
}

/** The stage of one environment. */
export interface EnvironmentStage {
  readonly name: string;
  readonly actions: codepipeline.IAction[];
}

/** Its actions one after the other: change set, guard, gates before the deployment, execution, gates after it, record. */
export function environmentStages(scope: Construct, props: EnvironmentStagesProps): EnvironmentStage[] {
  const gates = new Construct(scope, 'Gates');
  const bound = props.targets.map((target) => ({ target, gates: bindGates(gates, target, props) }));
  const guard = createGuard(scope, 'Guard', {
    ...props.functions,
    configuration: {
      template: props.functions.template,
      environments: Object.fromEntries(bound.map(({ target, gates: { rules } }) => [target.name, {
        environment: target.name,
        account: target.account,
        region: target.region,
        stackName: target.stackName,
        changeSetName: CHANGE_SET,
        deployRoleArn: target.deployRoleArn,
        executionRoleArn: target.executionRoleArn,
        capabilities: props.capabilities,
        ...mergeRules(target.name, rules),
      }])),
    },
  });
  return bound.map(({ target, gates: { before, after, deployOrder, recordOrder } }) => ({
    name: target.name,
    actions: checkStage(target.name, [
      prepare(scope, target, props, 1),
      guardAction(guard.function, target, props, 2),
      ...before,
      deploy(scope, target, deployOrder),
      ...after,
      record(target, props.recordFunction, recordOrder),
    ]),
  }));
}

function checkStage(name: string, actions: codepipeline.IAction[]): codepipeline.IAction[] {
  if (actions.length > MAX_ACTIONS_PER_STAGE) {
    throw new Error(`Environment ${JSON.stringify(name)}: with its gates it takes ${actions.length} actions, and a stage holds at most ${MAX_ACTIONS_PER_STAGE}: `
      + 'give it fewer gates.');
  }
  return actions;
}

function guardAction(
  guard: lambda.IFunction, target: Target, { release }: EnvironmentStagesProps, runOrder: number,
): codepipeline.IAction {
  const parameters: GuardJobParameters = { environment: target.name, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({
    actionName: ACTIONS.guard,
    function: guard,
    parameters: { ...parameters },
    input: release,
    variablesNamespace: namespaceOf(target.name, ACTIONS.guard),
    runOrder,
  });
}

function prepare(
  scope: Construct, target: Target, { release, capabilities }: EnvironmentStagesProps, runOrder: number,
): codepipeline.IAction {
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

function deploy(scope: Construct, target: Target, runOrder: number): codepipeline.IAction {
  return cloudFormation(scope, target, ACTIONS.deploy, {
    runOrder,
    inputs: [],
    variablesNamespace: namespaceOf(target.name, ACTIONS.deploy),
    configuration: { ActionMode: 'CHANGE_SET_EXECUTE', StackName: target.stackName, ChangeSetName: CHANGE_SET },
  });
}

function record(target: Target, recordFunction: lambda.IFunction, runOrder: number): codepipeline.IAction {
  const parameters: RecordJobParameters = { environment: target.name, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({ actionName: ACTIONS.record, function: recordFunction, parameters: { ...parameters }, runOrder });
}

interface CloudFormationStep {
  readonly runOrder: number;
  readonly inputs: codepipeline.Artifact[];
  readonly variablesNamespace?: string;
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
