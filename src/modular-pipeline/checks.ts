import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import { whereBuilding } from './stage-conditions';
import { MAX_ACTIONS_PER_STAGE } from '../build-strategy/actions/build-stages';
import { Check, CheckBindOptions } from '../check/check';
import { STAGES } from '../contract/stages';

/** What the stage of the checks is made from. */
export interface ChecksProps extends Omit<CheckBindOptions, 'runOrder'> {
  readonly pipeline: codepipeline.Pipeline;
}

/** Adds the stage of the checks, if there are any. */
export function addChecks(scope: Construct, checks: readonly Check[], { pipeline, ...options }: ChecksProps): void {
  if (checks.length === 0) {
    return;
  }
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`checks: two are called ${JSON.stringify(twice)}: give one another name.`);
  }
  const unfit = names.find((name) => !/^[A-Za-z0-9.@_-]{1,100}$/.test(name));
  if (unfit !== undefined) {
    throw new Error(`checks: the name ${JSON.stringify(unfit)}: an action's name has letters, digits and . @ _ - only, at most 100.`);
  }
  const own = new Construct(scope, STAGES.checks);
  const actions = checks.flatMap((check) => check.bind(new Construct(own, check.name), { ...options, runOrder: 1 }).actions);
  if (actions.length > MAX_ACTIONS_PER_STAGE) {
    throw new Error(`checks: they take ${actions.length} actions, and a stage holds at most ${MAX_ACTIONS_PER_STAGE}: put some together.`);
  }
  pipeline.addStage({ stageName: STAGES.checks, actions, beforeEntry: whereBuilding(STAGES.checks) });
}
