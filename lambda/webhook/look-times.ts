import { LONGEST_DELAY_MS } from '../../src/contract/events';

/** Between looks that webhooks ask for. As long as the diff function waits: a look that it made earlier would miss what it is to cover. */
export const LOOK_INTERVAL_MS = LONGEST_DELAY_MS;

/**
 * When to look for a request that arrives now; nothing where a look that is still to come finds what it is about. At once, or an interval after the last
 * one: so a burst costs one look at its beginning and one each interval, and what came last is never left to the schedule.
 *
 * @param last when the last look was or is to be, in milliseconds since the epoch
 */
export function lookTime(last: number | undefined, now: number): number | undefined {
  if (last === undefined || last > now + LOOK_INTERVAL_MS) {
    // None yet; or a clock was wrong.
    return now;
  }
  return last > now ? undefined : Math.max(now, last + LOOK_INTERVAL_MS);
}
