import { Buildspec, BuildspecPhase, PhaseName } from './buildspec';

/** What phases are run with. */
export interface PhaseRunner {
  /** Runs one command as a script of its own. @returns its exit status */
  run(command: string): Promise<number>;
  /** Sets variables for the commands to come. */
  set(variables: Readonly<Record<string, string>>): void;
  log(line: string): void;
  /** A phase begins. */
  enter?(phase: PhaseName): void;
  /** Whether the build was stopped or its time is over: no further command is run. */
  isOver?(): boolean;
}

export interface PhaseFailure {
  readonly phase: PhaseName;
  readonly message: string;
}

/**
 * Runs a buildspec's phases as CodeBuild does. The first command that fails ends its phase's commands; its `finally` runs all the same. Then
 * `on-failure` decides: ABORT ends the run, CONTINUE goes on. Where it isn't given, a failed build is followed by post_build, and every other
 * failure ends the run. A run with a failed phase has failed, whatever came after.
 *
 * @returns the first failure, or undefined where all succeeded
 */
export async function runPhases({ phases }: Pick<Buildspec, 'phases'>, runner: PhaseRunner): Promise<PhaseFailure | undefined> {
  let failure: PhaseFailure | undefined;
  runner.set({ CODEBUILD_BUILD_SUCCEEDING: '1' });
  const runList = async (commands: readonly string[], phase: PhaseName): Promise<boolean> => {
    for (const command of commands) {
      if (runner.isOver?.()) {
        return false;
      }
      runner.log(`Running command ${command}`);
      const status = await runner.run(command);
      if (status !== 0) {
        const message = `Error while executing command: ${command}. Reason: exit status ${status}`;
        runner.log(message);
        failure ??= { phase, message };
        runner.set({ CODEBUILD_BUILD_SUCCEEDING: '0' });
        return false;
      }
    }
    return true;
  };
  for (const phase of phases) {
    runner.enter?.(phase.name);
    runner.log(`Entering phase ${phase.name.toUpperCase()}`);
    const done = await runList(phase.commands, phase.name);
    const cleanedUp = await runList(phase.finally, phase.name);
    const succeeded = done && cleanedUp;
    runner.log(`Phase complete: ${phase.name.toUpperCase()} State: ${succeeded ? 'SUCCEEDED' : 'FAILED'}`);
    if (runner.isOver?.() || (!succeeded && !goesOn(phase))) {
      break;
    }
  }
  return failure;
}

function goesOn({ name, onFailure }: BuildspecPhase): boolean {
  return onFailure === undefined ? name === 'build' : onFailure.action === 'CONTINUE';
}
