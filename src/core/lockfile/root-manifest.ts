/** What a changed manifest of a workspace's root says about the components. */
export type RootManifestChange =
  /** Nothing that a build reads. */
  | 'nothing'
  /** Dependencies alone: the lockfile says what of them changed. */
  | 'dependencies'
  /** Anything else. */
  | 'all';

/** What a lockfile says better, of `package.json` and of `pnpm-workspace.yaml`. */
const DEPENDENCIES = [
  'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'dependenciesMeta',
  'overrides', 'resolutions', 'workspaces', 'bundleDependencies', 'bundledDependencies',
  'packages', 'catalog', 'catalogs', 'packageExtensions', 'patchedDependencies',
];

/** What describes the root to people and registries. */
const DESCRIPTIVE = ['description', 'keywords', 'homepage', 'bugs', 'license', 'author', 'contributors', 'funding', 'repository'];

/**
 * Compares the root's manifest before and after; comments, formatting and the order of fields don't count.
 *
 * @param before the parsed manifest; what is no object, as where the file is not there, can't be compared: `all`
 */
export function compareRootManifests(before: unknown, after: unknown): RootManifestChange {
  if (!isObject(before) || !isObject(after)) {
    return 'all';
  }
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !DESCRIPTIVE.includes(field) && canonical(before[field]) !== canonical(after[field]));
  if (changed.length === 0) {
    return 'nothing';
  }
  return changed.every((field) => DEPENDENCIES.includes(field)) ? 'dependencies' : 'all';
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (isObject(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
    : inner));
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
