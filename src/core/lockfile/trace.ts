import { Catalogue, CatalogueComponent } from '../catalogue';
import { compileGlobs, PathPredicate } from '../globs';
import { ComponentMatcher } from '../matcher';
import { changedDependencies, DependencyChain } from './compare';
import { concernsTestsAlone } from './component-manifest';
import { needsManifests, onlyDocument, readLockfile, YamlParser } from './lockfiles';
import { LockfileError, ResolvedGraph } from './resolved-graph';
import { compareRootManifests } from './root-manifest';
import { LOCKFILES, MANIFESTS } from './traceable';
import { Manifests } from './yarn-lockfile';

export type Side = 'before' | 'after';

export interface TraceInput {
  readonly catalogue: Catalogue;
  /** Changed paths; those that can't be traced are left alone. */
  readonly paths: Iterable<string>;
  readonly parseYaml: YamlParser;
  /**
   * Text of a file at the baseline or at the head; undefined where it isn't there. May be asked for many at once.
   * It throws a `LockfileError` for a file that can't be read at any attempt; every other error ends the tracing.
   */
  read(side: Side, path: string): Promise<string | undefined>;
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
 * Traces changed lockfiles of npm (2, 3), pnpm (6, 9) and Yarn (1, 2 and later), and manifests, to the components that they concern.
 *
 * A component is affected by a lockfile if some chain of dependencies, from those that its manifest declares on, leads to another package
 * than before; by a package that the root's manifest declares if it uses it, or if nobody knows. It is affected without its dependents
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
    if (isGlobal(path) && LOCKFILES.includes(name)) {
      const concerned = await traceLockfile(input, path, packages);
      if (concerned instanceof Concerned) {
        affected.set(path, concerned.build);
        testOnly.set(path, concerned.test);
      } else {
        affected.set(path, 'all');
        warnings.push({ kind: 'LockfileUnreadable', path, detail: concerned.unreadable });
      }
    } else if (isGlobal(path) && MANIFESTS.includes(name)) {
      if (await isExplainedByLockfile(input, path, { isGlobal, changed: paths })) {
        affected.set(path, new Set());
      }
    } else if (name === 'package.json') {
      const owners = matcher.match(path).map((index) => catalogue.components[index]!);
      if (owners.length > 0 && owners.every((component) => join(component.path, name) === path)) {
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

async function traceLockfile(input: TraceInput, path: string, packages: Map<string, Set<string>>): Promise<Concerned | { readonly unreadable: string }> {
  const folder = folderOf(path);
  const [before, after] = [await readGraph(input, 'before', path, folder), await readGraph(input, 'after', path, folder)];
  if (before instanceof LockfileError || after instanceof LockfileError) {
    const details = [before, after].flatMap((graph) => (graph instanceof LockfileError ? cut(graph.message.split('\n')[0]!) : []));
    return { unreadable: [...new Set(details)].join('; ') };
  }
  const components = input.catalogue.components.filter(({ path: root }) => isWithin(root, folder) || isWithin(folder, root));
  const roots = new Set(components.map((component) => component.path));
  // A dependency on another component is that one's own affair, and reaches this one through the catalogue's `dependsOn`.
  const changed = changedDependencies(before, after, (importer) => !roots.has(join(folder, importer)));
  const concerned = new Concerned(packages);
  for (const [importer, chains] of changed) {
    if (importer === '.') {
      addUsers(concerned, chains, components, input.catalogue);
    } else {
      addImporter(concerned, join(folder, importer), chains, components);
    }
  }
  return concerned;
}

/** What the root's manifest declares is within everybody's reach. */
function addUsers(concerned: Concerned, chains: readonly DependencyChain[], components: readonly CatalogueComponent[], catalogue: Catalogue): void {
  for (const chain of chains) {
    const [dependency] = chain;
    const users = Object.hasOwn(catalogue.sharedPackages ?? {}, dependency) ? catalogue.sharedPackages?.[dependency] : undefined;
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
    if (isWithin(importer, component.path) || isWithin(component.path, importer)) {
      const own = component.path === importer;
      concerned.add(component.name, own && chains.every(([dependency]) => isTestOnly(component, dependency)) ? 'test' : 'build', chains);
    }
  }
}

/** The error of one that can't be read, for it must not keep the plan from being made. */
async function readGraph(input: TraceInput, side: Side, path: string, folder: string): Promise<ResolvedGraph | LockfileError> {
  const text = await orUnreadable(async () => input.read(side, path));
  if (text instanceof LockfileError) {
    return text;
  }
  if (text === undefined) {
    return new LockfileError(`it is not there ${side === 'before' ? 'at the baseline' : 'at the head'}`);
  }
  const manifests = needsManifests(path, text) ? await orUnreadable(async () => readManifests(input, side, folder)) : undefined;
  if (manifests instanceof LockfileError) {
    return manifests;
  }
  try {
    return readLockfile(path, text, input.parseYaml, manifests);
  } catch (error) {
    // Whatever the text makes of the parsers.
    return new LockfileError((error as Error).message);
  }
}

async function orUnreadable<T>(read: () => Promise<T>): Promise<T | LockfileError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LockfileError) {
      return error;
    }
    throw error;
  }
}

