import { randomUUID } from 'node:crypto';
import type { PutEventsRequestEntry, PutEventsRequest } from '@aws-sdk/client-eventbridge';
import { JsonService } from './json-protocol';
import { NotEmulatedError } from '../activity';
import { EventEntry } from '../engine/event-bus';

/** What one call takes, and what an event may have. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** EventBridge: events that programs put on the default bus. */
export function eventBridgeService(place: { readonly account: string; readonly region: string }, send: (entry: EventEntry) => void): JsonService {
  return new JsonService('events', {
    PutEvents: ({ Entries: entries = [] }: PutEventsRequest) => {
      if (entries.length === 0 || entries.length > MAX_ENTRIES) {
        throw new NotEmulatedError(`events:PutEvents of ${entries.length} entries`);
      }
      const results = entries.map((entry) => put(entry, place, send));
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
    },
  });
}

interface PutResult {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

function put(entry: PutEventsRequestEntry, place: { readonly account: string; readonly region: string }, send: (entry: EventEntry) => void): PutResult {
  const { EventBusName: bus = 'default', Source: source, DetailType: type, Detail: detail, Resources: resources = [] } = entry;
  if (bus !== 'default' && bus !== `arn:aws:events:${place.region}:${place.account}:event-bus/default`) {
    throw new NotEmulatedError(`event bus '${bus}'`);
  }
  if (source === undefined || type === undefined || detail === undefined || source.startsWith('aws.')) {
    return { ErrorCode: source?.startsWith('aws.') ? 'NotAuthorizedForSourceException' : 'InvalidArgument', ErrorMessage: 'Parameter is not valid.' };
  }
  if (Buffer.byteLength(source) + Buffer.byteLength(type) + Buffer.byteLength(detail) > MAX_BYTES) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Total size of the entries in the request is over the limit.' };
  }
  send({ source, 'detail-type': type, 'detail': JSON.parse(detail) as Record<string, unknown>, resources, ...place });
  return { EventId: randomUUID() };
}
