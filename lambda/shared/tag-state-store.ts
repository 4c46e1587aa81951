import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { HEAD_PARTITION, TagStateItem, tagStateKey } from '../../src/contract/tables';
import { TagState } from '../../src/core/tags/tag-state';

/** What is known of an environment's tags, as it was read. */
export interface StoredTagState {
  readonly version: number;
  readonly state: TagState;
}

/** Of each tag this much is kept: what fits into an item of DynamoDB is some 40,000 of them. */
const DIGEST_BYTES = 8;
export const MOST_TAGS = 40_000;

/** What an environment's state keeps of a tag with its commit. */
export function tagDigest(tag: string, commitId: string): string {
  return createHash('sha256').update(`${tag}\n${commitId}`).digest('hex').slice(0, 2 * DIGEST_BYTES);
}

/** What is known of the tags that an environment takes, in the DiffTable. */
export class TagStateStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(environment: string): Promise<StoredTagState | undefined> {
    const item = await readItem<TagStateItem>(this.table, this.key(environment));
    if (item === undefined) {
      return undefined;
    }
    const { Version: version, Generation: generation, Seen, Waiting: waiting, Promotion: promotion } = item;
    const text = Buffer.from(Seen).toString('hex');
    const seen = new Set(text.match(new RegExp(`.{${2 * DIGEST_BYTES}}`, 'g')) ?? []);
    return { version, state: { generation, seen, waiting, ...(promotion === undefined ? {} : { promotion }) } };
  }

  /** Replaces what was read. Nothing: someone else did so first, and nothing was written. */
  public async replace(environment: string, read: StoredTagState | undefined, next: TagState): Promise<StoredTagState | undefined> {
    const { generation, seen, waiting, promotion } = next;
    const version = (read?.version ?? 0) + 1;
    const item: TagStateItem = {
      ...this.key(environment),
      Solution: this.table.solution,
      Environment: environment,
      Version: version,
      Generation: generation,
      Seen: Buffer.from([...seen].sort().join(''), 'hex'),
      Waiting: waiting,
      ...(promotion === undefined ? {} : { Promotion: promotion }),
    };
    const written = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ...(read === undefined ? { ConditionExpression: 'attribute_not_exists(CommitId)' } : {
        ConditionExpression: 'Version = :version', ExpressionAttributeValues: { ':version': read.version },
      }),
    })));
    return written ? { version, state: next } : undefined;
  }

  private key(environment: string) {
    return { CommitId: HEAD_PARTITION, Component: tagStateKey(this.table.solution, environment) } as const;
  }
}
