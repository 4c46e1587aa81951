import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mapConcurrently } from './concurrency';
import { holds, queryItems, readItem, TableAccess } from './table';
import { EnvironmentItem, environmentKey, NOT_A_BUILD } from '../../src/contract/tables';

const CONCURRENT_READS = 8;

/** What is live in an environment, or went live there once. */
export type LiveRelease = Pick<EnvironmentItem, 'Sequence' | 'CommitId' | 'Release' | 'PipelineExecutionId' | 'Promotion' | 'Timestamp'>;

/** What is live in each environment, and what ever went live there, in the DeploymentsTable. */
export class EnvironmentStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(environment: string): Promise<LiveRelease | undefined> {
    return this.item(environment, NOT_A_BUILD);
  }

  /** What is live in each of these environments, in their order. */
  public async readEach(environments: readonly string[]): Promise<(LiveRelease | undefined)[]> {
    return mapConcurrently(environments, CONCURRENT_READS, async (environment) => this.read(environment));
  }

  /** The greatest number under which anything is live in these environments; 0 where nothing is. */
  public async lastSequence(environments: readonly string[]): Promise<number> {
    const live = await this.readEach(environments);
    return Math.max(0, ...live.map((release) => release?.Sequence ?? 0));
  }

  /** Whether what is live in each of these environments was brought there by this execution. */
  public async isLiveEverywhere(environments: readonly string[], executionId: string): Promise<boolean> {
    const live = await this.readEach(environments);
    return live.every((release) => release?.PipelineExecutionId === executionId);
  }

  /** Whether what is live in any of these environments was promoted, or brought by a rollback. */
  public async isAnyPromoted(environments: readonly string[]): Promise<boolean> {
    const live = await this.readEach(environments);
    return live.some((release) => release?.Promotion !== undefined);
  }

  /** What went live in the environment last, the newest first. */
  public async latest(environment: string, limit: number): Promise<LiveRelease[]> {
    const { client, tableName, solution } = this.table;
    const { Items = [] } = await client.send(new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'Component = :environment AND BuildNumber > :none',
      ExpressionAttributeValues: { ':environment': environmentKey(solution, environment), ':none': NOT_A_BUILD },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }));
    return Items as EnvironmentItem[];
  }

  /** Everything that ever went live in the environment, the earliest first. */
  public async history(environment: string): Promise<LiveRelease[]> {
    const found: LiveRelease[] = [];
    for await (const item of queryItems<EnvironmentItem>(this.table, {
      KeyConditionExpression: 'Component = :environment AND BuildNumber > :none',
      ExpressionAttributeValues: { ':environment': environmentKey(this.table.solution, environment), ':none': NOT_A_BUILD },
      ConsistentRead: true,
    })) {
      found.push(item);
    }
    return found;
  }

  /** The release that went live in the environment under this number. */
  public async wentLive(environment: string, sequence: number): Promise<LiveRelease | undefined> {
    return this.item(environment, sequence);
  }

  /** Notes that a release went live: what can be gone back to. */
  public async note(environment: string, live: LiveRelease): Promise<void> {
    await this.table.client.send(new PutCommand({ TableName: this.table.tableName, Item: this.toItem(environment, live, live.Sequence) }));
  }

  /** Makes a release the environment's. False: a later execution's release already is, and nothing was written. */
  public async move(environment: string, live: LiveRelease): Promise<boolean> {
    return holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: this.toItem(environment, live, NOT_A_BUILD),
      ConditionExpression: 'attribute_not_exists(Component) OR #sequence < :sequence OR (#sequence = :sequence AND PipelineExecutionId = :execution)',
      ExpressionAttributeNames: { '#sequence': 'Sequence' },
      ExpressionAttributeValues: { ':sequence': live.Sequence, ':execution': live.PipelineExecutionId },
    })));
  }

  private async item(environment: string, number: number): Promise<LiveRelease | undefined> {
    return readItem<EnvironmentItem>(this.table, { Component: environmentKey(this.table.solution, environment), BuildNumber: number });
  }

  private toItem(environment: string, live: LiveRelease, number: number): EnvironmentItem {
    return {
      Component: environmentKey(this.table.solution, environment),
      BuildNumber: number,
      Solution: this.table.solution,
      Environment: environment,
      Sequence: live.Sequence,
      CommitId: live.CommitId,
      Release: live.Release,
      PipelineExecutionId: live.PipelineExecutionId,
      Promotion: live.Promotion,
      Timestamp: live.Timestamp,
    };
  }
}
