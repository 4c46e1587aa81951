import { InternalRules } from './internal-files';
import { FileIndex } from './repository-files';
import { Fields } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** What a package of the repository needs of another. */
export interface PackageDependency {
  /** Folder of the other package. */
  readonly folder: string;
  /**
   * `build`: what is built of the package may contain or be made with it. `test`: its ecosystem guarantees that only tests can use it.
   * `development`: the manifest leaves open whether it is one or the other; its files tell.
   */
  readonly use: 'build' | 'test' | 'development';
}

/** A path that a manifest names. */
export interface ManifestPath {
  /** Relative to the repository's root; a folder need not be tracked. */
  readonly path: string;
  readonly use: 'build' | 'test';
  /** All of the folder is taken, with the packages in it. */
  readonly isContent?: boolean;
}

/** A package of the repository, as its ecosystem's manifest describes it. */
export interface DiscoveredPackage {
  readonly name: string;
  readonly folder: string;
  /** `folder` is a file: all that the package has of its own. */
  readonly isFile?: boolean;
  /** The folder that goes with the file: what is there and in no other package is part of this one. */
  readonly home?: string;
  readonly manifest: string;
  readonly dependencies: readonly PackageDependency[];
  /** What files call it by, apart from its path: its name, the commands that it brings. */
  readonly references: readonly string[];
  /** What code imports it by without any manifest that names it, where its ecosystem allows that: `from` are the folders of those that can. */
  readonly importable?: { readonly names: readonly string[]; readonly from: ReadonlySet<string> };
  /** Paths that the manifest takes in, relative to the repository's root: folders and files of no component, or of another. */
  readonly paths?: readonly ManifestPath[];
  /** Folders of packages that its files may refer to by name without any dependency on them: the root of its workspace declares them. */
  readonly reachable?: readonly string[];
  /** Names of the files at the root of its workspace that it is installed and built by, there or not, where that is not the repository's root. */
  readonly sharedPaths?: readonly string[];
  /** Paths that overrides of the package manager put in the place of packages from elsewhere, for anyone who installs such a one. */
  readonly overrides?: readonly string[];
  /** Only a link to another repository is here, so nothing is known of it. */
  readonly isOpaque?: boolean;
  /** Paths, relative to the folder, that the manifest names as what others read. */
  readonly published: readonly string[];
  /** The manifest's fields, of npm's packages. */
  readonly fields?: Fields;
  /**
   * Of a package at the repository's root: globs, relative to the root, of what its tool takes: its sources, its manifest. Whatever else is
   * there changes it too, and counts as owned by no component. Unknown where absent: then that goes for everything.
   */
  readonly takes?: readonly string[];
  /** Texts of the manifest where references are looked for, by who reads them: as `Use`. Scripts are added once it is known what runs them. */
  readonly manifestTexts: { readonly build: string; readonly test: string; readonly style?: string };
}

/** What one ecosystem's parser finds in a repository. */
export interface EcosystemFindings {
  readonly packages: readonly DiscoveredPackage[];
  /** Names of the files that every package of the ecosystem reads, whether they are there or not: one that is added or deleted counts too. */
  readonly globalPaths: readonly string[];
  /**
   * Globs, relative to the repository's root, of the files that facts were taken from: manifests, settings of workspaces, lockfiles that name local
   * packages. Another text there may mean other packages and dependencies. Sources are not among them: they are scanned for references.
   */
  readonly foundFrom?: readonly string[];
  readonly warnings: readonly DiscoveryWarning[];
}

export interface Ecosystem {
  readonly name: string;
  readonly internal: InternalRules;
  /** @param isPackaged - tells folders that a template packages: they become no packages unless a workspace has them as members */
  discover(index: FileIndex, isPackaged: (folder: string) => boolean): EcosystemFindings;
}

export const NOTHING_FOUND: EcosystemFindings = { packages: [], globalPaths: [], warnings: [] };

/** A member of which only a link to another repository is here. */
export function opaquePackage(folder: string): DiscoveredPackage {
  return { name: folder, folder, manifest: folder, dependencies: [], references: [], published: [], manifestTexts: { build: '', test: '' }, isOpaque: true };
}

/** A package and what it was found by. */
export interface FoundPackage extends DiscoveredPackage {
  /** Names of the ecosystems whose manifests are in the folder. */
  readonly ecosystems: readonly string[];
  readonly internal: InternalRules;
}
