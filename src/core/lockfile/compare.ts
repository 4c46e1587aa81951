import { ResolvedGraph, ResolvedNode } from './resolved-graph';

/** Names from a dependency of an importer on, each required by the one before, to one that leads to another package than before. */
export type DependencyChain = readonly [dependency: string, ...required: string[]];

/**
 * For each importer in either graph, by folder: its dependencies whose resolution changed, sorted by name, each with a shortest chain to what changed.
 * Importers whose dependencies all resolve as before are left out.
 *
 * A dependency resolves as before if every chain of names that can be required from it leads to the same package in both graphs.
 *
 * @param follow whether a dependency on another of the repository's packages counts for what that one itself resolves to;
 *   where not, such a dependency is the same as long as it is there
 */
export function changedDependencies(
  before: ResolvedGraph, after: ResolvedGraph, follow: (importer: string) => boolean,
): Map<string, readonly DependencyChain[]> {
  const pairs = new PairGraph(follow);
  const roots = new Map<string, Map<string, Pair>>();
  for (const folder of new Set([...before.importers.keys(), ...after.importers.keys()])) {
    roots.set(folder, pairs.dependenciesOf(before.importers.get(folder), after.importers.get(folder)));
  }
  pairs.explore();
  const changed = new Map<string, readonly DependencyChain[]>();
  for (const [folder, dependencies] of roots) {
    const chains = [...dependencies].filter(([, pair]) => pair.differs).map(([name, pair]): DependencyChain => [name, ...requiredFrom(pair)]);
    if (chains.length > 0) {
      changed.set(folder, chains.sort(([a], [b]) => (a < b ? -1 : 1)));
    }
  }
  return changed;
}

/** What one chain of names leads to in the two graphs. */
interface Pair {
  readonly before: ResolvedNode | undefined;
  readonly after: ResolvedNode | undefined;
  differs: boolean;
  /** Where it differs by what it leads to alone: the first step of a shortest way to a pair that differs by itself. */
  by?: Step;
  /** Steps that lead to this one. */
  readonly from: { readonly pair: Pair; readonly name: string }[];
}

interface Step {
  readonly name: string;
  readonly pair: Pair;
}

function requiredFrom(pair: Pair): string[] {
  const names: string[] = [];
  for (let step = pair.by; step !== undefined; step = step.pair.by) {
    names.push(step.name);
  }
  return names;
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
    for (let pair = this.unexplored.pop(); pair !== undefined; pair = this.unexplored.pop()) {
      if (!pair.differs && pair.before !== undefined && pair.after !== undefined && this.isFollowed(pair.before)) {
        for (const [name, next] of this.dependenciesOf(pair.before, pair.after)) {
          next.from.push({ pair, name });
        }
      }
    }
    const differing = [...this.pairs.values()].flatMap((byAfter) => [...byAfter.values()]).filter(({ differs }) => differs);
    // An array's iterator also visits what is added on the way: breadth first, so that the ways are shortest ones.
    for (const pair of differing) {
      for (const { pair: origin, name } of pair.from) {
        if (!origin.differs) {
          origin.differs = true;
          origin.by = { name, pair };
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
