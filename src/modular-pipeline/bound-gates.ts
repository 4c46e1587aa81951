import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import type { EnvironmentStagesProps } from './environment-stage';
import { ACTIONS } from './names';
import { GuardVariables } from '../contract/gates';
import { Target } from '../environment/target';
import { ChangeSetRules } from '../gate/change-set-rules';
import { GatePosition } from '../gate/gate';

/** The gates of one environment, and where its own actions stand between theirs. */
export interface BoundGates {
  readonly before: codepipeline.IAction[];
  readonly after: codepipeline.IAction[];
  readonly deployOrder: number;
  readonly recordOrder: number;
  readonly rules: ChangeSetRules[];
}

/** Run order of the first gate: change set and guard come before. */
const FIRST_ORDER = 3;

/** Namespace of the variables of an action. It takes no dots, which an environment's name may have, but signs that no name has. */
export function namespaceOf(placeName: string, actionName: string): string {
  return `${placeName.replaceAll('.', '@')}-${actionName}`;
}

/** Binds all gates of an environment. */
export function bindGates(scope: Construct, target: Target, props: EnvironmentStagesProps): BoundGates {
  const own = new Construct(scope, target.name);
  const rules: ChangeSetRules[] = [];
  let runOrder = FIRST_ORDER;
  const bindAll = (position: GatePosition) => target.gates.flatMap((gate, index) => {
    if (gate.position !== position) {
      return [];
    }
    const { actions = [], runOrders, changeSetRules } = gate.bind(new Construct(own, `Gate${index + 1}`), bindOptions(target, props, runOrder));
    runOrder += runOrders ?? (actions.length > 0 ? 1 : 0);
    rules.push(...(changeSetRules ? [changeSetRules] : []));
    return actions;
  });
  const before = bindAll(GatePosition.BEFORE_DEPLOY);
  const deployOrder = runOrder++;
  const after = bindAll(GatePosition.AFTER_DEPLOY);
  return { before, after, deployOrder, recordOrder: runOrder, rules };
}

function bindOptions(target: Target, props: EnvironmentStagesProps, runOrder: number) {
  const { solution, pipelineName, diffTable, deploymentsTable, artifactBucket, logRetention } = props.functions;
  const seen = (name: keyof GuardVariables) => `#{${namespaceOf(target.name, ACTIONS.guard)}.${name}}`;
  return {
    environmentName: target.name,
    placeName: target.name,
    stageName: target.name,
    actionNameSuffix: '',
    account: target.account,
    region: target.region,
    stackName: target.stackName,
    deployRoleArn: target.deployRoleArn,
    runOrder,
    solution,
    pipelineName,
    source: props.source,
    release: props.release,
    commitId: props.commitId,
    planId: props.planId,
    executionId: codepipeline.GlobalVariables.executionId,
    changeSet: { changes: seen('changes'), destructive: seen('destructive'), broadening: seen('broadening') },
    outputsNamespace: namespaceOf(target.name, ACTIONS.deploy),
    diffTable,
    deploymentsTable,
    artifactBucket,
    logRetention,
  };
}
