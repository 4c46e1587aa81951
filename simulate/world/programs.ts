import { begin } from '../../agent/begin';
import { finish } from '../../agent/finish';
import { BuildsFunction, BuildsFunctionProps } from '../../lambda/builds/builds-function';
import { DeliveryFunction, DeliveryFunctionProps } from '../../lambda/delivery/delivery-function';
import { DiffFunction, DiffFunctionProps } from '../../lambda/diff/diff-function';
import { RecordFunction, RecordFunctionProps } from '../../lambda/record/record-function';
import { ReleaseFunction, ReleaseFunctionProps } from '../../lambda/release/release-function';

export interface Handler {
  handle(event: unknown, remainingMs: number, invocation: string): Promise<unknown>;
}

/** The programs under test. */
export interface Programs {
  readonly begin: typeof begin;
  readonly finish: typeof finish;
  builds(props: BuildsFunctionProps): Handler;
  delivery(props: DeliveryFunctionProps): Handler;
  diff(props: DiffFunctionProps): Handler;
  release(props: ReleaseFunctionProps): Handler;
  record(props: RecordFunctionProps): Handler;
}

/** The real ones. */
export const PROGRAMS: Programs = {
  builds: (props) => new BuildsFunction(props),
  delivery: (props) => new DeliveryFunction(props),
  diff: (props) => new DiffFunction(props),
  release: (props) => new ReleaseFunction(props),
  record: (props) => new RecordFunction(props),
  begin,
  finish,
};
