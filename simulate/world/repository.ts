import { createHash } from 'node:crypto';

/** Paths and contents of one commit. */
export type Tree = ReadonlyMap<string, string>;

export interface Commit {
  readonly id: string;
  readonly parent?: string;
  readonly tree: Tree;
}

export interface Difference {
  readonly path: string;
  readonly type: 'A' | 'D' | 'M';
}

export interface Folder {
  readonly treeId: string;
  readonly files: readonly { readonly path: string; readonly blobId: string }[];
  readonly folders: readonly { readonly path: string; readonly treeId: string }[];
}

/** Git, as far as it matters: content decides IDs, branches point at commits, and what no branch holds may be gone. */
export class GitRepository {
  public static differences(before: Tree, after: Tree): Difference[] {
    const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
    return paths.filter((path) => before.get(path) !== after.get(path)).map((path) => ({
      path,
      type: !before.has(path) ? 'A' : !after.has(path) ? 'D' : 'M',
    }));
  }

  /** The folder of a tree; nothing where there is none. `''` is the root. */
  public static folder(tree: Tree, path: string): Folder | undefined {
    const prefix = path === '' ? '' : `${path}/`;
    const below = [...tree].filter(([file]) => file.startsWith(prefix));
    if (below.length === 0 && path !== '') {
      return undefined;
    }
    const folders = new Map<string, [string, string][]>();
    const files: { path: string; blobId: string }[] = [];
    for (const [file, content] of below) {
      const slash = file.indexOf('/', prefix.length);
      if (slash === -1) {
        files.push({ path: file, blobId: sha1(content) });
      } else {
        const name = file.slice(0, slash);
        folders.set(name, [...folders.get(name) ?? [], [file.slice(slash), content]]);
      }
    }
    return {
      treeId: treeId(below.map(([file, content]) => [file.slice(prefix.length), content])),
      files,
      folders: [...folders].map(([name, entries]) => ({ path: name, treeId: treeId(entries.map(([file, content]) => [file.slice(1), content])) })),
    };
  }

  public readonly branches = new Map<string, string>();
  private readonly commits = new Map<string, Commit>();
  private readonly gone = new Set<string>();

  /** @returns the new commit; no branch points at it yet */
  public commit(tree: Tree, parent: string | undefined): Commit {
    const id = sha1(JSON.stringify([this.commits.size, parent, [...tree]]));
    const commit = { id, tree, ...(parent === undefined ? {} : { parent }) };
    this.commits.set(id, commit);
    return commit;
  }

  /** A commit that is still there. */
  public find(id: string): Commit | undefined {
    return this.gone.has(id) ? undefined : this.commits.get(id);
  }

  /** Any commit there ever was. */
  public remembered(id: string): Commit {
    return this.commits.get(id)!;
  }

  /** Commits that are still there, the oldest first. */
  public all(): Commit[] {
    return [...this.commits.values()].filter(({ id }) => !this.gone.has(id));
  }

  /** Removes what no branch reaches. */
  public collectGarbage(): void {
    const reached = new Set<string>();
    for (const head of this.branches.values()) {
      for (let id: string | undefined = head; id !== undefined; id = this.commits.get(id)!.parent) {
        reached.add(id);
      }
    }
    [...this.commits.keys()].filter((id) => !reached.has(id)).forEach((id) => this.gone.add(id));
  }
}

function treeId(entries: readonly (readonly [string, string])[]): string {
  return sha1(JSON.stringify([...entries].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
