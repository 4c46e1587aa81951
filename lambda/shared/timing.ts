/** Clock, waiting and chance: parameters, so that tests decide them. */
export interface Timing {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

export const systemTiming: Timing = {
  now: () => new Date(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/** Waits before another attempt: exponentially longer, with full jitter, so that competitors do not meet again. `attempt` counts from 0. */
export async function backOff(timing: Timing, attempt: number): Promise<void> {
  await timing.sleep(timing.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
}

/** `days` from now in seconds since the epoch, as DynamoDB's time to live wants it. */
export function expiresAt(now: Date, days: number): number {
  return Math.floor(now.getTime() / 1000) + days * 86_400;
}
