import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { backOff, Timing } from './timing';

/** A table of one solution: what every store needs. */
export interface TableAccess {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly solution: string;
  readonly timing: Timing;
}

type Key = Record<string, string | number>;

const KEYS_PER_BATCH = 100;
const BATCH_ATTEMPTS = 10;

/** Reads one item, consistently. */
export async function readItem<T>({ client, tableName }: TableAccess, key: Key): Promise<T | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return Item as T | undefined;
}

/** Reads the items of these keys, consistently and in no order; those that do not exist are left out. */
export async function readItems<T>({ client, tableName, timing }: TableAccess, keys: readonly Key[]): Promise<T[]> {
  const items: T[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_BATCH) {
    let pending: Key[] = keys.slice(start, start + KEYS_PER_BATCH);
    for (let attempt = 0; pending.length > 0; attempt++) {
      if (attempt === BATCH_ATTEMPTS) {
        throw new Error(`DynamoDB left ${pending.length} keys of table ${tableName} unprocessed after ${BATCH_ATTEMPTS} attempts. It is throttled: try again.`);
      }
      if (attempt > 0) {
        await backOff(timing, attempt - 1);
      }
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: pending, ConsistentRead: true } },
      }));
      items.push(...(Responses?.[tableName] ?? []) as T[]);
      pending = (UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[];
    }
  }
  return items;
}

/** All items of a query, page by page. */
export async function* queryItems<T>({ client, tableName }: TableAccess, query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<T> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new QueryCommand({ ...query, TableName: tableName, ExclusiveStartKey: from }));
    yield* (page.Items ?? []) as T[];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** Runs a conditional write. False: the condition did not hold, and nothing was written. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}
