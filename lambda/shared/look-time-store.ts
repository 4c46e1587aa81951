import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { LookTimeItem, planMarkerKey, WEBHOOK_PARTITION } from '../../src/contract/tables';

/** When the last look was, or is to be, that a webhook asked for. */
export class LookTimeStore {
  public constructor(private readonly table: TableAccess) {}

  /** In milliseconds since the epoch. */
  public async read(): Promise<number | undefined> {
    return (await readItem<LookTimeItem>(this.table, this.key))?.LookAt;
  }

  /** False: another request was first. */
  public async replace(last: number | undefined, next: number): Promise<boolean> {
    const item: LookTimeItem = { ...this.key, Solution: this.table.solution, LookAt: next };
    return holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ...(last === undefined
        ? { ConditionExpression: 'attribute_not_exists(LookAt)' }
        : { ConditionExpression: 'LookAt = :last', ExpressionAttributeValues: { ':last': last } }),
    })));
  }

  private get key() {
    return { CommitId: WEBHOOK_PARTITION, Component: planMarkerKey(this.table.solution) } as const;
  }
}
