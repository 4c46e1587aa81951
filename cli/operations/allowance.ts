import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineDescription } from './pipeline';
import { AllowanceItem, allowanceKey, ANY_TIME, AnyTimeItem, NOT_A_BUILD } from '../../src/contract/tables';

/** What a release may do that others may not, and how long. */
export interface Allowance {
  readonly environment: string;
  readonly commit: string;
  readonly reason?: string;
  readonly days: number;
  readonly now: Date;
}

/** Lets a release delete or replace resources, in place of an earlier allowance of the same release and environment. Returns when it ends. */
export async function allowDestruction(
  client: DynamoDBDocumentClient, pipeline: PipelineDescription, allowance: Allowance & { readonly logicalIds: readonly string[] },
): Promise<Date> {
  const item: AllowanceItem = { ...common(pipeline, allowance), BuildNumber: NOT_A_BUILD, LogicalIds: allowance.logicalIds };
  return put(client, pipeline, item);
}

/** Lets a release be deployed while change calendars are closed. Returns when the allowance ends. */
export async function allowAnyTime(client: DynamoDBDocumentClient, pipeline: PipelineDescription, allowance: Allowance): Promise<Date> {
  const item: AnyTimeItem = { ...common(pipeline, allowance), BuildNumber: ANY_TIME };
  return put(client, pipeline, item);
}

function common({ solution }: PipelineDescription, { environment, commit, reason, days, now }: Allowance): Omit<AnyTimeItem, 'BuildNumber'> {
  return {
    Component: allowanceKey(solution, environment, commit),
    Solution: solution,
    Environment: environment,
    CommitId: commit,
    ...(reason === undefined ? {} : { Reason: reason }),
    Timestamp: now.toISOString(),
    ExpiresAt: Math.floor(now.getTime() / 1000) + days * 86_400,
  };
}

async function put(client: DynamoDBDocumentClient, { deploymentsTable }: PipelineDescription, item: AllowanceItem | AnyTimeItem): Promise<Date> {
  await client.send(new PutCommand({ TableName: deploymentsTable, Item: item }));
  return new Date(item.ExpiresAt * 1000);
}
