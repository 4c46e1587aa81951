const HEADS = 'refs/heads/';

/** The branches that a request says were pushed to; nothing where it does not say: it may be any. */
export function pushedBranches(body: Buffer): ReadonlySet<string> | undefined {
  let content: unknown;
  try {
    content = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  // GitHub and GitLab; Bitbucket; Azure DevOps.
  const refs = [
    at(content, 'ref'),
    ...list(at(content, 'push', 'changes')).map((change) => (at(change, 'new', 'type') === 'branch' ? prefixed(at(change, 'new', 'name')) : undefined)),
    ...list(at(content, 'resource', 'refUpdates')).map((update) => at(update, 'name')),
  ].filter((ref): ref is string => typeof ref === 'string' && ref.startsWith('refs/'));
  return refs.length === 0 ? undefined : new Set(refs.filter((ref) => ref.startsWith(HEADS)).map((ref) => ref.slice(HEADS.length)));
}

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((inner, name) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? (inner as Record<string, unknown>)[name] : undefined), value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value as unknown[] : [];
}

function prefixed(name: unknown): string | undefined {
  return typeof name === 'string' ? `${HEADS}${name}` : undefined;
}
