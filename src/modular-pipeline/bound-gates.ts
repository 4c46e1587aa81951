import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import { EnvironmentStagesProps } from './environment-stages-props';
import { PrepareVariables, STACK_IDS_VARIABLE, SWITCH_VARIABLE } from '../contract/delivery';
import { outputsKey, releaseKey } from '../contract/objects';
import { ACTIONS } from '../contract/stages';
import { Place, Target } from '../environment/target';
import { switchApproval } from '../gate/approval';
import { ChangeSetRules } from '../gate/change-set-rules';
import { GatePosition } from '../gate/gate-config';

/** The gates of one place, and where its own actions stand between theirs. */
export interface BoundGates {
  readonly before: codepipeline.IAction[];
  readonly after: codepipeline.IAction[];
  readonly deployOrder: number;
  /** The approval between Deploy and Switch, and what answers it; none where nothing switches. */
  readonly switching: codepipeline.IAction[];
  readonly switchOrder?: number;
  readonly recordOrder: number;
  readonly rules: ChangeSetRules[];
  /** Outputs that they name. */
  readonly outputs: string[];
}

/** Run order of the first gate: Prepare comes before. */
const FIRST_ORDER = 2;

/** Namespace of the variables of an action. It takes no dots, which an environment's name may have, but signs that no name has. */
export function namespaceOf(placeName: string, actionName: string): string {
  return `${placeName.replaceAll('.', '@')}-${actionName}`;
}

/** Binds all gates of an environment in one of its Regions. @param switches what is switched to after an approval of its own, in words */
export function bindGates(scope: Construct, place: Place, props: EnvironmentStagesProps, switches: readonly string[]): BoundGates {
  const own = new Construct(scope, place.name);
  const rules: ChangeSetRules[] = [];
  const named = new Set<string>();
  let runOrder = FIRST_ORDER;
  const bindAll = (position: GatePosition) => place.gates.flatMap((gate, index) => {
    if (gate.position !== position) {
      return [];
    }
    const { actions = [], runOrders, changeSetRules, outputs = [] } = gate.bind(new Construct(own, `Gate${index + 1}`), bindOptions(place, props, runOrder));
    runOrder += runOrders ?? (actions.length > 0 ? 1 : 0);
    rules.push(...(changeSetRules ? [changeSetRules] : []));
    outputs.forEach((output) => named.add(output));
    return actions;
  });
  const before = bindAll(GatePosition.BEFORE_DEPLOY);
  const deployOrder = runOrder++;
  const switching = switches.length === 0 ? [] : switchApproval(new Construct(own, 'Switch'), bindOptions(place, props, runOrder), {
    waiver: `#{${namespaceOf(place.name, ACTIONS.deploy)}.${SWITCH_VARIABLE}}`, switches, runOrder: runOrder++,
  });
  const switchOrder = switches.length === 0 ? undefined : runOrder++;
  const after = bindAll(GatePosition.AFTER_DEPLOY);
  return { before, after, deployOrder, switching, switchOrder, recordOrder: runOrder, rules, outputs: [...named].sort() };
}

function bindOptions(place: Place, props: EnvironmentStagesProps, runOrder: number) {
  const { solution, pipelineName, diffTable, deploymentsTable, artifactBucket, logRetention, removalPolicy } = props.functions;
  const { executionId } = codepipeline.GlobalVariables;
  const object = (key: string) => `s3://${artifactBucket.bucketName}/${key}`;
  const seen = (name: keyof PrepareVariables) => `#{${namespaceOf(place.name, ACTIONS.prepare)}.${name}}`;
  return {
    environmentName: place.environment,
    placeName: place.name,
    ...stageOf(place, props.targets),
    account: place.account,
    region: place.region,
    stackName: place.stackName,
    deployRoleArn: place.deployRoleArn,
    runOrder,
    solution,
    pipelineName,
    source: props.source,
    release: props.release,
    commitId: props.commitId,
    planId: props.planId,
    executionId,
    changeSet: { changes: seen('changes'), destructive: seen('destructive'), broadening: seen('broadening') },
    outputsNamespace: namespaceOf(place.name, ACTIONS.deploy),
    stackId: `#{${namespaceOf(place.name, ACTIONS.deploy)}.${STACK_IDS_VARIABLE}}`,
    outputsUri: object(outputsKey(solution, executionId, place.name)),
    releaseUri: object(releaseKey(solution, executionId)),
    diffTable,
    deploymentsTable,
    artifactBucket,
    logRetention,
    removalPolicy,
  };
}

/** The stage that a place is deployed in, and what tells its actions from those of other Regions there. */
function stageOf(place: Place, targets: readonly Target[]): { readonly stageName: string; readonly actionNameSuffix: string } {
  const waves = targets.find(({ name }) => name === place.environment)!.waves;
  const { name: stageName, places } = waves.find((wave) => wave.places.includes(place))!;
  return { stageName, actionNameSuffix: actionNameSuffix(place, waves.length === 1 && places.length === 1) };
}

/** What an environment of several Regions adds to the names of a Region's actions. */
export function actionNameSuffix({ region }: Place, isAlone: boolean): string {
  return isAlone ? '' : `-${region}`;
}
