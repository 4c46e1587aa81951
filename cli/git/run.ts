import { spawn } from 'node:child_process';
import { InputError } from '../errors';

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A Git repository on this machine, and the environment that Git runs in. */
export interface Clone {
  readonly folder: string;
  readonly environment: { readonly [name: string]: string | undefined };
}

/** Variables that point Git at another repository than the one asked for: a hook has them set. */
const REPOSITORY_VARIABLES = ['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE', 'GIT_PREFIX'];

/** Runs Git to its end, and leaves it to the caller what a status other than 0 means. */
export async function runGit(repository: Clone, args: readonly string[], input?: string): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', repository.folder, ...args], { env: gitEnvironment(repository), stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new InputError('Git was not found on this machine. Install it, or pass the differences with --changes.') : error);
    });
    child.on('close', (status) => resolve({ status: status ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8').trim() }));
    if (input !== undefined) {
      // Git may end before it has read everything; its status tells why.
      child.stdin!.on('error', () => undefined);
      child.stdin!.end(input);
    }
  });
}

/** Messages in English, no locks taken, and no repository but the one asked for. */
export function gitEnvironment({ environment }: Clone): NodeJS.ProcessEnv {
  const inherited = Object.entries(environment).filter(([name]) => !REPOSITORY_VARIABLES.includes(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
}
