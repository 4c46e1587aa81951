import { MutableNode, ResolvedNode } from './resolved-graph';

/** Which of several packages is meant can't be told: a node that is another one as soon as any of them, or what it requires, is. */
export function oneOf(candidates: Iterable<MutableNode>): MutableNode | undefined {
  const nodes = [...new Set(candidates)];
  if (nodes.length <= 1) {
    return nodes[0];
  }
  const peers = [...new Set(nodes.flatMap((node) => node.peers ?? []))];
  const node = new MutableNode(JSON.stringify(nodes.map(({ identity }) => identity).sort()), undefined, undefined, peers);
  nodes.forEach((candidate) => node.dependencies.set(candidate.identity, candidate));
  return node;
}

/** Nodes by name, of which any may be meant; made once a name. */
export class NodesByName {
  private readonly nodes = new Map<string, Set<MutableNode>>();
  private readonly any = new Map<string, MutableNode | undefined>();

  public add(name: string, node: MutableNode): void {
    this.nodes.set(name, (this.nodes.get(name) ?? new Set()).add(node));
  }

  /** Undefined where there is none of that name. */
  public anyOf(name: string): MutableNode | undefined {
    if (!this.any.has(name)) {
      this.any.set(name, oneOf(this.nodes.get(name) ?? []));
    }
    return this.any.get(name);
  }
}

/**
 * Lets each node require the peers that its dependencies leave to it and that it neither requires nor leaves to its own dependents:
 * package managers hoist, so Node.js finds whatever package of that name lies in a folder above.
 *
 * @param ownPeers whether what a node leaves to its dependents is missing as well: importers have none
 */
export function addMissingPeers(nodes: Iterable<MutableNode>, packages: NodesByName, ownPeers: 'missing' | 'brought'): void {
  for (const node of nodes) {
    const left = new Set(ownPeers === 'missing' ? node.peers : []);
    for (const dependency of node.dependencies.values()) {
      dependency?.peers?.forEach((peer) => left.add(peer));
    }
    // A Set's iterator also visits what is added on the way.
    for (const peer of left) {
      const isLeftFurther = ownPeers === 'brought' && node.peers?.includes(peer) === true;
      const found = node.dependencies.get(peer) === undefined && !isLeftFurther ? packages.anyOf(peer) : undefined;
      if (found !== undefined) {
        node.dependencies.set(peer, found);
        found.peers?.forEach((next) => left.add(next));
      }
    }
  }
}

/** What a lockfile holds and nothing seen in it requires: a package manager's own rules do, for somebody. By this name the root requires it. */
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
