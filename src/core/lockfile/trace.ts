import { compileGlobs } from '../globs';
import { ComponentMatcher } from '../matcher';
import { changedDependencies } from './compare';
import { concernsTestsAlone } from './component-manifest';
import { needsManifests, readLockfile } from './lockfiles';
import { LockfileError, ResolvedGraph } from './resolved-graph';
import { compareRootManifests } from './root-manifest';
import { LOCKFILES, MANIFESTS, TracingCatalogue, TracingComponent } from './tracing-catalogue';
import { Manifests } from './yarn-lockfile';

export type Side = 'before' | 'after';

export interface TraceInput {
  readonly catalogue: TracingCatalogue;
  /** Changed paths; those that can't be traced are left alone. */
  readonly paths: Iterable<string>;
  /** Text of a file at the baseline or at the head; undefined where it isn't there. */
  read(side: Side, path: string): Promise<string | undefined>;
  /** A YAML parser; throws where the text is none. */
  parseYaml(text: string): unknown;
}

/** What changed lockfiles and manifests mean to the components. */
export interface Trace {
  /** By changed path among `globalPaths`: the components that it affects. For `PlanInput.globalTrace`. */
  readonly affected: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  /** By changed path: the components that it affects without affecting their dependents, for only their tests and checks read what changed. */
  readonly testOnly: ReadonlyMap<string, ReadonlySet<string>>;
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
  const warnings: TraceWarning[] = [];
  if (catalogue.traceLockfiles !== true) {
    return { affected, testOnly, warnings };
  }
  const isGlobal = compileGlobs(catalogue.globalPaths ?? []);
  const matcher = new ComponentMatcher(catalogue.components);
  for (const path of input.paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (isGlobal(path) && LOCKFILES.includes(name)) {
      try {
        const concerned = await traceLockfile(input, path);
        affected.set(path, concerned.build);
        testOnly.set(path, concerned.test);
      } catch (error) {
        // Whatever a text makes of the parsers, it can't be traced; it must not keep the plan from being made.
        affected.set(path, 'all');
        warnings.push({ kind: 'LockfileUnreadable', path, detail: (error as Error).message.split('\n')[0]! });
      }
    } else if (isGlobal(path) && MANIFESTS.includes(name)) {
      if (await isExplainedByLockfile(input, path)) {
        affected.set(path, new Set());
      }
    } else if (name === 'package.json') {
      const owners = matcher.match(path).map((index) => catalogue.components[index]!);
      if (owners.length > 0 && owners.every((component) => join(component.path, name) === path)) {
        const [before, after] = [await input.read('before', path), await input.read('after', path)];
        if (owners.every((component) => concernsTestsAlone(before, after, (dependency) => isTestOnly(component, dependency)))) {
          testOnly.set(path, new Set(owners.map((component) => component.name)));
        }
      }
    }
  }
  return { affected, testOnly, warnings };
}

function isTestOnly(component: TracingComponent, dependency: string): boolean {
  return component.testPackages?.includes(dependency) === true || component.testDependsOn?.includes(dependency) === true;
}

/** Components that a lockfile's change concerns. */
class Concerned {
  public readonly build = new Set<string>();
  public readonly test = new Set<string>();

  public add(component: string, use: 'build' | 'test'): void {
    this[use].add(component);
    if (this.build.has(component)) {
      this.test.delete(component);
    }
  }
}

async function traceLockfile(input: TraceInput, path: string): Promise<Concerned> {
  const folder = folderOf(path);
  const [before, after] = [await readGraph(input, 'before', path, folder), await readGraph(input, 'after', path, folder)];
  const components = input.catalogue.components.filter(({ path: root }) => isWithin(root, folder) || isWithin(folder, root));
  const roots = new Set(components.map((component) => component.path));
  // A dependency on another component is that one's own affair, and reaches this one through the catalogue's `dependsOn`.
  const changed = changedDependencies(before, after, (importer) => !roots.has(join(folder, importer)));
  const concerned = new Concerned();
  for (const [importer, dependencies] of changed) {
    if (importer === '.') {
      addUsers(concerned, dependencies, components, input.catalogue);
    } else {
      addImporter(concerned, join(folder, importer), dependencies, components);
    }
  }
  return concerned;
}

/** What the root's manifest declares is within everybody's reach. */
function addUsers(concerned: Concerned, dependencies: readonly string[], components: readonly TracingComponent[], catalogue: TracingCatalogue): void {
  for (const dependency of dependencies) {
    const users = Object.hasOwn(catalogue.sharedPackages ?? {}, dependency) ? catalogue.sharedPackages?.[dependency] : undefined;
    if (users === undefined) {
      components.forEach(({ name }) => concerned.add(name, 'build'));
    }
    users?.build?.forEach((name) => concerned.add(name, 'build'));
    users?.test?.forEach((name) => concerned.add(name, 'test'));
  }
}

/** An importer's dependencies are within reach of the components whose folder it is, or is around, or is in. */
function addImporter(concerned: Concerned, importer: string, dependencies: readonly string[], components: readonly TracingComponent[]): void {
  for (const component of components) {
    if (isWithin(importer, component.path) || isWithin(component.path, importer)) {
      const own = component.path === importer;
      concerned.add(component.name, own && dependencies.every((dependency) => isTestOnly(component, dependency)) ? 'test' : 'build');
    }
  }
}

async function readGraph(input: TraceInput, side: Side, path: string, folder: string): Promise<ResolvedGraph> {
  const text = await input.read(side, path);
  if (text === undefined) {
    throw new LockfileError(`it is not there ${side === 'before' ? 'at the baseline' : 'at the head'}`);
  }
  const manifests = needsManifests(path, text) ? await readManifests(input, side, folder) : undefined;
  return readLockfile(path, text, (yaml) => input.parseYaml(yaml), manifests);
}

/** Manifests of the components and of the root. */
async function readManifests(input: TraceInput, side: Side, folder: string): Promise<Manifests> {
  const manifests = new Map<string, { readonly [field: string]: unknown }>();
  for (const root of new Set([folder, ...input.catalogue.components.map(({ path }) => path).filter((path) => isWithin(path, folder))])) {
    const text = await input.read(side, join(root, 'package.json'));
    if (text !== undefined) {
      manifests.set(relative(folder, root), JSON.parse(text) as { readonly [field: string]: unknown });
    }
  }
  return manifests;
}

/** Whether what changed in a root's manifest is nothing, or nothing but what the lockfile beside it says better. */
async function isExplainedByLockfile(input: TraceInput, path: string): Promise<boolean> {
  const parse = (text: string | undefined): unknown => {
    try {
      return text === undefined ? undefined : path.endsWith('.json') ? JSON.parse(text) : input.parseYaml(text);
    } catch {
      return undefined;
    }
  };
  const change = compareRootManifests(parse(await input.read('before', path)), parse(await input.read('after', path)));
  return change === 'nothing' || (change === 'dependencies' && await hasLockfile(input, folderOf(path)));
}

async function hasLockfile(input: TraceInput, folder: string): Promise<boolean> {
  for (const name of LOCKFILES) {
    const path = join(folder, name);
    if (await input.read('before', path) !== undefined && await input.read('after', path) !== undefined) {
      return true;
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
