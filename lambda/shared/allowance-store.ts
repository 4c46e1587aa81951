import { readItem, TableAccess } from './table';
import { AllowanceItem, allowanceKey, ANY_TIME, AnyTimeItem, NOT_A_BUILD } from '../../src/contract/tables';

/** What people allowed single releases to delete or replace, in the DeploymentsTable. */
export class AllowanceStore {
  public constructor(private readonly table: TableAccess) {}

  /** The logical IDs that the release of this commit may delete or replace in this environment. */
  public async logicalIds(environment: string, commitId: string): Promise<readonly string[]> {
    const { solution, timing } = this.table;
    const item = await readItem<AllowanceItem>(this.table, { Component: allowanceKey(solution, environment, commitId), BuildNumber: NOT_A_BUILD });
    return item === undefined || item.ExpiresAt * 1000 <= timing.now().getTime() ? [] : item.LogicalIds;
  }

  /** That the release of this commit may be deployed to this environment while change calendars are closed; nothing where no one allowed it. */
  public async anyTime(environment: string, commitId: string): Promise<AnyTimeItem | undefined> {
    const { solution, timing } = this.table;
    const item = await readItem<AnyTimeItem>(this.table, { Component: allowanceKey(solution, environment, commitId), BuildNumber: ANY_TIME });
    return item === undefined || item.ExpiresAt * 1000 <= timing.now().getTime() ? undefined : item;
  }
}
