import { Catalogue, CatalogueComponent } from '../core/catalogue';

/** Something in the repository that discovery could not use, by name. It goes on without it. */
export interface DiscoveryWarning {
  readonly kind: 'BrokenManifest' | 'DuplicateName' | 'MissingContent' | 'MissingMember' | 'RenamedComponent' | 'UnnamedPackage' | 'UnreadManifest';
  /** The manifest. */
  readonly path: string;
  readonly detail: string;
}

export interface DiscoveryOptions {
  /** Components given by hand. Each takes the place of the one found under the same name. */
  readonly components?: readonly CatalogueComponent[];
  /** Paths of components given by hand, whether a package is there or not: their files are read. */
  readonly paths?: readonly string[];
  /** Commands that build and test the package in a folder, and are in no file of it. What they mention, it uses. */
  readonly commandsOf?: (folder: string) => { readonly build: string; readonly test: string };
}

export interface Discovery {
  readonly catalogue: Catalogue;
  readonly warnings: readonly DiscoveryWarning[];
}

/** What the program offers to synth: the catalogue that the manifests in a work tree describe. */
export interface DiscoveryProgram {
  /**
   * @param directory any directory of a Git work tree
   * @throws Error where it is none
   */
  discoverWorkTree(directory: string, options?: DiscoveryOptions): Discovery;
}
