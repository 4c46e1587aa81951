import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DescribeEventsCommand, Event, HealthClient } from '@aws-sdk/client-health';
import { HealthJobParameters } from '../../src/contract/gates';
import { isNamed } from '../shared/errors';
import { Continuation, Job, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { Timing } from '../shared/timing';

export interface HealthFunctionProps {
  readonly codePipeline: CodePipelineClient;
  readonly health: HealthClient;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** Events that concern no single Region. */
const GLOBAL = 'global';

/** The action of a health gate: succeeds when AWS Health reports no open issue for the services and the Region. */
export class HealthFunction {
  public constructor(private readonly props: HealthFunctionProps) {}

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The health function answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => this.look(job));
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  /** The continuation token is when the gate was first closed. CodePipeline itself waits before it asks again. */
  private async look(job: Job): Promise<Readonly<Record<string, string>> | Continuation> {
    const { timing, logger } = this.props;
    const parameters = jobParameters(job, ['region', 'maxWaitMinutes']) as HealthJobParameters;
    const issues = await this.issues(parameters);
    if (issues.length === 0) {
      return {};
    }
    const since = job.continuationToken ?? timing.now().toISOString();
    const minutes = (timing.now().getTime() - Date.parse(since)) / 60_000;
    const described = issues.map(({ service, region, eventTypeCode, startTime }) => `${service} in ${region}: ${eventTypeCode} since ${startTime?.toISOString()}`);
    if (minutes >= Number(parameters.maxWaitMinutes)) {
      throw new Error(`AWS Health has reported open issues for ${Math.floor(minutes)} minutes, so the release is not deployed:\n- ${described.join('\n- ')}\n`
        + 'Retry the stage when they are resolved.');
    }
    logger.warn('The release is held: AWS Health reports open issues', { issues: described, since });
    return new Continuation(since);
  }

  private async issues({ region, services }: HealthJobParameters): Promise<Event[]> {
    const events: Event[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.props.health.send(new DescribeEventsCommand({
        filter: {
          eventStatusCodes: ['open'],
          eventTypeCategories: ['issue'],
          regions: [region, GLOBAL],
          ...(services === '' ? {} : { services: services.split(',') }),
        },
        nextToken,
      })).catch((error) => {
        throw isNamed(error, 'SubscriptionRequiredException')
          ? new Error('AWS Health answers accounts with a Business, Enterprise On-Ramp or Enterprise support plan only: remove the gate, or change the plan.') : error;
      });
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }
}
