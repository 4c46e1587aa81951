import * as fc from 'fast-check';
import { LookTime } from '../../../lambda/shared/look-time-store';
import { LookRequests, TAKEN_OVER_AFTER_MS } from '../../../lambda/webhook/look-requests';
import { LOOK_INTERVAL_MS } from '../../../lambda/webhook/look-times';
import { ManualTiming } from '../../support/timing';

/** What becomes of one call of the diff function: it is asked, it cannot be, or the requester dies before or after it asked. */
type Fate = 'asked' | 'refused' | 'dies before' | 'dies after';

/** Requests against one table: each call of it and of the diff function lets the others run first. */
class Model {
  public last?: LookTime;
  public readonly asked: number[] = [];
  public now = 1_000_000;

  public constructor(private readonly yields: () => Promise<unknown>, private readonly fates: Fate[]) {}

  public requester(): LookRequests {
    const never = new Promise<never>(() => undefined);
    return new LookRequests({
      timing: {
        now: () => new Date(this.now),
        random: () => 0.5,
        sleep: async (milliseconds) => {
          const until = this.now + milliseconds;
          await this.yields();
          this.now = Math.max(this.now, until);
        },
      },
      looks: {
        read: async () => {
          await this.yields();
          return this.last;
        },
        replace: async (before, next) => {
          await this.yields();
          const isFirst = this.last?.at === before;
          this.last = isFirst ? next : this.last;
          return isFirst;
        },
      },
      ask: async (at) => {
        const fate = this.fates.shift() ?? 'asked';
        await this.yields();
        if (fate === 'refused') {
          throw new Error('throttled');
        }
        if (fate !== 'dies before') {
          this.asked.push(at);
        }
        return fate.startsWith('dies') ? never : undefined;
      },
    });
  }
}

const fate = fc.constantFrom<Fate>('asked', 'asked', 'refused', 'dies before', 'dies after');

test('whatever is refused and whoever dies, each request that is answered is followed by a look that was asked for, within an interval', async () => {
  const arrivals = fc.array(fc.nat(15_000), { minLength: 1, maxLength: 12 });
  await fc.assert(fc.asyncProperty(fc.scheduler(), arrivals, fc.array(fate, { maxLength: 20 }), async (scheduler, gaps, fates) => {
    const model = new Model(async () => scheduler.schedule(Promise.resolve()), [...fates]);
    // Requests that died never end: they are not waited for.
    const broken: string[] = [];
    for (const gap of gaps) {
      model.now += gap;
      const since = model.now;
      void model.requester().request().then(() => {
        if (!model.asked.some((at) => at >= since && at <= model.now + LOOK_INTERVAL_MS)) {
          broken.push(`answered at ${model.now} and not followed: ${since}, ${model.asked.join(' ')}`);
        }
      }, ({ message }: Error) => {
        if (!/throttled|keep asking/.test(message)) {
          broken.push(message);
        }
      });
      // Some of what goes on happens before the next request.
      await scheduler.waitOne();
    }
    await scheduler.waitIdle();
    expect(broken).toEqual([]);
  }), { numRuns: 500 });
});

test('without faults, looks are an interval apart, however requests interleave', async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 15 }), async (scheduler, requests) => {
    const model = new Model(async () => scheduler.schedule(Promise.resolve()), []);
    const all = Array.from({ length: requests }, async () => model.requester().request().catch((error: Error) => expect(error.message).toContain('keep asking')));
    await scheduler.waitIdle();
    await Promise.all(all);
    const looks = [...new Set(model.asked)].sort((a, b) => a - b);
    looks.slice(1).forEach((look, index) => expect(look - looks[index]!).toBeGreaterThanOrEqual(LOOK_INTERVAL_MS));
  }), { numRuns: 200 });
});

/** A request that claimed a look to come and could not ask for it; the next one, before that look's time. */
test('a look that was claimed and not asked for is asked for by the next request, after a second', async () => {
  const timing = new ManualTiming();
  const asked: number[] = [];
  let last: LookTime | undefined = { at: timing.milliseconds + 9_000, isAsked: false };
  const requests = new LookRequests({
    timing,
    looks: {
      read: async () => last,
      replace: async (before, next) => {
        last = before === last?.at ? next : last;
        return last === next;
      },
    },
    ask: async (at) => { asked.push(at); },
  });
  const start = timing.milliseconds;
  expect(await requests.request()).toBe(start + 9_000);
  expect(asked).toEqual([start + 9_000]);
  expect(timing.milliseconds - start).toBe(TAKEN_OVER_AFTER_MS);
  // Now it counts for others, at once.
  expect(await requests.request()).toBeUndefined();
  expect(timing.milliseconds - start).toBe(TAKEN_OVER_AFTER_MS);
  expect(asked).toHaveLength(1);
});
