import { FoundPackage } from './ecosystem';
import { PackageUse } from './installed-packages';
import { findInternalFiles, interfaceGlobs } from './interface-globs';
import { PackageReads } from './package-reads';
import { CatalogueComponent, NamedPackageUsers } from '../../src/core/catalogue';
import { escapeGlob } from '../../src/core/globs';

/** What components are made from: all packages that were found, and what was read of them. */
export interface FoundInSources {
  readonly packages: readonly FoundPackage[];
  readonly reads: ReadonlyMap<string, PackageReads>;
  readonly globalPaths: readonly string[];
  readonly use: PackageUse | undefined;
}

/** Ecosystems whose sources are what runs: what they load or list by computed names is there next to them. */
const INTERPRETED = ['npm', 'python'];

export function componentOf(one: FoundPackage, { packages, reads, globalPaths, use }: FoundInSources): CatalogueComponent {
  const { build, test, includes } = reads.get(one.folder)!;
  const names = new Map(packages.map(({ folder, name }) => [folder, name]));
  const home = one.home ?? one.folder;
  const nested = packages.filter(({ folder }) => folder !== one.folder && (home === '.' || folder.startsWith(`${home}/`)));
  const dependsOn = [...build].map((folder) => names.get(folder)!).sort();
  const testDependsOn = [...test].filter((folder) => !build.has(folder)).map((folder) => names.get(folder)!).sort();
  const include = [...includes].filter(([path, purpose]) => purpose !== 'style' && !globalPaths.includes(path)).map(([path]) => path).sort();
  const own = interfaceOf(one, reads);
  const testPackages = use?.testPackages.get(one.folder) ?? [];
  const alsoRead = include.filter((path) => includes.get(path) === 'build').map(includeGlob);
  return {
    name: one.name,
    path: one.folder,
    ...(include.length > 0 && { include: include.map(includeGlob) }),
    ...(nested.length > 0 && { exclude: nested.map(({ folder, isFile }) => (isFile === true ? escapeGlob(folder) : `${escapeGlob(folder)}/**`)).sort() }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(testDependsOn.length > 0 && { testDependsOn }),
    ...(testPackages.length > 0 && { testPackages }),
    ...(own !== undefined && { interface: [...own, ...alsoRead] }),
  };
}

/** What dependents read, where that is not all of it; only asked of what has dependents. */
function interfaceOf(one: FoundPackage, reads: ReadonlyMap<string, PackageReads>): string[] | undefined {
  const own = reads.get(one.folder)!;
  const hasDependents = [...reads.values()].some((other) => other.build.has(one.folder) || other.test.has(one.folder));
  if (!hasDependents || (own.isComputed && one.ecosystems.some((ecosystem) => INTERPRETED.includes(ecosystem)))) {
    return undefined;
  }
  return interfaceGlobs(one.folder, findInternalFiles(one.internal, own.files, own));
}

/** A folder that is included is so with all that is in it. */
function includeGlob(path: string): string {
  return path.endsWith('/') ? `${escapeGlob(path)}**` : escapeGlob(path);
}

/**
 * Users by name instead of by folder; a package that no one uses is listed as well, for one that isn't is used by all.
 * Nothing is known of components given by hand, so they may use any.
 */
export function sharedPackages({ shared }: PackageUse, packages: readonly FoundPackage[], given: readonly string[]): { [name: string]: NamedPackageUsers } {
  const nameOf = new Map(packages.map(({ folder, name }) => [folder, name]));
  const users = (folders: readonly string[]) => folders.map((folder) => nameOf.get(folder)!);
  return Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { build, test }]) => [name, {
    ...(build.length + given.length > 0 && { build: [...new Set([...users(build), ...given])].sort() }),
    ...(test.length > 0 && { test: users(test).filter((user) => !given.includes(user)).sort() }),
  }]));
}
