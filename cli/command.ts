import type { ParseArgsConfig } from 'node:util';

/** What a command may touch of the world around it. */
export interface CommandContext {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** Everything on standard input. */
  readonly readInput: () => Promise<Buffer>;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  readonly environment: { readonly [name: string]: string | undefined };
}

/** Values of a command's options, by name. */
export type OptionValues = { readonly [name: string]: string | boolean | undefined };

export interface Command {
  /** After the command's name, in the first line of its help. */
  readonly usage: string;
  readonly summary: string;
  /** Options and examples, as `--help` prints them. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Names of the arguments that are no options. */
  readonly positionals: readonly string[];
  run(values: OptionValues, positionals: readonly string[], context: CommandContext): Promise<ExitCode>;
}

export const EXIT = {
  done: 0,
  failed: 1,
  /** Bad usage or input. */
  refused: 2,
  /** With `--exit-code`: something changed. */
  changed: 10,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** An option's value where it is a text. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
