import { spawnSync } from 'node:child_process';
import { Origin, RepositoryFiles } from '../discovery/repository-files';
import { InputError } from '../errors';
import { gitEnvironment, Clone } from './run';

/** Mode and object of one tracked file. */
interface Entry {
  readonly objectId: string;
  readonly mode: string;
}

/** Contents by object ID, kept from commit to commit: a history shares most of them. */
export type ContentCache = Map<string, string>;

/** The files of one commit, read from Git's objects: no work tree needed. */
export class CommittedFiles implements RepositoryFiles {
  public readonly paths: readonly string[];
  public readonly links: ReadonlyMap<string, string>;
  public readonly submodules: ReadonlySet<string>;
  public readonly missing = new Set<string>();
  public readonly origin: Origin;
  private readonly entries: ReadonlyMap<string, Entry>;

  /**
   * @param commit - its whole ID
   * @throws InputError where Git can't list the commit's files
   */
  public constructor(private readonly repository: Clone, commit: string, private readonly contents: ContentCache = new Map()) {
    this.origin = { commit, dirty: [] };
    const listing = git(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]).toString('utf8');
    this.entries = new Map(listing.split('\0').filter((record) => record !== '').map((record) => {
      const tab = record.indexOf('\t');
      const [mode, , objectId] = record.slice(0, tab).split(' ');
      return [record.slice(tab + 1), { objectId: objectId!, mode: mode! }];
    }));
    this.paths = [...this.entries.keys()].sort();
    const ofMode = (mode: string) => this.paths.filter((path) => this.entries.get(path)!.mode === mode);
    this.submodules = new Set(ofMode('160000'));
    this.links = this.contentsOf(ofMode('120000'));
  }

  public read(paths: readonly string[]): ReadonlyMap<string, string> {
    return this.contentsOf(paths.filter((path) => this.entries.get(path)?.mode.startsWith('100')));
  }

  private contentsOf(paths: readonly string[]): Map<string, string> {
    const wanted = paths.map((path) => ({ path, objectId: this.entries.get(path)!.objectId }));
    const unread = [...new Set(wanted.map(({ objectId }) => objectId).filter((objectId) => !this.contents.has(objectId)))];
    if (unread.length > 0) {
      readBlobs(this.repository, unread, this.contents);
    }
    wanted.filter(({ objectId }) => !this.contents.has(objectId)).forEach(({ path }) => this.missing.add(path));
    return new Map(wanted.flatMap(({ path, objectId }) => {
      const text = this.contents.get(objectId);
      return text === undefined ? [] : [[path, text]];
    }));
  }
}

function readBlobs(repository: Clone, objectIds: readonly string[], contents: ContentCache): void {
  const output = readObjects(repository, `${objectIds.join('\n')}\n`);
  let at = 0;
  for (const objectId of objectIds) {
    const end = output.indexOf('\n', at);
    const [, type, size] = output.toString('utf8', at, end).split(' ');
    const start = end + 1;
    if (type !== 'blob') {
      // Not on this machine: the clone is a partial one.
      at = start;
      continue;
    }
    contents.set(objectId, output.toString('utf8', start, start + Number(size)));
    at = start + Number(size) + 1;
  }
}

/** Git fetches what a partial clone left out; where it can't, what is here is read. */
function readObjects(repository: Clone, input: string): Buffer {
  try {
    return git(repository, ['cat-file', '--batch'], input);
  } catch {
    return git({ ...repository, environment: { ...repository.environment, GIT_NO_LAZY_FETCH: '1' } }, ['cat-file', '--batch'], input);
  }
}

function git(repository: Clone, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', repository.folder, ...args], {
    env: gitEnvironment(repository), input, maxBuffer: Infinity,
  });
  if (error !== undefined || status !== 0) {
    throw new InputError(`git ${args[0]} failed in '${repository.folder}': ${error?.message ?? stderr.toString('utf8').trim()}`);
  }
  return stdout;
}
