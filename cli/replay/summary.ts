import { ReplayedChange } from './history';

export interface ReplaySummary {
  readonly commits: number;
  /** Mean shares of the components, from 0 to 1. */
  readonly shares: { readonly [column in (typeof COLUMNS)[number]]: number };
  /** Mean share of the files that belong to a component, from 0 to 1: what belongs to none affects all. */
  readonly owned: number;
  /** Commits that affect no component. */
  readonly startNothing: number;
}

const COLUMNS = ['direct', 'closure', 'globalClosure', 'affected', 'rebuilt'] as const;

/** Commits without any component, as before a repository's first workspace, count for nothing. */
export function summarize(changes: readonly ReplayedChange[]): ReplaySummary {
  const counted = changes.filter(({ components }) => components > 0);
  const mean = (column: (typeof COLUMNS)[number]) => (counted.length === 0 ? 0
    : counted.reduce((sum, change) => sum + change[column] / change.components, 0) / counted.length);
  return {
    commits: counted.length,
    shares: Object.fromEntries(COLUMNS.map((column) => [column, mean(column)])) as ReplaySummary['shares'],
    owned: counted.length === 0 ? 0 : counted.reduce((sum, { owned }) => sum + owned, 0) / counted.length,
    startNothing: counted.filter(({ affected }) => affected === 0).length,
  };
}
