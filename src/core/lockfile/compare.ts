import { ResolvedGraph, ResolvedNode } from './resolved-graph';

/**
 * For each importer in either graph, by folder: the names of its dependencies whose resolution changed, sorted.
 * Importers whose dependencies all resolve as before are left out.
 *
 * A dependency resolves as before if every chain of names that can be required from it leads to the same package in both graphs.
 *
 * @param follow whether a dependency on another of the repository's packages counts for what that one itself resolves to;
 *   where not, such a dependency is the same as long as it is there
 */
export function changedDependencies(
  before: ResolvedGraph, after: ResolvedGraph, follow: (importer: string) => boolean,
): Map<string, readonly string[]> {
  const pairs = new PairGraph(follow);
  const roots = new Map<string, Map<string, Pair>>();
  for (const folder of new Set([...before.importers.keys(), ...after.importers.keys()])) {
    roots.set(folder, pairs.dependenciesOf(before.importers.get(folder), after.importers.get(folder)));
  }
  pairs.explore();
  const changed = new Map<string, readonly string[]>();
  for (const [folder, dependencies] of roots) {
    const names = [...dependencies].filter(([, pair]) => pair.differs).map(([name]) => name).sort();
    if (names.length > 0) {
      changed.set(folder, names);
    }
  }
  return changed;
}

/** What one chain of names leads to in the two graphs. */
interface Pair {
  readonly before: ResolvedNode | undefined;
  readonly after: ResolvedNode | undefined;
  differs: boolean;
  /** Pairs that lead to this one. */
  readonly from: Pair[];
}

/** Walks both graphs at once; a difference found is carried back to all that leads to it. Cost: the size of what is reachable. */
class PairGraph {
  private readonly pairs = new Map<ResolvedNode | undefined, Map<ResolvedNode | undefined, Pair>>();
  private readonly unexplored: Pair[] = [];

  public constructor(private readonly follow: (importer: string) => boolean) {}

  public dependenciesOf(before: ResolvedNode | undefined, after: ResolvedNode | undefined): Map<string, Pair> {
    const names = new Set([...before?.dependencies.keys() ?? [], ...after?.dependencies.keys() ?? []]);
    return new Map([...names].map((name) => [name, this.pair(before?.dependencies.get(name), after?.dependencies.get(name))]));
  }

  public explore(): void {
    const differing: Pair[] = [];
    for (let pair = this.unexplored.pop(); pair !== undefined; pair = this.unexplored.pop()) {
      if (!pair.differs && pair.before !== undefined && pair.after !== undefined && this.isFollowed(pair.before)) {
        for (const [, next] of this.dependenciesOf(pair.before, pair.after)) {
          next.from.push(pair);
        }
      }
    }
    for (const byAfter of this.pairs.values()) {
      for (const pair of byAfter.values()) {
        if (pair.differs) {
          differing.push(pair);
        }
      }
    }
    for (let pair = differing.pop(); pair !== undefined; pair = differing.pop()) {
      for (const origin of pair.from) {
        if (!origin.differs) {
          origin.differs = true;
          differing.push(origin);
        }
      }
    }
  }

  private isFollowed(node: ResolvedNode): boolean {
    return node.importer === undefined || this.follow(node.importer);
  }

  private pair(before: ResolvedNode | undefined, after: ResolvedNode | undefined): Pair {
    let byAfter = this.pairs.get(before);
    if (byAfter === undefined) {
      this.pairs.set(before, byAfter = new Map<ResolvedNode | undefined, Pair>());
    }
    let pair = byAfter.get(after);
    if (pair === undefined) {
      pair = { before, after, differs: before?.identity !== after?.identity, from: [] };
      byAfter.set(after, pair);
      this.unexplored.push(pair);
    }
    return pair;
  }
}
