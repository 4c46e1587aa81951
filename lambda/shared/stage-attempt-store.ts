import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { PartlyRecord, StageAttemptItem } from '../../src/contract/ledger';
import { NOT_A_BUILD, stackKey } from '../../src/contract/tables';
import { PartlyDelivered, StageAttempt } from '../../src/core/delivery/skipping';

/** What was last brought to each place, and whether all its gates passed and it was recorded, in the DeploymentsTable. */
export class StageAttemptStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(environment: string, place: string): Promise<StageAttempt | undefined> {
    const item = await readItem<StageAttemptItem>(this.table, this.key(environment, place));
    return item && {
      executionId: item.PipelineExecutionId,
      contentDigest: item.ContentDigest,
      gatesDigest: item.GatesDigest,
      testsDigest: item.TestsDigest,
      stacks: item.Stacks ?? [],
      leftBehind: item.LeftBehind ?? [],
      phase: item.Phase,
      ...(item.Partly === undefined ? {} : { partly: partlyDelivered(item.Partly) }),
    };
  }

  /** Notes that an execution came to the place. The stage holds one execution at a time, so no one else writes meanwhile. */
  public async start(environment: string, place: string, attempt: Omit<StageAttempt, 'phase'>): Promise<void> {
    const item: StageAttemptItem = {
      ...this.key(environment, place),
      Solution: this.table.solution,
      Environment: environment,
      Place: place,
      PipelineExecutionId: attempt.executionId,
      ContentDigest: attempt.contentDigest,
      GatesDigest: attempt.gatesDigest,
      TestsDigest: attempt.testsDigest,
      Stacks: attempt.stacks,
      LeftBehind: attempt.leftBehind,
      Phase: 'Started',
      ...(attempt.partly === undefined ? {} : { Partly: partlyRecord(attempt.partly) }),
      Timestamp: this.table.timing.now().toISOString(),
    };
    await this.table.client.send(new PutCommand({ TableName: this.table.tableName, Item: item }));
  }

  /** Notes that all gates of the place passed and the release is recorded. False: another execution came to the place since. */
  public async record(environment: string, place: string, executionId: string): Promise<boolean> {
    return holds(this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: this.key(environment, place),
      UpdateExpression: 'SET Phase = :recorded',
      ConditionExpression: 'PipelineExecutionId = :execution',
      ExpressionAttributeValues: { ':recorded': 'Recorded', ':execution': executionId },
    })));
  }

  /**
   * Notes which stacks of a place have the content of the execution, where it failed between them; nothing: all have it.
   * False: another execution came to the place since, or this one was recorded.
   */
  public async notePartly(environment: string, place: string, executionId: string, partly: PartlyDelivered | undefined): Promise<boolean> {
    return holds(this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: this.key(environment, place),
      UpdateExpression: partly === undefined ? 'REMOVE Partly' : 'SET Partly = :partly',
      ConditionExpression: 'PipelineExecutionId = :execution AND Phase = :started',
      ExpressionAttributeValues: { ':execution': executionId, ':started': 'Started', ...(partly === undefined ? {} : { ':partly': partlyRecord(partly) }) },
    })));
  }

  private key(environment: string, place: string): Pick<StageAttemptItem, 'Component' | 'BuildNumber'> {
    return { Component: stackKey(this.table.solution, environment, place, ''), BuildNumber: NOT_A_BUILD };
  }
}

/** A partial delivery, as the table holds it. */
export function partlyDelivered(record: PartlyRecord): PartlyDelivered {
  const { PipelineExecutionId: executionId, CommitId: commitId, With: done, Without: without, NotBegun: notBegun } = record;
  return { executionId, commitId, with: done, without, notBegun };
}

function partlyRecord({ executionId, commitId, with: done, without, notBegun }: PartlyDelivered): PartlyRecord {
  return { PipelineExecutionId: executionId, CommitId: commitId, With: done, Without: without, NotBegun: notBegun };
}
