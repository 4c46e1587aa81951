import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';

/** Lines of a log that tell why a build failed, most often. */
const LAST_LINES = 15;

export interface BuildLog {
  readonly lines: readonly string[];
  readonly link?: string;
}

/** The end of a build's log. Nothing where the build or its log is not there: the report goes out without them. */
export async function endOfLog(buildId: string, codeBuild: CodeBuildClient, logs: CloudWatchLogsClient): Promise<BuildLog> {
  const { builds: [build] = [] } = await codeBuild.send(new BatchGetBuildsCommand({ ids: [buildId] }));
  const { groupName, streamName, deepLink } = build?.logs ?? {};
  const link = deepLink === undefined ? {} : { link: deepLink };
  if (groupName === undefined || streamName === undefined) {
    return { lines: [], ...link };
  }
  try {
    const { events = [] } = await logs.send(new GetLogEventsCommand({
      logGroupName: groupName, logStreamName: streamName, limit: LAST_LINES, startFromHead: false,
    }));
    return { lines: events.map(({ message = '' }) => message.trimEnd()).filter((line) => line !== ''), ...link };
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      return { lines: [], ...link };
    }
    throw error;
  }
}
