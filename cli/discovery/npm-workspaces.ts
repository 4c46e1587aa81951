import picomatch from 'picomatch';
import { isFixture, withoutMark } from './manifests';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { Fields, fieldAt, fieldsOf, stringOf, stringsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { onlyDocument } from '../../src/core/lockfile/lockfiles';
import { joinPath } from '../../src/core/paths';
import { parseYaml } from '../yaml';

/** A package as its `package.json` describes it. */
export interface Member {
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly manifest: Fields;
  /** A link to another repository. */
  readonly isSubmodule?: boolean;
}

/** A package manager's workspace: what is installed together. */
export interface Workspace {
  readonly folder: string;
  readonly manifest: Fields;
  /** Settings of pnpm. */
  readonly settings: Fields;
  readonly members: readonly Member[];
}

/** Every workspace in the repository, outermost first; a folder is a member of the first that selects it. */
export function findWorkspaces(index: FileIndex, warnings: DiscoveryWarning[]): Workspace[] {
  const paths = index.named('package.json');
  index.files.read([...paths, ...index.named('pnpm-workspace.yaml')]);
  const manifests = new Map(paths.map((path) => [path, parseManifest(index.readOne(path))]));
  const roots = [...new Set([...paths, ...index.named('pnpm-workspace.yaml')].map(folderOf))].filter((folder) => folder === '.' || !isFixture(folder)).sort(byDepth);
  const taken = new Set<string>();
  return withInner(roots.flatMap((folder): Workspace[] => {
    const manifest = manifests.get(joinPath(folder, 'package.json'))?.fields ?? {};
    const settings = readSettings(index, joinPath(folder, 'pnpm-workspace.yaml'), warnings);
    const patterns = [...stringsOf(manifest.workspaces), ...stringsOf(fieldAt(manifest.workspaces, 'packages')), ...stringsOf(settings.packages)];
    if (folder === '.') {
      reportBroken('package.json', manifests.get('package.json'), warnings);
    }
    if (patterns.length === 0) {
      return [];
    }
    const isMember = selects(patterns, folder);
    const members = paths.filter((path) => folderOf(path) !== folder && isMember(folderOf(path)) && !taken.has(path)).flatMap((path) => {
      taken.add(path);
      return memberOf(path, manifests.get(path), warnings);
    });
    const submodules = [...index.files.submodules].filter((path) => isMember(path) && !taken.has(path)).map((path): Member => {
      taken.add(path);
      return { name: path, folder: path, path, manifest: {}, isSubmodule: true };
    });
    return [{ folder, manifest, settings, members: [...members, ...submodules] }];
  }));
}

/** A workspace whose root is itself a member of another is part of that one. */
function withInner(workspaces: readonly Workspace[]): Workspace[] {
  const outerOf = (workspace: Workspace): Workspace | undefined => workspaces.find(({ members }) => members.some(({ folder }) => folder === workspace.folder));
  const inner = workspaces.filter((workspace) => outerOf(workspace) !== undefined);
  return workspaces.filter((workspace) => !inner.includes(workspace)).map((outer) => {
    const all = new Set([outer]);
    // A Set's iterator also visits what is added on the way.
    for (const one of all) {
      inner.filter((candidate) => outerOf(candidate) === one).forEach((candidate) => all.add(candidate));
    }
    return { ...outer, members: [...all].flatMap(({ members }) => members) };
  });
}

export type Parsed = { readonly fields?: Fields; readonly problem?: string } | undefined;

function memberOf(path: string, parsed: Parsed, warnings: DiscoveryWarning[]): Member[] {
  reportBroken(path, parsed, warnings);
  const manifest = parsed?.fields;
  if (manifest === undefined) {
    return [];
  }
  const folder = folderOf(path);
  const name = stringOf(manifest.name);
  if (name === undefined) {
    warnings.push({ kind: 'UnnamedPackage', path, detail: `it has no 'name'; its folder '${folder}' stands for it` });
  }
  return [{ name: name ?? folder, folder, path, manifest }];
}

function reportBroken(path: string, parsed: Parsed, warnings: DiscoveryWarning[]): void {
  if (parsed?.problem !== undefined) {
    warnings.push({ kind: 'BrokenManifest', path, detail: parsed.problem });
  }
}

export function parseManifest(text: string | undefined): Parsed {
  if (text === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(withoutMark(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { fields: value as Fields } : { problem: 'it is not a JSON object' };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function readSettings(index: FileIndex, path: string, warnings: DiscoveryWarning[]): Fields {
  const text = index.readOne(path);
  try {
    return text === undefined ? {} : fieldsOf(onlyDocument(parseYaml(withoutMark(text))));
  } catch (error) {
    warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message.split('\n')[0]! });
    return {};
  }
}

function selects(patterns: readonly string[], root: string): (folder: string) => boolean {
  const clean = (pattern: string) => resolvePath(root, pattern) ?? pattern;
  return picomatch(patterns.filter((pattern) => !pattern.startsWith('!')).map(clean), {
    ignore: patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => clean(pattern.slice(1))),
  });
}

function byDepth(one: string, other: string): number {
  const depth = (folder: string) => (folder === '.' ? 0 : folder.split('/').length);
  return depth(one) - depth(other) || (one < other ? -1 : 1);
}
