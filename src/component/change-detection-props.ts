import { ComponentDiscovery } from './component-discovery';

/** What a changed file that no component owns means. */
export enum UnownedPaths {
  /** Nothing: it is listed in the plan, and affects no component. */
  IGNORE = 'ignore',

  /** It affects every component. */
  ALL = 'all',

  /** The commit can't be planned: the diff function fails and names the paths. */
  ERROR = 'error',
}

/** Which components use a package. Each is named as in `components`. */
export interface PackageUsers {
  /**
   * What is built of these components may contain the package or be made with it.
   * @default - none
   */
  readonly builds?: string[];

  /**
   * Only the tests and checks of these components use the package. A change of it tests them again, and goes no further.
   * @default - none
   */
  readonly tests?: string[];
}

/** How changed files become changed components. */
export interface ChangeDetectionProps {
  /**
   * Globs of files that affect every component, such as a lockfile.
   * @default - those that `discovery` finds, or none
   */
  readonly globalPaths?: string[];

  /**
   * What a changed file that no component owns means.
   *
   * With `discovery`, files and folders at the root that nothing mentions and nothing reads as a whole mean nothing, and neither do those that it excludes.
   * @default - UnownedPaths.ALL with `discovery`, UnownedPaths.IGNORE without
   */
  readonly unownedPaths?: UnownedPaths;

  /**
   * Let the lockfiles among `globalPaths` (npm's, pnpm's, Yarn's) affect the components whose resolved dependencies changed, instead of all. The
   * root's manifest (`package.json`, `pnpm-workspace.yaml`), where it is among `globalPaths` too, then affects all only by what a lockfile doesn't say better.
   *
   * This is sound where each component requires only packages that its own manifest or the root's names, as pnpm and Yarn's Plug'n'Play enforce.
   * A component outside of the lockfile's workspaces is affected by what the root's manifest names. A lockfile that can't be read
   * affects all, and the plan says why: one that is larger than the 6 MB that CodeCommit gives out, for instance.
   * @default - true where `discovery` finds such a lockfile, false otherwise: whether packages name all that they require can't be seen here
   */
  readonly traceLockfiles?: boolean;

  /**
   * With `traceLockfiles`: who uses a package that the root's manifest names. A component that is listed under none of a package's uses doesn't use it.
   * @default - those that `discovery` finds; every component uses a package that is not listed
   */
  readonly sharedPackages?: { [name: string]: PackageUsers };

  /**
   * Finds components, and what they depend on, in the repository's own manifests.
   * @default - none: `components` are all there are
   */
  readonly discovery?: ComponentDiscovery;
}
