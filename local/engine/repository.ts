import { ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { InputError } from '../activity';

const run = promisify(execFile);
const MAX_OUTPUT = 1024 ** 3;

export interface TreeEntry {
  /** As Git writes it, such as `100644`. */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly objectId: string;
  readonly name: string;
}

export interface RawDifference {
  readonly type: 'A' | 'D' | 'M';
  readonly before: { readonly mode: string; readonly objectId: string };
  readonly after: { readonly mode: string; readonly objectId: string };
  readonly path: string;
}

/** A private repository over the objects of the one under test: its branches move without touching the original's. */
export class Repository {
  /**
   * @param origin a Git repository's folder, bare or not
   * @throws InputError if Git cannot read a repository there
   */
  public static async over(origin: string, directory: string): Promise<Repository> {
    const objects = await run('git', ['-C', origin, 'rev-parse', '--path-format=absolute', '--git-path', 'objects']).catch((error: Error & { stderr?: string }) => {
      throw new InputError(`'${origin}' is not a Git repository that can be read: ${(error.stderr || error.message).trim()}`);
    });
    await run('git', ['init', '--quiet', '--bare', '--', directory]);
    writeFileSync(join(directory, 'objects', 'info', 'alternates'), objects.stdout);
    return new Repository(origin, directory);
  }

  private readonly checks: ObjectChecks;

  private constructor(private readonly origin: string, private readonly directory: string) {
    this.checks = new ObjectChecks(directory);
  }

  /**
   * The commit that a revision names in the original repository.
   *
   * @throws InputError if it names none
   */
  public async resolve(revision: string): Promise<string> {
    return (await run('git', ['-C', this.origin, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]).catch(() => {
      throw new InputError(`'${revision}' names no commit in the repository '${this.origin}'.`);
    })).stdout.trim();
  }

  /** The object that a revision such as `<commit>:<path>` names, or `undefined`. */
  public async object(revision: string): Promise<string | undefined> {
    return this.checks.find(revision);
  }

  public async branch(name: string): Promise<string | undefined> {
    return this.checks.find(`refs/heads/${name}`);
  }

  public async setBranch(name: string, commit: string): Promise<void> {
    await this.git('update-ref', `refs/heads/${name}`, commit);
  }

  /** Makes or moves a tag; deletes it where there is no object. */
  public async setTag(name: string, object: string | undefined): Promise<void> {
    await this.git('update-ref', ...(object === undefined ? ['-d', `refs/tags/${name}`] : [`refs/tags/${name}`, object]));
  }

  public async deleteBranch(name: string): Promise<void> {
    await this.git('update-ref', '-d', `refs/heads/${name}`);
  }

  public async tree(treeId: string): Promise<TreeEntry[]> {
    return split(await this.git('ls-tree', '-z', treeId)).map((line) => {
      const [, mode, type, objectId, name] = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]*)$/.exec(line)!;
      return { mode, type: type as TreeEntry['type'], objectId, name };
    });
  }

  /** What two commits' trees differ in; from the empty tree where `before` is absent. A rename is a deletion and an addition. */
  public async differences(before: string | undefined, after: string): Promise<RawDifference[]> {
    const from = before ?? (await this.git('hash-object', '-t', 'tree', '/dev/null')).toString().trim();
    const fields = split(await this.git('diff-tree', '-r', '-z', '--no-renames', '--raw', '--no-abbrev', from, after));
    const differences: RawDifference[] = [];
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const [beforeMode, afterMode, beforeId, afterId, status] = fields[index].slice(1).split(' ');
      differences.push({
        // A change of type, as from file to symbolic link, counts as a modification.
        type: status === 'A' || status === 'D' ? status : 'M',
        before: { mode: beforeMode, objectId: beforeId },
        after: { mode: afterMode, objectId: afterId },
        path: fields[index + 1],
      });
    }
    return differences;
  }

  /** A blob's content. */
  public async blob(objectId: string): Promise<Buffer> {
    return this.git('cat-file', 'blob', objectId);
  }

  /** A commit's header and message, undecoded. */
  public async commitText(commit: string): Promise<string> {
    return (await this.git('cat-file', 'commit', commit)).toString();
  }

  /** The commit's files as a zip archive. */
  public async archive(commit: string): Promise<Buffer> {
    return this.git('archive', '--format=zip', '-1', commit);
  }

  public close(): void {
    this.checks.close();
  }

  private async git(...args: string[]): Promise<Buffer> {
    return (await run('git', ['-C', this.directory, ...args], { encoding: 'buffer', maxBuffer: MAX_OUTPUT })).stdout;
  }
}

/** One `git cat-file --batch-check` for all look-ups: a process each would be most of a small commit's time. */
class ObjectChecks {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: ((objectId: string | undefined) => void)[] = [];

  constructor(directory: string) {
    this.process = spawn('git', ['-C', directory, 'cat-file', '--batch-check=%(objectname)'], { stdio: 'pipe' });
    createInterface(this.process.stdout).on('line', (line) => this.waiting.shift()?.(/^[0-9a-f]{40,64}$/.test(line) ? line : undefined));
  }

  public async find(revision: string): Promise<string | undefined> {
    if (/[\n\0]/.test(revision)) {
      return undefined;
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.process.stdin.write(`${revision}\n`);
    });
  }

  public close(): void {
    this.process.stdin.end();
  }
}

function split(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}
