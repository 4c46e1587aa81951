import { randomUUID } from 'node:crypto';
import { MiniStack, Place } from './mini-stack';
import { EventEntry } from '../../../local/engine/event-bus';

interface Rule {
  readonly Name: string;
  readonly State: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
}

interface Target {
  readonly Arn: string;
  readonly Input?: string;
}

/**
 * The rules of MiniStack's EventBridge: it says what each matches, and what its targets are. It lets nobody put events of AWS services, as
 * EventBridge doesn't, so the targets are invoked from here.
 */
export class Targets {
  constructor(private readonly miniStack: MiniStack, private readonly place: Place) {}

  /** What the event lets be invoked. */
  public async invocations(entry: EventEntry): Promise<(() => Promise<unknown>)[]> {
    const event = { version: '0', id: randomUUID(), time: `${new Date().toISOString().slice(0, 19)}Z`, resources: [], ...entry };
    return this.of(event, async ({ EventPattern: pattern }) => pattern !== undefined
      && (await this.call<{ Result: boolean }>('TestEventPattern', { EventPattern: pattern, Event: JSON.stringify(event) })).Result);
  }

  /** What all schedules let be invoked. */
  public async scheduled(): Promise<(() => Promise<unknown>)[]> {
    const event = { 'source': 'aws.events', 'detail-type': 'Scheduled Event', 'detail': {} };
    return this.of(event, async ({ ScheduleExpression: schedule }) => schedule !== undefined && schedule !== '');
  }

  private async of(event: object, matches: (rule: Rule) => Promise<boolean>): Promise<(() => Promise<unknown>)[]> {
    const { Rules: rules } = await this.call<{ Rules: Rule[] }>('ListRules', {});
    const invocations: (() => Promise<unknown>)[] = [];
    for (const rule of rules) {
      if (rule.State === 'ENABLED' && await matches(rule)) {
        const { Targets: targets } = await this.call<{ Targets: Target[] }>('ListTargetsByRule', { Rule: rule.Name });
        invocations.push(...targets.map(({ Arn: arn, Input: input }) => (
          async () => this.miniStack.invoke(this.place, arn, input === undefined ? event : JSON.parse(input))
        )));
      }
    }
    return invocations;
  }

  private async call<Output>(operation: string, input: object): Promise<Output> {
    return this.miniStack.call<Output>(this.place, 'events', `AWSEvents.${operation}`, input);
  }
}
