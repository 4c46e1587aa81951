import { spawnSync } from 'node:child_process';
import { RepositoryFiles } from '../discovery/repository-files';
import { InputError } from '../errors';
import { gitEnvironment, GitRepository } from './run';

/** Mode and object of one tracked file. */
interface Entry {
  readonly objectId: string;
  readonly isRegular: boolean;
}

/** Contents by object ID, kept from commit to commit: a history shares most of them. */
export type ContentCache = Map<string, string>;

/** The files of one commit, read from Git's objects: no work tree needed. */
export class CommittedFiles implements RepositoryFiles {
  public readonly paths: readonly string[];
  private readonly entries: ReadonlyMap<string, Entry>;

  /** @throws InputError where Git can't list the commit's files */
  public constructor(private readonly repository: GitRepository, commit: string, private readonly contents: ContentCache = new Map()) {
    const listing = git(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]).toString('utf8');
    this.entries = new Map(listing.split('\0').filter((record) => record !== '').map((record) => {
      const tab = record.indexOf('\t');
      const [mode, , objectId] = record.slice(0, tab).split(' ');
      return [record.slice(tab + 1), { objectId: objectId!, isRegular: mode!.startsWith('100') }];
    }));
    this.paths = [...this.entries.keys()].sort();
  }

  public read(paths: readonly string[]): ReadonlyMap<string, string> {
    const wanted = paths.flatMap((path) => {
      const entry = this.entries.get(path);
      return entry?.isRegular ? [{ path, objectId: entry.objectId }] : [];
    });
    const missing = [...new Set(wanted.map(({ objectId }) => objectId).filter((objectId) => !this.contents.has(objectId)))];
    if (missing.length > 0) {
      readBlobs(this.repository, missing, this.contents);
    }
    return new Map(wanted.map(({ path, objectId }) => [path, this.contents.get(objectId)!]));
  }
}

function readBlobs(repository: GitRepository, objectIds: readonly string[], contents: ContentCache): void {
  const output = git(repository, ['cat-file', '--batch'], `${objectIds.join('\n')}\n`);
  let at = 0;
  for (const objectId of objectIds) {
    const end = output.indexOf('\n', at);
    const [, type, size] = output.toString('utf8', at, end).split(' ');
    if (type !== 'blob') {
      throw new InputError(`Object ${objectId} is not in '${repository.folder}'. If the clone is a partial one, fetch the rest first.`);
    }
    const start = end + 1;
    contents.set(objectId, output.toString('utf8', start, start + Number(size)));
    at = start + Number(size) + 1;
  }
}

function git(repository: GitRepository, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', repository.folder, ...args], {
    env: gitEnvironment(repository), input, maxBuffer: Infinity,
  });
  if (error !== undefined || status !== 0) {
    throw new InputError(`git ${args[0]} failed in '${repository.folder}': ${error?.message ?? stderr.toString('utf8').trim()}`);
  }
  return stdout;
}
