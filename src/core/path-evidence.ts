import { Catalogue, CatalogueComponent } from './catalogue';
import { PathChange, PlanInput } from './comparison';
import { compileGlobs, PathPredicate } from './globs';
import { Ownership } from './ownership';
import { PathSample } from './path-sample';
import { PathTrie } from './path-trie';
import { Reason } from './reasons';

/** What the changed paths alone say. Its size is bounded by the catalogue's, not by the number of changes. */
export interface PathEvidence {
  /** By component: reasons of the kinds `Direct`, `GlobalPath` and `UnownedPath`. */
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
  readonly unowned: PathSample;
  readonly unread: PathSample;
  /** Whether anything changed at all. */
  readonly any: boolean;
}

export interface ChangedPaths {
  readonly catalogue: Catalogue;
  readonly changes: Iterable<PathChange>;
  /** The catalogue that the baseline was planned with: what was a component's then may still be what its build holds. */
  readonly baseline?: Catalogue;
  readonly trace?: PlanInput['globalTrace'];
  /** See `Ownership`. */
  readonly unknown?: ReadonlySet<string>;
  /** Components whose interface is not known: dependents may read all of it. */
  readonly withoutInterface?: ReadonlySet<string>;
}

/** Reads the changes once, in any order. */
export function readChanges({ catalogue, changes, baseline, trace, unknown, withoutInterface }: ChangedPaths): PathEvidence {
  const { components } = catalogue;
  const ownership = new Ownership(catalogue, unknown);
  const earlier = baseline && new EarlierOwnership(catalogue, baseline);
  const globals = new PathTrie();
  for (const glob of new Set([...catalogue.globalPaths ?? [], ...baseline?.globalPaths ?? []])) {
    globals.addGlob(glob, 0);
  }

  const direct: (DirectEvidence | undefined)[] = components.map(() => undefined);
  const evidenceOf = (index: number) => (direct[index] ??= new DirectEvidence(components[index], withoutInterface?.has(components[index].name) === true));
  const globalForAll = new PathSample();
  const globalForSome = new Map<string, PathSample>();
  const unowned = new PathSample();
  const unread = new PathSample();
  // Then the policy is what concerns the dependents of a component at the root.
  const restIsUnowned = catalogue.unownedPaths === 'all';
  let any = false;

  for (const { path, type } of changes) {
    any = true;
    const owners = ownership.owners(path);
    for (const index of owners) {
      evidenceOf(index).add(path, restIsUnowned && ownership.isRest(path, index));
    }
    const before = earlier?.owners(path);
    before?.today.filter((index) => !owners.includes(index)).forEach((index) => evidenceOf(index).add(path, false));
    if (globals.owners(path).length > 0) {
      const affected = trace?.get(path) ?? 'all';
      if (affected === 'all') {
        globalForAll.add(path);
      } else {
        affected.forEach((name) => sampleOf(globalForSome, name).add(path));
      }
      continue;
    }
    const standing = ownership.standing(path, owners);
    if (standing === 'unread') {
      unread.add(path);
    // What is gone was read by those alone of whom the catalogue said so.
    } else if (standing === 'unowned' && !(type === 'D' && before?.known === true)) {
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
  return { reasons, unowned, unread, any };
}

/** Who owned a path by the baseline's catalogue. */
class EarlierOwnership {
  private readonly ownership: Ownership;
  /** By index in the baseline's catalogue: the index in today's. */
  private readonly today: readonly (number | undefined)[];

  public constructor(catalogue: Catalogue, baseline: Catalogue) {
    this.ownership = new Ownership(baseline);
    const places = new Map(catalogue.components.map(({ name }, index) => [name, index]));
    this.today = baseline.components.map(({ name }) => places.get(name));
  }

  /** `today`: indices of those owners that are still components. `known`: whether it was said who read it, if anybody. */
  public owners(path: string): { readonly today: readonly number[]; readonly known: boolean } {
    const owners = this.ownership.owners(path);
    return { today: owners.flatMap((owner) => this.today[owner] ?? []), known: this.ownership.standing(path, owners) !== 'unowned' };
  }
}

/** The changed paths of one component. */
class DirectEvidence {
  private readonly sample = new PathSample();
  private readonly isInterface: PathPredicate;
  /** The first in sorted order of those that dependents read. */
  private firstOfInterface?: string;

  public constructor(component: CatalogueComponent, readWhole: boolean) {
    this.isInterface = component.interface === undefined || readWhole ? () => true : compileGlobs(component.interface);
  }

  /** @param internal - whether it is known that dependents don't read the path, whatever the interface */
  public add(path: string, internal: boolean): void {
    this.sample.add(path);
    if (!internal && (this.firstOfInterface === undefined || path < this.firstOfInterface) && this.isInterface(path)) {
      this.firstOfInterface = path;
    }
  }

  public reason(): Reason {
    // A path of the interface is always among those listed: it is what a chain of reasons through this component starts from.
    const paths = this.sample.paths(this.firstOfInterface);
    const internal = this.firstOfInterface === undefined;
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
