import { asOptionalRecord, asRecord, LockfileError, MutableNode, ResolvedGraph } from './resolved-graph';

/** What of an entry tells two installs of a package apart, next to its dependencies. */
const IDENTITY = ['name', 'version', 'resolved', 'integrity', 'inBundle'] as const;
const SECTIONS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * The graph in a `package-lock.json` or `npm-shrinkwrap.json` of version 2 or 3.
 *
 * Entries are folders of the install, so a name is looked up as Node.js does: in the folder's own `node_modules`, then in each folder above.
 *
 * @throws LockfileError for another version or form
 */
export function parseNpmLockfile(text: string): ResolvedGraph {
  const lockfile = asRecord(parseJson(text), 'the lockfile');
  if (lockfile.lockfileVersion !== 2 && lockfile.lockfileVersion !== 3) {
    throw new LockfileError(`lockfileVersion is ${JSON.stringify(lockfile.lockfileVersion)}; versions 2 and 3 can be read`);
  }
  const entries = new Map(Object.entries(asRecord(lockfile.packages, "'packages'")).map(([folder, entry]) => [folder, asRecord(entry, `'${folder}'`)]));
  const nodes = new Map<string, MutableNode>();
  for (const [folder, entry] of entries) {
    if (entry.link !== true) {
      const importer = isImporter(folder) ? folder || '.' : undefined;
      const identity = importer === undefined ? JSON.stringify(IDENTITY.map((field) => entry[field])) : `importer ${importer}`;
      nodes.set(folder, new MutableNode(identity, importer, Object.keys(asOptionalRecord(entry.bin, `bin of '${folder}'`))));
    }
  }
  const importers = new Map<string, MutableNode>();
  for (const [folder, node] of nodes) {
    const entry = entries.get(folder)!;
    const names = new Set(SECTIONS.flatMap((section) => Object.keys(asOptionalRecord(entry[section], `${section} of '${folder}'`))));
    connect(node, names, (name) => nodes.get(lookUp(name, folder, entries) ?? ''));
    if (node.importer !== undefined) {
      // As an importer it has development dependencies as well, which anyone who depends on it doesn't get.
      const importer = new MutableNode(node.identity, node.importer);
      const all = [...names, ...Object.keys(asOptionalRecord(entry.devDependencies, `devDependencies of '${folder}'`))];
      connect(importer, all, (name) => nodes.get(lookUp(name, folder, entries) ?? ''));
      importers.set(node.importer, importer);
    }
  }
  return { importers };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LockfileError(`not JSON: ${(error as Error).message}`);
  }
}

/** The repository's own folders are those outside of any `node_modules`. */
function isImporter(folder: string): boolean {
  return !/(^|\/)node_modules\//.test(folder);
}

function connect(node: MutableNode, names: Iterable<string>, find: (name: string) => MutableNode | undefined): void {
  for (const name of names) {
    node.dependencies.set(name, find(name));
  }
}

/** Folder of the package that `require(name)` finds from within `folder`. */
function lookUp(name: string, folder: string, entries: ReadonlyMap<string, { readonly [key: string]: unknown }>): string | undefined {
  for (let at = folder; ; at = parent(at)) {
    const candidate = `${at}${at && '/'}node_modules/${name}`;
    const entry = entries.get(candidate);
    if (entry !== undefined) {
      return entry.link === true && typeof entry.resolved === 'string' ? entry.resolved : candidate;
    }
    if (at === '') {
      return undefined;
    }
  }
}

function parent(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
}
