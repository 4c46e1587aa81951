import { asOptionalRecord, asRecord, LockfileError, MutableNode, ResolvedGraph } from './resolved-graph';
import { parseYarnClassic } from './yarn-classic-syntax';

/** The repository's own packages: their manifests' content by folder. */
export type Manifests = ReadonlyMap<string, { readonly [field: string]: unknown }>;

const RUNTIME_SECTIONS = ['dependencies', 'optionalDependencies'] as const;

/** An entry of either format. */
interface YarnEntry {
  readonly identity: string;
  readonly dependencies: { readonly [name: string]: string };
  readonly commands?: readonly string[];
  readonly peers?: readonly string[];
}

export function isYarnClassic(text: string): boolean {
  return /^# yarn lockfile v1\s*$/m.test(text);
}

/**
 * The graph in a `yarn.lock` of version 1. That holds nothing about the repository's own packages, so their manifests are needed.
 *
 * @throws LockfileError where the text isn't of that form
 */
export function readYarnClassicLockfile(text: string, manifests: Manifests): ResolvedGraph {
  const entries = new Map<string, YarnEntry>();
  for (const [pattern, { fields, dependencies }] of parseYarnClassic(text)) {
    entries.set(pattern, { identity: JSON.stringify([nameOf(pattern), fields.version, fields.resolved, fields.integrity]), dependencies });
  }
  return new YarnGraph(entries, manifests, (name, range) => `${name}@${range}`).read();
}

/**
 * The graph in a `yarn.lock` of Yarn 2 and later.
 *
 * @param lockfile the parsed YAML
 * @throws LockfileError where it isn't of that form
 */
export function readYarnBerryLockfile(lockfile: unknown): ResolvedGraph {
  const { __metadata: metadata, ...content } = asRecord(lockfile, 'the lockfile');
  asRecord(metadata, "'__metadata'");
  const entries = new Map<string, YarnEntry>();
  const manifests = new Map<string, { readonly [field: string]: unknown }>();
  for (const [key, value] of Object.entries(content)) {
    const { resolution, checksum, dependencies, bin, peerDependencies } = asRecord(value, `'${key}'`);
    const workspace = /^((?:@[^/]+\/)?[^@]+)@workspace:(.*)$/.exec(String(resolution));
    if (workspace !== null) {
      manifests.set(workspace[2]!, { name: workspace[1], dependencies });
      continue;
    }
    // The checksum starts with the key of the cache that it was computed with, which is none of the package's business.
    const identity = JSON.stringify([resolution, String(checksum).replace(/^.*\//, '')]);
    const entry = {
      identity,
      dependencies: asOptionalRecord(dependencies, `dependencies of '${key}'`) as { [name: string]: string },
      commands: Object.keys(asOptionalRecord(bin, `bin of '${key}'`)),
      peers: Object.keys(asOptionalRecord(peerDependencies, `peerDependencies of '${key}'`)),
    };
    for (const descriptor of key.split(', ')) {
      entries.set(descriptor, entry);
    }
  }
  return new YarnGraph(entries, manifests, (name, range) => (/^[a-z+]+:/.test(range) ? `${name}@${range}` : `${name}@npm:${range}`)).read();
}

class YarnGraph {
  private readonly nodes = new Map<YarnEntry, MutableNode>();
  private readonly byName = new Map<string, Set<YarnEntry>>();
  /** Names under which an entry is not simply what the range says: the package manager patches it. */
  private readonly patched = new Set<string>();
  private readonly ambiguous = new Map<string, MutableNode>();
  private readonly linked = new Map<string, MutableNode>();

  public constructor(
    private readonly entries: ReadonlyMap<string, YarnEntry>,
    private readonly manifests: Manifests,
    private readonly descriptor: (name: string, range: string) => string,
  ) {
    for (const [pattern, entry] of entries) {
      const name = nameOf(pattern);
      this.nodes.set(entry, this.nodes.get(entry) ?? new MutableNode(entry.identity, undefined, entry.commands, entry.peers));
      this.byName.set(name, (this.byName.get(name) ?? new Set()).add(entry));
      if (pattern.startsWith(`${name}@patch:`)) {
        this.patched.add(name);
      }
    }
    for (const [folder, manifest] of manifests) {
      this.linked.set(String(manifest.name), new MutableNode(`importer ${folder}`, folder));
    }
  }

  public read(): ResolvedGraph {
    for (const [entry, node] of this.nodes) {
      this.connect(node, entry.dependencies);
    }
    const importers = new Map<string, MutableNode>();
    for (const [folder, manifest] of this.manifests) {
      const runtime = Object.assign({}, ...RUNTIME_SECTIONS.map((section) => asOptionalRecord(manifest[section], `${section} of '${folder}'`)));
      this.connect(this.linked.get(String(manifest.name))!, runtime as { [name: string]: string });
      const importer = new MutableNode(`importer ${folder}`, folder);
      this.connect(importer, { ...asOptionalRecord(manifest.devDependencies, `devDependencies of '${folder}'`), ...runtime } as { [name: string]: string });
      importers.set(folder, importer);
    }
    return { importers };
  }

  private connect(node: MutableNode, dependencies: { readonly [name: string]: string }): void {
    for (const [name, range] of Object.entries(dependencies)) {
      node.dependencies.set(name, this.find(name, String(range)));
    }
  }

  private find(name: string, range: string): MutableNode | undefined {
    const entry = this.patched.has(name) ? undefined : this.entries.get(this.descriptor(name, range));
    if (entry !== undefined) {
      return this.nodes.get(entry);
    }
    // Where no entry has that very range, a workspace or an override of the root's manifest has taken its place: any of that name may be meant.
    return this.linked.get(name) ?? this.anyOf(name);
  }

  private anyOf(name: string): MutableNode | undefined {
    const candidates = this.byName.get(name);
    if (candidates !== undefined && !this.ambiguous.has(name)) {
      const nodes = [...candidates].map((entry) => this.nodes.get(entry)!);
      const node = new MutableNode(JSON.stringify(nodes.map(({ identity }) => identity).sort()));
      nodes.forEach((candidate) => node.dependencies.set(candidate.identity, candidate));
      this.ambiguous.set(name, node);
    }
    return this.ambiguous.get(name);
  }
}

/** The name in `name@range`. */
function nameOf(pattern: string): string {
  const at = pattern.indexOf('@', 1);
  if (at < 0) {
    throw new LockfileError(`${JSON.stringify(pattern)} is not of the form name@range`);
  }
  return pattern.slice(0, at);
}
