import { actionDollars } from './data';

/** An action of a pipeline, and how long it takes. */
export interface TimedAction {
  readonly stage: string;
  readonly runOrder: number;
  readonly seconds: number;
}

export interface Run {
  readonly seconds: number;
  readonly dollars: number;
}

/** Stages one after the other, run orders of a stage as well, and the actions of a run order at the same time. */
export function runOf(actions: readonly TimedAction[]): Run {
  const groups = new Map<string, number>();
  for (const { stage, runOrder, seconds } of actions) {
    const group = `${stage}\n${runOrder}`;
    groups.set(group, Math.max(groups.get(group) ?? 0, seconds));
  }
  return {
    seconds: [...groups.values()].reduce((sum, seconds) => sum + seconds, 0),
    dollars: actions.reduce((sum, { seconds }) => sum + actionDollars(seconds), 0),
  };
}

/** How long so many builds of equal length take, with so many at a time. */
export function batches(builds: number, atOnce: number, seconds: number): number {
  return Math.ceil(builds / atOnce) * seconds;
}

/**
 * When a function sees that something has ended which takes so long: it waits a while in each invocation, and CodePipeline invokes it again after
 * a gap.
 */
export function seenAfter(seconds: number, wait: number, gap: number): number {
  const cycle = wait + gap;
  const whole = Math.floor(seconds / cycle);
  return seconds - whole * cycle <= wait ? seconds : (whole + 1) * cycle;
}

/** Invocations that so long a wait takes, and how long all of them run. */
export function waitingInvocations(seconds: number, wait: number, gap: number): { readonly count: number; readonly seconds: number } {
  const cycle = wait + gap;
  const whole = Math.floor(seconds / cycle);
  const rest = seconds - whole * cycle;
  // What ends in a gap is seen by one more.
  return { count: whole + (rest > wait ? 2 : 1), seconds: whole * wait + Math.min(wait, rest) };
}

/** The same, where the first invocation starts the work and waits for none of it. */
export function seenByJob(seconds: number, wait: number, gap: number): number {
  return gap + seenAfter(Math.max(0, seconds - gap), wait, gap);
}

export function waitingJob(seconds: number, wait: number, gap: number): { readonly count: number; readonly seconds: number } {
  const later = waitingInvocations(Math.max(0, seconds - gap), wait, gap);
  return { count: later.count + 1, seconds: later.seconds };
}
