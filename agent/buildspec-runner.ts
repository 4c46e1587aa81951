import { BuildspecPhase, Buildspec, PhaseName } from './buildspec';
import { exportVariables, shellQuote } from './environment-file';

/** Runs a script in bash, in the repository's root or wherever the script itself goes, and returns its exit code. */
export type RunBash = (script: string) => Promise<number>;

/** Phases after whose failure the next one runs all the same, unless the phase says otherwise. */
const CONTINUES_AFTER_FAILURE: ReadonlySet<PhaseName> = new Set(['build']);

/**
 * Runs a buildspec's phases as CodeBuild does. A list of commands ends with the first that fails. A phase that fails ends the run, except that
 * post_build follows on build, and on-failure decides where it is given. The run fails if any phase did, whatever came after.
 *
 * Variables, functions, options and the working directory outlive a list, also one that ended in `exit`: each list starts from what the one before
 * saved in `stateFile`.
 *
 * @returns whether all phases succeeded
 */
export async function runBuildspec(spec: Buildspec, stateFile: string, runBash: RunBash, log: (line: string) => void): Promise<boolean> {
  let succeeding = true;
  let variables = spec.variables;
  const runList = async (commands: readonly string[], phase: BuildspecPhase): Promise<boolean> => {
    if (commands.length === 0) {
      return true;
    }
    const exitCode = await runBash(listScript(commands, { ...variables, CODEBUILD_BUILD_SUCCEEDING: succeeding ? '1' : '0' }, stateFile));
    variables = {};
    if (exitCode !== 0) {
      log(`Phase ${phase.name} failed: a command ended with exit code ${exitCode}.`);
      succeeding = false;
    }
    return exitCode === 0;
  };
  for (const phase of spec.phases) {
    log(`Phase ${phase.name}`);
    const done = await runList(phase.commands, phase);
    const cleanedUp = await runList(phase.finally, phase);
    const goesOn = phase.onFailure === undefined ? CONTINUES_AFTER_FAILURE.has(phase.name) : phase.onFailure === 'CONTINUE';
    if (!(done && cleanedUp) && !goesOn) {
      break;
    }
  }
  return succeeding;
}

/** Bash for one list of commands. They are the repository's own code, and evaluated one by one in this very shell. */
function listScript(commands: readonly string[], variables: Readonly<Record<string, string>>, stateFile: string): string {
  const state = shellQuote(stateFile);
  return [
    `if [ -f ${state} ]; then . ${state} 2> /dev/null; fi`,
    // Read-only variables of bash itself are among what is declared anew: that fails without consequence.
    `__modular_save() { { declare -p; declare -f; shopt -p; set +o; printf 'cd %q\\n' "$PWD"; } > ${state} 2> /dev/null; }`,
    'trap __modular_save EXIT',
    exportVariables(variables).trimEnd(),
    ...commands.flatMap((command) => [
      `printf '%s\\n' ${shellQuote(`$ ${command}`)}`,
      `eval ${shellQuote(command)}`,
      '__modular_status=$?; if [ "$__modular_status" -ne 0 ]; then exit "$__modular_status"; fi',
    ]),
    '',
  ].join('\n');
}
