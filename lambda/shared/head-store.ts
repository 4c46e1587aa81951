import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { HEAD_PARTITION, HeadItem, planMarkerKey } from '../../src/contract/tables';

/** A head item without its key. */
export type Head = Omit<HeadItem, 'CommitId' | 'Component' | 'Solution'>;

/** The branch's head as it was last seen, in the DiffTable. */
export class HeadStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(): Promise<Head | undefined> {
    return readItem<HeadItem>(this.table, { CommitId: HEAD_PARTITION, Component: planMarkerKey(this.table.solution) });
  }

  /** Replaces what was read. False: someone else did so first, and nothing was written. */
  public async replace(read: Head | undefined, next: Head): Promise<boolean> {
    const item: HeadItem = { ...next, CommitId: HEAD_PARTITION, Component: planMarkerKey(this.table.solution), Solution: this.table.solution };
    const isPlanned = read?.PlannedBy !== undefined;
    return holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ...(read === undefined ? { ConditionExpression: 'attribute_not_exists(CommitId)' } : {
        ConditionExpression: `HeadNumber = :number AND Attempt = :attempt AND #status = :status AND ${isPlanned ? 'PlannedBy = :by AND PlannedUntil = :until' : 'attribute_not_exists(PlannedBy)'}`,
        ExpressionAttributeNames: { '#status': 'Status' },
        ExpressionAttributeValues: {
          ':number': read.HeadNumber, ':attempt': read.Attempt, ':status': read.Status, ...(isPlanned ? { ':by': read.PlannedBy, ':until': read.PlannedUntil } : {}),
        },
      }),
    })));
  }
}
