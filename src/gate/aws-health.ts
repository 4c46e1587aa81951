import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateBindOptions, GateConfig } from './gate-config';
import { sharedConstruct } from './shared';
import { FUNCTION_ENV } from '../contract/environment';
import { HealthJobParameters } from '../contract/gates';
import { functionAction } from '../private/function-action';
import { allowPattern } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';

/** Options of `Gate.awsHealth`. */
export interface AwsHealthOptions {
  /**
   * Services whose issues hold a release, as AWS Health writes them, such as `LAMBDA` and `DYNAMODB`: at most ten.
   * @default - all services
   */
  readonly services?: string[];

  /**
   * How long a release is held before the gate gives up and fails: whole minutes, at most 20 hours.
   * @default Duration.hours(12)
   */
  readonly maxWait?: Duration;
}

/** AWS Health's own limit. */
const MAX_SERVICES = 10;

/** CodePipeline gives a function a day. */
const MAX_WAIT = Duration.hours(20);

/** Looks at AWS Health until it reports no issue. */
export function awsHealthGate(scope: Construct, options: GateBindOptions, { services = [], maxWait = Duration.hours(12) }: AwsHealthOptions): GateConfig {
  if (services.length > MAX_SERVICES) {
    throw new Error(`Gate.awsHealth: services has ${services.length} names, and AWS Health takes at most ${MAX_SERVICES}: name fewer, or none for all.`);
  }
  services.forEach((service) => {
    if (!/^[A-Z0-9_-]{2,30}$/.test(service)) {
      throw new Error(`Gate.awsHealth: services holds ${JSON.stringify(service)}: write it as AWS Health does, such as "LAMBDA".`);
    }
  });
  const minutes = maxWait.toSeconds() / 60;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_WAIT.toMinutes()) {
    throw new Error(`Gate.awsHealth: maxWait is ${maxWait.toHumanString()}: it takes whole minutes, at most ${MAX_WAIT.toHumanString()}.`);
  }
  const health = sharedConstruct(scope, 'Health', (shared) => createFunction(shared, options));
  const parameters: HealthJobParameters = { region: options.region, services: services.join(','), maxWaitMinutes: `${minutes}` };
  return {
    actions: [functionAction({ actionName: 'Health', function: health.function, parameters: { ...parameters }, runOrder: options.runOrder })],
  };
}

function createFunction(scope: Construct, { solution, logRetention }: GateBindOptions): RuntimeFunction {
  const created = new RuntimeFunction(scope, 'Health', {
    bundle: 'lambda/health.lambda',
    description: `Holds releases of ${solution} while AWS Health reports an issue`,
    files: {},
    environment: { [FUNCTION_ENV.solution]: solution },
    timeout: Duration.minutes(2),
    memorySize: 256,
    logRetention,
  });
  created.allowAnswers();
  allowPattern(created.role, 'AWS Health knows no resource for the list of events.', ['health:DescribeEvents'], ['*']);
  return created;
}
