import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';

const folders: string[] = [];

/** A folder that `removeFolders` deletes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-test-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true }));
}

/** A Git repository made for a test. */
export class TestRepository {
  public readonly directory = temporaryFolder();

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  /** Writes files (`null` deletes one) and commits. Returns the commit's ID. */
  public commit(files: Readonly<Record<string, string | null>>, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.directory, path);
      if (content === null) {
        rmSync(file);
      } else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  public git(...args: string[]): string {
    const identity = ['-c', 'user.name=Ann Author', '-c', 'user.email=ann@example.com'];
    return execFileSync('git', ['-C', this.directory, ...identity, ...args], { encoding: 'utf8' }).trim();
  }
}

/** Synthesizes a stack; returns the cloud assembly's folder. */
export function synthesize(build: (stack: Stack) => void): string {
  const app = new App({ outdir: join(temporaryFolder(), 'cdk.out'), analyticsReporting: false });
  build(new Stack(app, 'TestStack', { env: { account: '111111111111', region: 'eu-west-1' } }));
  return app.synth().directory;
}

/** A folder with a handler, for a function's asset. */
export function handlerFolder(source: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
}
