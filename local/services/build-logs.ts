import { readFileSync } from 'node:fs';
import type { GetLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { BatchGetBuildsInput } from '@aws-sdk/client-codebuild';
import { JsonService, ServiceError } from './json-protocol';
import { Build } from '../engine/code-build/project';

/** CodeBuild: what became of builds. */
export function codeBuildService(find: (id: string) => Build | undefined): JsonService {
  return new JsonService('codebuild', {
    BatchGetBuilds: ({ ids = [] }: BatchGetBuildsInput) => {
      const builds = ids.map((id) => [id, find(id)] as const);
      return {
        builds: builds.flatMap(([id, build]) => (build === undefined ? [] : [{
          id, projectName: build.project, buildStatus: build.status, logs: { groupName: build.logGroup, streamName: id, deepLink: `file://${build.logFile}` },
        }])),
        buildsNotFound: builds.flatMap(([id, build]) => (build === undefined ? [id] : [])),
      };
    },
  });
}

/** CloudWatch Logs: the end of a build's log. */
export function logsService(find: (id: string) => Build | undefined): JsonService {
  return new JsonService('logs', {
    GetLogEvents: ({ logGroupName, logStreamName = '', limit = 10_000 }: GetLogEventsRequest) => {
      const build = find(logStreamName);
      if (build === undefined || build.logGroup !== logGroupName) {
        throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      const lines = readFileSync(build.logFile, 'utf8').split('\n').filter((line) => line !== '');
      return { events: lines.slice(-limit).map((message) => ({ message, timestamp: 0, ingestionTime: 0 })), nextForwardToken: 'f', nextBackwardToken: 'b' };
    },
  });
}
