import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, TableAccess } from './table';
import { HEAD_PARTITION, SourceStateItem, sourceStateKey } from '../../src/contract/tables';

/** What there is to remember of a source that cannot be read. */
export type SourceState = Pick<SourceStateItem, 'FailedSince' | 'NotBefore'>;

/** That the source cannot be read, in the DiffTable. While it can, there is no item. */
export class SourceStateStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(): Promise<SourceState | undefined> {
    return readItem<SourceStateItem>(this.table, this.key);
  }

  /** Two that write at once have seen the same: whichever comes last counts. */
  public async write(state: SourceState): Promise<void> {
    const item: SourceStateItem = { ...state, ...this.key, Solution: this.table.solution };
    await this.table.client.send(new PutCommand({ TableName: this.table.tableName, Item: item }));
  }

  public async clear(): Promise<void> {
    await this.table.client.send(new DeleteCommand({ TableName: this.table.tableName, Key: this.key }));
  }

  private get key() {
    return { CommitId: HEAD_PARTITION, Component: sourceStateKey(this.table.solution) } as const;
  }
}
