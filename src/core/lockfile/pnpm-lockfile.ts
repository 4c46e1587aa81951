import { NodesByName, oneOf } from './alternatives';
import { knownCommands } from './known-commands';
import { asOptionalRecord, asRecord, LockfileError, MutableNode, ResolvedGraph, ResolvedNode } from './resolved-graph';

type Entries = { readonly [key: string]: unknown };

const RUNTIME_SECTIONS = ['dependencies', 'optionalDependencies'] as const;
const ALL_SECTIONS = [...RUNTIME_SECTIONS, 'devDependencies'] as const;
/** What pnpm itself is made of and configured by: these install everything. */
const ENVIRONMENT_SECTIONS = ['configDependencies', 'packageManagerDependencies'] as const;

const PATCH = /\(patch_hash=[^)]*\)/;
/** By this name a package depends on how everything is laid out in folders. */
const LAYOUT = 'the layout of all packages';

/**
 * The graph in a `pnpm-lock.yaml` of version 6 or 9.
 *
 * pnpm 11 and later put a document before the others', where the manifest names the package manager or its configuration is a package:
 * the root depends on what is in it, by the sections' names.
 *
 * @param documents the parsed YAML
 * @param hoists whether packages are laid out in folders that they share (`nodeLinker: hoisted`), whatever their peers
 * @throws LockfileError for another version or form
 */
export function readPnpmLockfile(documents: readonly unknown[], hoists = false): ResolvedGraph {
  if (documents.length > 2) {
    throw new LockfileError(`it holds ${documents.length} documents; one, or two where the first is about pnpm itself, can be read`);
  }
  const graph = readDocument(documents.at(-1), ALL_SECTIONS, hoists);
  if (documents.length === 1) {
    return graph;
  }
  const root = new MutableNode('importer .', '.');
  graph.importers.get('.')?.dependencies.forEach((node, name) => root.dependencies.set(name, node));
  for (const section of ENVIRONMENT_SECTIONS) {
    const environment = new MutableNode(section);
    readDocument(documents[0], [section], hoists).importers.get('.')?.dependencies.forEach((node, name) => environment.dependencies.set(name, node));
    root.dependencies.set(section, environment);
  }
  return { importers: new Map([...graph.importers, ['.', root]]) };
}

function readDocument(document: unknown, sections: readonly string[], hoists: boolean): ResolvedGraph {
  const content = asRecord(document, 'the lockfile');
  const version = String(content.lockfileVersion);
  if (!/^[69]\./.test(version)) {
    throw new LockfileError(`lockfileVersion is ${JSON.stringify(content.lockfileVersion)}; versions 6 and 9 can be read`);
  }
  return new PnpmGraph(content, version.startsWith('6') ? '/' : '', sections, hoists).read();
}

class PnpmGraph {
  private readonly packages: Entries;
  private readonly snapshots: Entries;
  private readonly folders: Entries;
  private readonly nodes = new Map<string, MutableNode>();
  /** The repository's own packages as those that depend on them see them. */
  private readonly linked = new Map<string, MutableNode>();
  private readonly byName = new NodesByName();

  /** @param sections of an importer */
  public constructor(
    content: Entries, private readonly keyPrefix: string, private readonly sections: readonly string[], private readonly hoists: boolean,
  ) {
    this.packages = asOptionalRecord(content.packages, "'packages'");
    this.snapshots = keyPrefix === '' ? asOptionalRecord(content.snapshots, "'snapshots'") : this.packages;
    // Version 6 leaves 'importers' out where the repository is one package.
    this.folders = content.importers === undefined ? { '.': content } : asRecord(content.importers, "'importers'");
  }

  public read(): ResolvedGraph {
    for (const key of Object.keys(this.snapshots)) {
      const node = this.packageNode(key);
      this.nodes.set(key, node);
      this.byName.add(key.slice(this.keyPrefix.length).replace(/(?!^)@.*$/, ''), node);
    }
    for (const folder of Object.keys(this.folders)) {
      this.linked.set(folder, new MutableNode(`importer ${folder}`, folder));
    }
    for (const [key, node] of this.nodes) {
      const entry = asRecord(this.snapshots[key], `'${key}'`);
      for (const section of RUNTIME_SECTIONS) {
        for (const [name, version] of Object.entries(asOptionalRecord(entry[section], `${section} of '${key}'`))) {
          node.dependencies.set(name, this.find(name, String(version), '.'));
        }
      }
    }
    for (const [folder, node] of this.linked) {
      this.connectImporter(node, folder, RUNTIME_SECTIONS);
    }
    const importers = new Map(Object.keys(this.folders).map((folder) => {
      const node = new MutableNode(`importer ${folder}`, folder);
      this.connectImporter(node, folder, this.sections);
      return [folder, node];
    }));
    const everything = this.hoists ? oneOf(this.nodes.values(), requirementsOf(importers)) : undefined;
    this.addPeers([...this.nodes.values(), ...importers.values()], everything);
    if (everything !== undefined) {
      this.addLayoutToPatched(everything);
    }
    return { importers };
  }

