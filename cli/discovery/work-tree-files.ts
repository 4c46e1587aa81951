import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RepositoryFiles } from './repository-files';
import { gitEnvironment } from '../git/run';

/** The files of a work tree as they are now: those that Git tracks, and new ones that it doesn't ignore. */
export class WorkTreeFiles implements RepositoryFiles {
  /**
   * The files of the work tree that a directory is in.
   * @throws Error where it is in none
   */
  public static around(directory: string): WorkTreeFiles {
    const root = git(directory, 'rev-parse', '--show-toplevel').replace(/\n$/, '');
    return new WorkTreeFiles(root, git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'));
  }

  public readonly paths: readonly string[];

  private constructor(private readonly folder: string, listing: string) {
    this.paths = [...new Set(listing.split('\0').filter((path) => path !== ''))].sort();
  }

  public read(paths: readonly string[]): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const file = join(this.folder, path);
      // A tracked file may be deleted, or be a submodule's folder or a link.
      if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) {
        texts.set(path, readFileSync(file, 'utf8'));
      }
    }
    return texts;
  }
}

function git(directory: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', directory, ...args], {
    encoding: 'utf8', env: gitEnvironment({ folder: directory, environment: process.env }), maxBuffer: Infinity,
  });
  if (error !== undefined || status !== 0) {
    throw new Error(`git ${args[0]} failed in '${directory}': ${error?.message ?? stderr.trim()}`);
  }
  return stdout;
}
