import { begin } from '../../agent/begin';
import { finish } from '../../agent/finish';
import { BuildsFunction, BuildsFunctionProps } from '../../lambda/builds/builds-function';
import { DiffFunction, DiffFunctionProps } from '../../lambda/diff/diff-function';
import { assertStillLive } from '../../lambda/guard/single-build';
import { RecordFunction, RecordFunctionProps } from '../../lambda/record/record-function';
import { ReleaseFunction, ReleaseFunctionProps } from '../../lambda/release/release-function';

interface Handler {
  handle(event: unknown, remainingMs: number): Promise<unknown>;
}

/** The programs under test. */
export interface Programs {
  readonly begin: typeof begin;
  readonly finish: typeof finish;
  /** The part of the guard that looks at records. */
  readonly guard: typeof assertStillLive;
  builds(props: BuildsFunctionProps): Handler;
  diff(props: DiffFunctionProps): Handler;
  release(props: ReleaseFunctionProps): Handler;
  record(props: RecordFunctionProps): Handler;
}

/** The real ones. */
export const PROGRAMS: Programs = {
  builds: (props) => new BuildsFunction(props),
  diff: (props) => new DiffFunction(props),
  release: (props) => new ReleaseFunction(props),
  record: (props) => new RecordFunction(props),
  guard: assertStillLive,
  begin,
  finish,
};
