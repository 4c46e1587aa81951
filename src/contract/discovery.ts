import { ProjectNeeds } from '../core/buildspec/placement';
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

/** What the program offers to synth: the catalogue that the manifests in a work tree describe, and what its files say. */
export interface DiscoveryProgram {
  /**
   * What a buildspec of the work tree asks of the project that runs it.
   * @param directory any directory of a Git work tree
   * @param file path in the repository
   * @returns undefined where there is no work tree, or no such file in it
   * @throws Error for what no component's build can do: by file, line and way out
   */
  buildspecNeeds(directory: string, file: string): ProjectNeeds | undefined;


  /**
   * @param directory any directory of a Git work tree
   * @throws Error where it is none
   */
  discoverWorkTree(directory: string, options?: DiscoveryOptions): Discovery;
}
