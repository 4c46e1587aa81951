import { Random } from './random';

/** How often what goes wrong, per AWS call unless said otherwise. Zero is never. */
export interface FaultRates {
  /** The call fails and had no effect. */
  readonly before: number;
  /** The call took effect, and its answer is lost. */
  readonly after: number;
  /** The service asks to slow down. */
  readonly throttle: number;
  /** Anyone who calls is killed before or after the call's effect. */
  readonly kill: number;
  /** The call takes seconds or minutes. */
  readonly slow: number;
  /** Per build or deployment: it fails for no reason of its own. */
  readonly flaky: number;
  /** Per event: it is delivered late, twice or not at all. */
  readonly events: number;
  /** Per job of the pipeline: Lambda invokes its function twice, and both work at once. */
  readonly twice: number;
}

export type FaultKind = keyof FaultRates;

export const NO_FAULTS: FaultRates = { before: 0, after: 0, throttle: 0, kill: 0, slow: 0, flaky: 0, events: 0, twice: 0 };

/** What goes wrong in one history: some kinds never, others now and then or often. */
export function drawFaultRates(random: Random): FaultRates {
  if (random.chance(0.15)) {
    return NO_FAULTS;
  }
  const rate = (most: number) => (random.chance(0.5) ? 0 : most * random.next());
  return {
    before: rate(0.03), after: rate(0.03), throttle: rate(0.04), kill: rate(0.02), slow: rate(0.05), flaky: rate(0.2), events: rate(0.8), twice: rate(0.3),
  };
}

/** What becomes of one call. */
export interface CallFate {
  readonly kind: 'fine' | 'before' | 'after' | 'throttle' | 'kill-before' | 'kill-after';
  readonly latency: number;
}

export function drawFate(random: Random, rates: FaultRates): CallFate {
  const latency = random.chance(rates.slow) ? random.duration(1_000, 600_000) : random.duration(2, 80);
  const roll = random.next();
  let level = 0;
  for (const kind of ['before', 'after', 'throttle', 'kill'] as const) {
    level += rates[kind];
    if (roll < level) {
      return { latency, kind: kind === 'kill' ? random.pick(['kill-before', 'kill-after'] as const) : kind };
    }
  }
  return { kind: 'fine', latency };
}
