import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RepositoryFiles } from './repository-files';

/** The files of a work tree as they are now: those that Git tracks, and new ones that it doesn't ignore. */
export class WorkTreeFiles implements RepositoryFiles {
  public readonly paths: readonly string[];

  /** @throws Error where the folder is not the root of a Git work tree */
  public constructor(private readonly folder: string) {
    const { status, stdout, stderr, error } = spawnSync('git', ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], { maxBuffer: Infinity });
    if (error !== undefined || status !== 0) {
      throw new Error(`The files of '${folder}' can't be listed: ${error?.message ?? stderr.toString('utf8').trim()}`);
    }
    this.paths = [...new Set(stdout.toString('utf8').split('\0').filter((path) => path !== ''))].sort();
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
