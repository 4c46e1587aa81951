import { Duration, Token } from 'aws-cdk-lib';
import { ChangeSetRules } from './change-set-rules';
import { DeliveryPlace, RollbackSettings } from '../contract/delivery';

/** CloudFormation's own limits. */
const MAX_ROLLBACK_TRIGGERS = 5;
const MAX_BAKE_MINUTES = 180;

/** What all gates of an environment say to its guard together. */
export function mergeRules(
  environmentName: string, rules: readonly ChangeSetRules[],
): Pick<DeliveryPlace, 'allowTypes' | 'allowLogicalIds' | 'allowDestructiveChanges' | 'rollback'> {
  const rollback = rollbackOf(environmentName, rules);
  return {
    allowTypes: [...new Set(rules.flatMap(({ allowTypes = [] }) => allowTypes))],
    allowLogicalIds: [...new Set(rules.flatMap(({ allowLogicalIds = [] }) => allowLogicalIds))],
    allowDestructiveChanges: rules.some(({ allowDestructiveChanges }) => allowDestructiveChanges === true),
    ...(rollback === undefined ? {} : { rollback }),
  };
}

function rollbackOf(environmentName: string, rules: readonly ChangeSetRules[]): RollbackSettings | undefined {
  const triggers = rules.flatMap(({ rollbackAlarmArns = [], rollbackCompositeAlarmArns = [] }) => [
    ...rollbackAlarmArns.map((arn) => ({ arn, type: 'AWS::CloudWatch::Alarm' as const })),
    ...rollbackCompositeAlarmArns.map((arn) => ({ arn, type: 'AWS::CloudWatch::CompositeAlarm' as const })),
  ]);
  if (triggers.length > MAX_ROLLBACK_TRIGGERS) {
    throw new Error(`Environment ${JSON.stringify(environmentName)}: its gates watch ${triggers.length} alarms, and CloudFormation takes at most `
      + `${MAX_ROLLBACK_TRIGGERS}: join them in a composite alarm.`);
  }
  const minutes = Math.max(0, ...rules.flatMap(({ bakeTime }) => (bakeTime === undefined ? [] : [wholeMinutes(environmentName, bakeTime)])));
  return triggers.length === 0 ? undefined : { triggers, minutes };
}

function wholeMinutes(environmentName: string, bakeTime: Duration): number {
  const minutes = Token.isUnresolved(bakeTime.toSeconds()) ? NaN : bakeTime.toSeconds() / 60;
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > MAX_BAKE_MINUTES) {
    throw new Error(`Environment ${JSON.stringify(environmentName)}: bakeTime is ${bakeTime.toHumanString()}: it takes whole minutes, at most ${MAX_BAKE_MINUTES}.`);
  }
  return minutes;
}
