import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateBindOptions, GateConfig } from './gate-config';
import { sharedConstruct } from './shared';
import { FUNCTION_ENV } from '../contract/environment';
import { CalendarJobParameters } from '../contract/gates';
import { allowanceKey } from '../contract/tables';
import { functionAction } from '../private/function-action';
import { allow } from '../private/grants';
import { requireLiterals } from '../private/literal';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

/** User parameters of an action have 1,000 characters. */
const MAX_CALENDARS = 5;
const NAME = /^[A-Za-z0-9_.-]{3,128}$/;
const ARN = /^arn:[a-z-]+:ssm:[a-z0-9-]+:\d{12}:document\/[A-Za-z0-9_.-]{3,128}$/;

/** Asks the change calendars. */
export function calendarGate(scope: Construct, options: GateBindOptions, calendars: readonly string[]): GateConfig {
  requireLiterals('Gate.calendar: calendars', calendars);
  if (calendars.length === 0 || calendars.length > MAX_CALENDARS) {
    throw new Error(`Gate.calendar: calendars has ${calendars.length} names: it takes 1 to ${MAX_CALENDARS}.`);
  }
  calendars.forEach((calendar) => {
    if (!NAME.test(calendar) && !ARN.test(calendar)) {
      throw new Error(`Gate.calendar: calendars holds ${JSON.stringify(calendar)}: write the name of a change calendar, or the ARN of one that another account shares.`);
    }
  });
  const { environmentName: environment, solution, deploymentsTable, pipelineName: pipeline, commitId, runOrder } = options;
  const { function: target, role } = sharedConstruct(scope, 'Calendar', (shared) => createFunction(shared, options));
  allow(role, ['ssm:GetCalendarState'], calendars.map((calendar) => (ARN.test(calendar) ? calendar : Stack.of(scope).formatArn({
    service: 'ssm', resource: 'document', resourceName: calendar, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  }))));
  grantOnTable(role, {
    actions: ['dynamodb:GetItem'],
    resourceArns: [deploymentsTable.tableArn],
    encryptionKey: deploymentsTable.encryptionKey,
    leadingKeys: [allowanceKey(solution, environment, '*')],
  });
  const parameters: CalendarJobParameters = { calendars: calendars.join(','), environment, commitId, pipeline };
  return { actions: [functionAction({ actionName: 'Calendar', function: target, parameters: { ...parameters }, runOrder })] };
}

function createFunction(scope: Construct, { solution, deploymentsTable, logRetention }: GateBindOptions): RuntimeFunction {
  const created = new RuntimeFunction(scope, 'Calendar', {
    bundle: 'lambda/calendar.lambda',
    description: `Holds releases of ${solution} back while a change calendar is closed`,
    files: {},
    environment: { [FUNCTION_ENV.solution]: solution, [FUNCTION_ENV.deploymentsTable]: deploymentsTable.tableName },
    timeout: Duration.minutes(2),
    memorySize: 256,
    logRetention,
  });
  created.allowAnswers();
  return created;
}
