import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineDescription } from './pipeline';
import { AllowanceItem, allowanceKey, NOT_A_BUILD } from '../../src/contract/tables';

/** What a release may destroy, and how long. */
export interface Allowance {
  readonly environment: string;
  readonly commit: string;
  readonly logicalIds: readonly string[];
  readonly reason?: string;
  readonly days: number;
  readonly now: Date;
}

/** Records an allowance, in place of an earlier one of the same release and environment. Returns when it ends. */
export async function allowDestruction(client: DynamoDBDocumentClient, pipeline: PipelineDescription, allowance: Allowance): Promise<Date> {
  const { solution, deploymentsTable } = pipeline;
  const { environment, commit, logicalIds, reason, days, now } = allowance;
  const expiresAt = Math.floor(now.getTime() / 1000) + days * 86_400;
  const item: AllowanceItem = {
    Component: allowanceKey(solution, environment, commit),
    BuildNumber: NOT_A_BUILD,
    Solution: solution,
    Environment: environment,
    CommitId: commit,
    LogicalIds: logicalIds,
    ...(reason === undefined ? {} : { Reason: reason }),
    Timestamp: now.toISOString(),
    ExpiresAt: expiresAt,
  };
  await client.send(new PutCommand({ TableName: deploymentsTable, Item: item }));
  return new Date(expiresAt * 1000);
}
