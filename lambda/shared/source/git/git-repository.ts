import { GitAnswerError, GitRefusalError } from './git-error';
import { GitObject } from './pack';
import { Remote } from './remote';
import { differingPaths, entryNamed, folderId, treeFolderOf, parseTree, Tree } from './tree';
import { PathChange } from '../../../../src/core/comparison';
import { TreeFolder, TreeReader } from '../../../../src/core/tree-reader';
import { BranchMissingError, CommitGoneError, FileUnreadableError, SourceUnavailableError, SourceUnreadableError } from '../errors';
import { SourceRepository } from '../source-repository';

/** As much as CodeCommit gives out. */
const MAX_FILE = 6 * 1024 ** 2;
const COMMIT_TREE = /^tree ([0-9a-f]{40})\n/;

interface Wanted {
  readonly id: string;
  readonly settle: (error?: Error) => void;
}

/**
 * A repository behind Git's smart HTTP. A commit comes with all its folders and, where the server can leave them out, without contents: one request
 * for two commits, whatever differs. Their history is never asked for, so that nothing here depends on which commit comes from which.
 */
export class GitRepository implements SourceRepository {
  private readonly objects = new Map<string, GitObject>();
  private readonly trees = new Map<string, Tree>();
  private readonly roots = new Map<string, Promise<string>>();
  private readonly contents = new Map<string, Promise<void>>();
  private wanted: Wanted[] = [];

  public constructor(private readonly remote: Remote, public readonly name: string) {}

