import { Duration } from 'aws-cdk-lib';
import { ChangeSetRules } from './change-set-rules';
import { GateBindOptions } from './gate-config';
import { requireLiterals } from '../private/literal';

/** Options of `Gate.alarms`. */
export interface AlarmsOptions {
  /**
   * Names of alarms in the environment's account and Region. They must exist when a release is deployed: an alarm of the deployed template itself
   * has to be deployed before it is named here.
   * @default - none
   */
  readonly alarmNames?: string[];

  /**
   * Names of composite alarms in the environment's account and Region.
   * @default - none
   */
  readonly compositeAlarmNames?: string[];

  /**
   * How long the alarms are watched after the deployment: whole minutes, at most 180.
   */
  readonly bakeTime: Duration;
}

/** What the options say to the guard, which makes the change set. */
export function alarmRules(options: AlarmsOptions, { account, region, deployRoleArn }: GateBindOptions): ChangeSetRules {
  const partition = deployRoleArn.split(':')[1];
  const arns = (field: 'alarmNames' | 'compositeAlarmNames') => requireLiterals(`Gate.alarms: ${field}`, options[field] ?? []).map((name) => {
    if (name === '' || name.length > 255) {
      throw new Error(`Gate.alarms: ${field} holds ${JSON.stringify(name)}: a name has 1 to 255 characters.`);
    }
    return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  });
  const rules = { rollbackAlarmArns: arns('alarmNames'), rollbackCompositeAlarmArns: arns('compositeAlarmNames'), bakeTime: options.bakeTime };
  if (rules.rollbackAlarmArns.length + rules.rollbackCompositeAlarmArns.length === 0) {
    throw new Error('Gate.alarms names no alarm: name some in alarmNames or compositeAlarmNames.');
  }
  return rules;
}
