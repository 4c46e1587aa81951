import { cargo } from './cargo';
import { cdk } from './cdk';
import { withUsableNames } from './component-names';
import { componentOf, sharedPackages } from './discovered-component';
import { dotnet } from './dotnet';
import { Ecosystem, FoundPackage } from './ecosystem';
import { FolderSet } from './folder-set';
import { foundFacts } from './found-facts';
import { go } from './go';
import { gradle } from './gradle';
import { InstalledPackages } from './installed-packages';
import { maven } from './maven';
import { DiscoveryMemory } from './memory';
import { mergePackages } from './merge-packages';
import { npm } from './npm';
import { Use } from './package-reads';
import { patchesInLockfile } from './patches';
import { python } from './python';
import { readPackages } from './read-packages';
import { FileIndex, RepositoryFiles } from './repository-files';
import { rootTakes } from './root-takes';
import { templates } from './templates';
import { findUnread, namesOfUnowned } from './unowned';
import { namedManifests } from './unread-manifests';
import { fieldsOf } from './values';
import { Discovery, DiscoveryOptions, DiscoveryWarning } from '../../src/contract/discovery';
import { CatalogueComponent } from '../../src/core/catalogue';
import { escapeGlob } from '../../src/core/globs';
import { usesOfScripts } from '../../src/core/lockfile/package-scripts';
import { BINARY_LOCKFILE, isTracedLockfile } from '../../src/core/lockfile/traceable';

const ECOSYSTEMS: readonly Ecosystem[] = [npm, python, go, cargo, maven, gradle, dotnet, cdk];
/** Decide what files are like once they are checked out, which their object IDs do not tell. */
const CHECKED_OUT_BY = ['.gitattributes', '.gitmodules'];

/**
 * The catalogue that a repository's own manifests describe. Manifests that can't be used are named in warnings.
 *
 * @param memory kept from call to call, contents that stay the same are looked at once
 */
export function discoverCatalogue(files: RepositoryFiles, options: DiscoveryOptions = {}, memory = new DiscoveryMemory()): Discovery {
  const index = new FileIndex(files);
  const packaging = templates.discover(index, () => false);
  const packaged = new FolderSet(packaging.packages.flatMap(({ paths = [] }) => paths.map(({ path }) => path)).filter((path) => index.isFolder(path)));
  const others = ECOSYSTEMS.map((ecosystem) => ({ ecosystem, ...ecosystem.discover(index, (folder) => packaged.holds(folder)) }));
  const taken = new FolderSet(others.flatMap((finding) => finding.packages.map(({ folder }) => folder)));
  // A template among a package's files is the package's.
  const findings = [...others, { ecosystem: templates, ...packaging, packages: packaging.packages.filter(({ folder }) => !taken.holds(folder)) }];
  const warnings = findings.flatMap((finding) => finding.warnings);
  const merged = withOpaque(mergePackages(findings));
  const packages = withUsableNames(merged, warnings).map((one) => withScripts(one, options));
  const used = findings.filter((finding) => finding.packages.length > 0);
  const globalPaths = used.length === 0 ? [] : [...new Set([...CHECKED_OUT_BY, ...used.flatMap((finding) => finding.globalPaths)])].sort();
  const installed = packages.some(({ ecosystems }) => ecosystems.includes(npm.name)) ? InstalledPackages.read(index, memory) : undefined;
  const overridden = packages.map((one) => withOverrides(installed?.withLinked(one) ?? one, installed));
  const reads = readPackages(index, overridden, memory.scanner, [...installed?.names() ?? [], ...namesOfUnowned(index, packages)]);
  const givenPaths = [...options.paths ?? [], ...(options.components ?? []).map(({ path }) => path)];
  const takes = packages.filter(({ folder }) => folder === '.').flatMap((one) => rootTakes(one, packages, index));
  const nothingReads = findUnread({ index, packages, reads, globalPaths, rootTakes: takes, givenPaths, scanner: memory.scanner });
  const unread = [...nothingReads, ...patchesInLockfile(index)].sort();
  const use = installed?.useBy(packages, reads, index, memory);
  const found = packages.map((one) => withTakes(componentOf(one, { packages, reads, globalPaths, use }), takes));
  const given = new Map((options.components ?? []).map((component) => [component.name, component]));
  const components = [...found.filter(({ name }) => !given.has(name)), ...given.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const traceLockfiles = globalPaths.some((path) => (isTracedLockfile(path) || path === BINARY_LOCKFILE) && index.has(path));
  return {
    catalogue: {
      version: 1,
      components,
      ...(globalPaths.length > 0 && { globalPaths: globalPaths.map(escapeGlob) }),
      ...(traceLockfiles && { traceLockfiles }),
      unownedPaths: 'all',
      ...(use !== undefined && use.shared.size > 0 && { sharedPackages: sharedPackages(use, packages, [...given.keys()]) }),
      ...(unread.length > 0 && { unread }),
      ...foundFacts({ index, packages, components, foundFrom: used.flatMap(({ foundFrom = [] }) => foundFrom), installed, use }),
    },
    warnings: [...warnings, ...namedManifests(index, packages).filter(({ path }) => !warnings.some((other) => other.path === path)), ...missingContents(files)],
  };
}

/** Nothing is known of a package that is another repository's commit, not even its name: whatever is made the same way may depend on it. */
function withOpaque(packages: readonly FoundPackage[]): FoundPackage[] {
  const opaque = packages.filter(({ isOpaque }) => isOpaque);
  return packages.map((one) => ({
    ...one,
    dependencies: [...one.dependencies, ...opaque.filter((other) => other !== one && other.ecosystems.some((ecosystem) => one.ecosystems.includes(ecosystem)))
      .map(({ folder }) => ({ folder, use: 'build' as const }))],
  }));
}

/** With what overrides put in the place of packages of the registry: all that may install such a package, unless the lockfile tells who does. */
function withOverrides(one: FoundPackage, installed: InstalledPackages | undefined): FoundPackage {
  const replaced = (one.overrides ?? []).filter((path) => installed?.mayReach(one.folder, path) ?? true);
  return replaced.length === 0 ? one : { ...one, paths: [...one.paths ?? [], ...replaced.map((path) => ({ path, use: 'build' as const }))] };
}

const MOST_NAMED = 10;

function missingContents({ missing }: RepositoryFiles): DiscoveryWarning[] {
  const paths = [...missing].sort();
  return [
    ...paths.slice(0, MOST_NAMED).map((path) => ({ kind: 'MissingContent' as const, path, detail: 'its content is not on this machine, so what it refers to is not known: fetch what the partial clone left out' })),
    ...paths.length > MOST_NAMED ? [{ kind: 'MissingContent' as const, path: '.', detail: `the contents of ${paths.length - MOST_NAMED} more files are not on this machine` }] : [],
  ];
}

/** What its tool takes is a component's own at the root, too. */
function withTakes(component: CatalogueComponent, takes: readonly string[]): CatalogueComponent {
  return component.path === '.' ? { ...component, include: [...new Set([...component.include ?? [], ...takes])].sort() } : component;
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
