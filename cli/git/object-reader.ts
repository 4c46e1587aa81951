import { ChildProcess, spawn } from 'node:child_process';
import { gitEnvironment, Clone } from './run';

interface Request {
  readonly resolve: (text: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Reads files of commits one after the other through a single Git process. Close it, or the process stays. */
export class ObjectReader {
  private readonly child: ChildProcess;
  private readonly requests: Request[] = [];
  private pending = Buffer.alloc(0);
  private stderr = '';

  public constructor(repository: Clone) {
    this.child = spawn('git', ['-C', repository.folder, 'cat-file', '--batch'], { env: gitEnvironment(repository), stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (chunk: Buffer) => this.receive(chunk));
    this.child.stderr!.on('data', (chunk: Buffer) => { this.stderr += chunk.toString('utf8'); });
    this.child.stdin!.on('error', () => undefined);
    this.child.on('error', (error) => this.fail(error));
    this.child.on('close', () => this.fail(new Error(`git cat-file ended early: ${this.stderr.trim()}`)));
  }

  /** Text of a file at a commit; undefined where there is no such file. */
  public async read(commit: string, path: string): Promise<string | undefined> {
    if (path.includes('\n')) {
      // Requests are lines. None of the files that are asked for has such a name, a folder above it may.
      return undefined;
    }
    return new Promise((resolve, reject) => {
      this.requests.push({ resolve, reject });
      this.child.stdin!.write(`${commit}:${path}\n`);
    });
  }

  public close(): void {
    this.child.stdin!.end();
  }

  private receive(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (let end = this.pending.indexOf('\n'); end >= 0 && this.requests.length > 0; end = this.pending.indexOf('\n')) {
      const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(this.pending.toString('utf8', 0, end));
      const size = header === null ? -1 : Number(header[2]);
      if (this.pending.length < end + 1 + size + 1) {
        return;
      }
      const text = header?.[1] === 'blob' ? this.pending.toString('utf8', end + 1, end + 1 + size) : undefined;
      this.pending = this.pending.subarray(end + 1 + size + 1);
      this.requests.shift()!.resolve(text);
    }
  }

  private fail(error: Error): void {
    this.requests.splice(0).forEach(({ reject }) => reject(error));
  }
}
