import { randomUUID } from 'node:crypto';
import { Activity, NotEmulatedError } from '../activity';
import { assertSupported, matchesPattern } from './event-pattern';
import { Resource } from '../assembly/resources';
import { LambdaFunction } from './lambda/function';

/** An event before the bus gives it an ID and a time. */
export interface EventEntry {
  'source': string;
  'detail-type': string;
  'detail': Readonly<Record<string, unknown>>;
  'resources'?: readonly string[];
  'account': string;
  'region': string;
}

interface RuleProperties {
  readonly State?: string;
  readonly EventPattern?: Readonly<Record<string, unknown>>;
  readonly ScheduleExpression?: string;
  readonly EventBusName?: string;
  readonly Targets?: readonly RuleTarget[];
}

interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly [property: string]: unknown;
}

/** What can be a rule's target. */
export interface TargetDirectory {
  functionByArn(arn: string): LambdaFunction | undefined;
  /** Whether a rule may invoke its target. */
  admits(ruleArn: string, targetArn: string): Promise<boolean>;
}

/** Settings of a target that change nothing while it is always reachable. */
const HARMLESS_TARGET_PROPERTIES = new Set(['Id', 'Arn', 'Input', 'RetryPolicy', 'DeadLetterConfig', 'RoleArn']);

/** EventBridge's default bus: rules with their patterns and schedules. */
export class EventBus {
  private readonly rules: Pick<Resource<RuleProperties>, 'name' | 'arn' | 'properties'>[] = [];

  constructor(private readonly targets: TargetDirectory, private readonly activity: Activity) {}

  /** @throws NotEmulatedError for a pattern or target that is not emulated */
  public addRule({ name, arn, properties }: Resource<RuleProperties>): void {
    if (properties.EventBusName !== undefined && properties.EventBusName !== 'default') {
      throw new NotEmulatedError(`event bus '${properties.EventBusName}' of rule '${name}'`);
    }
    assertSupported(properties.EventPattern ?? {});
    for (const target of properties.Targets ?? []) {
      const surplus = Object.keys(target).filter((property) => !HARMLESS_TARGET_PROPERTIES.has(property));
      if (surplus.length > 0) {
        throw new NotEmulatedError(`${surplus.join(', ')} of target '${target.Id}' of rule '${name}'`);
      }
    }
    this.rules.push({ name, arn, properties });
  }

  /** Sends an event to every rule that it matches; resolves before the targets have done anything. */
  public send(entry: EventEntry): void {
    const event = { version: '0', id: randomUUID(), time: now(), resources: [], ...entry };
    this.trigger(event, ({ EventPattern }) => EventPattern !== undefined && matchesPattern(EventPattern, event));
  }

  /** Lets every schedule's time come once. */
  public fireSchedules(account: string, region: string): void {
    for (const rule of this.rules.filter(({ properties }) => properties.ScheduleExpression !== undefined)) {
      const event = {
        'version': '0',
        'id': randomUUID(),
        'time': now(),
        'source': 'aws.events',
        'detail-type': 'Scheduled Event',
        'resources': [`arn:aws:events:${region}:${account}:rule/${rule.name}`],
        account,
        region,
        'detail': {},
      };
      this.trigger(event, (properties) => properties === rule.properties);
    }
  }

  private trigger(event: object, matches: (rule: RuleProperties) => boolean): void {
    for (const { name, arn: ruleArn, properties } of this.rules) {
      if (properties.State === 'DISABLED' || !matches(properties)) {
        continue;
      }
      for (const { Arn: arn, Input: input } of properties.Targets ?? []) {
        const target = this.targets.functionByArn(arn);
        if (target === undefined) {
          throw new NotEmulatedError(`target ${arn} of rule '${name}'`);
        }
        this.activity.track(this.invoke(ruleArn, target, input === undefined ? event : JSON.parse(input)));
      }
    }
  }

  private async invoke(ruleArn: string, target: LambdaFunction, event: unknown): Promise<void> {
    if (await this.targets.admits(ruleArn, target.options.arn)) {
      await target.invokeAsync(event);
    }
  }
}

/** Events carry times to the second. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
