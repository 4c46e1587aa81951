/** What a changed root manifest (`package.json`) says about the components. */
export type RootManifestChange =
  /** Nothing that a build reads. */
  | 'nothing'
  /** Dependencies alone: the lockfile says what of them changed. */
  | 'dependencies'
  /** Anything else. */
  | 'all';

const DEPENDENCIES = [
  'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'dependenciesMeta',
  'overrides', 'resolutions', 'workspaces', 'bundleDependencies', 'bundledDependencies',
];

/** Fields that describe the root package to people and registries. */
const DESCRIPTIVE = ['description', 'keywords', 'homepage', 'bugs', 'license', 'author', 'contributors', 'funding', 'repository'];

/** Compares two texts of the root's `package.json`; formatting and order don't count. A text that is absent or not JSON: `all`. */
export function compareRootManifests(before: string | undefined, after: string | undefined): RootManifestChange {
  const [old, now] = [parse(before), parse(after)];
  if (old === undefined || now === undefined) {
    return 'all';
  }
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((field) => !DESCRIPTIVE.includes(field) && canonical(old[field]) !== canonical(now[field]));
  if (changed.length === 0) {
    return 'nothing';
  }
  return changed.every((field) => DEPENDENCIES.includes(field)) ? 'dependencies' : 'all';
}

function parse(text: string | undefined): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? value as { readonly [field: string]: unknown } : undefined;
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
    : inner));
}
