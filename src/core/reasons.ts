/**
 * Why a component counts as changed. Flat and chainable: a `Dependency` names the component it came through,
 * whose own reasons lead on, until a reason names paths or a state.
 */
export type Reason =
  /** Paths of the component itself changed. `internal`: all of them outside its interface, so its dependents are not affected by them. */
  | { readonly kind: 'Direct'; readonly paths: readonly string[]; readonly count: number; readonly internal?: true }
  /** A component it depends on is affected. */
  | { readonly kind: 'Dependency'; readonly via: string }
  /** A component that its tests depend on is affected; its own dependents are not. */
  | { readonly kind: 'TestDependency'; readonly via: string }
  /** What it is made of has other object IDs in Git. Stands for all kinds that name paths where the differences are too many to be read one by one. */
  | { readonly kind: 'TreesDiffer' }
  /**
   * A path that affects every component changed, or with lockfile tracing its resolved dependencies did. `packages`: through which chains of
   * names, such as `express > qs`, it requires another package than before. `untraced`: why a lockfile among the paths affects every component.
   */
  | {
    readonly kind: 'GlobalPath';
    readonly paths: readonly string[];
    readonly count: number;
    readonly packages?: readonly string[];
    readonly untraced?: string;
  }
  /** A changed path that no component owns, under the policy `all`. */
  | { readonly kind: 'UnownedPath'; readonly paths: readonly string[]; readonly count: number }
  /**
   * Something changed, and what the catalogue says about the component does not hold for this commit: it may read whatever changed. `paths`: what changed
   * since the catalogue was found; `detail`: why that is not known.
   */
  | { readonly kind: 'CatalogueStale'; readonly paths: readonly string[]; readonly count: number; readonly detail?: string }
  /** The baseline's release has no build of it. */
  | { readonly kind: 'NeverDeployed' }
  /**
   * Its definition (commands, image, paths, ...) differs from the one that the baseline's build was made with, or more may concern it or its dependents
   * than the baseline's catalogue said: what changed before was judged without that.
   */
  | { readonly kind: 'DefinitionChanged' }
  /** The baseline's build of it was chosen by hand, and need not be what the baseline's commit holds. */
  | { readonly kind: 'Pinned' }
  /** Nothing has to have changed: its build, of this time, is older than it may get. */
  | { readonly kind: 'RebuildDue'; readonly builtAt?: string; readonly everyHours: number }
  /** Nothing was ever released: everything is built. */
  | { readonly kind: 'NoBaseline' }
  /** The baseline's commit is not in the repository any more (a force-push): everything is built. */
  | { readonly kind: 'BaselineMissing'; readonly commit: string }
  /** The differences could not be read to their end: everything is built. */
  | { readonly kind: 'DiffUnreadable'; readonly detail: string }
  /** Somebody asked for it. */
  | { readonly kind: 'Forced' };

export type ReasonKind = Reason['kind'];

/** How many paths a reason lists, sorted; `count` says how many changes there are (a path that is reported twice counts twice). */
export const MAX_REASON_PATHS = 10;

/** How many chains of packages a reason lists, sorted. */
export const MAX_REASON_PACKAGES = 10;

/** Length of what a reason says about lockfiles that can't be traced, in characters: enough for a few. */
export const MAX_UNTRACED = 1_000;
