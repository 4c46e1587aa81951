/** Names of the lockfiles that can be read. */
export const LOCKFILES: readonly string[] = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** A lockfile that is no text. */
export const BINARY_LOCKFILE = 'bun.lockb';

/** Those in TOML that can be read. */
export const TOML_LOCKFILES: readonly string[] = ['Cargo.lock', 'uv.lock'];

/** Lockfiles that aren't read: each concerns what lies in its folder. */
export const FOLDERS_LOCKFILES: readonly string[] = ['Pipfile.lock', 'go.sum', 'go.work.sum', 'pdm.lock', 'poetry.lock'];

/** Names of the manifests next to lockfiles, or of components, that can be compared. */
export const MANIFESTS: readonly string[] = ['package.json', 'pnpm-workspace.yaml', 'Cargo.toml'];

/** Whether a path is that of a lockfile of npm, pnpm, Yarn or bun: one that can be read. */
export function isLockfile(path: string): boolean {
  return LOCKFILES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether a path is that of a lockfile that is traced. */
export function isTracedLockfile(path: string): boolean {
  return isLockfile(path) || TOML_LOCKFILES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether tracing has anything to say about a changed path: it need not be loaded for others. */
export function mayBeTraced(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [BINARY_LOCKFILE, ...LOCKFILES, ...TOML_LOCKFILES, ...FOLDERS_LOCKFILES, ...MANIFESTS].includes(name);
}
