import { Catalogue } from './catalogue';
import { Staleness } from './staleness/staleness';

/** One changed path: both sides of a rename are two changes. Repository-relative, `/`-separated, as Git stores it. */
export interface PathChange {
  readonly path: string;
  readonly type: 'A' | 'D' | 'M';
  /** It is a symbolic link by now. Where differences don't say, links are found by their contents, but for files that are not read. */
  readonly isLink?: boolean;
}

/** What a new plan is compared with. */
export type Comparison =
  /** The differences between the baseline's commit and the head, read to their end. */
  | { readonly kind: 'diff'; readonly baseline: BaselineState; readonly changes: Iterable<PathChange> }
  /** Too many differences to be read: the components whose inputs have other object IDs at the head than at the baseline's commit. */
  | { readonly kind: 'trees'; readonly baseline: BaselineState; readonly changed: ReadonlySet<string> }
  /** Nothing was ever released. */
  | { readonly kind: 'no-baseline' }
  /** The baseline's commit is gone. */
  | { readonly kind: 'baseline-missing'; readonly commit: string }
  /** The differences could not be read. */
  | { readonly kind: 'unreadable'; readonly detail: string };

export interface BaselineState {
  readonly commit: string;
  /** The components that the baseline's release holds, by name. A component that is not in it was never deployed. Absent: not known, so not judged. */
  readonly components?: ReadonlyMap<string, { readonly definition?: string; readonly pinned?: boolean; readonly builtAt?: string }>;
  /** The catalogue that its release was planned with. Absent: not known, so not judged. */
  readonly catalogue?: Catalogue;
  /** Globs of what nothing read by that catalogue and that is not there any more. */
  readonly goneUnread?: ReadonlySet<string>;
}

export interface PlanInput {
  readonly catalogue: Catalogue;
  readonly head: string;
  readonly comparison: Comparison;
  /** Components to build whatever changed; `'*'` for all. */
  readonly forced?: readonly string[];
  /**
   * For changed paths among the catalogue's `globalPaths`: the components that the change affects, such as those whose resolved
   * dependencies in a lockfile differ. A path that is not in it affects all.
   */
  readonly globalTrace?: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  /** What of the catalogue does not hold for the head. Everything holds where absent. */
  readonly staleness?: Staleness;
  /** When the plan is made: builds that are older than they may get are planned. Absent: their age is not judged. */
  readonly now?: Date;
}

