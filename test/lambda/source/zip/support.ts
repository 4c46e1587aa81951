import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Archive } from '../../../../lambda/shared/source/zip/archive';

/** Bytes that count how they are read. */
export class BufferArchive implements Archive {
  public readonly reads: { readonly from: number; readonly length: number }[] = [];

  public constructor(private readonly bytes: Buffer, public readonly name = 'archive.zip') {}

  public get size(): number {
    return this.bytes.length;
  }

  public async read(from: number, length: number): Promise<Buffer> {
    if (from < 0 || from + length > this.bytes.length) {
      throw new Error(`${length} bytes from ${from} of ${this.bytes.length} were asked for.`);
    }
    this.reads.push({ from, length });
    return Buffer.from(this.bytes.subarray(from, from + length));
  }
}

const folders: string[] = [];

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'zip-test-'));
  folders.push(made);
  return made;
}

export function removeFolders(): void {
  folders.splice(0).forEach((made) => rmSync(made, { recursive: true, force: true }));
}

export function write(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Runs Python, whose zipfile writes what no other tool does. */
export function python(program: string, input: object): void {
  execFileSync('python3', ['-c', program], { input: JSON.stringify(input), maxBuffer: 2 ** 28 });
}
