import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileMode, TreeFolder } from '../../../../src/core/tree-reader';

/** A file of a tree: contents, a link's target, or a submodule's commit. */
export interface TreeFile {
  readonly mode: FileMode;
  readonly content: Buffer | string;
}

export type Files = ReadonlyMap<string, TreeFile>;

/** A bare repository made of trees alone: no work tree, so that any name and mode can be in it. */
export class GitHistory {
  public readonly directory = join(mkdtempSync(join(tmpdir(), 'git-history-')), 'shop.git');
  private time = 1_700_000_000;

  public constructor(format: 'sha1' | 'sha256' = 'sha1') {
    execFileSync('git', ['init', '--quiet', '--bare', `--object-format=${format}`, '--initial-branch=main', this.directory]);
  }

  /** Commits a tree onto a branch; undefined as parent: the branch's head, null: none. */
  public commit(files: Files, { branch = 'main', parent }: { readonly branch?: string; readonly parent?: string | null } = {}): string {
    const from = parent === undefined ? this.head(branch) : parent ?? undefined;
    const blobs: Buffer[] = [];
    const entries = [...files].map(([path, { mode, content }]) => {
      if (mode === '160000') {
        return Buffer.concat([Buffer.from(`M 160000 ${content.toString()} `), quoted(path), Buffer.from('\n')]);
      }
      const bytes = Buffer.from(content);
      blobs.push(Buffer.concat([Buffer.from(`blob\nmark :${blobs.length + 1}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]));
      return Buffer.concat([Buffer.from(`M ${mode} :${blobs.length} `), quoted(path), Buffer.from('\n')]);
    });
    const identity = `Ann <ann@example.com> ${this.time++} +0000`;
    const header = `reset refs/heads/${branch}\n${from === undefined ? '' : `from ${from}\n`}\ncommit refs/heads/${branch}\ncommitter ${identity}\ndata 0\n\n${from === undefined ? '' : `from ${from}\n`}deleteall\n`;
    this.git(['fast-import', '--quiet', '--force'], Buffer.concat([...blobs, Buffer.from(header), ...entries, Buffer.from('\n')]));
    return this.head(branch)!;
  }

  public head(branch: string): string | undefined {
    try {
      return this.git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]).toString().trim();
    } catch {
      return undefined;
    }
  }

  public git(args: readonly string[], input?: Buffer): Buffer {
    return execFileSync('git', ['-C', this.directory, ...args], { input, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** What no branch reaches is removed. */
  public prune(): void {
    this.git(['reflog', 'expire', '--expire=now', '--all']);
    this.git(['gc', '--quiet', '--prune=now']);
  }

  public differences(before: string, after: string): { path: string; type: string; isLink?: boolean }[] {
    const fields = this.git(['diff-tree', '-r', '-z', '--no-renames', '--raw', before, after]).toString().split('\0').slice(0, -1);
    return Array.from({ length: fields.length / 2 }, (_, index) => {
      const [, mode, , , status] = fields[2 * index]!.split(' ');
      return { path: fields[2 * index + 1]!, type: status === 'A' || status === 'D' ? status : 'M', ...(mode === '120000' && { isLink: true }) };
    });
  }

  public folder(commit: string, path: string): TreeFolder {
    const treeId = this.git(['rev-parse', `${commit}:${path}`]).toString().trim();
    const entries = this.git(['ls-tree', '-z', treeId]).toString().split('\0').slice(0, -1).map((line) => {
      const [, mode, , id, name] = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]*)$/.exec(line)!;
      return { mode: mode!, id: id!, name: name! };
    });
    return {
      treeId,
      folders: entries.filter(({ mode }) => mode === '040000').map(({ name, id }) => ({ name, treeId: id })),
      files: entries.filter(({ mode }) => mode !== '040000').map(({ name, id, mode }) => ({ name, objectId: id, mode: mode as FileMode })),
    };
  }

  public remove(): void {
    rmSync(join(this.directory, '..'), { recursive: true, force: true });
  }
}

/** A path as fast-import takes any. */
function quoted(path: string): Buffer {
  return Buffer.from(`"${path.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`);
}

export function file(content: string | Buffer, mode: FileMode = '100644'): TreeFile {
  return { mode, content };
}
