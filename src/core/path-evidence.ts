import { Catalogue, CatalogueComponent } from './catalogue';
import { compileGlobs, PathPredicate } from './globs';
import { ComponentMatcher } from './matcher';
import { PathSample } from './path-sample';
import { PathTrie } from './path-trie';
import type { PathChange, PlanInput } from './plan';
import { Reason } from './reasons';

/** What the changed paths alone say. Its size is bounded by the catalogue's, not by the number of changes. */
export interface PathEvidence {
  /** By component: reasons of the kinds `Direct`, `GlobalPath` and `UnownedPath`. */
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
  readonly unowned: PathSample;
}

/** Reads the changes once, in any order. */
export function readChanges(catalogue: Catalogue, changes: Iterable<PathChange>, trace: PlanInput['globalTrace']): PathEvidence {
  const { components } = catalogue;
  const matcher = new ComponentMatcher(components);
  const globals = new PathTrie();
  catalogue.globalPaths?.forEach((glob) => globals.addGlob(glob, 0));

  const direct: (DirectEvidence | undefined)[] = components.map(() => undefined);
  const globalForAll = new PathSample();
  const globalForSome = new Map<string, PathSample>();
  const unowned = new PathSample();

  for (const { path } of changes) {
    const owners = matcher.match(path);
    for (const index of owners) {
      (direct[index] ??= new DirectEvidence(components[index])).add(path);
    }
    if (globals.owners(path).length > 0) {
      const affected = trace?.get(path) ?? 'all';
      if (affected === 'all') {
        globalForAll.add(path);
      } else {
        affected.forEach((name) => sampleOf(globalForSome, name).add(path));
      }
    } else if (owners.length === 0) {
      unowned.add(path);
    }
  }

  const reasons = new Map<string, readonly Reason[]>();
  const concernsAll = globalForAll.count > 0 || (unowned.count > 0 && catalogue.unownedPaths === 'all');
  components.forEach(({ name }, index) => {
    if (!concernsAll && !direct[index] && !globalForSome.has(name)) {
      return;
    }
    const found: Reason[] = [];
    const own = direct[index]?.reason();
    if (own) {
      found.push(own);
    }
    const global = merged(globalForAll, globalForSome.get(name));
    if (global.count > 0) {
      found.push({ kind: 'GlobalPath', paths: global.paths(), count: global.count });
    }
    if (unowned.count > 0 && catalogue.unownedPaths === 'all') {
      found.push({ kind: 'UnownedPath', paths: unowned.paths(), count: unowned.count });
    }
    if (found.length > 0) {
      reasons.set(name, found);
    }
  });
  return { reasons, unowned };
}

/** The changed paths of one component. */
class DirectEvidence {
  private readonly sample = new PathSample();
  private readonly isInterface?: PathPredicate;
  /** The first in sorted order of those that dependents read. */
  private firstOfInterface?: string;

  public constructor(component: CatalogueComponent) {
    this.isInterface = component.interface && compileGlobs(component.interface);
  }

  public add(path: string): void {
    this.sample.add(path);
    if (this.isInterface && (this.firstOfInterface === undefined || path < this.firstOfInterface) && this.isInterface(path)) {
      this.firstOfInterface = path;
    }
  }

  public reason(): Reason {
    // A path of the interface is always among those listed: it is what a chain of reasons through this component starts from.
    const paths = this.sample.paths(this.firstOfInterface);
    const internal = this.isInterface !== undefined && this.firstOfInterface === undefined;
    return { kind: 'Direct', paths, count: this.sample.count, ...(internal ? { internal } : {}) };
  }
}

function sampleOf(samples: Map<string, PathSample>, name: string): PathSample {
  const sample = samples.get(name) ?? new PathSample();
  samples.set(name, sample);
  return sample;
}

function merged(all: PathSample, some: PathSample | undefined): PathSample {
  if (!some) {
    return all;
  }
  const sample = new PathSample();
  [...all.paths(), ...some.paths()].forEach((path) => sample.add(path));
  sample.count = all.count + some.count;
  return sample;
}
