import { addMissingPeers, NodesByName, oneOf, requireUnreached } from './alternatives';
import { MutableNode, ResolvedGraph } from './resolved-graph';

export interface Ranges {
  readonly [name: string]: string;
}

/** A package as a `yarn.lock` of any version lists it. */
export interface YarnPackage {
  readonly identity: string;
  readonly name: string;
  /** Where it comes from, such as `npm:1.0.0`; empty where rules need not know. */
  readonly reference: string;
  /** The requirements, `name@range`, that it meets. */
  readonly patterns: readonly string[];
  readonly dependencies: Ranges;
  readonly commands?: readonly string[];
  readonly peers?: readonly string[];
  /** The package that this one is a patched copy of, as a pattern. */
  readonly patched?: string;
}

/** A package of the repository. */
export interface YarnWorkspace {
  readonly folder: string;
  readonly name: string;
  /** The requirements that it meets, where the lockfile says so. */
  readonly patterns: readonly string[];
  /** What those that depend on it get with it. */
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
  readonly peers: readonly string[];
}

/** How a requirement becomes one of the lockfile's patterns. */
export interface YarnRules {
  /** Whether packages may require more than the lockfile says. */
  readonly mayAdd: boolean;
  /** Whether a package is found by what lies in folders above, though its dependent doesn't bring it. */
  readonly hoists: boolean;
  /**
   * Patterns of which one is meant; `any` where that is any package of the name.
   * What it is in the end is what the lockfile has for the pattern.
   */
  patternsOf(parent: { readonly name: string; readonly reference: string }, name: string, range: string): readonly string[] | 'any';
  /** Whether what a range leads to is not in the lockfile by design. */
  isOutside(range: string): boolean;
}

/** The graph of a `yarn.lock`'s packages. */
export class YarnGraph {
  private readonly nodes = new Map<YarnPackage, MutableNode>();
  /** The repository's own packages as those that depend on them see them. */
  private readonly linked = new Map<YarnWorkspace, MutableNode>();
  private readonly byPattern = new Map<string, Set<MutableNode>>();
  private readonly byName = new NodesByName();
  private everything?: MutableNode;

  public constructor(packages: readonly YarnPackage[], private readonly workspaces: readonly YarnWorkspace[], private readonly rules: YarnRules) {
    for (const one of packages) {
      const node = new MutableNode(one.identity, undefined, one.commands, one.peers);
      this.nodes.set(one, node);
      this.add(one, node);
    }
    for (const workspace of workspaces) {
      const node = new MutableNode(`importer ${workspace.folder}`, workspace.folder);
      this.linked.set(workspace, node);
      this.add(workspace, node);
    }
  }

  public read(): ResolvedGraph {
    for (const [one, node] of this.nodes) {
      this.connect(node, one, one.dependencies);
    }
    const importers = new Map<string, MutableNode>();
    for (const workspace of this.workspaces) {
      const parent = { name: workspace.name, reference: `workspace:${workspace.folder}` };
      this.connect(this.linked.get(workspace)!, parent, workspace.dependencies);
      const importer = new MutableNode(`importer ${workspace.folder}`, workspace.folder, undefined, workspace.peers);
      this.connect(importer, parent, { ...workspace.devDependencies, ...workspace.dependencies });
      importers.set(workspace.folder, importer);
    }
    if (this.rules.hoists) {
      addMissingPeers([...this.nodes.values()], [...this.linked.values(), ...importers.values()], this.byName);
    }
    if (this.rules.mayAdd) {
      // What is patched is listed next to its copy.
      const patched = new Set([...this.nodes.keys()].map((one) => one.patched));
      requireUnreached(importers, [...this.nodes].filter(([{ patterns }]) => !patterns.some((pattern) => patched.has(pattern))).map(([, node]) => node));
    }
    return { importers };
  }

  private add(one: YarnPackage | YarnWorkspace, node: MutableNode): void {
    const { name, patterns } = one;
    this.byName.add(name, node);
    // An alias is another name for it.
    patterns.forEach((pattern) => this.byName.add(nameOf(pattern), node));
    // Yarn puts patched copies in the place of some packages by itself, and binds some ranges to where they stand: `::locator=...`.
    const patched = 'patched' in one && one.patched !== undefined ? [one.patched] : [];
    for (const pattern of new Set([...patterns, ...patched, ...patterns.map((bound) => bound.replace(/::.*$/, ''))])) {
      this.byPattern.set(pattern, (this.byPattern.get(pattern) ?? new Set()).add(node));
    }
  }

  private connect(node: MutableNode, parent: { readonly name: string; readonly reference: string }, dependencies: Ranges): void {
    for (const [name, range] of Object.entries(dependencies)) {
      node.dependencies.set(name, this.find(parent, name, String(range)));
    }
  }

  private find(parent: { readonly name: string; readonly reference: string }, name: string, range: string): MutableNode {
    const patterns = this.rules.patternsOf(parent, name, range);
    const found = patterns === 'any' ? undefined : patterns.map((pattern) => [...this.byPattern.get(pattern) ?? []]);
    if (found !== undefined && found.length > 0 && found.every((nodes) => nodes.length > 0)) {
      return oneOf(found.flat())!;
    }
    // Where nothing has that very range, a workspace or an override has taken its place: any of that name may be meant.
    return this.byName.anyOf(name) ?? (this.rules.isOutside(range) ? new MutableNode(`outside ${range}`) : this.any());
  }

  /** What is not in the lockfile may be a package of the repository that was not seen; it may require anything. */
  private any(): MutableNode {
    this.everything ??= oneOf([...this.nodes.values(), new MutableNode('unknown')])!;
    return this.everything;
  }
}

/** The name in `name@range`; the whole text where it has no range. */
export function nameOf(pattern: string): string {
  const at = pattern.indexOf('@', 1);
  return at < 0 ? pattern : pattern.slice(0, at);
}
