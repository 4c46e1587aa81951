import { canonicalJson } from '../digest';
import { asOptionalRecord, asRecord, LockfileError, MutableNode, ResolvedGraph } from './resolved-graph';

type Fields = { readonly [field: string]: unknown };

/** Gives what a text in TOML holds; throws where it is none. */
export type TomlParser = (text: string) => unknown;

/** By this name the root requires what a lockfile says about all packages. */
const SETTINGS = 'settings of the lockfile';

/**
 * The graph in a `Cargo.lock` of version 3 or 4. Features are not in it: a package requires all that it may for any target and feature.
 *
 * @param foldersOf folders, relative to the lockfile's, of the components that a package of the repository is, by its name
 * @throws LockfileError for another version or form
 */
export function readCargoLockfile(content: unknown, foldersOf: (name: string) => readonly string[]): ResolvedGraph {
  const { version, package: given } = asRecord(content, 'the lockfile');
  if (version !== 3 && version !== 4) {
    throw new LockfileError(`version is ${JSON.stringify(version)}; versions 3 and 4 can be read`);
  }
  const packages = packagesOf(given).map((fields) => ({
    fields, name: String(fields.name), version: String(fields.version), source: fields.source === undefined ? undefined : String(fields.source),
  }));
  const nodes = packages.map(({ fields, name, version: own, source }) => (
    new MutableNode(source === undefined ? `crate ${name}` : JSON.stringify([name, own, source, fields.checksum]))));
  const byName = groupBy(packages.keys(), (index) => packages[index]!.name);
  const find = (text: string, from: string): MutableNode => {
    const [, name, wanted, source] = /^(\S+)(?: (\S+))?(?: \((.+)\))?$/.exec(text) ?? [];
    const found = (byName.get(name ?? '') ?? []).filter((index) => (
      (wanted === undefined || packages[index]!.version === wanted) && (source === undefined || packages[index]!.source?.split('#', 1)[0] === source)));
    if (found.length !== 1) {
      throw new LockfileError(`'${from}' requires '${text}', which the lockfile holds ${found.length} times`);
    }
    return nodes[found[0]!]!;
  };
  packages.forEach(({ fields, name }, index) => {
    const required = Array.isArray(fields.dependencies) ? fields.dependencies.map(String) : [];
    // Cargo writes a version as soon as the lockfile holds another one of that name, for whatever package: alone it says nothing about what this one requires.
    const alike = groupBy(required, (text) => text.split(' ', 1)[0]!);
    for (const [other, texts] of alike) {
      texts.forEach((text) => nodes[index]!.dependencies.set(texts.length === 1 ? other : text, find(text, name)));
    }
  });
  const importers = new Map<string, MutableNode>();
  packages.forEach(({ name, source }, index) => {
    (source === undefined ? foldersOf(name) : []).forEach((folder) => addAll(importers, folder, nodes[index]!));
  });
  return { importers, isRootOwn: true };
}

/** Where a project of the repository is, by what its source is. */
const LOCAL = ['editable', 'virtual', 'directory'];
/** Of the top level: what is seen in packages, and what concerns later resolutions alone. */
const RESOLVED = ['version', 'revision', 'package', 'options'];
const RESOLVED_IN_MANIFEST = ['members', 'constraints', 'overrides', 'requirements', 'dependency-groups'];

/**
 * The graph in a `uv.lock` of version 1. What the root's project requires, in any group, and what holds for all packages, the root requires.
 *
 * @throws LockfileError for another version or form
 */
export function readUvLockfile(content: unknown): ResolvedGraph {
  const top = asRecord(content, 'the lockfile');
  if (top.version !== 1) {
    throw new LockfileError(`version is ${JSON.stringify(top.version)}; version 1 can be read`);
  }
  const packages = packagesOf(top.package);
  const importers = new Map<string, MutableNode>();
  const nodes = packages.map((fields) => {
    const source = asOptionalRecord(fields.source, `source of '${String(fields.name)}'`);
    const local = LOCAL.map((kind) => source[kind]).find((path) => typeof path === 'string') as string | undefined;
    const folder = local?.replace(/^\.\/|\/$/g, '');
    const node = folder === undefined ? new MutableNode(canonicalJson([fields.name, fields.version, source, fields.sdist, fields.wheels])) : new MutableNode(`project ${folder}`, folder);
    if (folder !== undefined) {
      importers.set(folder, node);
    }
    return node;
  });
  const byName = groupBy(packages.keys(), (index) => String(packages[index]!.name));
  const connect = (node: MutableNode, entries: unknown, section: string): void => {
    for (const entry of packagesOf(entries)) {
      const found = (byName.get(String(entry.name)) ?? []).filter((index) => entry.version === undefined || packages[index]!.version === entry.version);
      if (found.length === 0) {
        throw new LockfileError(`'${node.identity}' requires '${String(entry.name)}', which the lockfile doesn't hold`);
      }
      const { name, version: _, source: _source, ...conditions } = entry;
      found.forEach((index, at) => node.dependencies.set([String(name), section, Object.keys(conditions).length > 0 ? canonicalJson(conditions) : '', at > 0 ? at : '']
        .filter((part) => part !== '').join(' '), nodes[index]));
    }
  };
  packages.forEach((fields, index) => {
    connect(nodes[index]!, fields.dependencies, '');
    // Who asks for an extra is not distinguished from others.
    for (const sections of [fields['optional-dependencies'], fields['dev-dependencies']]) {
      Object.entries(asOptionalRecord(sections, `'${String(fields.name)}'`)).forEach(([section, entries]) => connect(nodes[index]!, entries, section));
    }
  });
  const root = importers.get('.') ?? new MutableNode('project .', '.');
  importers.set('.', root);
  const manifest = asOptionalRecord(top.manifest, "'manifest'");
  connect(root, manifest.requirements, 'requirements');
  Object.entries(asOptionalRecord(manifest['dependency-groups'], 'groups')).forEach(([group, entries]) => connect(root, entries, group));
  root.dependencies.set(SETTINGS, new MutableNode(canonicalJson([without(top, [...RESOLVED, 'manifest']), without(manifest, RESOLVED_IN_MANIFEST)])));
  return { importers };
}

/** Several packages may be one component. */
function addAll(importers: Map<string, MutableNode>, folder: string, node: MutableNode): void {
  const known = importers.get(folder) ?? new MutableNode(`component ${folder}`, folder);
  node.dependencies.forEach((dependency, name) => known.dependencies.set(known.dependencies.has(name) ? `${name} of ${node.identity}` : name, dependency));
  importers.set(folder, known);
}

function packagesOf(value: unknown): Fields[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [undefined]).map((fields) => asRecord(fields, 'a package'));
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) {
      groups.set(keyOf(item), [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
