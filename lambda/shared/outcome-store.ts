import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { holds, readItem, readItems, TableAccess } from './table';
import { expiresAt } from './timing';
import { NOT_A_BUILD, OutcomeItem, outcomeKey } from '../../src/contract/tables';

/** CodePipeline keeps an execution's history for a year: no retry of it comes later. */
const RETENTION_DAYS = 400;

/** What one execution decided for a component. */
export interface Outcome {
  readonly component: string;
  readonly outcome: OutcomeItem['Outcome'];
  /** Number of the build. */
  readonly build: number;
}

/** Outcomes of one execution, in the DeploymentsTable. */
export class OutcomeStore {
  public constructor(private readonly table: TableAccess, private readonly executionId: string) {}

  public async get(component: string): Promise<Outcome | undefined> {
    const item = await readItem<OutcomeItem>(this.table, this.key(component));
    return item && { component, outcome: item.Outcome, build: item.Build };
  }

  /** The outcomes of these components, as far as there are any. */
  public async getAll(components: readonly string[]): Promise<Outcome[]> {
    const names = new Map(components.map((component) => [outcomeKey(this.table.solution, component, this.executionId), component]));
    const items = await readItems<OutcomeItem>(this.table, components.map((component) => this.key(component)));
    return items.map((item) => ({ component: names.get(item.Component)!, outcome: item.Outcome, build: item.Build }));
  }

  /** Decides. An outcome is decided once: the one that stands is returned, which may be an earlier one. */
  public async decide(outcome: Outcome, plan: { readonly planId: string; readonly commitId: string }): Promise<Outcome> {
    const now = this.table.timing.now();
    const item: OutcomeItem = {
      Component: outcomeKey(this.table.solution, outcome.component, this.executionId),
      BuildNumber: NOT_A_BUILD,
      Solution: this.table.solution,
      Outcome: outcome.outcome,
      Build: outcome.build,
      PlanId: plan.planId,
      CommitId: plan.commitId,
      Timestamp: now.toISOString(),
      ExpiresAt: expiresAt(now, RETENTION_DAYS),
    };
    const decided = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(Component)',
    })));
    return decided ? outcome : (await this.get(outcome.component))!;
  }

  private key(component: string) {
    return { Component: outcomeKey(this.table.solution, component, this.executionId), BuildNumber: NOT_A_BUILD };
  }
}
