import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ChannelsProps, send } from './channels';
import { failedBuilds } from './failed-builds';
import { livePair } from './live-facts';
import { PipelineActionEvent, readEvent } from './pipeline-event';
import { askedFor } from './review-note';
import { SWITCH_ACTIONS, switchOf } from '../../src/contract/gates';
import { NotificationsConfiguration } from '../../src/contract/notifications';
import { ACTIONS, BUILD_STAGES, STAGES } from '../../src/contract/stages';
import { consoleOf } from '../../src/core/console';
import { classify, KnownStages, ReleaseEventName } from '../../src/core/notification/event';
import { ActionNotice, noticeNotification, Notification, wentLiveNotification } from '../../src/core/notification/notification';
import { releaseWentLive } from '../../src/core/notification/went-live';
import { EnvironmentStore } from '../shared/environment-store';
import { errorFields, Logger } from '../shared/logger';
import { planReasons } from '../shared/plan-reasons';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { Timing } from '../shared/timing';

export interface NotificationsFunctionProps extends ChannelsProps {
  readonly configuration: NotificationsConfiguration;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly pipelineBucket: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly codeBuild: CodeBuildClient;
  readonly logs: CloudWatchLogsClient;
  readonly timing: Timing;
  readonly logger: Logger;
}

const OWN: Omit<KnownStages, 'isEnvironment'> = { checks: STAGES.checks, build: BUILD_STAGES, record: ACTIONS.record, deploy: [ACTIONS.deploy, ACTIONS.switch] };

/**
 * Reports to people and programs what happened in a pipeline, from the events that CodePipeline emits: outside its critical path. They arrive at least once
 * where they arrive, and in no order.
 */
export class NotificationsFunction {
  private readonly environments: EnvironmentStore;
  private readonly plans: PlanStore;
  private readonly releases: ReleaseStore;

  public constructor(private readonly props: NotificationsFunctionProps) {
    const { dynamoDb: client, deploymentsTable, diffTable, timing, s3, artifactBucket, configuration: { solution } } = props;
    this.environments = new EnvironmentStore({ client, tableName: deploymentsTable, solution, timing });
    this.plans = new PlanStore({ client, tableName: diffTable, solution, timing });
    this.releases = new ReleaseStore(s3, artifactBucket);
  }

  /** @throws Error where a channel could not be reached: Lambda tries again, all channels */
  public async handle(event: unknown): Promise<void> {
    const action = readEvent(event);
    const logger = this.props.logger.with({ execution: action.executionId, stage: action.stage, action: action.action, state: action.state });
    try {
      const notification = await this.notification(action);
      const { channels, on } = this.props.configuration;
      if (notification === undefined || !on.includes(notification.event)) {
        logger.info('Nothing is reported', { event: notification?.event });
        return;
      }
      const results = await Promise.allSettled(channels.map(async (channel) => send(channel, notification, this.props)));
      const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
      logger.info('Reported', { event: notification.event, title: notification.title, channels: channels.length - failures.length });
      if (failures.length > 0) {
        throw new Error(`${failures.length} of ${channels.length} channels could not be reached: ${failures.map(({ message }) => message).join('; ')}`);
      }
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async notification(action: PipelineActionEvent): Promise<Notification | undefined> {
    const { stages, on } = this.props.configuration;
    const event = classify(action, { ...OWN, isEnvironment: (stage) => Object.hasOwn(stages, stage) });
    const wanted: readonly (ReleaseEventName | undefined)[] = event === 'WENT_LIVE' ? ['WENT_LIVE', 'ROLLED_BACK'] : [event];
    if (event === undefined || !on.some((name) => wanted.includes(name))) {
      return undefined;
    }
    switch (event) {
      case 'WENT_LIVE':
        return this.wentLive(action);
      case 'APPROVAL_ASKED':
        return this.asked(action);
      case 'BUILD_FAILED':
        return this.buildFailed(action);
      default:
        return noticeNotification(event, this.notice(action, action.summary || 'It failed, and gave no reason.', action.link));
    }
  }

  private async wentLive({ stage, executionId }: PipelineActionEvent): Promise<Notification> {
    const { configuration: { solution, pipeline, stages }, artifactBucket } = this.props;
    const { environment } = stages[stage];
    const pair = await livePair(environment, executionId, { environments: this.environments, releases: this.releases });
    if (pair === undefined) {
      throw new Error(`Execution ${executionId} was recorded in '${environment}', but its release is not to be found there.`);
    }
    const detail = releaseWentLive({
      ...pair,
      solution,
      pipeline,
      environment,
      bucket: artifactBucket,
      reasons: pair.live.promotion === undefined ? await planReasons(this.plans, pair.live.release.commitId, pair.live.release.planId) : new Map(),
    });
    return wentLiveNotification(detail, this.console(executionId));
  }

  private async asked(action: PipelineActionEvent): Promise<Notification | undefined> {
    const { configuration: { solution, stages }, s3, artifactBucket } = this.props;
    const places = (Object.hasOwn(stages, action.stage) ? stages[action.stage] : undefined)?.places ?? {};
    const suffix = Object.keys(places).find((candidate) => candidate !== '' && action.action.endsWith(candidate)) ?? '';
    const place = Object.hasOwn(places, suffix) ? places[suffix] : undefined;
    const asked = place === undefined ? undefined : await askedFor({
      s3, bucket: artifactBucket, solution, executionId: action.executionId, place: action.action === `${SWITCH_ACTIONS.approve}${suffix}` ? switchOf(place) : place,
    });
    if (asked === 'waived') {
      return undefined;
    }
    return noticeNotification('APPROVAL_ASKED', this.notice(action, asked?.text ?? 'An approval waits in the pipeline.', asked?.page || undefined));
  }

  private async buildFailed(action: PipelineActionEvent): Promise<Notification> {
    const { configuration: { components, solution } } = this.props;
    const component = Object.hasOwn(components, action.action) ? components[action.action] : undefined;
    const { message, link } = await failedBuilds(action, { ...this.props, bucket: this.props.pipelineBucket, solution });
    return noticeNotification('BUILD_FAILED', { ...this.notice(action, message, link ?? action.link), ...(component === undefined ? {} : { component }) });
  }

  private notice({ stage, action, executionId }: PipelineActionEvent, message: string, link: string | undefined): ActionNotice {
    const { solution, pipeline, stages } = this.props.configuration;
    return {
      version: 1,
      solution,
      pipeline,
      executionId,
      stage,
      action,
      ...(Object.hasOwn(stages, stage) ? { environment: stages[stage].environment } : {}),
      message,
      link: link ?? this.console(executionId),
    };
  }

  private console(executionId: string): string {
    const { pipelineArn, configuration: { pipeline } } = this.props;
    const [, partition, , region] = pipelineArn.split(':');
    return `${consoleOf(partition!, region!)}/codesuite/codepipeline/pipelines/${pipeline}/executions/${executionId}/timeline?region=${region}`;
  }
}
