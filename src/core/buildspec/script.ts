import { exportVariables, shellQuote } from '../shell';

/** The files by which one command hands its state on to the next: they lie outside of the source. */
export interface StateFiles {
  /** Shell that exports the variables. */
  readonly environment: string;
  /** The working directory. */
  readonly directory: string;
}

/** What `StateFiles` hold before the first command. */
export function initialState(variables: Readonly<Record<string, string>>, directory: string): { readonly environment: string; readonly directory: string } {
  return { environment: exportVariables(variables), directory: `${directory}\n` };
}

/**
 * The script of one command, as CodeBuild makes it: a shell of its own that takes over the exported variables and the directory of the one before, and
 * leaves its own. `set -a` exports whatever a command assigns. Functions, aliases and options are lost, and a command that calls `exit` ends itself
 * alone, before it has handed anything on.
 */
export function commandScript(command: string, { environment, directory }: StateFiles): string {
  return [
    `cd "$(cat ${shellQuote(directory)})" || exit 1`,
    'set -a',
    `. ${shellQuote(environment)} 2> /dev/null`,
    command,
    'CODEBUILD_LAST_EXIT=$?',
    `export -p > ${shellQuote(environment)}`,
    `pwd > ${shellQuote(directory)}`,
    'exit $CODEBUILD_LAST_EXIT',
    '',
  ].join('\n');
}

/** Where a variable's value comes from. Later ones win. */
export interface VariableSources {
  /** Of the build image, and of CodeBuild itself. */
  readonly image: Readonly<Record<string, string>>;
  readonly buildspec: Readonly<Record<string, string>>;
  readonly project: Readonly<Record<string, string>>;
  /** Given where the build is started. */
  readonly start: Readonly<Record<string, string>>;
}

/** The variables that the first command finds. */
export function initialVariables({ image, buildspec, project, start }: VariableSources): Record<string, string> {
  return { ...image, ...buildspec, ...project, ...start };
}
