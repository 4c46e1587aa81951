import { MutableNode, ResolvedNode } from './resolved-graph';

/**
 * Which of several packages is meant can't be told: a node that is another one as soon as any of them, or what it requires, is.
 *
 * @param chosenBy what else decides which one it is
 */
export function oneOf(candidates: Iterable<MutableNode>, chosenBy?: string): MutableNode | undefined {
  const nodes = [...new Set(candidates)];
  if (nodes.length <= 1) {
    return nodes[0];
  }
  const peers = [...new Set(nodes.flatMap((node) => node.peers ?? []))];
  const identities = nodes.map(({ identity }) => identity).sort();
  const node = new MutableNode(JSON.stringify(chosenBy === undefined ? identities : [...identities, chosenBy]), undefined, undefined, peers);
  nodes.forEach((candidate) => node.dependencies.set(candidate.identity, candidate));
  return node;
}

/** Nodes by name, of which any may be meant; made once a name. */
export class NodesByName {
  private readonly nodes = new Map<string, Set<MutableNode>>();
  private readonly any = new Map<string, MutableNode | undefined>();
  private readonly hoisted = new Map<string, MutableNode | undefined>();
  private requirers?: ReadonlyMap<MutableNode, readonly string[]>;

  public add(name: string, node: MutableNode): void {
    this.nodes.set(name, (this.nodes.get(name) ?? new Set()).add(node));
  }

  public count(name: string): number {
    return this.nodes.get(name)?.size ?? 0;
  }

  /** Undefined where there is none of that name. */
  public anyOf(name: string): MutableNode | undefined {
    if (!this.any.has(name)) {
      this.any.set(name, oneOf(this.nodes.get(name) ?? []));
    }
    return this.any.get(name);
  }

  /**
   * What is found by a name in folders that packages share. Of several of the name one lies there, and which one follows from who requires them:
   * so it is another one as soon as that changes.
   *
   * @param all nodes of the graph, before anything was found this way
   */
  public hoistedOf(name: string, all: Iterable<MutableNode>): MutableNode | undefined {
    if (!this.hoisted.has(name)) {
      this.requirers ??= requirersIn(all);
      const candidates = this.nodes.get(name) ?? new Set();
      const requirers = [...candidates].map((node) => JSON.stringify([node.identity, this.requirers!.get(node)])).sort();
      this.hoisted.set(name, candidates.size > 1 ? oneOf(candidates, requirers.join()) : this.anyOf(name));
    }
    return this.hoisted.get(name);
  }
}

function requirersIn(all: Iterable<MutableNode>): Map<MutableNode, string[]> {
  const requirers = new Map<MutableNode, string[]>();
  for (const node of all) {
    for (const dependency of node.dependencies.values()) {
      if (dependency instanceof MutableNode) {
        const known = requirers.get(dependency);
        if (known === undefined) {
          requirers.set(dependency, [node.identity]);
        } else {
          known.push(node.identity);
        }
      }
    }
  }
  requirers.forEach((identities) => identities.sort());
  return requirers;
}

/**
 * Lets each node require the peers that its dependencies leave to it and that it neither requires nor leaves to its own dependents:
 * package managers hoist, so Node.js finds whatever package of that name lies in a folder above.
 *
 * @param importers the repository's own packages, which leave nothing further
 */
export function addMissingPeers(packages: readonly MutableNode[], importers: readonly MutableNode[], byName: NodesByName): void {
  const all = [...packages, ...importers];
  const found = (peer: string) => byName.hoistedOf(peer, all);
  // Before any is added.
  all.forEach((node) => node.peers?.forEach(found));
  addPeers(packages, found, 'brought');
  addPeers(importers, found, 'missing');
}

function addPeers(nodes: readonly MutableNode[], find: (peer: string) => MutableNode | undefined, ownPeers: 'missing' | 'brought'): void {
  for (const node of nodes) {
    const left = new Set(ownPeers === 'missing' ? node.peers : []);
    for (const dependency of node.dependencies.values()) {
      dependency?.peers?.forEach((peer) => left.add(peer));
    }
    // A Set's iterator also visits what is added on the way.
    for (const peer of left) {
      const isLeftFurther = ownPeers === 'brought' && node.peers?.includes(peer) === true;
      const found = node.dependencies.get(peer) === undefined && !isLeftFurther ? find(peer) : undefined;
      if (found !== undefined) {
        node.dependencies.set(peer, found);
        found.peers?.forEach((next) => left.add(next));
      }
    }
  }
}

/** What a lockfile holds and nothing seen in it requires: a package manager's own rules do, for someone. By this name the root requires it. */
const UNREQUIRED = 'packages that nothing in the lockfile requires';

/** Lets the root require what no importer leads to. */
export function requireUnreached(importers: Map<string, MutableNode>, nodes: Iterable<MutableNode>): void {
  const reached = new Set<ResolvedNode | undefined>([...importers.values()]);
  // A Set's iterator also visits what is added on the way.
  for (const node of reached) {
    node?.dependencies.forEach((dependency) => reached.add(dependency));
  }
  const unreached = [...nodes].filter((node) => !reached.has(node));
  if (unreached.length > 0) {
    const group = new MutableNode(UNREQUIRED);
    unreached.forEach((node) => group.dependencies.set(node.identity, node));
    const root = importers.get('.') ?? new MutableNode('importer .', '.');
    root.dependencies.set(UNREQUIRED, group);
    importers.set('.', root);
  }
}
