/** Names of the lockfiles that can be read. */
export const LOCKFILES: readonly string[] = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'];

/** Names of the manifests beside lockfiles, or of components, that can be compared. */
export const MANIFESTS: readonly string[] = ['package.json', 'pnpm-workspace.yaml'];

/** Whether tracing has anything to say about a changed path: it need not be loaded for others. */
export function mayBeTraced(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return LOCKFILES.includes(name) || MANIFESTS.includes(name);
}
