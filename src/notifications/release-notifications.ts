import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { NotificationChannel } from './notification-channel';
import { FUNCTION_ENV } from '../contract/environment';
import { fanOutPrefix } from '../contract/fan-out';
import { NOTIFICATIONS_FILE, NotificationsConfiguration } from '../contract/notifications';
import { releasePrefix, reviewPrefix } from '../contract/objects';
import { ACTIONS } from '../contract/stages';
import { environmentKey } from '../contract/tables';
import { ModularPipeline } from '../modular-pipeline/modular-pipeline';
import { allow, allowPattern } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

/** What is reported. */
export enum ReleaseEvent {
  /** Builds failed: why, the last lines of their logs, and a link. */
  BUILD_FAILED = 'BUILD_FAILED',
  /** The guard, a gate, a check or a person refused a release. */
  REFUSED = 'REFUSED',
  /** Anything else failed: the source, the plan, a deployment, the record. */
  FAILED = 'FAILED',
  /** A person is asked to approve: what would change, and a link to all of it. Not reported where the approval is waived. */
  APPROVAL_ASKED = 'APPROVAL_ASKED',
  /** A release is live in an environment: which builds are another than before, and why. */
  WENT_LIVE = 'WENT_LIVE',
  /** A release is live again that had been live before. On a bus it is `Release Went Live`, too, with `rolledBack`. */
  ROLLED_BACK = 'ROLLED_BACK',
}

/** Properties of `ReleaseNotifications`. */
export interface ReleaseNotificationsProps {
  /** The pipeline whose releases are reported. */
  readonly pipeline: ModularPipeline;

  /** Where notifications go: at least one. */
  readonly channels: NotificationChannel[];

  /**
   * What is reported.
   * @default - everything
   */
  readonly on?: ReleaseEvent[];
}

/**
 * Reports to people and programs what happens in a pipeline, by component: `training 12 → 13 ("a.py" changed), unchanged: evaluation`.
 *
 * It follows the events that CodePipeline emits, outside the pipeline: nothing waits for it, and nothing fails by it. CodePipeline emits events on a
 * best-effort basis, and they may arrive twice. A notification that a channel did not take is tried twice more, and counted (`metricErrors`).
 *
 * @example
 * import * as sns from 'aws-cdk-lib/aws-sns';
 * import { ModularPipeline, NotificationChannel, ReleaseEvent, ReleaseNotifications } from 'cdk-modular-pipeline';
 *
 * declare const pipeline: ModularPipeline;
 * declare const team: sns.Topic;
 *
 * new ReleaseNotifications(this, 'Notifications', {
 *   pipeline,
 *   on: [ReleaseEvent.BUILD_FAILED, ReleaseEvent.WENT_LIVE, ReleaseEvent.ROLLED_BACK],
 *   channels: [NotificationChannel.topic(team)],
 * });
 */
export class ReleaseNotifications extends Construct {
  /** The function that reports. */
  public readonly function: lambda.IFunction;

  constructor(scope: Construct, id: string, props: ReleaseNotificationsProps) {
    super(scope, id);
    const { pipeline, channels, on = Object.values(ReleaseEvent) } = props;
    if (channels.length === 0) {
      throw new Error(`ReleaseNotifications ${this.node.path}: channels is empty: name at least one.`);
    }
    if (on.length === 0) {
      throw new Error(`ReleaseNotifications ${this.node.path}: on is empty: name at least one event, or leave it out for all.`);
    }
    const { pipelineName, stages, components } = pipeline._watched;
    const settings: Omit<NotificationsConfiguration, 'channels'> = {
      solution: pipeline.solution,
      pipeline: pipelineName,
      on: [...new Set(on)],
      stages,
      components,
    };
    const created = this.createFunction(pipeline, channels, settings);
    this.function = created.function;
    this.grantReads(created, pipeline);
    this.addRules(pipelineName, on, created.function);
  }

