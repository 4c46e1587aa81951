import type { ParseArgsConfig } from 'node:util';
import { UsageError } from './errors';

/** What a command may touch of the world around it. */
export interface CommandContext {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** Everything on standard input. */
  readonly readInput: () => Promise<Buffer>;
  /** Asks a question, and answers with the suggestion where the answer is empty. Absent unless standard input is a terminal. */
  readonly ask?: (question: string, suggestion: string) => Promise<string>;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  readonly environment: { readonly [name: string]: string | undefined };
}

/** Values of a command's options, by name. */
export type OptionValues = { readonly [name: string]: string | boolean | readonly string[] | undefined };

export interface Command {
  /** After the command's name, in the first line of its help. */
  readonly usage: string;
  readonly summary: string;
  /** Options and examples, as `--help` prints them. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Names of the arguments that are no options. */
  readonly positionals: readonly string[];
  /** Whether the last of them may be given more than once. */
  readonly repeats?: boolean;
  run(values: OptionValues, positionals: readonly string[], context: CommandContext): Promise<ExitCode>;
}

export const EXIT = {
  done: 0,
  failed: 1,
  /** Bad usage or input. */
  refused: 2,
  /** With `--exit-code`: something changed. */
  changed: 10,
  /** Of `review`: a guard would refuse the change set. */
  wouldBeRefused: 10,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** An option's value where it is a text. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * An option's value where it is a count.
 * @throws UsageError where it is something else
 */
export function countOption(values: OptionValues, name: string, otherwise: number): number {
  const value = textOption(values, name) ?? String(otherwise);
  if (!/^[1-9][0-9]{0,5}$/.test(value)) {
    throw new UsageError(`--${name} takes a whole number from 1 up, not '${value}'.`);
  }
  return Number(value);
}

/** The values of an option that may be repeated. */
export function listOption(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return typeof value === 'object' ? value : [];
}
