import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FanOutInput } from '../../src/contract/fan-out';
import { diffKey } from '../../src/contract/tables';
import { Catalogue } from '../../src/core/catalogue';
import { OutcomeStore } from '../shared/outcome-store';
import { PlanStore, requireSameCatalogue } from '../shared/plan-store';
import { Timing } from '../shared/timing';

export interface PlanProgressProps {
  readonly solution: string;
  readonly catalogue: Catalogue;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly timing: Timing;
}

/** What a plan has changed, and what of it is built. */
export class PlanProgress {
  public constructor(private readonly props: PlanProgressProps) {}

  /** @throws where there is no such plan, or it is of another catalogue */
  public async changed({ commitId, planId }: Pick<FanOutInput, 'commitId' | 'planId'>): Promise<string[]> {
    const { solution, catalogue, diffTable: tableName, dynamoDb: client, timing } = this.props;
    const { marker, diffs } = await new PlanStore({ client, tableName, solution, timing }).require(commitId, planId);
    requireSameCatalogue(marker, catalogue);
    return diffs.map(({ Component }) => Component.slice(diffKey(solution, '').length));
  }

  /** Those of the changed components that have an outcome in this execution. */
  public async built(changed: readonly string[], executionId: string): Promise<ReadonlySet<string>> {
    const { solution, deploymentsTable: tableName, dynamoDb: client, timing } = this.props;
    const outcomes = await new OutcomeStore({ client, tableName, solution, timing }, executionId).getAll(changed);
    return new Set(outcomes.map(({ component }) => component));
  }
}
