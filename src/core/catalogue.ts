/**
 * The catalogue: all components of one pipeline, as data.
 *
 * Synth writes it, the diff function, the build agent, the release function, the command line and the tests read it.
 * `schema/catalogue.schema.json` is the same in JSON Schema; `docs/catalogue.md` describes it for people.
 */
export interface Catalogue {
  readonly version: 1;
  /** Names the pipeline in tables that several pipelines share. */
  readonly solution?: string;
  readonly components: readonly CatalogueComponent[];
  /** Globs of files that affect every component, such as a lockfile. */
  readonly globalPaths?: readonly string[];
  /** What a changed file that no component owns means. `ignore` where absent. */
  readonly unownedPaths?: UnownedPathPolicy;
  /** The lockfiles among `globalPaths` affect the components whose resolved dependencies changed, instead of all. Not traced where absent. */
  readonly traceLockfiles?: boolean;
  /** With `traceLockfiles`, of the packages that the root's manifest names: who uses them. One that is not listed is used by all. */
  readonly sharedPackages?: { readonly [name: string]: NamedPackageUsers };
  /** Globs of files that no component owns and that nothing reads: whatever `unownedPaths` says, a change there means nothing. */
  readonly unread?: readonly string[];
  /** Globs of files that were excluded by hand: like `unread`, and for files that come later too. */
  readonly excludedPaths?: readonly string[];
  /**
   * The commit whose tree the facts were taken from, by its ID; `dirty` where the work tree was no commit's and `dirtyPaths` doesn't say in what.
   * For another tree the facts hold as far as what they were taken from is the same there. Absent in a catalogue that was written by hand: it holds for
   * every commit.
   *
   * In a catalogue that was found, a component at the root owns what its `include` names; what its path alone selects changes it and counts as unowned too.
   */
  readonly foundAt?: string;
  /** The day, in UTC, of that commit: `2026-01-31`. */
  readonly foundOn?: string;
  /** Paths in which the work tree differed from the commit. */
  readonly dirtyPaths?: readonly string[];
  /** Globs of the files that facts were taken from: manifests, lockfiles, settings of workspaces. */
  readonly foundFrom?: readonly string[];
  /** Names by which files refer to components, and the components that they mean. */
  readonly references?: { readonly [name: string]: readonly string[] };
  /** Commands, and the packages of `testPackages` and `sharedPackages` that bring them, where they have another name. */
  readonly commands?: { readonly [name: string]: readonly string[] };
}

/** `foundAt` where the work tree was no commit's and the catalogue doesn't say in what. */
export const DIRTY = 'dirty';

export type UnownedPathPolicy = 'ignore' | 'all' | 'error';

/** Names of components. */
export interface NamedPackageUsers {
  /** What is built of them may contain the package or be made with it. */
  readonly build?: readonly string[];
  /** Only their tests and checks use it. */
  readonly test?: readonly string[];
}

export interface CatalogueComponent {
  readonly name: string;
  /** A folder or a file, relative to the repository's root; `.` is the root itself. Taken literally: not a glob. */
  readonly path: string;
  /** Globs, relative to the repository's root, of further files that the component is made of. */
  readonly include?: readonly string[];
  /** Globs, relative to the repository's root, of files that are not the component's although `path` or `include` selects them. */
  readonly exclude?: readonly string[];
  /** Components whose change affects this one and, through it, its own dependents. */
  readonly dependsOn?: readonly string[];
  /** Components whose change re-tests this one and goes no further. */
  readonly testDependsOn?: readonly string[];
  /** With `traceLockfiles`: packages, from the ecosystem's registry, that only the component's tests and checks use. */
  readonly testPackages?: readonly string[];
  /**
   * Globs, relative to the repository's root, of what dependents read of this component.
   * A change outside them affects the component, not its dependents. Everything is read where absent.
   */
  readonly interface?: readonly string[];
  /** How old its build may get before it is built again although nothing changed, in whole hours. As old as it likes where absent. */
  readonly rebuildEveryHours?: number;
  /** Everything about the component that is not a file and that its build reads; absent in a catalogue that is only compared. */
  readonly build?: ComponentDefinition;
}

/** How a component is built and what becomes of its artifact. */
export interface ComponentDefinition {
  /** Digest of the whole definition, made at synth: a component whose digest differs from its last build's has changed. */
  readonly digest: string;
  readonly kind: string;
  readonly artifact: ArtifactDefinition;
  /** The template parameters that receive the location of the component's build. */
  readonly parameters: readonly ParameterBinding[];
}

/** What a build leaves behind. Paths are relative to the component's folder. */
export type ArtifactDefinition =
  /** A container image, pushed to the component's ECR repository. */
  | { readonly type: 'image' }
  /** One zip of the content of a folder. */
  | { readonly type: 'zip'; readonly path: string }
  /** One file, as it is. */
  | { readonly type: 'file'; readonly path: string }
  /** Several files under one prefix. `zip` files are folders that are zipped on the way. */
  | { readonly type: 'files'; readonly files: readonly ArtifactFile[] }
  /** The cloud assembly in a folder, with its assets. */
  | { readonly type: 'assembly'; readonly path: string }
  /** What a file holds is the location: an AMI's ID, an ARN, another registry's image; as JSON, one for each Region. */
  | { readonly type: 'reference'; readonly path: string }
  /** Nothing: the component is built and tested for its dependents' sake. */
  | { readonly type: 'none' };

export interface ArtifactFile {
  /** File or folder in the component's folder. */
  readonly path: string;
  /** Its name under the artifact's prefix. */
  readonly name: string;
  /** Zip the folder at `path` into `name`; otherwise `path` is a file. */
  readonly zip?: boolean;
}

/** One template parameter and which part of the location it receives. */
export interface ParameterBinding {
  readonly name: string;
  /**
   * `location`: the whole location (`s3://bucket/key` or an image URI). `bucket` and `key`: its halves.
   * `{ file }`: the location of one file of an artifact of several.
   */
  readonly part: 'location' | 'bucket' | 'key' | { readonly file: string };
}

/** What a catalogue says about how changes are judged: all but how components are built. */
export function withoutDefinitions(catalogue: Catalogue): Catalogue {
  return { ...catalogue, components: catalogue.components.map(({ build, ...component }) => component) };
}

/** The name that starts every error about a catalogue's content. */
export class CatalogueError extends Error {
  public readonly name = 'CatalogueError';
}