  /**
   * Of the copies of a package that hoisting puts in several folders pnpm patches one, depending on its version: where it lies follows from everything
   * that is installed.
   */
  private addLayoutToPatched(everything: MutableNode): void {
    for (const [key, node] of this.nodes) {
      if (PATCH.test(key) && node !== everything) {
        node.dependencies.set(LAYOUT, everything);
      }
    }
  }

  /**
   * A peer that is not brought is found where pnpm keeps a package of each name for all (`hoist`). Where it hoists everything, packages share
   * folders, whatever their peers: which one is found follows from everything that is installed.
   */
  private addPeers(all: readonly MutableNode[], everything: MutableNode | undefined): void {
    const peers = new Set(all.flatMap((node) => node.peers ?? []));
    const found = new Map([...peers].map((peer) => [peer, this.hoists && this.byName.count(peer) > 1 ? everything : this.byName.hoistedOf(peer, all)]));
    for (const node of this.nodes.values()) {
      for (const peer of node.peers ?? []) {
        const any = found.get(peer);
        if (any !== undefined && (this.hoists || node.dependencies.get(peer) === undefined)) {
          node.dependencies.set(peer, any);
        }
      }
    }
  }

  private packageNode(key: string): MutableNode {
    // The suffix in parentheses names resolved peers, which are edges as well, and a patch, which is not.
    const patch = PATCH.exec(key)?.[0] ?? '';
    const base = key.replace(/\(.*$/, '');
    const { resolution, hasBin, peerDependencies } = asRecord(this.packages[key] ?? this.packages[base], `the package of '${key}'`);
    const { directory } = asRecord(resolution, `resolution of '${key}'`);
    // An injected package of the repository is a copy with dependencies of its own; what else is in it is that one's own affair.
    const injected = typeof directory === 'string' && Object.hasOwn(this.folders, directory);
    const identity = injected ? `injected ${directory}` : JSON.stringify([base, patch, resolution]);
    const peers = Object.keys(asOptionalRecord(peerDependencies, `peerDependencies of '${key}'`));
    return new MutableNode(identity, undefined, hasBin === true ? knownCommands(base.slice(this.keyPrefix.length)) : [], peers);
  }

  private connectImporter(node: MutableNode, folder: string, sections: readonly string[]): void {
    const importer = asRecord(this.folders[folder], `importer '${folder}'`);
    for (const section of sections) {
      for (const [name, value] of Object.entries(asOptionalRecord(importer[section], `${section} of '${folder}'`))) {
        const { version } = asRecord(value, `'${name}' in '${folder}'`);
        node.dependencies.set(name, this.find(name, String(version), folder));
      }
    }
  }

  private find(name: string, version: string, from: string): MutableNode {
    if (version.startsWith('link:')) {
      return this.findLinked(version.slice('link:'.length), from);
    }
    const node = this.nodes.get(`${this.keyPrefix}${name}@${version}`) ?? this.nodes.get(version);
    if (node === undefined) {
      throw new LockfileError(`'${name}' resolves to '${version}', which the lockfile doesn't hold`);
    }
    return node;
  }

  private findLinked(target: string, from: string): MutableNode {
    const folder = joinFolders(from, target);
    // A package may be linked by the folder that it publishes from.
    for (let at = folder; at !== '.'; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '.') {
      const node = this.linked.get(at);
      if (node !== undefined) {
        return node;
      }
    }
    return new MutableNode(`link ${folder}`);
  }
}

/** Who of the repository requires what: it decides, with what packages require, which copies lie where. */
function requirementsOf(importers: ReadonlyMap<string, ResolvedNode>): string {
  return JSON.stringify([...importers].map(([folder, { dependencies }]) => [folder, ...[...dependencies].map(([name, node]) => `${name} ${node?.identity}`).sort()]).sort());
}

function joinFolders(from: string, relative: string): string {
  const segments = from === '.' ? [] : from.split('/');
  for (const segment of relative.split('/')) {
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') {
      segments.pop();
    } else if (segment !== '.' && segment !== '') {
      segments.push(segment);
    }
  }
  return segments.join('/') || '.';
}
