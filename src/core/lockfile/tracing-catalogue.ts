import { Catalogue, CatalogueComponent } from '../catalogue';

/** Names of the lockfiles that can be read. */
export const LOCKFILES: readonly string[] = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];

/** Names of the manifests beside lockfiles, or of components, that can be compared. */
export const MANIFESTS: readonly string[] = ['package.json', 'pnpm-workspace.yaml'];

/** Whether tracing has anything to say about a changed path: it need not be loaded for others. */
export function mayBeTraced(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return LOCKFILES.includes(name) || MANIFESTS.includes(name);
}

/** A catalogue that says what a lockfile's change means to its components. */
export interface TracingCatalogue extends Catalogue {
  readonly components: readonly TracingComponent[];
  /** The lockfiles among `globalPaths` affect the components whose resolved dependencies changed, instead of all. Not traced where absent. */
  readonly traceLockfiles?: boolean;
  /** Of the packages that the root's manifest names: who uses them. One that is not listed is used by all. */
  readonly sharedPackages?: { readonly [name: string]: PackageUsers };
}

export interface TracingComponent extends CatalogueComponent {
  /** Packages, from the ecosystem's registry, that only the component's tests and checks use. */
  readonly testPackages?: readonly string[];
}

/** Names of components. */
export interface PackageUsers {
  /** What is built of them may contain the package or be made with it. */
  readonly build?: readonly string[];
  /** Only their tests and checks use it. */
  readonly test?: readonly string[];
}
