import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { S3Client } from '@aws-sdk/client-s3';
import { endOfLog } from './build-log';
import { PipelineActionEvent } from './pipeline-event';
import { FailureNotes } from '../builds/failure-notes';

export interface FailedBuildsProps {
  readonly solution: string;
  /** The pipeline's bucket, where builds that are fanned out leave notes of why they failed. */
  readonly bucket: string;
  readonly s3: S3Client;
  readonly codeBuild: CodeBuildClient;
  readonly logs: CloudWatchLogsClient;
}

export interface FailedBuilds {
  readonly message: string;
  readonly link?: string;
}

/** The ends of so many logs are reported. */
const MAX_LOGS = 2;

/** Not the end of a state machine's execution ARN, which has the same form. */
const BUILD_ID = /(?<![:\w-])[A-Za-z0-9_-]+:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** What is to be known of the builds that an action failed by: the reason, and the last lines of their logs. */
export async function failedBuilds({ summary, externalId, executionId }: PipelineActionEvent, props: FailedBuildsProps): Promise<FailedBuilds> {
  const { solution, bucket, s3, codeBuild, logs } = props;
  const own = externalId !== undefined && externalId.match(BUILD_ID)?.[0] === externalId ? [externalId] : summary.match(BUILD_ID) ?? [];
  // What Step Functions says of an execution may have been cut: then the notes of its failed builds say it.
  const notes = own.length > 0 ? [] : await new FailureNotes(s3, bucket, solution, executionId).list();
  const ids = [...new Set(own.length > 0 ? own : notes.flatMap(({ reason }) => reason.match(BUILD_ID) ?? []))].slice(0, MAX_LOGS);
  const ends = await Promise.all(ids.map(async (id) => endOfLog(id, codeBuild, logs)));
  const link = ends.find((end) => end.link !== undefined)?.link;
  return {
    message: [summary, ...notes.map(({ component, reason }) => `${component}: ${reason}`), ...ends.flatMap(({ lines }) => lines)].filter((line) => line !== '').join('\n')
      || 'A build failed, and left no log.',
    ...(link === undefined ? {} : { link }),
  };
}
