import { Catalogue, CatalogueComponent } from '../catalogue';
import { compileGlobs, PathPredicate } from '../globs';
import { ComponentMatcher } from '../matcher';
import { folderOf, isInFolder, joinPath, relativePath } from '../paths';
import { changedDependencies, DependencyChain } from './compare';
import { concernsTestsAlone } from './component-manifest';
import { onlyDocument } from './lockfiles';
import { GraphInput, readGraph, readOrAbsent } from './read-graph';
import { LockfileError } from './resolved-graph';
import { compareRootManifests, sameButVersions } from './root-manifest';
import { BINARY_LOCKFILE, FOLDERS_LOCKFILES, isLockfile, isTracedLockfile, LOCKFILES, MANIFESTS } from './traceable';

export interface TraceInput extends GraphInput {
  /** Changed paths; those that can't be traced are left alone. */
  readonly paths: Iterable<string>;
}

/** What changed lockfiles and manifests mean to the components. */
export interface Trace {
  /** By changed path among `globalPaths`: the components that it affects. For `PlanInput.globalTrace`. */
  readonly affected: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  /** By changed path: the components that it affects without affecting their dependents, for only their tests and checks read what changed. */
  readonly testOnly: ReadonlyMap<string, ReadonlySet<string>>;
  /** By component that a lockfile concerns: through which packages. */
  readonly packages: ReadonlyMap<string, ReadonlySet<string>>;
  readonly warnings: readonly TraceWarning[];
}

/** A path that affects every component because it can't be traced. */
export interface TraceWarning {
  readonly kind: 'LockfileUnreadable';
  readonly path: string;
  readonly detail: string;
}

/**
 * Traces changed lockfiles of npm (2, 3), pnpm (6, 9), Yarn (1, 2 and later), bun (text), Cargo (3, 4) and uv, and manifests, to the components that
 * they concern.
 *
 * A component is affected by a lockfile if some chain of dependencies, from those that its manifest declares on, leads to another package
 * than before; by a package that the root's manifest declares if it uses it, or if no one knows. It is affected without its dependents
 * if that is so for packages alone that only its tests and checks use.
 * What can't be read affects all, with a warning that names it. Nothing is traced where the catalogue doesn't ask for it.
 */
export async function traceLockfiles(input: TraceInput): Promise<Trace> {
  const { catalogue } = input;
  const affected = new Map<string, ReadonlySet<string> | 'all'>();
  const testOnly = new Map<string, ReadonlySet<string>>();
  const packages = new Map<string, Set<string>>();
  const warnings: TraceWarning[] = [];
  if (catalogue.traceLockfiles !== true) {
    return { affected, testOnly, packages, warnings };
  }
  const paths = new Set(input.paths);
  const isGlobal = compileGlobs(catalogue.globalPaths ?? []);
  const matcher = new ComponentMatcher(catalogue.components);
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (isGlobal(path) && (isTracedLockfile(name) || name === BINARY_LOCKFILE)) {
      const users = usersOf(path, catalogue);
      const concerned = await traceLockfile(input, path, users, packages);
      if (concerned instanceof Concerned) {
        affected.set(path, concerned.build);
        testOnly.set(path, concerned.test);
      } else {
        affected.set(path, users === 'all' ? 'all' : new Set(users.map((component) => component.name)));
        warnings.push({ kind: 'LockfileUnreadable', path, detail: concerned.unreadable });
      }
    } else if (isGlobal(path) && FOLDERS_LOCKFILES.includes(name)) {
      const users = usersOf(path, catalogue);
      if (users !== 'all') {
        affected.set(path, new Set(users.map((component) => component.name)));
      }
    } else if (isGlobal(path) && MANIFESTS.includes(name)) {
      if (await isExplainedByLockfile(input, path, { isGlobal, changed: paths })) {
        affected.set(path, new Set());
      }
    } else if (name === 'package.json') {
      const owners = matcher.match(path).map((index) => catalogue.components[index]!);
      if (owners.length > 0 && owners.every((component) => joinPath(component.path, name) === path)) {
        const [before, after] = [await readOrAbsent(input, 'before', path), await readOrAbsent(input, 'after', path)];
        if (owners.every((component) => concernsTestsAlone(before, after, (dependency) => isTestOnly(component, dependency)))) {
          testOnly.set(path, new Set(owners.map((component) => component.name)));
        }
      }
    }
  }
  return { affected, testOnly, packages, warnings };
}

function isTestOnly(component: CatalogueComponent, dependency: string): boolean {
  return component.testPackages?.includes(dependency) === true || component.testDependsOn?.includes(dependency) === true;
}

/** Components that a lockfile's change concerns. */
class Concerned {
  public readonly build = new Set<string>();
  public readonly test = new Set<string>();

  /** @param packages by component, where the chains are noted */
  public constructor(private readonly packages: Map<string, Set<string>>) {}

  public add(component: string, use: 'build' | 'test', chains: readonly DependencyChain[]): void {
    this[use].add(component);
    if (this.build.has(component)) {
      this.test.delete(component);
    }
    const noted = this.packages.get(component) ?? new Set();
    this.packages.set(component, noted);
    chains.forEach((chain) => noted.add(formatChain(chain)));
  }
}

/** Longer chains show their beginning and their end, for a person to read; longer texts are cut, whatever a lockfile calls its packages. */
const MAX_CHAIN = 5;
const MAX_TEXT = 200;

