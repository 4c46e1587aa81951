import { appendFileSync } from 'node:fs';
import { BuildShell } from './shell';
import { Buildspec, PhaseName } from '../../../src/core/buildspec/buildspec';
import { PhaseFailure, runPhases } from '../../../src/core/buildspec/phases';

export type BuildStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';

export interface PhaseOutcome {
  readonly status: BuildStatus;
  /** The first phase that failed, and why. */
  readonly failure?: PhaseFailure;
}

export interface BuildLimits {
  readonly timeoutMilliseconds: number;
  /** Aborted when the build is stopped. */
  readonly stop: AbortSignal;
}

/** Runs a buildspec's phases in a shell, until they end, are stopped, or take too long. */
export async function runBuild(buildspec: Buildspec, shell: BuildShell, logFile: string, limits: BuildLimits): Promise<PhaseOutcome> {
  const signal = AbortSignal.any([AbortSignal.timeout(limits.timeoutMilliseconds), limits.stop]);
  let phase: PhaseName = 'install';
  const failure = await runPhases({ phases: buildspec.phases }, {
    run: async (command) => shell.run(command, signal),
    set: (variables) => shell.set(variables),
    log: (line) => appendFileSync(logFile, `[Container] ${line}\n`),
    enter: (entered) => { phase = entered; },
    isOver: () => signal.aborted,
  });
  if (signal.aborted) {
    return limits.stop.aborted
      ? { status: 'STOPPED', failure: { phase, message: 'Build stopped' } }
      : { status: 'TIMED_OUT', failure: { phase, message: `Build has timed out after ${limits.timeoutMilliseconds / 60_000} minutes` } };
  }
  return failure === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', failure };
}
