/**
 * What a lockfile resolves dependencies to, whatever its format: a graph whose nodes are installed packages
 * and whose edges carry the name that a package is required by.
 */
export interface ResolvedGraph {
  /** The repository's own packages, by folder; the root's is `.`. */
  readonly importers: ReadonlyMap<string, ResolvedNode>;
  /** What the root requires is in its own reach alone, and importers are components' folders. */
  readonly isRootOwn?: boolean;
}

export interface ResolvedNode {
  /** Tells two packages' contents apart: version and checksum or location. */
  readonly identity: string;
  /** Where the node is one of the repository's own packages, its folder. */
  readonly importer?: string;
  /** By the name it is required by; undefined where nothing is installed under that name (an optional dependency, a peer). */
  readonly dependencies: ReadonlyMap<string, ResolvedNode | undefined>;
  /** Names of the commands that the package brings; undefined where neither the lockfile nor its name says. */
  readonly commands?: readonly string[];
  /** Names that it leaves to its dependents to bring, where the lockfile doesn't resolve them itself. */
  readonly peers?: readonly string[];
}

/** A node under construction: nodes refer to each other in cycles. */
export class MutableNode implements ResolvedNode {
  public readonly dependencies = new Map<string, ResolvedNode | undefined>();

  public constructor(
    public readonly identity: string,
    public readonly importer?: string,
    public readonly commands?: readonly string[],
    public readonly peers?: readonly string[],
  ) {}
}

/** The lockfile can't be read, so nothing can be told from it. */
export class LockfileError extends Error {
  public readonly name = 'LockfileError';
}

/** `value` if it is an object as in JSON. */
export function asRecord(value: unknown, what: string): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LockfileError(`${what} is ${value === undefined ? 'missing' : `not an object but ${JSON.stringify(value)}`}`);
  }
  return value as { readonly [key: string]: unknown };
}

/** Like `asRecord`; absent counts as empty. */
export function asOptionalRecord(value: unknown, what: string): { readonly [key: string]: unknown } {
  return value === undefined || value === null ? {} : asRecord(value, what);
}