  /** Notifications that a channel did not take, or that could not be made. Sum over five minutes by default. */
  public metricErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.function.metricErrors(props);
  }

  private createFunction(
    pipeline: ModularPipeline, channels: readonly NotificationChannel[], settings: Omit<NotificationsConfiguration, 'channels'>,
  ): RuntimeFunction {
    const variables = channels.map((_, index) => `CHANNEL_${index + 1}`);
    const configuration: NotificationsConfiguration = {
      ...settings, channels: channels.map(({ _type: type }, index) => ({ type, variable: variables[index]! })),
    };
    const created = new RuntimeFunction(this, 'Function', {
      bundle: 'lambda/notifications.lambda',
      description: `Reports what happens in the pipeline of ${pipeline.solution}`,
      files: { [NOTIFICATIONS_FILE]: JSON.stringify(configuration) },
      environment: {
        [FUNCTION_ENV.diffTable]: pipeline.diffTable.tableName,
        [FUNCTION_ENV.deploymentsTable]: pipeline.deploymentsTable.tableName,
        [FUNCTION_ENV.artifactBucket]: pipeline.artifactBucket.bucketName,
        [FUNCTION_ENV.pipelineBucket]: pipeline.pipeline.artifactBucket.bucketName,
        [FUNCTION_ENV.pipelineArn]: pipeline.pipeline.pipelineArn,
        ...Object.fromEntries(channels.map((channel, index) => [variables[index]!, channel._name])),
      },
      timeout: Duration.minutes(2),
      memorySize: 512,
      logRetention: pipeline._watched.logRetention,
    });
    channels.forEach((channel) => channel._admit(created.role));
    return created;
  }

  private grantReads({ role }: RuntimeFunction, pipeline: ModularPipeline): void {
    const { solution, artifactBucket, diffTable, deploymentsTable, pipeline: { artifactBucket: pipelineBucket }, _watched: watched } = pipeline;
    grantOnTable(role, { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [diffTable.tableArn], encryptionKey: diffTable.encryptionKey });
    grantOnTable(role, {
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resourceArns: [deploymentsTable.tableArn],
      encryptionKey: deploymentsTable.encryptionKey,
      leadingKeys: watched.environments.map((name) => environmentKey(solution, name)),
    });
    allowPattern(role, 'Releases and reviews are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
      artifactBucket.arnForObjects(`${releasePrefix(solution)}*`), artifactBucket.arnForObjects(`${reviewPrefix(solution)}*`),
    ]);
    allowPattern(role, 'Notes of failed builds are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
      pipelineBucket.arnForObjects(`${fanOutPrefix(solution)}*`),
    ]);
    // With the right to list, S3 tells an object that is not there from one that may not be read.
    allow(role, ['s3:ListBucket'], [artifactBucket.bucketArn, pipelineBucket.bucketArn]);
    [...new Set([artifactBucket.encryptionKey, pipelineBucket.encryptionKey])].forEach((key) => key?.grant(role, 'kms:Decrypt'));
    allowPattern(role, 'Projects are known by the beginning of their names.', ['codebuild:BatchGetBuilds'], [...watched.projectArns]);
    allow(role, ['logs:GetLogEvents'], [watched.buildLogs.logGroupArn]);
  }

  private addRules(pipelineName: string, on: readonly ReleaseEvent[], target: lambda.Function): void {
    const reports = (...wanted: ReleaseEvent[]) => on.some((event) => wanted.includes(event));
    const rule = (id: string, description: string, detail: object) => new events.Rule(this, id, {
      description,
      eventPattern: {
        source: ['aws.codepipeline'], detailType: ['CodePipeline Action Execution State Change'], detail: { pipeline: [pipelineName], ...detail },
      },
      targets: [new targets.LambdaFunction(target, { maxEventAge: MAX_AGE })],
    });
    if (reports(ReleaseEvent.WENT_LIVE, ReleaseEvent.ROLLED_BACK)) {
      rule('Recorded', 'A release is live', { state: ['SUCCEEDED'], action: [ACTIONS.record] });
    }
    if (reports(ReleaseEvent.APPROVAL_ASKED)) {
      rule('Approvals', 'An approval waits', { state: ['STARTED'], type: { category: ['Approval'] } });
    }
    if (reports(ReleaseEvent.BUILD_FAILED, ReleaseEvent.FAILED, ReleaseEvent.REFUSED)) {
      rule('Failures', 'An action failed', { state: ['FAILED'] });
    }
  }
}

/** Later, a report is of no use. */
const MAX_AGE = Duration.hours(2);
