import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { LookTimeItem, planMarkerKey, WEBHOOK_PARTITION } from '../../src/contract/tables';

/** A look that webhooks asked for, or are about to. */
export interface LookTime {
  /** When it was or is to be, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether the diff function was asked for it. */
  readonly isAsked: boolean;
}

/** The last look that a webhook asked for. */
export class LookTimeStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(): Promise<LookTime | undefined> {
    const item = await readItem<LookTimeItem>(this.table, this.key);
    return item && { at: item.LookAt, isAsked: item.IsAsked };
  }

  /** Puts a look in the place of the one that was at `last`. False: another request was first. */
  public async replace(last: number | undefined, { at, isAsked }: LookTime): Promise<boolean> {
    const item: LookTimeItem = { ...this.key, Solution: this.table.solution, LookAt: at, IsAsked: isAsked };
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
