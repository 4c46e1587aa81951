import { FileIndex } from './repository-files';
import { escapeGlob } from '../../src/core/globs';

const BLOCK = /^patchedDependencies:\n((?:[ \t]+.*\n?)+)/m;

/**
 * Patches whose digest a traced lockfile of pnpm holds, as globs: what a change of one means the lockfile says, which changes with it, or nothing
 * is installed.
 */
export function patchesInLockfile(index: FileIndex): string[] {
  const block = BLOCK.exec(index.readOne('pnpm-lock.yaml') ?? '')?.[1] ?? '';
  if (!/^\s+hash:/m.test(block)) {
    return [];
  }
  return [...block.matchAll(/^\s+path: ['"]?([^'"\n]+?)['"]?\s*$/gm)].map(([, path]) => path!).filter((path) => index.has(path)).map(escapeGlob);
}
