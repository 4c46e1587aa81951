import { compileGlob, globShape, PathPredicate } from './globs';

interface GlobRule {
  readonly glob: string;
  readonly owners: number[];
  matches?: PathPredicate;
}

/** Most nodes are leaves, and have no globs. */
interface Node {
  /** Path and a slash; empty for the root. */
  readonly prefix: string;
  children?: Map<string, Node>;
  /** The nearest node at or above this one that has rules. */
  up?: Node;
  /** Owners of the node's path and everything under it. */
  readonly subtree: number[];
  /** Owners of the node's path alone. */
  readonly exact: number[];
  /** Globs whose matches all lie at or under the node. */
  globs?: Map<string, GlobRule>;
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
      node.globs ??= new Map();
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
      at.globs?.forEach((rule) => {
        rule.matches ??= compileGlob(rule.glob);
        if (rule.matches(path)) {
          found = joined(found, rule.owners);
        }
      });
    }
    return found;
  }

  private deepest(path: string): Node {
    if (this.lastLeaf && path.startsWith(this.lastLeaf.prefix)) {
      return this.lastLeaf;
    }
    let node = this.root;
    let start = 0;
    while (start <= path.length && node.children) {
      let end = path.indexOf('/', start);
      end = end === -1 ? path.length : end;
      const child = node.children.get(path.slice(start, end));
      if (!child) {
        break;
      }
      node = child;
      start = end + 1;
    }
    this.lastLeaf = node.children ? undefined : node;
    return node;
  }

  private node(path: string): Node {
    this.linked = false;
    let node = this.root;
    for (const segment of path === '' ? [] : path.split('/')) {
      node.children ??= new Map();
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
      node.children?.forEach((child) => {
        child.up = hasRules(node) ? node : node.up;
        nodes.push(child);
      });
    }
    this.lastLeaf = undefined;
    this.linked = true;
  }
}

function newNode(prefix: string): Node {
  return { prefix, subtree: [], exact: [] };
}

function hasRules(node: Node): boolean {
  return node.subtree.length > 0 || node.globs !== undefined;
}

/** Copies only where both have something: most paths have one owner. */
function joined(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
}
