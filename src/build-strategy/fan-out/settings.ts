import { Token } from 'aws-cdk-lib';
import type { FanOutOptions } from '../build-strategy';

/** How a fan-out runs, with every default filled in. */
export interface FanOutSettings {
  readonly maxConcurrency: number;
  /** As many as are needed where absent. */
  readonly nestedStacks?: number;
}

const DEFAULT_CONCURRENCY = 40;
/** Children of one Distributed Map that run at the same time. */
const MAX_CONCURRENCY = 10_000;
/** More would leave the pipeline's own stack too little room. */
const MAX_NESTED_STACKS = 200;

export function fanOutSettings({ maxConcurrency = DEFAULT_CONCURRENCY, nestedStacks }: FanOutOptions): FanOutSettings {
  requireWhole('maxConcurrency', maxConcurrency, MAX_CONCURRENCY);
  if (nestedStacks !== undefined) {
    requireWhole('nestedStacks', nestedStacks, MAX_NESTED_STACKS);
  }
  return { maxConcurrency, nestedStacks };
}

function requireWhole(name: string, value: number, most: number): void {
  if (Token.isUnresolved(value) || !Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(`BuildStrategy.fanOut: ${name} is ${Token.isUnresolved(value) ? 'known only at deployment' : value}: it takes a whole number from 1 to ${most}.`);
  }
}
