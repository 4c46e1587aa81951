import { CfnCapabilities } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindGates, BoundGates, namespaceOf } from './bound-gates';
import { FunctionsProps } from './functions';
import { createGuard } from './guard';
import { ACTIONS, CHANGE_SET } from './names';
import { RegionalStorage } from './regional-storage';
import { MAX_ACTIONS_PER_STAGE } from '../build-strategy/actions/build-stages';
import { RecordJobParameters } from '../contract/events';
import { GuardedEnvironment, GuardJobParameters } from '../contract/gates';
import { RELEASE_FILES } from '../contract/objects';
import { Place, placesOf, Target } from '../environment/target';
import { mergeRules } from '../gate/merged-rules';
import { functionAction } from '../private/function-action';
import { PlainAction } from '../private/plain-action';
import { RenamedAction } from '../private/renamed-action';

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

/** One stage: a wave of an environment's Regions. */
export interface EnvironmentStage {
  readonly name: string;
  readonly environment: string;
  readonly actions: codepipeline.IAction[];
}

interface BoundPlace {
  readonly place: Place;
  readonly gates: BoundGates;
}

/**
 * The stages of all environments. In each, every Region has its own actions one after the other: change set, guard, gates before the
 * deployment, execution, gates after it. The environment's last stage ends with its record.
 */
export function environmentStages(scope: Construct, props: EnvironmentStagesProps): EnvironmentStage[] {
  const gates = new Construct(scope, 'Gates');
  const bound = new Map(placesOf(props.targets).map((place): [string, BoundPlace] => [place.name, { place, gates: bindGates(gates, place, props) }]));
  const guard = createGuard(scope, 'Guard', {
    ...props.functions,
    configuration: {
      template: props.functions.template,
      environments: Object.fromEntries([...bound].map(([name, one]) => [name, guarded(one, props)])),
    },
  });
  return props.targets.flatMap(({ name: environment, waves }) => waves.map(({ name, places }, index): EnvironmentStage => {
    const members = places.map((place) => bound.get(place.name)!);
    const isAlone = waves.length === 1 && places.length === 1;
    const actions = members.flatMap(({ place, gates: own }) => placeActions(scope, { place, gates: own }, guard.function, props)
      .map((action) => (isAlone ? action : new RenamedAction(action, (actionName) => `${actionName}-${place.region}`))));
    const recordOrder = Math.max(...members.map(({ gates: own }) => own.recordOrder));
    const last = index === waves.length - 1 ? [record({ environment, stage: name }, props.recordFunction, recordOrder)] : [];
    return { name, environment, actions: checkStage(name, [...actions, ...last]) };
  }));
}

function guarded({ place, gates: { rules } }: BoundPlace, { capabilities, functions }: EnvironmentStagesProps): GuardedEnvironment {
  const regional = regionOf(place, functions);
  return {
    environment: place.environment,
    account: place.account,
    region: place.region,
    stackName: place.stackName,
    changeSetName: CHANGE_SET,
    deployRoleArn: place.deployRoleArn,
    executionRoleArn: place.executionRoleArn,
    capabilities,
    ...(regional ? { artifactBucket: regional.artifactBucketName } : {}),
    ...mergeRules(place.name, rules),
  };
}

/** The storage of the place's Region, where that is another than the pipeline's. */
function regionOf(place: Place, { regions }: FunctionsProps): RegionalStorage | undefined {
  return regions.find(({ region }) => region === place.region);
}

function placeActions(
  scope: Construct, { place, gates: { before, after, deployOrder } }: BoundPlace, guard: lambda.IFunction, props: EnvironmentStagesProps,
): codepipeline.IAction[] {
  return [
    prepare(scope, place, props, 1),
    guardAction(guard, place, props, 2),
    ...before,
    deploy(scope, place, deployOrder),
    ...after,
  ];
}

function checkStage(name: string, actions: codepipeline.IAction[]): codepipeline.IAction[] {
  if (actions.length > MAX_ACTIONS_PER_STAGE) {
    throw new Error(`Environment ${JSON.stringify(name)}: with its gates it takes ${actions.length} actions, and a stage holds at most ${MAX_ACTIONS_PER_STAGE}: `
      + 'give it fewer gates, or fewer Regions at once.');
  }
  return actions;
}

function guardAction(
  guard: lambda.IFunction, place: Place, { release }: EnvironmentStagesProps, runOrder: number,
): codepipeline.IAction {
  const parameters: GuardJobParameters = { environment: place.name, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({
    actionName: ACTIONS.guard,
    function: guard,
    parameters: { ...parameters },
    input: release,
    variablesNamespace: namespaceOf(place.name, ACTIONS.guard),
    runOrder,
  });
}

function prepare(
  scope: Construct, place: Place, { release, capabilities, functions }: EnvironmentStagesProps, runOrder: number,
): codepipeline.IAction {
  const template = regionOf(place, functions) ? RELEASE_FILES.regionalTemplate(place.region) : RELEASE_FILES.template;
  return cloudFormation(scope, place, ACTIONS.prepare, {
    runOrder,
    inputs: [release],
    configuration: {
      ActionMode: 'CHANGE_SET_REPLACE',
      StackName: place.stackName,
      ChangeSetName: CHANGE_SET,
      RoleArn: place.executionRoleArn,
      TemplatePath: release.atPath(template).location,
      TemplateConfiguration: release.atPath(RELEASE_FILES.configuration(place.name)).location,
      ...(capabilities.length > 0 ? { Capabilities: capabilities.join(',') } : {}),
    },
  });
}

function deploy(scope: Construct, place: Place, runOrder: number): codepipeline.IAction {
  return cloudFormation(scope, place, ACTIONS.deploy, {
    runOrder,
    inputs: [],
    variablesNamespace: namespaceOf(place.name, ACTIONS.deploy),
    configuration: { ActionMode: 'CHANGE_SET_EXECUTE', StackName: place.stackName, ChangeSetName: CHANGE_SET },
  });
}

function record(where: Pick<RecordJobParameters, 'environment' | 'stage'>, recordFunction: lambda.IFunction, runOrder: number): codepipeline.IAction {
  const parameters: RecordJobParameters = { ...where, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({ actionName: ACTIONS.record, function: recordFunction, parameters: { ...parameters }, runOrder });
}

interface CloudFormationStep {
  readonly runOrder: number;
  readonly inputs: codepipeline.Artifact[];
  readonly variablesNamespace?: string;
  readonly configuration: { readonly [key: string]: string };
}

/** The role of the action is the environment's own: it has all the rights the action needs, and the pipeline may assume it. */
function cloudFormation(scope: Construct, place: Place, actionName: string, step: CloudFormationStep): codepipeline.IAction {
  return new PlainAction({
    actionName,
    category: codepipeline.ActionCategory.DEPLOY,
    provider: 'CloudFormation',
    account: place.account,
    region: place.region,
    role: deployRole(scope, place),
    artifactBounds: { minInputs: 0, maxInputs: 10, minOutputs: 0, maxOutputs: 1 },
    ...step,
  });
}

function deployRole(scope: Construct, place: Place): iam.IRole {
  const id = `${place.name}-DeployRole`;
  return scope.node.tryFindChild(id) as iam.IRole | undefined ?? iam.Role.fromRoleArn(scope, id, place.deployRoleArn, { mutable: false });
}