  public async branchHead(branch: string): Promise<string> {
    try {
      const found = await this.remote.branch(branch);
      if (found === undefined) {
        throw new BranchMissingError(branch, this.name);
      }
      return found;
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  public async tags(prefix: string): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.remote.tags(prefix);
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  public async* differences(before: string, after: string): AsyncGenerator<PathChange[]> {
    const [old, now] = await Promise.all(this.load([before, after]));
    yield differingPaths(old!, now!, (id) => this.tree(id));
  }

  public folders(commitId: string): TreeReader {
    return { readFolder: async (path) => this.folder(await this.treeIdAt(commitId, path === '.' ? '' : path)) };
  }

  public async readFile(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    const slash = path.lastIndexOf('/');
    const folder = await this.treeIdAt(commitId, path.slice(0, Math.max(0, slash)));
    const entry = folder === undefined ? undefined : entryNamed(this.tree(folder), path.slice(slash + 1));
    if (entry === undefined || folderId(entry) !== undefined || entry.mode === '160000') {
      return undefined;
    }
    if (entry.mode === '120000') {
      throw new FileUnreadableError('it is a symbolic link');
    }
    if (!this.objects.has(entry.id)) {
      if (!inTime()) {
        throw new FileUnreadableError('there was no time left to read it');
      }
      await this.content(entry.id);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.object(entry.id).data);
    } catch (error) {
      throw error instanceof SourceUnavailableError ? error : new FileUnreadableError('it is not UTF-8');
    }
  }

  private folder(id: string | undefined): TreeFolder | undefined {
    return id === undefined ? undefined : treeFolderOf(id, this.tree(id));
  }

  private async treeIdAt(commit: string, path: string): Promise<string | undefined> {
    let id: string | undefined = await this.load([commit])[0]!;
    for (const name of path === '' ? [] : path.split('/')) {
      id = folderId(entryNamed(this.tree(id), name));
      if (id === undefined) {
        return undefined;
      }
    }
    return id;
  }

  /** IDs of the commits' root folders, with all of these commits' folders here: in one request for those that are not yet. */
  private load(commits: readonly string[]): Promise<string>[] {
    const missing = [...new Set(commits)].filter((commit) => !this.roots.has(commit));
    if (missing.length > 0) {
      const fetched = this.fetchCommits(missing);
      for (const commit of missing) {
        const root = fetched.then((gone) => {
          if (gone.includes(commit)) {
            throw new CommitGoneError(commit);
          }
          return this.rootOf(commit);
        });
        // What failed is asked for again, unless every attempt fails like it: each would fetch as much as is ever read.
        root.catch((error: unknown) => (error instanceof SourceUnreadableError ? undefined : this.roots.delete(commit)));
        this.roots.set(commit, root);
      }
    }
    return commits.map(async (commit) => this.roots.get(commit)!);
  }

  /**
   * Where one of several is refused, each is asked for alone: one is gone if it is refused while another is given.
   * @returns the commits that are gone
   */
  private async fetchCommits(commits: readonly string[]): Promise<readonly string[]> {
    try {
      await this.fetch(commits, true);
      return [];
    } catch (error) {
      if (!(error instanceof GitRefusalError) || commits.length === 1) {
        throw this.unavailable(error);
      }
      const refused: string[] = [];
      for (const commit of commits) {
        await this.fetch([commit], true).catch((alone: unknown) => {
          if (!(alone instanceof GitRefusalError)) {
            throw this.unavailable(alone);
          }
          refused.push(commit);
        });
      }
      if (refused.length === commits.length) {
        throw this.unavailable(error);
      }
      return refused;
    }
  }

  private rootOf(commit: string): string {
    const { type, data } = this.object(commit);
    const root = type === 'commit' ? COMMIT_TREE.exec(data.toString('latin1', 0, 46))?.[1] : undefined;
    if (root === undefined) {
      throw new SourceUnavailableError(`${this.name}: the server sent object ${commit}, which is no commit.`);
    }
    return root;
  }

  /** Contents that are asked for at the same time come in one request. */
  private async content(id: string): Promise<void> {
    let content = this.contents.get(id);
    if (content === undefined) {
      content = new Promise<void>((resolve, reject) => {
        this.wanted.push({ id, settle: (error) => (error === undefined ? resolve() : reject(error)) });
        if (this.wanted.length === 1) {
          setImmediate(() => void this.fetchContents());
        }
      });
      this.contents.set(id, content);
      content.catch(() => this.contents.delete(id));
    }
    return content;
  }

  private async fetchContents(): Promise<void> {
    const wanted = this.wanted;
    this.wanted = [];
    let failure: Error | undefined;
    try {
      const { dropped } = await this.fetch(wanted.map(({ id }) => id), false);
      failure = dropped === 0 ? undefined : new FileUnreadableError(`it is larger than ${MAX_FILE / 1024 ** 2} MB`);
    } catch (error) {
      failure = error instanceof GitRefusalError
        ? new FileUnreadableError(`the server does not give out single files: ${error.message}`)
        : error as Error;
    }
    wanted.forEach(({ id, settle }) => settle(this.objects.has(id) ? undefined : failure));
  }

  private async fetch(wants: readonly string[], commits: boolean): Promise<{ readonly dropped: number }> {
    return this.remote.fetch({ wants, commits, contentsUpTo: commits ? -1 : MAX_FILE, onObject: (id, object) => this.objects.set(id, object) });
  }

  private object(id: string): GitObject {
    const object = this.objects.get(id);
    if (object === undefined) {
      throw new SourceUnavailableError(`${this.name}: the server did not send object ${id}.`);
    }
    return object;
  }

  private tree(id: string): Tree {
    let tree = this.trees.get(id);
    if (tree === undefined) {
      const { type, data } = this.object(id);
      if (type !== 'tree') {
        throw new SourceUnavailableError(`${this.name}: the server sent a ${type} for folder ${id}.`);
      }
      tree = this.parsed(id, data);
      this.trees.set(id, tree);
    }
    return tree;
  }

  private parsed(id: string, data: Buffer): Tree {
    try {
      return parseTree(data);
    } catch (error) {
      throw error instanceof GitAnswerError ? new SourceUnavailableError(`${this.name}: folder ${id}: ${error.message}`, { cause: error }) : error;
    }
  }

  private unavailable(error: unknown): unknown {
    return error instanceof GitRefusalError ? new SourceUnavailableError(`${this.name}: the Git server says: ${error.message}`, { cause: error }) : error;
  }
}
