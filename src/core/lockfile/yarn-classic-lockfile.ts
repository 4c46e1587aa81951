import { asOptionalRecord, ResolvedGraph } from './resolved-graph';
import { parseYarnClassic, YarnClassicEntry } from './yarn-classic-syntax';
import { nameOf, Ranges, YarnGraph, YarnPackage, YarnRules, YarnWorkspace } from './yarn-graph';

/** The repository's own packages: their manifests' content by folder; the root's is `.`. */
export type Manifests = ReadonlyMap<string, { readonly [field: string]: unknown }>;

export function isYarnClassic(text: string): boolean {
  return /^# yarn lockfile v1\s*$/m.test(text);
}

/**
 * The graph in a `yarn.lock` of version 1. That holds nothing about the repository's own packages, so their manifests are needed.
 *
 * It doesn't say either which packages leave others to their dependents to bring: a package's peers are those of whatever depends on it.
 *
 * @throws LockfileError where the text isn't of that form
 */
export function readYarnClassicLockfile(text: string, manifests: Manifests): ResolvedGraph {
  const patterns = new Map<YarnClassicEntry, string[]>();
  for (const [pattern, entry] of parseYarnClassic(text)) {
    patterns.set(entry, [...patterns.get(entry) ?? [], pattern]);
  }
  const packages = [...patterns].map(([{ fields, dependencies }, all]): YarnPackage => ({
    identity: JSON.stringify([nameOf(all[0]!), fields.version, fields.resolved, fields.integrity]),
    name: nameOf(all[0]!),
    reference: '',
    patterns: all,
    dependencies,
  }));
  return new YarnGraph(packages, [...manifests].map(([folder, manifest]) => workspaceOf(folder, manifest)), new ClassicRules(manifests)).read();
}

function workspaceOf(folder: string, manifest: { readonly [field: string]: unknown }): YarnWorkspace {
  const section = (name: string) => asOptionalRecord(manifest[name], `${name} of '${folder}'`) as Ranges;
  return {
    folder,
    name: String(manifest.name),
    patterns: [],
    dependencies: { ...section('dependencies'), ...section('optionalDependencies') },
    devDependencies: section('devDependencies'),
    peers: Object.keys(section('peerDependencies')),
  };
}

/** The lockfile of Yarn 1 doesn't say which requirement a resolution has taken the place of, nor which one a workspace meets. */
class ClassicRules implements YarnRules {
  /** What nothing requires is there for a package of the repository that is no component. */
  public readonly mayAdd = false;
  public readonly hoists = true;
  private readonly overridden: readonly RegExp[];
  private readonly workspaces: ReadonlySet<string>;

  public constructor(manifests: Manifests) {
    const resolutions = Object.keys(asOptionalRecord(manifests.get('.')?.resolutions, 'resolutions'));
    this.overridden = resolutions.map(overriddenName);
    this.workspaces = new Set([...manifests.values()].map(({ name }) => String(name)));
  }

  public patternsOf(_: unknown, name: string, range: string): readonly string[] | 'any' {
    return this.workspaces.has(name) || this.overridden.some((pattern) => pattern.test(name)) ? 'any' : [`${name}@${range}`];
  }

  public isOutside(range: string): boolean {
    return range.startsWith('link:');
  }
}

/** Names that a key of `resolutions` may mean: a name, at the end of a path of globs (`**\/left`, `a/**\/left`, `a/@scope/*`). */
function overriddenName(key: string): RegExp {
  const path = key.replace(/(?!^)(?<=[^/])@[^/]*$/, '').split('/');
  const scoped = path.at(-2)?.startsWith('@') === true;
  const name = path.slice(scoped ? -2 : -1).join('/');
  const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, (character) => (character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`));
  return new RegExp(`^${/[{[(!]/.test(name) ? '.*' : pattern}$`);
}
