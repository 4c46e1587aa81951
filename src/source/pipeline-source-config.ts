import { Duration } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import { SourceCheckout } from './source-checkout';
import { SourceReader } from './source-reader';
import { SourceTrigger } from './source-trigger';

/** What a source is bound with. */
export interface PipelineSourceBindOptions {
  /** What the source action puts out: the repository's content at the commit. */
  readonly output: codepipeline.Artifact;

  /** Name and variables' namespace of the source action. */
  readonly actionName: string;
}

/** What a source says. */
export interface PipelineSourceConfig {
  /** The source action. It does not start the pipeline: the diff function does. */
  readonly action: codepipeline.IAction;

  /** The branch. */
  readonly branch: string;

  /** How the diff function reads the repository. */
  readonly reader: SourceReader;

  /**
   * How builds come by the repository's content.
   * @default SourceCheckout.zip()
   */
  readonly checkout?: SourceCheckout;

  /**
   * Matches the events that may have moved the branch. They only make the diff function look: too many do no harm, and lost ones are found by the schedule.
   * @default - none: the schedule alone finds what changed
   */
  readonly eventPattern?: events.EventPattern;

  /**
   * Matches the events that may have made or moved a tag, likewise. Used where an environment takes tags.
   * @default - none: the schedule alone finds them
   */
  readonly tagEventPattern?: events.EventPattern;

  /**
   * How else it is noticed that the branch moved.
   * @default SourceTrigger.schedule()
   */
  readonly trigger?: SourceTrigger;

  /**
   * With `SourceTrigger.doorbell()`: the source action of the pipeline that rings, of the provider `CodeStarSourceConnection`.
   * @default - none: a doorbell is refused
   */
  readonly doorbellAction?: codepipeline.IAction;

  /**
   * How often the schedule looks, where the pipeline's `reconcileInterval` does not say: whole minutes, at least one.
   * @default Duration.minutes(15)
   */
  readonly reconcileInterval?: Duration;
}
