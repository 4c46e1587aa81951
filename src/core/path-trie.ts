import { compileGlob, globShape, PathPredicate } from './globs';

interface GlobRule {
  readonly glob: string;
  readonly owners: number[];
  matches?: PathPredicate;
}

interface Node {
  /** Path and a slash; empty for the root. */
  readonly prefix: string;
  readonly children: Map<string, Node>;
  /** The nearest node at or above this one that has rules. */
  up?: Node;
  /** Owners of the node's path and everything under it. */
  readonly subtree: number[];
  /** Owners of the node's path alone. */
  readonly exact: number[];
  /** Globs whose matches all lie at or under the node. */
  readonly globs: Map<string, GlobRule>;
}

const NOBODY: readonly number[] = [];

/**
 * Finds the owners (small integers) of a path among literal paths and globs.
 *
 * Literal paths, and globs by their literal base, are nodes of one trie: a path costs one walk down its segments, and only the globs
 * whose base lies on its way are matched, each once however many owners share it. Consecutive paths under one leaf cost one comparison.
 */
export class PathTrie {
  private readonly root: Node = newNode('');
  /** The deepest node of the last path, where it is a leaf: other paths under it end there too. */
  private lastLeaf?: Node;
  private linked = false;

  /** `path` and everything under it; `.` is everything. */
  public addPath(path: string, owner: number): void {
    this.node(path === '.' ? '' : path).subtree.push(owner);
  }

  public addGlob(glob: string, owner: number): void {
    const { base, kind } = globShape(glob);
    const node = this.node(base);
    if (kind === 'subtree') {
      node.subtree.push(owner);
    } else if (kind === 'exact') {
      node.exact.push(owner);
    } else {
      const rule = node.globs.get(glob) ?? { glob, owners: [] };
      rule.owners.push(owner);
      node.globs.set(glob, rule);
    }
  }

  /** Owners of a path, in no order, each once unless it was added more than once. The caller must not change the array. */
  public owners(path: string): readonly number[] {
    if (!this.linked) {
      this.link();
    }
    const node = this.deepest(path);
    let found = NOBODY;
    const exactly = node.exact.length > 0 && node.prefix.length === path.length + 1;
    if (exactly) {
      found = node.exact;
    }
    for (let at: Node | undefined = hasRules(node) ? node : node.up; at; at = at.up) {
      found = joined(found, at.subtree);
      for (const rule of at.globs.values()) {
        rule.matches ??= compileGlob(rule.glob);
        if (rule.matches(path)) {
          found = joined(found, rule.owners);
        }
      }
    }
    return found;
  }

  private deepest(path: string): Node {
    if (this.lastLeaf && path.startsWith(this.lastLeaf.prefix)) {
      return this.lastLeaf;
    }
    let node = this.root;
    let start = 0;
    while (start <= path.length && node.children.size > 0) {
      let end = path.indexOf('/', start);
      end = end === -1 ? path.length : end;
      const child = node.children.get(path.slice(start, end));
      if (!child) {
        break;
      }
      node = child;
      start = end + 1;
    }
    this.lastLeaf = node.children.size === 0 ? node : undefined;
    return node;
  }

  private node(path: string): Node {
    this.linked = false;
    let node = this.root;
    for (const segment of path === '' ? [] : path.split('/')) {
      let child = node.children.get(segment);
      if (!child) {
        child = newNode(`${node.prefix}${segment}/`);
        node.children.set(segment, child);
      }
      node = child;
    }
    return node;
  }

  private link(): void {
    const nodes = [this.root];
    for (const node of nodes) {
      for (const child of node.children.values()) {
        child.up = hasRules(node) ? node : node.up;
        nodes.push(child);
      }
    }
    this.lastLeaf = undefined;
    this.linked = true;
  }
}

function newNode(prefix: string): Node {
  return { prefix, children: new Map(), subtree: [], exact: [], globs: new Map() };
}

function hasRules(node: Node): boolean {
  return node.subtree.length > 0 || node.globs.size > 0;
}

/** Copies only where both have something: most paths have one owner. */
function joined(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
}
