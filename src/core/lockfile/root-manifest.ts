import { canonicalJson } from '../digest';
import { usesOfScripts } from './package-scripts';

type Fields = { readonly [field: string]: unknown };

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

/** What of the field `pnpm` of `package.json` a lockfile says better. */
const PNPM_DEPENDENCIES = ['overrides', 'packageExtensions', 'patchedDependencies'];

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
  const changed = differing(before, after).filter((field) => (
    !DESCRIPTIVE.includes(field) && !(field === 'scripts' && isStyleAlone(before.scripts, after.scripts))
  ));
  if (changed.length === 0) {
    return 'nothing';
  }
  return changed.every((field) => DEPENDENCIES.includes(field) || (field === 'pnpm' && areDependencies(before.pnpm, after.pnpm))) ? 'dependencies' : 'all';
}

/** Whether two manifests of a Cargo workspace differ by nothing but versions of packages that its members share, of which the lockfile says more. */
export function sameButVersions(before: unknown, after: unknown): boolean {
  const plain = (manifest: Fields): string => {
    const workspace = isObject(manifest.workspace) ? manifest.workspace : {};
    const dependencies = isObject(workspace.dependencies) ? workspace.dependencies : {};
    const entries = Object.entries(dependencies).map(([name, value]) => [name, typeof value === 'string' ? {} : isObject(value) ? { ...value, version: undefined } : value]);
    return canonicalJson({ ...manifest, workspace: { ...workspace, dependencies: Object.fromEntries(entries) as Fields } });
  };
  return isObject(before) && isObject(after) && plain(before) === plain(after);
}

function areDependencies(before: unknown = {}, after: unknown = {}): boolean {
  return isObject(before) && isObject(after) && differing(before, after).every((field) => PNPM_DEPENDENCIES.includes(field));
}

/** Whether only such scripts differ as look at how something is written, or make documents. */
function isStyleAlone(before: unknown = {}, after: unknown = {}): boolean {
  if (!isObject(before) || !isObject(after)) {
    return false;
  }
  const uses = [usesOfScripts(before), usesOfScripts(after)];
  return differing(before, after).every((script) => uses.every((of) => (of.get(script) ?? 'style') === 'style'));
}

function differing(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => canonicalJson(before[field]) !== canonicalJson(after[field]));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
