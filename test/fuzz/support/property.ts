import * as fc from 'fast-check';

export interface CheckOptions {
  /** How many inputs to try; the property's own number where absent. */
  readonly runs?: number;
  /** The same seed gives the same inputs. By chance where absent. */
  readonly seed?: number;
}

/** What became of a property. */
export interface Checked {
  readonly inputs: number;
  /** How many inputs ended in which way. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The least input that breaks the property, and how to run it again; absent where it holds. */
  readonly failure?: string;
}

/** What has to hold for any input of a kind. */
export interface FuzzProperty {
  readonly name: string;
  check(options?: CheckOptions): Promise<Checked>;
}

/** How many inputs a property tries unless it says otherwise. */
const RUNS = 1_000;

/**
 * Makes a property of a check.
 * @param check - throws where the input breaks the property; otherwise returns what became of the input, in a word or two for the report
 */
export function property<T extends [unknown, ...unknown[]]>(
  name: string, inputs: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }, check: (...input: T) => string | Promise<string>, runs = RUNS,
): FuzzProperty {
  return {
    name,
    check: async (options = {}) => {
      const outcomes = new Map<string, number>();
      const details = await fc.check(fc.asyncProperty(fc.tuple(...inputs) as fc.Arbitrary<T>, async (input) => {
        const outcome = await check(...input);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }), { numRuns: options.runs ?? runs, ...(options.seed === undefined ? {} : { seed: options.seed }) });
      return { inputs: details.numRuns, outcomes, ...(details.failed ? { failure: describe(details) } : {}) };
    },
  };
}

function describe<T>(details: fc.RunDetails<T>): string {
  return `${fc.defaultReportMessage(details)}\n${String((details.errorInstance as Error | null)?.stack ?? details.errorInstance)}`;
}
