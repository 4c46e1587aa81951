import { requireUnreached } from './alternatives';
import { asOptionalRecord, asRecord, LockfileError, MutableNode, ResolvedGraph } from './resolved-graph';

type Fields = { readonly [field: string]: unknown };

const RUNTIME_SECTIONS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** 2 is what bun 1.4 begins new lockfiles with, 3 one with overrides for some dependents; packages are written alike in all. */
const VERSIONS: readonly unknown[] = [0, 1, 2, 3];

/**
 * The graph in a `bun.lock` of version 0 to 3.
 *
 * Packages are listed by the way to where they lie: `left` for all, `lib/left` for what the package `lib` requires, `@org/api/left` for what
 * the repository's own package of that name does. A name is looked up at the end of the longest way first.
 *
 * @throws LockfileError for another version or form
 */
export function parseBunLockfile(text: string): ResolvedGraph {
  const lockfile = asRecord(parse(text), 'the lockfile');
  if (!VERSIONS.includes(lockfile.lockfileVersion)) {
    throw new LockfileError(`lockfileVersion is ${JSON.stringify(lockfile.lockfileVersion)}; versions 0 to 3 can be read`);
  }
  return new BunGraph(lockfile).read();
}

/** JSON with comments and trailing commas. */
function parse(text: string): unknown {
  const plain = text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, '$1');
  try {
    return JSON.parse(plain);
  } catch (error) {
    throw new LockfileError(`not JSON: ${(error as Error).message}`);
  }
}

interface Entry {
  /** `name@version`, or where it comes from. */
  readonly id: string;
  readonly info: Fields;
  readonly node: MutableNode;
}

class BunGraph {
  private readonly workspaces: ReadonlyMap<string, Fields>;
  private readonly entries = new Map<string, Entry>();
  /** The repository's own packages as those that depend on them see them, by folder. */
  private readonly linked = new Map<string, MutableNode>();

  public constructor(lockfile: Fields) {
    const workspaces = Object.entries(asRecord(lockfile.workspaces, "'workspaces'"));
    this.workspaces = new Map(workspaces.map(([folder, workspace]) => [folder || '.', asRecord(workspace, `workspace '${folder}'`)]));
    for (const folder of this.workspaces.keys()) {
      this.linked.set(folder, new MutableNode(`importer ${folder}`, folder));
    }
    const patches = asOptionalRecord(lockfile.patchedDependencies, "'patchedDependencies'");
    for (const [key, value] of Object.entries(asOptionalRecord(lockfile.packages, "'packages'"))) {
      this.entries.set(key, this.entryOf(key, value, patches));
    }
  }

  public read(): ResolvedGraph {
    const own = new Set(this.linked.values());
    const packages = [...this.entries].filter(([, { node }]) => !own.has(node));
    for (const [key, { info, node }] of packages) {
      this.connect(node, info, RUNTIME_SECTIONS, key);
    }
    const importers = new Map<string, MutableNode>();
    for (const [folder, workspace] of this.workspaces) {
      const importer = new MutableNode(`importer ${folder}`, folder);
      const at = folder === '.' ? '' : String(workspace.name);
      this.connect(this.linked.get(folder)!, workspace, RUNTIME_SECTIONS, at);
      this.connect(importer, workspace, [...RUNTIME_SECTIONS, 'devDependencies'], at);
      importers.set(folder, importer);
    }
    const nodes = packages.map(([, { node }]) => node);
    requireUnreached(importers, nodes);
    return { importers };
  }

  private entryOf(key: string, value: unknown, patches: Fields): Entry {
    if (!Array.isArray(value) || typeof value[0] !== 'string') {
      throw new LockfileError(`'${key}' is not a list that begins with a package: ${JSON.stringify(value)}`);
    }
    const [id, ...rest] = value as [string, ...unknown[]];
    const folder = /^.[^@]*@workspace:(.*)$/.exec(id)?.[1];
    const info = asOptionalRecord(rest.find((part) => typeof part === 'object'), `'${key}'`);
    const linked = folder === undefined ? undefined : this.linked.get(folder || '.');
    if (linked !== undefined) {
      return { id, info, node: linked };
    }
    const identity = JSON.stringify([id, rest.filter((part) => typeof part === 'string'), patches[id]]);
    const peers = Object.keys(asOptionalRecord(info.peerDependencies, `peerDependencies of '${key}'`));
    return { id, info, node: new MutableNode(identity, undefined, commandsOf(lastName(key), info.bin), peers) };
  }

  private connect(node: MutableNode, fields: Fields, sections: readonly string[], at: string): void {
    for (const section of sections) {
      for (const name of Object.keys(asOptionalRecord(fields[section], `${section} of '${at}'`))) {
        const found = this.lookUp(name, at);
        if (found !== undefined || !node.dependencies.has(name)) {
          node.dependencies.set(name, found);
        }
      }
    }
  }

  private lookUp(name: string, from: string): MutableNode | undefined {
    for (let at = from; ; at = withoutLastName(at)) {
      const found = this.entries.get(at === '' ? name : `${at}/${name}`);
      if (found !== undefined) {
        return found.node;
      }
      if (at === '') {
        return undefined;
      }
    }
  }
}

/** A name with a scope has a slash of its own. */
const LAST_NAME = /(?:^|\/)((?:@[^/]+\/)?[^/@][^/]*)$/;

function lastName(key: string): string {
  return LAST_NAME.exec(key)?.[1] ?? key;
}

function withoutLastName(key: string): string {
  return key.slice(0, LAST_NAME.exec(key)?.index ?? 0);
}

function commandsOf(name: string, bin: unknown): readonly string[] {
  return typeof bin === 'string' ? [name.replace(/^@[^/]+\//, '')] : Object.keys(asOptionalRecord(bin, `bin of '${name}'`));
}
