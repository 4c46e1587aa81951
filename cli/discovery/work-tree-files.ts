import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DiscoveryState } from './remembered-discovery';
import { Origin, RepositoryFiles } from './repository-files';
import { sha256 } from '../../src/core/digest';
import { gitEnvironment } from '../git/run';

/** The files of a work tree as they are now: those that Git tracks, and new ones that it doesn't ignore. */
export class WorkTreeFiles implements RepositoryFiles {
  /**
   * The files of the work tree that a directory is in.
   * @throws Error where it is in none
   */
  public static around(directory: string): WorkTreeFiles {
    const root = git(directory, 'rev-parse', '--show-toplevel').replace(/\n$/, '');
    return new WorkTreeFiles(root, git(root, 'ls-files', '-z', '--stage', '-v'), git(root, 'ls-files', '-z', '--others', '--exclude-standard'));
  }

  public readonly paths: readonly string[];
  public readonly links: ReadonlyMap<string, string>;
  public readonly submodules: ReadonlySet<string>;
  public readonly missing: ReadonlySet<string> = new Set();
  public readonly origin?: Origin;

  private constructor(private readonly folder: string, private readonly tracked: string, others: string) {
    this.origin = originOf(folder);
    const modes = new Map(recordsOf(tracked).map((record): [string, string] => [record.slice(record.indexOf('\t') + 1), record.slice(2, 8)]));
    // Other repositories, of which Git lists the folder alone, are not tracked.
    const untracked = recordsOf(others).filter((path) => !path.endsWith('/'));
    this.paths = [...new Set([...modes.keys(), ...untracked])].sort();
    this.submodules = new Set([...modes].filter(([, mode]) => mode === '160000').map(([path]) => path));
    const links = [...[...modes].filter(([, mode]) => mode === '120000').map(([path]) => path), ...untracked]
      .filter((path) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.isSymbolicLink());
    this.links = new Map(links.map((path) => [path, readlinkSync(join(folder, path))]));
  }

  /** What the files are, so that it can be told whether any changed. */
  public state(): DiscoveryState {
    const dirty = this.origin?.dirty.map((path) => [path, contentOf(join(this.folder, path))]) ?? [];
    // What Git was asked not to look at may differ without being listed.
    const isSeen = recordsOf(this.tracked).every((record) => record.startsWith('H ')) && dirty.every(([, content]) => content !== undefined);
    return {
      digest: isSeen ? sha256(JSON.stringify([this.tracked, dirty])) : undefined,
      origin: this.origin,
      file: join(git(this.folder, 'rev-parse', '--absolute-git-dir').replace(/\n$/, ''), 'cdk-modular-pipeline', 'discovery.json'),
    };
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

/** Paths of a work tree that a catalogue lists as differing from its commit: beyond that it counts as no commit's. */
const MOST_DIRTY = 200;

function originOf(folder: string): Origin | undefined {
  try {
    const [commit, seconds] = git(folder, 'show', '--no-patch', '--no-show-signature', '--format=%H %ct', 'HEAD').trim().split(' ') as [string, string];
    const dirty = recordsOf(git(folder, 'status', '--porcelain', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none')).map((record) => record.slice(3));
    return dirty.length > MOST_DIRTY ? undefined : { commit, day: new Date(1000 * Number(seconds)).toISOString().slice(0, 10), dirty: dirty.sort() };
  } catch {
    // There is no commit yet.
    return undefined;
  }
}

/** Digest of a file, or what a link holds; undefined for a folder, such as a submodule's. */
function contentOf(file: string): string | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'gone' : stat.isSymbolicLink() ? `link ${readlinkSync(file)}` : stat.isFile() ? sha256(readFileSync(file, 'latin1')) : undefined;
}

function recordsOf(listing: string): string[] {
  return listing.split('\0').filter((record) => record !== '');
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
