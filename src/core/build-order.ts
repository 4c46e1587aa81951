import { ComponentGraph } from './graph';

/** A changed component that has no build yet. */
export interface Unbuilt {
  readonly component: string;
  /**
   * Components that it waits for: changed, without a build, and themselves waiting for nothing. Sorted.
   * Empty where nothing stands in its way: it was not started yet, or its build failed.
   */
  readonly waitsFor: readonly string[];
}

/**
 * The order in which the changed components of a plan are built: tranche by tranche, each after all changed components that its members'
 * builds read, directly or through components that did not change. Depends on the plan alone, so that it is the same whenever it is asked for.
 */
export class BuildOrder {
  private readonly sorted: readonly string[];

  /**
   * @throws CatalogueError where a changed component is not in the catalogue
   */
  public constructor(private readonly graph: ComponentGraph, private readonly changed: ReadonlySet<string>) {
    changed.forEach((name) => graph.assertHas(name, 'cannot be built'));
    this.sorted = graph.order();
  }

  /** The tranches, each sorted by name. A component that nothing changed before is in the first. */
  public tranches(): string[][] {
    const height = new Map<string, number>();
    const tranches: string[][] = [];
    for (const name of this.sorted) {
      let own = 0;
      for (const read of this.reads(name)) {
        own = Math.max(own, height.get(read)! + (this.changed.has(read) ? 1 : 0));
      }
      height.set(name, own);
      if (this.changed.has(name)) {
        (tranches[own] ??= []).push(name);
      }
    }
    return Array.from(tranches, (tranche) => tranche.sort());
  }

  /** The changed components without a build, sorted, and what keeps each from being built. */
  public unbuilt(built: ReadonlySet<string>): Unbuilt[] {
    // For each component: those without a build that its dependents' builds read through it.
    const missing = new Map<string, ReadonlySet<string>>();
    const found: Unbuilt[] = [];
    for (const name of this.sorted) {
      const waitsFor = union(this.reads(name), missing);
      if (!this.changed.has(name) || built.has(name)) {
        missing.set(name, union(this.graph.dependencies(name), missing));
        continue;
      }
      found.push({ component: name, waitsFor: [...waitsFor].sort() });
      missing.set(name, waitsFor.size > 0 ? waitsFor : new Set([name]));
    }
    return found.sort((a, b) => (a.component < b.component ? -1 : 1));
  }

  private reads(name: string): readonly string[] {
    return [...this.graph.dependencies(name), ...this.graph.testDependencies(name)];
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** Most sets are empty or the same one: a new one is made only where two differ. */
function union(names: readonly string[], sets: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  let result = NOTHING;
  for (const name of names) {
    const set = sets.get(name)!;
    if (result.size === 0) {
      result = set;
    } else if (set.size > 0 && set !== result) {
      result = new Set([...result, ...set]);
    }
  }
  return result;
}
