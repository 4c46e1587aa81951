import { Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { applicationStackNames, assetPlaceOf, forbiddenNames } from './applications';
import { bindDeployers, BoundDeployers } from './bound-deployers';
import { bindGates, BoundGates, namespaceOf } from './bound-gates';
import { createDelivery } from './delivery';
import { EnvironmentStagesProps } from './environment-stages-props';
import { FunctionsProps } from './functions';
import { RegionalStorage } from './regional-storage';
import { MAX_ACTIONS_PER_STAGE } from '../build-strategy/actions/build-stages';
import { DeliveryJobParameters, DeliveryPlace } from '../contract/delivery';
import { RecordJobParameters } from '../contract/events';
import { ACTIONS } from '../contract/stages';
import { canonicalJson, sha256 } from '../core/digest';
import { Place, placesOf } from '../environment/target';
import { mergeRules } from '../gate/merged-rules';
import { functionAction } from '../private/function-action';
import { RenamedAction } from '../private/renamed-action';

/** One stage: a wave of an environment's Regions. */
export interface EnvironmentStage {
  readonly name: string;
  readonly environment: string;
  readonly actions: codepipeline.IAction[];
}

interface BoundPlace {
  readonly place: Place;
  readonly gates: BoundGates;
  readonly deployers: BoundDeployers;
}

/**
 * The stages of all environments. In each, every Region has its own actions one after the other: Prepare, which makes and judges the change set,
 * gates before the deployment, Deploy, gates after it. The environment's last stage ends with its record.
 */
export function environmentStages(scope: Construct, props: EnvironmentStagesProps): EnvironmentStage[] {
  const gates = new Construct(scope, 'Gates');
  const deployers = new Construct(scope, 'Deployers');
  const bound = new Map(placesOf(props.targets).map((place): [string, BoundPlace] => {
    const own = bindDeployers(deployers, place, props.functions);
    return [place.name, { place, gates: bindGates(gates, place, props, own.switches), deployers: own }];
  }));
  const delivery = createDelivery(scope, 'Delivery', {
    ...props.functions,
    projects: [...bound.values()].flatMap((place) => place.deployers.projects),
    configuration: {
      places: Object.fromEntries([...bound].map(([name, one]) => [name, deliveryPlace(one, Stack.of(scope), props)])),
    },
  });
  return props.targets.flatMap(({ name: environment, waves, deployOn }) => waves.map(({ name, places }, index): EnvironmentStage => {
    const members = places.map((place) => bound.get(place.name)!);
    const isAlone = waves.length === 1 && places.length === 1;
    const actions = members.flatMap((member) => placeActions(member, delivery.function, props)
      .map((action) => (isAlone ? action : new RenamedAction(action, (actionName) => `${actionName}-${member.place.region}`))));
    const recordOrder = Math.max(...members.map(({ gates: own }) => own.recordOrder));
    const all = waves.flatMap((wave) => wave.places.map((place) => place.name));
    const last = index === waves.length - 1 ? [record({
      environment, stage: name, places: all.join(','), ...(deployOn === undefined ? {} : { apart: 'true' }),
    }, props.recordFunction, recordOrder)] : [];
    return { name, environment, actions: checkStage(name, [...actions, ...last]) };
  }));
}

function deliveryPlace(
  { place, gates: { rules, before, switching, after, outputs }, deployers: { settings } }: BoundPlace, pipeline: Stack,
  { functions, source }: EnvironmentStagesProps,
): DeliveryPlace {
  const regional = regionOf(place, functions);
  const applications = functions.applications.get(place.name)!;
  const gates = [...before, ...switching, ...after].map(({ actionProperties }) => actionProperties);
  return {
    environment: place.environment,
    account: place.account,
    region: place.region,
    stackNames: [...functions.stacks.get(place.name)!.map(({ stackName }) => stackName), ...applicationStackNames(applications)],
    refusedStackNames: forbiddenNames(pipeline, place),
    ...(applications[0] ? { assets: assetPlaceOf(applications[0]) } : {}),
    adopt: place.adopt,
    deployRoleArn: place.deployRoleArn,
    executionRoleArn: place.executionRoleArn,
    ...(regional ? { artifactBucket: regional.artifactBucketName } : {}),
    ...mergeRules(place.name, rules),
    ...(settings.length === 0 ? {} : { deliveries: settings }),
    gateOutputs: [...new Set([...outputs, ...settings.flatMap((delivery) => Object.values(delivery.outputs))])].sort(),
    ...(place.publishedOutputs === undefined ? {} : { published: place.publishedOutputs }),
    gatesDigest: sha256(canonicalJson(gates.map(({ actionName, category, provider, runOrder }) => [actionName, category, provider, runOrder]))),
    gatesReadCommit: gates.some(({ inputs = [] }) => inputs.includes(source)),
  };
}

/** The storage of the place's Region, where that is another than the pipeline's. */
function regionOf(place: Place, { regions }: FunctionsProps): RegionalStorage | undefined {
  return regions.find(({ region }) => region === place.region);
}

function placeActions(
  { place, gates: { before, after, deployOrder, switching, switchOrder } }: BoundPlace, delivery: lambda.IFunction, props: EnvironmentStagesProps,
): codepipeline.IAction[] {
  return [
    deliveryAction('prepare', delivery, place, props, 1),
    ...before,
    deliveryAction('deploy', delivery, place, props, deployOrder),
    ...switching,
    ...(switchOrder === undefined ? [] : [deliveryAction('switch', delivery, place, props, switchOrder)]),
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

function deliveryAction(
  action: DeliveryJobParameters['action'], delivery: lambda.IFunction, place: Place, { release }: EnvironmentStagesProps, runOrder: number,
): codepipeline.IAction {
  const parameters: DeliveryJobParameters = { action, place: place.name, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({
    actionName: ACTIONS[action],
    function: delivery,
    parameters: { ...parameters },
    input: release,
    variablesNamespace: namespaceOf(place.name, ACTIONS[action]),
    runOrder,
  });
}

function record(where: Omit<RecordJobParameters, 'pipelineExecutionId'>, recordFunction: lambda.IFunction, runOrder: number): codepipeline.IAction {
  const parameters: RecordJobParameters = { ...where, pipelineExecutionId: codepipeline.GlobalVariables.executionId };
  return functionAction({ actionName: ACTIONS.record, function: recordFunction, parameters: { ...parameters }, runOrder });
}
