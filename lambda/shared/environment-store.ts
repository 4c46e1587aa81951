import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, TableAccess } from './table';
import { EnvironmentItem, environmentKey, NOT_A_BUILD } from '../../src/contract/tables';

/** What is live in an environment. */
export type LiveRelease = Pick<EnvironmentItem, 'Sequence' | 'CommitId' | 'Release' | 'PipelineExecutionId' | 'Timestamp'>;

/** What is live in each environment, in the DeploymentsTable. */
export class EnvironmentStore {
  public constructor(private readonly table: TableAccess) {}

  public async read(environment: string): Promise<LiveRelease | undefined> {
    return readItem<EnvironmentItem>(this.table, { Component: environmentKey(this.table.solution, environment), BuildNumber: NOT_A_BUILD });
  }

  /** Makes a release the environment's. False: a later execution's release already is, and nothing was written. */
  public async move(environment: string, live: LiveRelease): Promise<boolean> {
    const item: EnvironmentItem = {
      Component: environmentKey(this.table.solution, environment),
      BuildNumber: NOT_A_BUILD,
      Solution: this.table.solution,
      Environment: environment,
      Sequence: live.Sequence,
      CommitId: live.CommitId,
      Release: live.Release,
      PipelineExecutionId: live.PipelineExecutionId,
      Timestamp: live.Timestamp,
    };
    return holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(Component) OR #sequence < :sequence OR (#sequence = :sequence AND PipelineExecutionId = :execution)',
      ExpressionAttributeNames: { '#sequence': 'Sequence' },
      ExpressionAttributeValues: { ':sequence': live.Sequence, ':execution': live.PipelineExecutionId },
    })));
  }
}
