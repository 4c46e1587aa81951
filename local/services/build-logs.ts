import { readFileSync } from 'node:fs';
import type { GetLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { JsonService, ServiceError } from './json-protocol';
import { Build } from '../engine/code-build/project';

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
