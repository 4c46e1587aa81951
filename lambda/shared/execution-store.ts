import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { expiresAt } from './timing';
import { EXECUTION_PARTITION, ExecutionCounterItem, ExecutionItem, executionKey, planMarkerKey } from '../../src/contract/tables';

/** CodePipeline keeps an execution's history for a year: no retry of it comes later. */
const RETENTION_DAYS = 400;

/** Sequence numbers of the pipeline's executions, in the DiffTable. */
export class ExecutionStore {
  public constructor(private readonly table: TableAccess) {}

  /**
   * The execution's number: taken when first asked for, the same ever after, and greater than those taken before.
   * @param recorded - the greatest number that is recorded anywhere: should the counter have been lost, or be a copy from before, it goes on from there
   */
  public async sequence(executionId: string, kind: 'planned' | 'promotion', recorded: number): Promise<number> {
    const key = this.executionKey(executionId);
    const known = await readItem<ExecutionItem>(this.table, key);
    if (known !== undefined) {
      return known.Sequence;
    }
    await this.raise(recorded);
    const { Attributes } = await this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: this.counterKey(),
      UpdateExpression: `SET #last = if_not_exists(#last, :zero) + :one${kind === 'planned' ? ', Planned = if_not_exists(#last, :zero) + :one' : ''}`,
      ExpressionAttributeNames: { '#last': 'Sequence' },
      ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }));
    const item: ExecutionItem = {
      ...key,
      Solution: this.table.solution,
      Sequence: Attributes!.Sequence as number,
      ExpiresAt: expiresAt(this.table.timing.now(), RETENTION_DAYS),
    };
    const taken = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(CommitId)',
    })));
    return taken ? item.Sequence : (await readItem<ExecutionItem>(this.table, key))!.Sequence;
  }

  /** The execution's number, if it has one. */
  public async find(executionId: string): Promise<number | undefined> {
    return (await readItem<ExecutionItem>(this.table, this.executionKey(executionId)))?.Sequence;
  }

  /** The numbers taken last: by any execution, and by one that deploys its commit. 0 where there is none. */
  public async last(): Promise<{ readonly taken: number; readonly planned: number }> {
    const counter = await readItem<Partial<ExecutionCounterItem>>(this.table, this.counterKey());
    return { taken: counter?.Sequence ?? 0, planned: counter?.Planned ?? 0 };
  }

  /** Lets the counter go on from a number, unless it is past it. */
  private async raise(number: number): Promise<void> {
    if (number > 0) {
      await holds(this.table.client.send(new UpdateCommand({
        TableName: this.table.tableName,
        Key: this.counterKey(),
        UpdateExpression: 'SET #last = :number',
        ConditionExpression: 'attribute_not_exists(#last) OR #last < :number',
        ExpressionAttributeNames: { '#last': 'Sequence' },
        ExpressionAttributeValues: { ':number': number },
      })));
    }
  }

  private executionKey(executionId: string) {
    return { CommitId: EXECUTION_PARTITION, Component: executionKey(this.table.solution, executionId) } as const;
  }

  private counterKey() {
    return { CommitId: EXECUTION_PARTITION, Component: planMarkerKey(this.table.solution) };
  }
}
