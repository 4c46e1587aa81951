const HEADS = 'refs/heads/';
const TAGS = 'refs/tags/';

/** What was pushed to. */
export interface PushedRefs {
  readonly branches: ReadonlySet<string>;
  readonly hasTags: boolean;
}

/** What a request says that was pushed to; nothing where it does not say: it may be anything. */
export function pushedRefs(body: Buffer): PushedRefs | undefined {
  let content: unknown;
  try {
    content = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  // GitHub and GitLab; Bitbucket; Azure DevOps.
  const refs = [
    at(content, 'ref'),
    ...list(at(content, 'push', 'changes')).map((change) => prefixed(at(change, 'new', 'type'), at(change, 'new', 'name'))),
    ...list(at(content, 'resource', 'refUpdates')).map((update) => at(update, 'name')),
  ].filter((ref): ref is string => typeof ref === 'string' && ref.startsWith('refs/'));
  return refs.length === 0 ? undefined : {
    branches: new Set(refs.filter((ref) => ref.startsWith(HEADS)).map((ref) => ref.slice(HEADS.length))),
    hasTags: refs.some((ref) => ref.startsWith(TAGS)),
  };
}

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((inner, name) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? (inner as Record<string, unknown>)[name] : undefined), value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value as unknown[] : [];
}

function prefixed(type: unknown, name: unknown): string | undefined {
  const prefix = type === 'branch' ? HEADS : type === 'tag' ? TAGS : undefined;
  return typeof name === 'string' && prefix !== undefined ? `${prefix}${name}` : undefined;
}
