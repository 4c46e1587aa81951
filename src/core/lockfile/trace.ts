import { Catalogue } from '../catalogue';
import { compileGlobs } from '../globs';
import { changedDependencies } from './compare';
import { parseNpmLockfile } from './npm-lockfile';
import { readPnpmLockfile } from './pnpm-lockfile';
import { LockfileError, ResolvedGraph } from './resolved-graph';
import { compareRootManifests } from './root-manifest';
import { isYarnClassic, Manifests, readYarnBerryLockfile, readYarnClassicLockfile } from './yarn-lockfile';

/** A catalogue that says whether the lockfiles among its `globalPaths` are traced. */
export interface TracingCatalogue extends Catalogue {
  /** They affect the components whose resolved dependencies changed, instead of all. Not traced where absent. */
  readonly traceLockfiles?: boolean;
}

export type Side = 'before' | 'after';

export interface TraceInput {
  readonly catalogue: TracingCatalogue;
  /** Changed paths. Those that are no `globalPaths`, or neither lockfiles nor manifests beside one, are left untraced. */
  readonly paths: Iterable<string>;
  /** Text of a file at the baseline or at the head; undefined where it isn't there. */
  read(side: Side, path: string): Promise<string | undefined>;
  /** A YAML parser; throws where the text is none. */
  parseYaml(text: string): unknown;
}

/** Which components a changed path affects through what it resolves dependencies to. */
export interface Trace {
  /** By path; for `PlanInput.globalTrace`. */
  readonly affected: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  readonly warnings: readonly TraceWarning[];
}

/** A path that affects every component because it can't be traced. */
export interface TraceWarning {
  readonly kind: 'LockfileUnreadable';
  readonly path: string;
  readonly detail: string;
}

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];
const MANIFESTS = ['package.json', 'pnpm-workspace.yaml'];

/**
 * Traces changed lockfiles of npm (2, 3), pnpm (6, 9) and Yarn (1, 2 and later), and the manifests beside them, to the components whose
 * resolved dependencies changed.
 *
 * A component is affected if, from its folder, some chain of dependencies that the manifests declare leads to another package than before.
 * The root's own dependencies are within every component's reach: a change among them affects all.
 * Nothing is traced where the catalogue doesn't ask for it. What can't be read affects all, with a warning that names it.
 */
export async function traceLockfiles(input: TraceInput): Promise<Trace> {
  const affected = new Map<string, ReadonlySet<string> | 'all'>();
  const warnings: TraceWarning[] = [];
  const isGlobal = compileGlobs(input.catalogue.traceLockfiles === true ? input.catalogue.globalPaths ?? [] : []);
  for (const path of input.paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!(LOCKFILES.includes(name) || MANIFESTS.includes(name)) || !isGlobal(path)) {
      continue;
    }
    if (LOCKFILES.includes(name)) {
      try {
        affected.set(path, await traceLockfile(input, path));
      } catch (error) {
        // Whatever a text makes of the parsers, it can't be traced; it must not keep the plan from being made.
        affected.set(path, 'all');
        warnings.push({ kind: 'LockfileUnreadable', path, detail: (error as Error).message.split('\n')[0]! });
      }
    } else {
      const components = await traceManifest(input, path);
      if (components !== undefined) {
        affected.set(path, components);
      }
    }
  }
  return { affected, warnings };
}

async function traceLockfile(input: TraceInput, path: string): Promise<ReadonlySet<string> | 'all'> {
  const folder = folderOf(path);
  const [before, after] = [await readGraph(input, 'before', path, folder), await readGraph(input, 'after', path, folder)];
  const components = input.catalogue.components.filter(({ path: root }) => isWithin(root, folder) || isWithin(folder, root));
  const roots = new Set(components.map((component) => component.path));
  const importers = [...new Set([...before.importers.keys(), ...after.importers.keys()])];
  const changed = changedDependencies(before, after, (importer) => !roots.has(join(folder, importer)));
  if (changed.has('.')) {
    return new Set(components.map(({ name }) => name));
  }
  const affected = [...changed.keys()].map((importer) => join(folder, importer));
  const nearest = (root: string) => importers.map((importer) => join(folder, importer)).filter((importer) => isWithin(root, importer)).sort((a, b) => b.length - a.length)[0];
  return new Set(components.filter(({ path: root }) => affected.some((importer) => isWithin(importer, root) || nearest(root) === importer)).map(({ name }) => name));
}

async function readGraph(input: TraceInput, side: Side, path: string, folder: string): Promise<ResolvedGraph> {
  const text = await input.read(side, path);
  if (text === undefined) {
    throw new LockfileError(`it is not there ${side === 'before' ? 'at the baseline' : 'at the head'}`);
  }
  if (path.endsWith('.json')) {
    return parseNpmLockfile(text);
  }
  if (path.endsWith('pnpm-lock.yaml')) {
    return readPnpmLockfile(input.parseYaml(text));
  }
  return isYarnClassic(text) ? readYarnClassicLockfile(text, await readManifests(input, side, folder)) : readYarnBerryLockfile(input.parseYaml(text));
}

/** Manifests of the components and of the root, which Yarn 1 keeps out of its lockfile. */
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

/** Undefined: the manifest affects what it affects without tracing. */
async function traceManifest(input: TraceInput, path: string): Promise<ReadonlySet<string> | undefined> {
  const parse = (text: string | undefined): unknown => {
    try {
      return text === undefined ? undefined : path.endsWith('.json') ? JSON.parse(text) : input.parseYaml(text);
    } catch {
      return undefined;
    }
  };
  const change = compareRootManifests(parse(await input.read('before', path)), parse(await input.read('after', path)));
  if (change === 'nothing') {
    return new Set();
  }
  return change === 'dependencies' && await hasLockfile(input, folderOf(path)) ? new Set() : undefined;
}

async function hasLockfile(input: TraceInput, folder: string): Promise<boolean> {
  for (const name of LOCKFILES) {
    if (await input.read('after', join(folder, name)) !== undefined && await input.read('before', join(folder, name)) !== undefined) {
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
