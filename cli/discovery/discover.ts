import { cargo } from './cargo';
import { Ecosystem, FoundPackage } from './ecosystem';
import { go } from './go';
import { InstalledPackages, PackageUse } from './installed-packages';
import { escapeGlob, findInternalFiles, interfaceGlobs } from './interface-globs';
import { maven } from './maven';
import { DiscoveryMemory } from './memory';
import { npm } from './npm';
import { PackageReads, readPackages, Use } from './package-reads';
import { python } from './python';
import { FileIndex, RepositoryFiles } from './repository-files';
import { fieldsOf } from './values';
import { Discovery, DiscoveryOptions, DiscoveryWarning } from '../../src/contract/discovery';
import { CatalogueComponent, PackageUsers } from '../../src/core/catalogue';
import { usesOfScripts } from '../../src/core/lockfile/package-scripts';

const ECOSYSTEMS: readonly Ecosystem[] = [npm, python, go, cargo, maven];
/** Decide what files are like once they are checked out, which their object IDs do not tell. */
const CHECKED_OUT_BY = ['.gitattributes', '.gitmodules'];
const TRACEABLE = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$/;

/**
 * The catalogue that a repository's own manifests describe. Manifests that can't be used are named in warnings.
 *
 * @param memory kept from call to call, contents that stay the same are looked at once
 */
export function discoverCatalogue(files: RepositoryFiles, options: DiscoveryOptions = {}, memory = new DiscoveryMemory()): Discovery {
  const index = new FileIndex(files);
  const findings = ECOSYSTEMS.map((ecosystem) => ({ ecosystem, ...ecosystem.discover(index) }));
  const warnings = findings.flatMap((finding) => finding.warnings);
  const packages = withUniqueNames(findings.flatMap(({ ecosystem, packages: found }) => found.map((one) => ({ ...one, ecosystem }))), warnings)
    .map((one) => withScripts(one, options));
  const used = findings.filter((finding) => finding.packages.length > 0);
  const globalPaths = used.length === 0 ? [] : [...new Set([...CHECKED_OUT_BY, ...used.flatMap((finding) => finding.globalPaths)])].sort();
  const installed = packages.some(({ ecosystem }) => ecosystem === npm) ? InstalledPackages.read(index, memory) : undefined;
  const reads = readPackages(index, packages, memory.scanner, installed?.names() ?? []);
  const use = installed?.useBy(packages, reads, index, memory);
  const found = packages.map((one) => componentOf(one, packages, reads, globalPaths, use));
  const given = new Map((options.components ?? []).map((component) => [component.name, component]));
  const components = [...found.filter(({ name }) => !given.has(name)), ...given.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const traceLockfiles = globalPaths.some((path) => TRACEABLE.test(path) && index.has(path));
  return {
    catalogue: {
      version: 1,
      components,
      ...(globalPaths.length > 0 && { globalPaths: globalPaths.map(escapeGlob) }),
      ...(traceLockfiles && { traceLockfiles }),
      ...(use !== undefined && use.shared.size > 0 && { sharedPackages: sharedPackages(use, packages, [...given.keys()]) }),
    },
    warnings,
  };
}

/** With what the manifest's scripts, and the commands that are given, refer to. */
function withScripts(one: FoundPackage, { commandsOf }: DiscoveryOptions): FoundPackage {
  const scripts = fieldsOf(one.fields?.scripts);
  const commands = commandsOf?.(one.folder);
  const uses = usesOfScripts(scripts, commands);
  const { build, test, style = '' } = one.manifestTexts;
  const textOf = (use: Use) => JSON.stringify(Object.entries(scripts).filter(([script]) => uses.get(script) === use));
  return {
    ...one,
    manifestTexts: {
      build: [build, textOf('build'), commands?.build].join('\n'), test: [test, textOf('test'), commands?.test].join('\n'), style: [style, textOf('style')].join('\n'),
    },
  };
}

/** Two ecosystems, or two folders of one, may use the same name: the folder tells them apart. */
function withUniqueNames(packages: readonly FoundPackage[], warnings: DiscoveryWarning[]): FoundPackage[] {
  const folders = new Map<string, Set<string>>();
  for (const { name, folder } of packages) {
    folders.set(name, (folders.get(name) ?? new Set()).add(folder));
  }
  const taken = new Set<string>();
  return packages.flatMap((one) => {
    if (taken.has(one.folder)) {
      warnings.push({ kind: 'DuplicateName', path: one.manifest, detail: `folder '${one.folder}' is a component already, by another manifest; this one's dependencies are left out` });
      return [];
    }
    taken.add(one.folder);
    if (folders.get(one.name)!.size === 1) {
      return [one];
    }
    warnings.push({ kind: 'DuplicateName', path: one.manifest, detail: `'${one.name}' is the name of several packages; the component is called by its folder, '${one.folder}'` });
    return [{ ...one, name: one.folder }];
  });
}

function componentOf(
  one: FoundPackage, packages: readonly FoundPackage[], reads: ReadonlyMap<string, PackageReads>, globalPaths: readonly string[],
  use: PackageUse | undefined,
): CatalogueComponent {
  const { build, test, files, internallyRead, includes } = reads.get(one.folder)!;
  const names = new Map(packages.map(({ folder, name }) => [folder, name]));
  const nested = packages.filter(({ folder }) => folder !== one.folder && (one.folder === '.' || folder.startsWith(`${one.folder}/`)));
  const dependsOn = [...build].map((folder) => names.get(folder)!).sort();
  const testDependsOn = [...test].filter((folder) => !build.has(folder)).map((folder) => names.get(folder)!).sort();
  const include = [...includes].filter(([path, purpose]) => purpose !== 'style' && !globalPaths.includes(path)).map(([path]) => path).sort();
  const isRead = [...reads.values()].some((other) => other.build.has(one.folder) || other.test.has(one.folder));
  const own = isRead ? interfaceGlobs(one.folder, findInternalFiles(one.ecosystem.internal, files, internallyRead)) : undefined;
  const testPackages = use?.testPackages.get(one.folder) ?? [];
  const alsoRead = include.filter((path) => includes.get(path) === 'build').map(escapeGlob);
  return {
    name: one.name,
    path: one.folder,
    ...(include.length > 0 && { include: include.map(escapeGlob) }),
    ...(nested.length > 0 && { exclude: nested.map(({ folder }) => `${escapeGlob(folder)}/**`).sort() }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(testDependsOn.length > 0 && { testDependsOn }),
    ...(testPackages.length > 0 && { testPackages }),
    ...(own !== undefined && { interface: [...own, ...alsoRead] }),
  };
}

/**
 * Users by name instead of by folder; a package that nobody uses is listed as well, for one that isn't is used by all.
 * Nothing is known of components given by hand, so they may use any.
 */
function sharedPackages({ shared }: PackageUse, packages: readonly FoundPackage[], given: readonly string[]): { [name: string]: PackageUsers } {
  const nameOf = new Map(packages.map(({ folder, name }) => [folder, name]));
  const users = (folders: readonly string[]) => folders.map((folder) => nameOf.get(folder)!);
  return Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { build, test }]) => [name, {
    ...(build.length + given.length > 0 && { build: [...new Set([...users(build), ...given])].sort() }),
    ...(test.length > 0 && { test: users(test).filter((user) => !given.includes(user)).sort() }),
  }]));
}
