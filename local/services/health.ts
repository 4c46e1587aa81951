import type { DescribeEventsRequest } from '@aws-sdk/client-health';
import { JsonService } from './json-protocol';

export interface Issue {
  readonly service: string;
  readonly region: string;
  readonly eventTypeCode: string;
}

/** AWS Health: open issues, as far as a filter lets them through. */
export class Health {
  public issues: readonly Issue[] = [];

  public readonly service = new JsonService('health', {
    DescribeEvents: ({ filter: { regions, services } = {} }: DescribeEventsRequest) => ({
      events: this.issues
        .filter(({ region, service }) => (regions?.includes(region) ?? true) && (services?.includes(service) ?? true))
        .map((issue) => ({ ...issue, arn: `arn:aws:health:${issue.region}::event/${issue.service}`, statusCode: 'open', eventTypeCategory: 'issue', startTime: 0 })),
    }),
  });
}