function formatChain(chain: DependencyChain): string {
  const shown = chain.length > MAX_CHAIN ? [...chain.slice(0, MAX_CHAIN - 2), '…', chain.at(-1)!] : chain;
  return cut(shown.join(' > '));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

/** Components that a lockfile may concern: those in its folder, or around it; all where it is the root's, or none lies in its folder. */
function usersOf(path: string, { components }: Catalogue): readonly CatalogueComponent[] | 'all' {
  const folder = folderOf(path);
  return folder === '.' || !components.some((component) => isInFolder(component.path, folder))
    ? 'all' : components.filter((component) => isInFolder(component.path, folder) || isInFolder(folder, component.path));
}

async function traceLockfile(
  input: TraceInput, path: string, users: readonly CatalogueComponent[] | 'all', packages: Map<string, Set<string>>,
): Promise<Concerned | { readonly unreadable: string }> {
  const folder = folderOf(path);
  if (path.endsWith(BINARY_LOCKFILE)) {
    return { unreadable: 'it is binary; "bun install --save-text-lockfile" writes a bun.lock, which can be read' };
  }
  const [before, after] = [await readGraph(input, 'before', path, folder), await readGraph(input, 'after', path, folder)];
  if (before instanceof LockfileError || after instanceof LockfileError) {
    const details = [before, after].flatMap((graph) => (graph instanceof LockfileError ? cut(graph.message.split('\n')[0]!) : []));
    return { unreadable: [...new Set(details)].join('; ') };
  }
  const components = users === 'all' ? input.catalogue.components : users;
  const roots = new Set(components.map((component) => component.path));
  // A dependency on another component is that one's own affair, and reaches this one through the catalogue's `dependsOn`.
  const changed = changedDependencies(before, after, (importer) => !roots.has(joinPath(folder, importer)));
  const concerned = new Concerned(packages);
  if (before.isRootOwn === true || after.isRootOwn === true) {
    const named = new Set(Object.values(input.catalogue.references ?? {}).flat());
    for (const component of components) {
      const chains = changed.get(relativePath(folder, component.path)) ?? [];
      // Of what was given by hand nothing is known.
      if (chains.length > 0 || !named.has(component.name)) {
        concerned.add(component.name, 'build', chains);
      }
    }
    return concerned;
  }
  // What the catalogue says of packages it says of npm's: another registry may have others of the same names.
  const isNpm = isLockfile(path);
  const importing = isNpm ? components : components.map((component) => ({ ...component, testPackages: undefined, testDependsOn: undefined }));
  for (const [importer, chains] of changed) {
    if (importer === '.') {
      addUsers(concerned, chains, components, isNpm ? input.catalogue.sharedPackages : undefined);
    } else {
      addImporter(concerned, joinPath(folder, importer), chains, importing);
    }
  }
  return concerned;
}

/** What the root's manifest declares is within everyone's reach. */
function addUsers(concerned: Concerned, chains: readonly DependencyChain[], components: readonly CatalogueComponent[], shared: Catalogue['sharedPackages'] = {}): void {
  for (const chain of chains) {
    const [dependency] = chain;
    const users = Object.hasOwn(shared, dependency) ? shared[dependency] : undefined;
    if (users === undefined) {
      components.forEach(({ name }) => concerned.add(name, 'build', [chain]));
    }
    users?.build?.forEach((name) => concerned.add(name, 'build', [chain]));
    users?.test?.forEach((name) => concerned.add(name, 'test', [chain]));
  }
}

/** An importer's dependencies are within reach of the components whose folder it is, or is around, or is in. */
function addImporter(concerned: Concerned, importer: string, chains: readonly DependencyChain[], components: readonly CatalogueComponent[]): void {
  for (const component of components) {
    if (isInFolder(importer, component.path) || isInFolder(component.path, importer)) {
      const own = component.path === importer;
      concerned.add(component.name, own && chains.every(([dependency]) => isTestOnly(component, dependency)) ? 'test' : 'build', chains);
    }
  }
}

/** Whether what changed in a root's manifest is nothing, or nothing but what the lockfile next to it says better. */
async function isExplainedByLockfile(input: TraceInput, path: string, traced: Traced): Promise<boolean> {
  const isCargo = path.endsWith('Cargo.toml');
  const parse = (text: string | undefined): unknown => {
    try {
      return text === undefined ? undefined : isCargo ? input.parseToml(text) : path.endsWith('.json') ? JSON.parse(text) : onlyDocument(input.parseYaml(text));
    } catch {
      return undefined;
    }
  };
  const [before, after] = [parse(await readOrAbsent(input, 'before', path)), parse(await readOrAbsent(input, 'after', path))];
  if (isCargo) {
    return sameButVersions(before, after) && traced.isGlobal(joinPath(folderOf(path), 'Cargo.lock')) && traced.changed.has(joinPath(folderOf(path), 'Cargo.lock'));
  }
  const change = compareRootManifests(before, after);
  return change === 'nothing' || (change === 'dependencies' && await isLockfileChanged(input, folderOf(path), traced));
}

/** Which paths are traced where they change, and which did. */
interface Traced {
  readonly isGlobal: PathPredicate;
  readonly changed: ReadonlySet<string>;
}

/**
 * Whether the lockfiles of a folder say what its manifest's dependencies resolve to now: they changed along, and are traced.
 * One that stayed as it is would be out of date, or, with Yarn, leave out what changed.
 */
async function isLockfileChanged(input: TraceInput, folder: string, { isGlobal, changed }: Traced): Promise<boolean> {
  let found = false;
  for (const path of LOCKFILES.map((name) => joinPath(folder, name)).filter(isGlobal)) {
    const isThere = changed.has(path) || await readOrAbsent(input, 'after', path) !== undefined;
    if (isThere && !changed.has(path)) {
      return false;
    }
    found ||= isThere;
  }
  return found;
}
