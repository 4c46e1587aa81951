import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A Git repository in a folder of its own, without the machine's configuration. */
export class TestRepository {
  public readonly folder = mkdtempSync(join(tmpdir(), 'modular-cli-'));

  public constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  public git(...args: string[]): string {
    return execFileSync('git', ['-C', this.folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    }).trim();
  }

  public write(path: string, content: string | object): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Writes files, deletes those without content, commits everything; returns the commit's ID. */
  public commit(files: { readonly [path: string]: string | object | undefined }): string {
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) {
        rmSync(join(this.folder, path), { recursive: true });
      } else {
        this.write(path, content);
      }
    }
    this.git('add', '--all', '--force');
    this.git('commit', '--quiet', '--allow-empty', '--message=change');
    return this.git('rev-parse', 'HEAD');
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
