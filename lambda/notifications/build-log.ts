import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { isNamed } from '../shared/errors';

/** The reason why a build failed is most often in so many lines at the end. */
const LAST_LINES = 15;

/** A page may be empty although there are more: so many are read. */
const MAX_PAGES = 10;

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
    return { lines: await lastLines(groupName, streamName, logs), ...link };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) {
      return { lines: [], ...link };
    }
    throw error;
  }
}

async function lastLines(logGroupName: string, logStreamName: string, logs: CloudWatchLogsClient): Promise<string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { events = [], nextBackwardToken } = await logs.send(new GetLogEventsCommand({
      logGroupName, logStreamName, limit: LAST_LINES, startFromHead: false, nextToken,
    }));
    lines.unshift(...events.map(({ message = '' }) => message.trimEnd()).filter((line) => line !== ''));
    // The token of the page that was asked for: the stream begins here.
    if (lines.length >= LAST_LINES || nextBackwardToken === undefined || nextBackwardToken === nextToken) {
      break;
    }
    nextToken = nextBackwardToken;
  }
  return lines.slice(-LAST_LINES);
}
