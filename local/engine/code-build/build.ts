import { appendFileSync } from 'node:fs';
import { Buildspec, PhaseName, PHASES } from './buildspec';
import { BuildShell } from './shell';

export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';

export interface PhaseOutcome {
  readonly status: BuildStatus;
  /** The first phase that failed, and why. */
  readonly failure?: { readonly phase: PhaseName; readonly message: string };
}

export interface BuildLimits {
  readonly timeoutMilliseconds: number;
  /** Aborted when somebody stops the build. */
  readonly stop: AbortSignal;
}

/**
 * Runs a buildspec's phases as CodeBuild does: a failure in install or pre_build ends the build, one in build still runs post_build.
 * After a phase's commands, failed or not, its `finally` runs. A phase that failed lets the build fail, also where `on-failure: CONTINUE`
 * lets the next phase run.
 */
export async function runPhases(buildspec: Buildspec, shell: BuildShell, logFile: string, limits: BuildLimits): Promise<PhaseOutcome> {
  const timeout = AbortSignal.timeout(limits.timeoutMilliseconds);
  const signal = AbortSignal.any([timeout, limits.stop]);
  const log = (line: string) => appendFileSync(logFile, `[Container] ${line}\n`);
  let failure: PhaseOutcome['failure'];

  for (const name of PHASES) {
    const phase = buildspec.phases.get(name);
    if (phase === undefined) {
      continue;
    }
    log(`Entering phase ${name.toUpperCase()}`);
    const message = await runCommands(phase.commands, shell, log, signal);
    const last = await runCommands(phase.finally, shell, log, signal);
    const failed = message ?? last;
    log(`Phase complete: ${name.toUpperCase()} State: ${failed === undefined ? 'SUCCEEDED' : 'FAILED'}`);
    if (signal.aborted) {
      const status = limits.stop.aborted ? 'STOPPED' : 'TIMED_OUT';
      return { status, failure: { phase: name, message: status === 'STOPPED' ? 'Build stopped' : `Build has timed out after ${limits.timeoutMilliseconds / 60_000} minutes` } };
    }
    if (failed !== undefined) {
      failure ??= { phase: name, message: failed };
      shell.set({ CODEBUILD_BUILD_SUCCEEDING: '0' });
      if (phase.onFailure === 'ABORT' && name !== 'build') {
        break;
      }
    }
  }
  return failure === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', failure };
}

/** The message of the first command that fails; the rest don't run. */
async function runCommands(
  commands: readonly string[], shell: BuildShell, log: (line: string) => void, signal: AbortSignal,
): Promise<string | undefined> {
  for (const command of commands) {
    if (signal.aborted) {
      return 'Build stopped';
    }
    log(`Running command ${command}`);
    const status = await shell.run(command, signal);
    if (status !== 0) {
      const message = `Error while executing command: ${command}. Reason: exit status ${status}`;
      log(message);
      return message;
    }
  }
  return undefined;
}
