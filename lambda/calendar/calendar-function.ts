import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { GetCalendarStateCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CalendarJobParameters } from '../../src/contract/gates';
import { AllowanceStore } from '../shared/allowance-store';
import { isNamed } from '../shared/errors';
import { Job, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, errorMessage, Logger } from '../shared/logger';

export interface CalendarFunctionProps {
  readonly codePipeline: CodePipelineClient;
  readonly ssm: SSMClient;
  readonly allowances: Pick<AllowanceStore, 'anyTime'>;
  readonly logger: Logger;
}

/** The action of a calendar gate: succeeds while the change calendars are open, and for a release that someone let pass. */
export class CalendarFunction {
  public constructor(private readonly props: CalendarFunctionProps) {}

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The calendar function answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => this.look(job));
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async look(job: Job): Promise<Readonly<Record<string, string>>> {
    const { ssm, allowances, logger } = this.props;
    const { calendars, environment, commitId, pipeline } = jobParameters(job, ['calendars', 'environment', 'commitId', 'pipeline']) as CalendarJobParameters;
    const names = calendars.split(',');
    const { State: state, NextTransitionTime: next } = await ssm.send(new GetCalendarStateCommand({ CalendarNames: names })).catch((error: unknown) => {
      const isNone = isNamed(error, 'InvalidDocument', 'InvalidDocumentType', 'UnsupportedCalendarException');
      throw isNone ? new Error(`${listed(names)} cannot be read, so the release is not deployed: ${errorMessage(error)} Are they change calendars of this Region, shared with this account?`) : error;
    });
    if (state === 'OPEN') {
      return {};
    }
    const passed = await allowances.anyTime(environment, commitId);
    if (passed !== undefined) {
      logger.info('A release passes a closed change calendar', { environment, commit: commitId, calendars: names, reason: passed.Reason });
      return {};
    }
    throw new Error(`${listed(names)}: closed for changes${next === undefined ? '' : ` until ${next}`}, so the release is not deployed to '${environment}'. Retry the stage when it is open, or let this`
      + ` release pass: cdk-modular-pipeline allow ${environment} --pipeline ${pipeline} --commit ${commitId} --calendar`);
  }
}

function listed(calendars: readonly string[]): string {
  return `Change calendar ${calendars.join(', ')}`;
}
