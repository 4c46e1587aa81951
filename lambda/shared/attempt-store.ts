import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { AttemptRecord, DeliveredRecord, StackItem } from '../../src/contract/ledger';
import { NOT_A_BUILD, stackKey } from '../../src/contract/tables';

/** Which stack. */
export interface StackAddress {
  readonly environment: string;
  readonly place: string;
  readonly stackName: string;
}

/** What the ledger holds of one stack, or of another delivery. */
export interface LedgerOf<Delivered> extends Pick<StackItem, 'Version' | 'Attempt'> {
  readonly Delivered?: Delivered;
}

export type Ledger = LedgerOf<DeliveredRecord>;

/** Someone else wrote the ledger meanwhile: another worker of the same job, or a later execution. */
export class OvertakenError extends Error {
  public constructor({ stackName }: StackAddress) {
    super(`Another worker moved the delivery of stack ${stackName} on.`);
  }
}

/** The attempts on the stacks of places, in the DeploymentsTable. Each write has the last one's version as its condition. */
export class AttemptStore<Delivered = DeliveredRecord> {
  public constructor(private readonly table: TableAccess) {}

  public async read(address: StackAddress): Promise<LedgerOf<Delivered> | undefined> {
    return readItem<LedgerOf<Delivered>>(this.table, this.key(address));
  }

  /**
   * Writes an attempt, and what was delivered where that changes.
   * @throws OvertakenError where the ledger is not as `last` any more
   */
  public async write(
    address: StackAddress, last: LedgerOf<Delivered> | undefined, attempt: AttemptRecord, delivered = last?.Delivered,
  ): Promise<LedgerOf<Delivered>> {
    const ledger: LedgerOf<Delivered> = { Version: (last?.Version ?? 0) + 1, Attempt: attempt, ...(delivered === undefined ? {} : { Delivered: delivered }) };
    const item: Omit<StackItem, 'Delivered'> & LedgerOf<Delivered> = {
      ...this.key(address),
      Solution: this.table.solution,
      Environment: address.environment,
      Place: address.place,
      StackName: address.stackName,
      ...ledger,
      Timestamp: this.table.timing.now().toISOString(),
    };
    const written = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ...(last === undefined
        ? { ConditionExpression: 'attribute_not_exists(Component)' }
        : { ConditionExpression: 'Version = :version', ExpressionAttributeValues: { ':version': last.Version } }),
    })));
    if (!written) {
      throw new OvertakenError(address);
    }
    return ledger;
  }

  private key({ environment, place, stackName }: StackAddress): Pick<StackItem, 'Component' | 'BuildNumber'> {
    return { Component: stackKey(this.table.solution, environment, place, stackName), BuildNumber: NOT_A_BUILD };
  }
}

export type { AttemptRecord, DeliveredRecord };
