import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ModularPipeline } from '../modular-pipeline/modular-pipeline';

/** Properties of `ModularPipelineAlarms`. */
export interface ModularPipelineAlarmsProps {
  /** What is watched. */
  readonly pipeline: ModularPipeline;

  /**
   * What an alarm does when it goes off, such as publishing to a topic.
   * @default - nothing: alarms are seen in CloudWatch alone
   */
  readonly actions?: cloudwatch.IAlarmAction[];

  /**
   * How long the branch's head may wait for its execution to be started: whole minutes, at least 1. More than the pipeline's `reconcileInterval`,
   * after which the schedule completes what was interrupted.
   * @default Duration.hours(1)
   */
  readonly unstartedAfter?: Duration;

  /**
   * How long the branch's head may wait to be live in the first environment: whole minutes, at least 1. More than an execution takes up to there,
   * approvals before it included.
   * @default Duration.hours(24)
   */
  readonly unreleasedAfter?: Duration;

  /**
   * Where the runbook is, without the anchor that each alarm's description adds.
   * @default - docs/operations.md in the project's repository
   */
  readonly runbookUrl?: string;
}

const RUNBOOK = 'https://github.com/cdk-modular-pipeline/cdk-modular-pipeline/blob/main/docs/operations.md';

/** Three attempts: an event for which all failed. */
const DIFF_ATTEMPTS = 3;

const UNREADABLE_SECONDS = 15 * 60;

/**
 * Alarms for what needs a person. Each one's description says what is wrong, and which section of the runbook says what to do.
 *
 * @example
 *
 * import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
 * import * as sns from 'aws-cdk-lib/aws-sns';
 * import { ModularPipeline, ModularPipelineAlarms } from 'cdk-modular-pipeline';
 *
 * declare const pipeline: ModularPipeline;
 * declare const topic: sns.ITopic;
 * new ModularPipelineAlarms(this, 'Alarms', { pipeline, actions: [new SnsAction(topic)] });
 */
export class ModularPipelineAlarms extends Construct {
  /** The diff function failed three times within 15 minutes. */
  public readonly diffErrors: cloudwatch.Alarm;

  /** An event could not be handled, after all retries. */
  public readonly deadLetters: cloudwatch.Alarm;

  /** The branch's head has a plan, or is to get one, and no execution. */
  public readonly unstarted: cloudwatch.Alarm;

  /** The branch's head is not live in the first environment: the baseline is stale. */
  public readonly unreleased: cloudwatch.Alarm;

  /** The source could not be read for a quarter of an hour. */
  public readonly unreadable: cloudwatch.Alarm;

  /** Two plans in a row built everything because what differs could not be read. It stays until a plan knows again. */
  public readonly plannedBlind: cloudwatch.Alarm;

  /** An execution failed: a build, a test, a gate or a deployment. */
  public readonly failedExecutions: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, private readonly props: ModularPipelineAlarmsProps) {
    super(scope, id);
    const { pipeline } = props;
    const unstartedAfter = wholeMinutes('unstartedAfter', props.unstartedAfter ?? Duration.hours(1));
    const unreleasedAfter = wholeMinutes('unreleasedAfter', props.unreleasedAfter ?? Duration.hours(24));
    this.diffErrors = this.alarm('DiffErrors', {
      metric: pipeline.metricDiffErrors({ period: Duration.minutes(15) }),
      threshold: DIFF_ATTEMPTS,
      meaning: 'The diff function keeps failing: changes may not be noticed.',
      anchor: 'the-diff-function-fails',
    });
    this.deadLetters = this.alarm('DeadLetters', {
      metric: pipeline.metricDeadLetters(),
      threshold: 1,
      meaning: 'An event could not be handled.',
      anchor: 'the-dead-letter-queue-is-not-empty',
    });
    this.unstarted = this.alarm('Unstarted', {
      metric: pipeline.metricUnstarted(),
      threshold: unstartedAfter.toSeconds(),
      meaning: `The branch's head has been waiting for its execution for ${unstartedAfter.toHumanString()}.`,
      anchor: 'nothing-happened-after-a-merge',
    });
    this.unreleased = this.alarm('Unreleased', {
      metric: pipeline.metricUnreleased(),
      threshold: unreleasedAfter.toSeconds(),
      meaning: `The branch's head has not been live in the first environment for ${unreleasedAfter.toHumanString()}.`,
      anchor: 'the-baseline-is-stale',
    });
    this.unreadable = this.alarm('Unreadable', {
      metric: pipeline.metricUnreadable(),
      threshold: UNREADABLE_SECONDS,
      meaning: 'The source cannot be read: changes are not noticed.',
      anchor: 'the-source-cannot-be-read',
    });
    this.plannedBlind = this.alarm('PlannedBlind', {
      metric: pipeline.metricPlannedBlind(),
      threshold: 2,
      meaning: 'Plans build everything, because what differs cannot be read.',
      anchor: 'everything-is-built-again-and-again',
    });
    this.failedExecutions = this.alarm('FailedExecutions', {
      metric: pipeline.metricFailedExecutions(),
      threshold: 1,
      meaning: 'An execution of the pipeline failed.',
      anchor: 'an-execution-failed',
    });
  }

  /** All alarms. */
  public get all(): cloudwatch.Alarm[] {
    return [this.diffErrors, this.deadLetters, this.unstarted, this.unreleased, this.unreadable, this.plannedBlind, this.failedExecutions];
  }

  private alarm(id: string, { metric, threshold, meaning, anchor }: AlarmSettings): cloudwatch.Alarm {
    const { pipeline, actions = [], runbookUrl = RUNBOOK } = this.props;
    const alarm = metric.createAlarm(this, id, {
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Nothing counted is nothing wrong: only what happens is counted.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `${pipeline.solution}: ${meaning} Runbook: ${runbookUrl}#${anchor}`,
    });
    alarm.addAlarmAction(...actions);
    return alarm;
  }
}

interface AlarmSettings {
  readonly metric: cloudwatch.Metric;
  readonly threshold: number;
  readonly meaning: string;
  readonly anchor: string;
}

function wholeMinutes(name: string, duration: Duration): Duration {
  const minutes = duration.isUnresolved() ? NaN : duration.toSeconds() / 60;
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new Error(`${name} is ${duration.isUnresolved() ? 'known only at deployment' : duration.toHumanString()}: it takes whole minutes, at least 1.`);
  }
  return duration;
}
