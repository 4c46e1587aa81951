import { Token } from 'aws-cdk-lib';

/** Options of `BuildStrategy.fanOut`. */
export interface FanOutOptions {
  /**
   * Builds that run at the same time, at most: 1 to 10,000. Beyond 40, Step Functions' Distributed Map runs them.
   * CodeBuild's own quota of concurrent builds holds as well: a start beyond it is tried again.
   * @default 40
   */
  readonly maxConcurrency?: number;

  /**
   * Nested stacks that the components' roles and projects are spread over, by name: 1 to 200. A component that moves to another nested stack
   * gets a new role, so give the number that the pipeline will need when it has grown.
   * @default - 1, 4, 16 or 64, whatever is the first to hold what there is
   */
  readonly nestedStacks?: number;
}

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
