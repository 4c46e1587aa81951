import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Git repository that the story is told on: the example's own files, and commits that change them. */
export class DemoRepository {
  /** @param content folder whose files are the first commit */
  public static create(directory: string, content: string, branch: string): DemoRepository {
    cpSync(content, directory, { recursive: true });
    const repository = new DemoRepository(directory);
    repository.git('init', '--quiet', '--initial-branch', branch);
    return repository;
  }

  private constructor(private readonly directory: string) {}

  public append(path: string, text: string): void {
    appendFileSync(join(this.directory, path), text);
  }

  public replace(path: string, from: string, to: string): void {
    const file = join(this.directory, path);
    const content = readFileSync(file, 'utf8');
    if (!content.includes(from)) {
      throw new Error(`${path} has no ${JSON.stringify(from)} to replace: the story and the example's repository have parted.`);
    }
    writeFileSync(file, content.replace(from, to));
  }

  /** Commits all changes. @returns the commit's ID */
  public commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.head();
  }

  /** Reverts the last commit by a new one. @returns the new commit's ID */
  public revert(): string {
    this.git('revert', '--no-edit', 'HEAD');
    return this.head();
  }

  public head(): string {
    return this.git('rev-parse', 'HEAD').trim();
  }

  private git(...args: string[]): string {
    // Anyone who runs this may have no name configured, or sign every commit.
    const settings = ['user.name=demo', 'user.email=demo@example.com', 'commit.gpgsign=false', 'core.hooksPath=/dev/null', 'core.autocrlf=false'];
    return execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], { cwd: this.directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
