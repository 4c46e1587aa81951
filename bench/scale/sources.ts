import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SourceFigures } from './sources-case';
import { printTable } from './table';
import { answerByGit, BackendSettings } from '../../local/services/git/http-backend';
import { serveLargeRepository } from '../../test/lambda/source/support/large-repository';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

export interface SourceCase {
  readonly files: number;
  /** Bytes of each file, which nothing compresses, and which a server without filters sends; some lines of text, by Git itself, where absent. */
  readonly incompressible?: number;
}

interface Row {
  readonly what: string;
  readonly differences: number;
  readonly requests: number | string;
  readonly bytes: number;
  readonly seconds: number;
  readonly processorSeconds: number | string;
  readonly megabytes: number | string;
}

/** What a plan costs over Git, with a server that filters and one that does not, beside Git's own partial clone, in the same run. */
export async function sources(cases: readonly SourceCase[]): Promise<void> {
  for (const one of cases) {
    const directory = mkdtempSync(join(tmpdir(), 'bench-sources-'));
    try {
      print(await measure(one, directory));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

function print(rows: readonly Row[]): void {
  printTable('What a plan reads over Git', ['what', 'differences', 'requests', 'MB', 'seconds', 'processor seconds', 'MB of memory'], rows.map((row) => [
    row.what, row.differences, row.requests, (row.bytes / 1e6).toFixed(2), row.seconds.toFixed(1),
    typeof row.processorSeconds === 'string' ? row.processorSeconds : row.processorSeconds.toFixed(1), typeof row.megabytes === 'string' ? row.megabytes : row.megabytes.toFixed(0),
  ].map(String)));
}

async function measure(one: SourceCase, directory: string): Promise<Row[]> {
  const size = `${one.files.toLocaleString('en')} files`;
  if (one.incompressible !== undefined) {
    const { url, head, stop } = await serveLargeRepository(one.files, one.incompressible);
    const figures = await client(url, head, head, false);
    stop();
    return [{ what: `${size} of ${one.incompressible / 1024 ** 2} MB, no filters`, ...figures }];
  }
  const bare = join(directory, 'bench.git');
  const [base, head] = await history(one.files, bare);
  const rows: Row[] = [];
  for (const [name, settings] of [['filters', {}], ['no filters', { hasNoFilter: true }]] as const) {
    rows.push({ what: `${size}, ${name}`, ...await withServer(bare, settings, async (url) => client(url, base, head, true)) });
  }
  rows.push({ what: `${size}, git clone --filter=blob:none and diff-tree`, ...await withServer(bare, {}, async (url) => byGit(url, base, head, directory)) });
  return rows;
}

async function client(url: string, base: string, head: string, readsFile: boolean): Promise<SourceFigures> {
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const { stdout } = await run(process.execPath, [tsx, '--tsconfig', 'test/tsconfig.json', join('bench', 'scale', 'sources-case.ts'), url, base, head, readsFile ? 'file' : ''], { cwd: ROOT });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as SourceFigures;
}

async function byGit(url: string, base: string, head: string, directory: string): Promise<Omit<Row, 'what'>> {
  const clone = join(directory, 'clone.git');
  const started = performance.now();
  await run('git', ['clone', '--quiet', '--bare', '--filter=blob:none', url, clone]);
  const { stdout } = await run('git', ['-C', clone, 'diff-tree', '-r', '--no-renames', '--name-only', base, head], { maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - started) / 1000;
  const { stdout: size } = await run('du', ['-sb', clone]);
  return { differences: stdout.split('\n').length - 1, requests: '', bytes: Number(size.split('\t')[0]), seconds, processorSeconds: '', megabytes: '' };
}

async function withServer<T>(bare: string, settings: BackendSettings, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    void answerByGit(bare, pathname.slice('/bench.git'.length), request, response, settings);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/bench.git`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Two commits: the second changes a hundredth of the files. Some eight files lie in a folder, and some twelve folders in another. */
async function history(files: number, bare: string): Promise<[string, string]> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  const importer = spawn('git', ['-C', bare, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const write = async (bytes: Buffer | string) => {
    if (!importer.stdin.write(bytes)) {
      await once(importer.stdin, 'drain');
    }
  };
  for (const commit of [1, 2]) {
    await write(`commit refs/heads/main\ncommitter Ann <ann@example.com> 170000000${commit} +0000\ndata 0\n`);
    for (let index = 0; index < files; index += commit === 1 ? 1 : 100) {
      const folder = Math.floor(index / 8);
      const content = text(`${index} ${commit}`);
      await write(`M 100644 inline p${Math.floor(folder / 144)}/m${Math.floor(folder / 12) % 12}/f${folder % 12}/file-${index}.ts\ndata ${content.length}\n`);
      await write(content);
      await write('\n');
    }
  }
  importer.stdin.end();
  await once(importer, 'close');
  await run('git', ['-C', bare, 'repack', '-adq']);
  const { stdout } = await run('git', ['-C', bare, 'rev-parse', 'main~1', 'main']);
  return stdout.trim().split('\n') as [string, string];
}

function text(seed: string): Buffer {
  return Buffer.from(Array.from({ length: 12 }, (_, line) => `export const value${line} = '${createHash('sha1').update(`${seed} ${line}`).digest('hex')}';\n`).join(''));
}
