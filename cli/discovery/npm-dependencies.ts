import { ManifestPath, PackageDependency } from './ecosystem';
import { Member, Workspace } from './npm-workspaces';
import { FileIndex, resolvePath } from './repository-files';
import { Fields, fieldAt, fieldsOf } from './values';

export const DEPENDENCY_SECTIONS = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const;

/** What a manifest's dependencies mean in the repository. */
export interface LocalDependencies {
  readonly dependencies: readonly PackageDependency[];
  readonly paths: readonly ManifestPath[];
}

/** A member, or a path that is none; undefined for what comes from elsewhere. */
type Target = { readonly folder: string } | { readonly path: string } | undefined;

/** What a member needs of the repository. */
export function localDependencies({ manifest, folder }: Pick<Member, 'manifest' | 'folder'>, workspace: Workspace, index: FileIndex): LocalDependencies {
  const dependencies: PackageDependency[] = [];
  const paths: ManifestPath[] = [];
  for (const section of DEPENDENCY_SECTIONS) {
    for (const [name, specifier] of Object.entries(fieldsOf(manifest[section]))) {
      const target = targetOf(name, String(specifier), folder, workspace);
      if (target === undefined) {
        continue;
      }
      if ('path' in target) {
        paths.push({ path: target.path, use: 'build' });
      } else if (target.folder !== folder) {
        dependencies.push({ folder: target.folder, use: section === 'devDependencies' ? 'development' : 'build' });
      }
    }
  }
  const linked = linksOf(workspace, index).filter(({ name }) => DEPENDENCY_SECTIONS.some((section) => Object.hasOwn(fieldsOf(manifest[section]), name)));
  return { dependencies: [...dependencies, ...linked.filter((link) => link.folder !== folder).map((link) => ({ folder: link.folder, use: 'build' as const }))], paths };
}

/** Paths that the root's overrides and resolutions put in the place of packages. */
export function overriddenPaths({ folder, manifest, settings }: Workspace, members: readonly Member[]): string[] {
  const overrides = [manifest.overrides, manifest.resolutions, fieldAt(manifest.pnpm, 'overrides'), settings.overrides];
  return [...new Set(overrides.flatMap(entriesIn).flatMap(([name, specifier]) => {
    const local = localPath(specifier, folder);
    return local ?? (specifier.startsWith('workspace:') ? members.find((member) => member.name === withoutVersion(name))?.folder ?? [] : []);
  }))];
}

/** Names and values, at any depth: npm nests overrides. */
function entriesIn(value: unknown): [string, string][] {
  return Object.entries(fieldsOf(value)).flatMap(([name, entry]): [string, string][] => (typeof entry === 'string' ? [[name, entry]] : entriesIn(entry)));
}

function withoutVersion(selector: string): string {
  return /((?:@[^/@>]+\/)?[^/@>]+)(?:@[^/>]*)?$/.exec(selector)?.[1] ?? selector;
}

function targetOf(name: string, specifier: string, from: string, { folder: root, members }: Workspace): Target {
  const path = localPath(specifier, from);
  if (path !== undefined) {
    const member = members.find((candidate) => candidate.folder === path);
    return member === undefined ? { path } : { folder: member.folder };
  }
  const within = /^workspace:(?![*^~]|[<>=\d])(.+)$/.exec(specifier)?.[1];
  const byFolder = within === undefined ? undefined
    : members.find(({ folder }) => folder === resolvePath(from, within) || folder === resolvePath(root, within));
  if (byFolder !== undefined) {
    return { folder: byFolder.folder };
  }
  // An alias: another name for a package.
  const alias = /^(?:workspace|npm):(@?[^@]+)@/.exec(specifier)?.[1];
  const foreign = alias === undefined && /^(https?|git|git\+\w+|github|ssh):/.test(specifier);
  const member = foreign ? undefined : members.find((candidate) => candidate.name === (alias ?? name));
  return member && { folder: member.folder };
}

/** The path that a specifier gives, from the repository's root. */
function localPath(specifier: string, from: string): string | undefined {
  const patch = /^patch:.*#(?:~\/)?(?:\.\/)?([^:#]+)$/.exec(specifier);
  if (patch !== null) {
    return resolvePath(specifier.includes('#~/') ? '.' : from, patch[1]!);
  }
  const local = /^(?:(?:file|link|portal|exec):(?:\/\/(?=\.))?|(?=\.{1,2}\/))([^#]+)/.exec(specifier)?.[1];
  return local === undefined || local.startsWith('/') || local.startsWith('~') ? undefined : resolvePath(from, local);
}

/** Names that npm's lockfile links to submodules, whose manifests are not here. */
function linksOf({ folder, members }: Workspace, index: FileIndex): { name: string; folder: string }[] {
  const submodules = members.filter(({ isSubmodule }) => isSubmodule);
  const text = submodules.length === 0 ? undefined : index.readOne(folder === '.' ? 'package-lock.json' : `${folder}/package-lock.json`);
  if (text === undefined) {
    return [];
  }
  try {
    const packages = Object.entries(fieldsOf(fieldsOf(JSON.parse(text)).packages)) as [string, Fields][];
    return packages.flatMap(([path, { link, resolved }]) => {
      const target = submodules.find((member) => link === true && resolved === member.folder);
      return target === undefined ? [] : [{ name: path.replace(/^.*node_modules\//, ''), folder: target.folder }];
    });
  } catch {
    return [];
  }
}
