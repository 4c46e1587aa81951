import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { inEnvironments, PlanVariables } from '../contract/events';
import { ACTIONS, STAGES } from '../contract/stages';

/** Skips a stage that builds, unless the execution builds: one that promotes has its builds already. */
export function whereBuilding(stageName: string): codepipeline.Conditions {
  return unless(`${stageName}-${STAGES.build}s`, 'builds', 'EQ', 'true');
}

/** Skips a stage of an environment, unless the execution deploys to it. */
export function whereDeployingTo(environment: string, stageName: string): codepipeline.Conditions {
  return unless(`${stageName}-Deploys`, 'environments', 'CONTAINS', inEnvironments([environment]));
}

/** A rule's name is unique within its pipeline. */
function unless(ruleName: string, variable: keyof PlanVariables, operator: 'EQ' | 'CONTAINS', value: string): codepipeline.Conditions {
  return {
    conditions: [{
      result: codepipeline.Result.SKIP,
      rules: [new codepipeline.Rule({
        name: ruleName,
        provider: 'VariableCheck',
        version: '1',
        configuration: { Variable: `#{${ACTIONS.plan}.${variable}}`, Operator: operator, Value: value },
      })],
    }],
  };
}