/** Text of a file that may explain a change; one that can't be read counts as absent, and explains nothing. */
async function readOrAbsent(input: TraceInput, side: Side, path: string): Promise<string | undefined> {
  const text = await orUnreadable(async () => input.read(side, path));
  return text instanceof LockfileError ? undefined : text;
}

/** Manifests of the components and of the root. */
async function readManifests(input: TraceInput, side: Side, folder: string): Promise<Manifests> {
  const roots = [...new Set([folder, ...input.catalogue.components.map(({ path }) => path).filter((path) => isWithin(path, folder))])];
  const texts = await Promise.all(roots.map(async (root) => input.read(side, join(root, 'package.json'))));
  return new Map(roots.flatMap((root, index) => {
    const text = texts[index];
    return text === undefined ? [] : [[relative(folder, root), parseManifest(text, root)]];
  }));
}

function parseManifest(text: string, folder: string): { readonly [field: string]: unknown } {
  try {
    return JSON.parse(text) as { readonly [field: string]: unknown };
  } catch (error) {
    throw new LockfileError(`${join(folder, 'package.json')} is not JSON: ${(error as Error).message}`);
  }
}

/** Whether what changed in a root's manifest is nothing, or nothing but what the lockfile beside it says better. */
async function isExplainedByLockfile(input: TraceInput, path: string, traced: Traced): Promise<boolean> {
  const parse = (text: string | undefined): unknown => {
    try {
      return text === undefined ? undefined : path.endsWith('.json') ? JSON.parse(text) : onlyDocument(input.parseYaml(text));
    } catch {
      return undefined;
    }
  };
  const change = compareRootManifests(parse(await readOrAbsent(input, 'before', path)), parse(await readOrAbsent(input, 'after', path)));
  return change === 'nothing' || (change === 'dependencies' && await hasLockfile(input, folderOf(path), traced));
}

/** Which paths are traced where they change, and which did. */
interface Traced {
  readonly isGlobal: PathPredicate;
  readonly changed: ReadonlySet<string>;
}

/** Whether there is a lockfile that says what dependencies resolve to, whose own change is traced. One of Yarn 1 may stay as it is where they change. */
async function hasLockfile(input: TraceInput, folder: string, { isGlobal, changed }: Traced): Promise<boolean> {
  for (const path of LOCKFILES.map((name) => join(folder, name)).filter(isGlobal)) {
    const [before, after] = [await readOrAbsent(input, 'before', path), await readOrAbsent(input, 'after', path)];
    if (before !== undefined && after !== undefined) {
      return changed.has(path) || !needsManifests(path, after);
    }
  }
  return false;
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

function join(folder: string, path: string): string {
  return folder === '.' ? path : path === '.' ? folder : `${folder}/${path}`;
}

function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

function relative(folder: string, path: string): string {
  return path === folder ? '.' : folder === '.' ? path : path.slice(folder.length + 1);
}
