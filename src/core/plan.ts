import { Catalogue } from './catalogue';
import { Reason } from './reasons';

/** One changed path: both sides of a rename are two changes. Repository-relative, `/`-separated, as Git stores it. */
export interface PathChange {
  readonly path: string;
  readonly type: 'A' | 'D' | 'M';
}

/** What a new plan is compared with. */
export type Comparison =
  /** The differences between the baseline's commit and the head, read to their end. */
  | { readonly kind: 'diff'; readonly baseline: BaselineState; readonly changes: Iterable<PathChange> }
  /** Nothing was ever released. */
  | { readonly kind: 'no-baseline' }
  /** The baseline's commit is gone. */
  | { readonly kind: 'baseline-missing'; readonly commit: string }
  /** The differences could not be read. */
  | { readonly kind: 'unreadable'; readonly detail: string };

export interface BaselineState {
  readonly commit: string;
  /** The components that the baseline's release holds, by name. A component that is not in it was never deployed. Absent: not known, so not judged. */
  readonly components?: ReadonlyMap<string, { readonly definition?: string }>;
}

export interface PlanInput {
  readonly catalogue: Catalogue;
  readonly head: string;
  readonly comparison: Comparison;
  /** Components to build whatever changed; `'*'` for all. */
  readonly forced?: readonly string[];
}

/** All diffs for one commit, with the baseline they were computed against. */
export interface Plan {
  readonly baseline: string | undefined;
  readonly head: string;
  /** In the catalogue's dependency order, ties by name. */
  readonly changed: readonly PlannedChange[];
  readonly unchanged: readonly string[];
  readonly unowned: { readonly count: number; readonly paths: readonly string[] };
}

export interface PlannedChange {
  readonly component: string;
  /** At least one; in the order of `Reason`'s kinds. */
  readonly reasons: readonly Reason[];
}
