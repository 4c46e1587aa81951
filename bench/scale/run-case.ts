import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Runs a case in a process of its own, and returns the JSON that is its last line. */
export function runCase<T>(script: string, args: readonly (string | number)[], nodeOptions: readonly string[] = []): T {
  const { stdout, stderr, status } = spawnSync(process.execPath, [
    ...nodeOptions, join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), '--tsconfig', 'test/tsconfig.json', join('bench', 'scale', script), ...args.map(String),
  ], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1024 ** 3, env: { ...process.env, NODE_NO_WARNINGS: '1', NODE_OPTIONS: nodeOptions.join(' ') } });
  if (status !== 0) {
    throw new Error(`${script} ${args.join(' ')} failed: ${stderr}`);
  }
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
