import { DiscoveredPackage, Ecosystem, ManifestPath, NOTHING_FOUND, opaquePackage, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { isFixture, memberPredicate, ParsedManifest, parseTomlManifests } from './manifests';
import { FileIndex, isVendored, resolvePath } from './repository-files';
import { fieldAt, Fields, fieldsOf, stringOf, stringsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const SHARED_FILES = ['Cargo.lock', 'Cargo.toml', 'rust-toolchain', 'rust-toolchain.toml', '.cargo/config', '.cargo/config.toml'];

/** Sections of a manifest; Cargo gives `dev-dependencies` to tests, examples and benchmarks alone. */
const SECTIONS = [['dependencies', 'build'], ['build-dependencies', 'build'], ['dev-dependencies', 'test']] as const;

/** What a package at the repository's root is made of. */
const TAKES = ['src/**', 'build.rs', 'Cargo.toml', 'tests/**', 'benches/**', 'examples/**'];

/** Cargo workspaces, wherever their roots are. */
export const cargo: Ecosystem = {
  name: 'cargo',
  internal: INTERNAL_RULES.cargo,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const ignored: DiscoveryWarning[] = [];
    const all = parseTomlManifests(index, index.named('Cargo.toml'), ignored);
    const roots = all.filter(({ folder, content }) => content.workspace !== undefined && (folder === '.' || !isFixture(folder)));
    const broken = new Set(ignored.map(({ path }) => path));
    const taken = new Set<string>();
    const packages = roots.flatMap((root) => {
      const found = membersOf(root, all, index).filter(({ folder }) => !taken.has(folder));
      found.forEach(({ folder }) => taken.add(folder));
      return found.map((member) => describe(member, root, found));
    });
    const submodules = roots.flatMap((root) => [...index.files.submodules].filter(predicateOf(root))).filter((folder) => !taken.has(folder));
    warnings.push(...ignored.filter(({ path }) => broken.has(path) && (path === 'Cargo.toml' || roots.some((root) => predicateOf(root)(path.replace(/\/?Cargo\.toml$/, ''))))));
    if (packages.length === 0) {
      return { ...NOTHING_FOUND, warnings };
    }
    return {
      packages: [...packages, ...submodules.map(opaquePackage)],
      globalPaths: roots.some(({ folder }) => folder === '.') ? SHARED_FILES : [],
      foundFrom: ['**/Cargo.toml'],
      warnings,
    };
  },
};

function predicateOf({ content, folder }: ParsedManifest): (folder: string) => boolean {
  return memberPredicate(stringsOf(fieldAt(content, 'workspace', 'members')), stringsOf(fieldAt(content, 'workspace', 'exclude')), folder);
}

/** Members are what the patterns select, the root itself, and every package under the root that a member names by path. */
function membersOf(root: ParsedManifest, all: readonly ParsedManifest[], index: FileIndex): ParsedManifest[] {
  const isMember = predicateOf(root);
  const excluded = stringsOf(fieldAt(root.content, 'workspace', 'exclude')).flatMap((path) => resolvePath(root.folder, path) ?? []);
  const isExcluded = (folder: string) => excluded.some((path) => folder === path || folder.startsWith(`${path}/`));
  const isUnder = (folder: string) => root.folder === '.' || folder.startsWith(`${root.folder}/`);
  const byFolder = new Map(all.map((manifest) => [manifest.folder, manifest]));
  const found = new Set([...root.content.package === undefined ? [] : [root], ...all.filter(({ folder }) => folder !== root.folder && isMember(folder))]);
  // A Set's iterator also visits what is added on the way.
  for (const member of found) {
    for (const { folder, isOwn } of dependenciesOf(member, root)) {
      const target = byFolder.get(folder);
      const isForeign = isVendored(folder) || isExcluded(folder) || index.files.submodules.has(folder);
      if (target !== undefined && isOwn && target.content.workspace === undefined && isUnder(folder) && !isForeign) {
        found.add(target);
      }
    }
  }
  return [...found].filter(({ content }) => stringOf(fieldAt(content, 'package', 'name')) !== undefined);
}

function describe(manifest: ParsedManifest, root: ParsedManifest, members: readonly ParsedManifest[]): DiscoveredPackage {
  const name = stringOf(fieldAt(manifest.content, 'package', 'name'))!;
  const folders = new Set(members.map(({ folder }) => folder));
  const needed = dependenciesOf(manifest, root).filter(({ folder }) => folder !== manifest.folder);
  const isMember = ({ folder }: PackageDependency) => folders.has(folder);
  return {
    name,
    folder: manifest.folder,
    manifest: manifest.path,
    dependencies: needed.filter(isMember).map(({ folder, use }) => ({ folder, use })),
    paths: needed.filter((one) => !isMember(one)).map(({ folder, use }): ManifestPath => ({ path: folder, use: use === 'test' ? 'test' : 'build' })),
    references: [name, name.replace(/-/g, '_')],
    published: [],
    manifestTexts: { build: [JSON.stringify(withoutDependencies(manifest.content)), ...targetPaths(manifest.content)].join('\n'), test: '' },
    ...(root.folder !== '.' && { sharedPaths: SHARED_FILES.map((file) => `${root.folder}/${file}`).filter((path) => path !== manifest.path) }),
    ...(manifest.folder === '.' && { takes: TAKES }),
  };
}

/** Paths of what is compiled, which need no dot in front. */
function targetPaths(content: Fields): string[] {
  const targets = [content.lib, ...['bin', 'example', 'test', 'bench'].flatMap((kind) => (Array.isArray(content[kind]) ? content[kind] as unknown[] : []))];
  return [...targets.map((target) => stringOf(fieldAt(target, 'path'))), stringOf(fieldAt(content, 'package', 'build'))]
    .flatMap((path) => (path === undefined ? [] : [`./${path}`]));
}

/** The rest of a manifest: paths of targets and build scripts, settings of tools. */
function withoutDependencies(content: Fields): Fields {
  return Object.fromEntries(Object.entries(content).filter(([key]) => !/dependencies$/.test(key) && !['target', 'workspace', 'patch', 'replace'].includes(key)));
}

interface LocalDependency extends PackageDependency {
  /** The package or the workspace gives the path: it is a member if it is under the root. */
  readonly isOwn: boolean;
}

function dependenciesOf({ content, folder }: ParsedManifest, root: ParsedManifest): LocalDependency[] {
  const targets = [content, ...Object.values(fieldsOf(content.target))];
  const declared = targets.flatMap((target) => SECTIONS.flatMap(([section, use]) => (
    Object.entries({ ...fieldsOf(fieldAt(target, section.replace('-', '_'))), ...fieldsOf(fieldAt(target, section)) }).map(([name, value]) => ({ name, value, use })))));
  const direct = declared.flatMap(({ name, value, use }): LocalDependency[] => {
    const own = stringOf(fieldAt(value, 'path'));
    const shared = fieldAt(value, 'workspace') === true ? stringOf(fieldAt(root.content, 'workspace', 'dependencies', name, 'path')) : undefined;
    const path = own !== undefined ? resolvePath(folder, own) : shared !== undefined ? resolvePath(root.folder, shared) : undefined;
    return path === undefined ? [] : [{ folder: path, use, isOwn: true }];
  });
  const names = new Set(declared.map(({ name, value }) => stringOf(fieldAt(value, 'package')) ?? name));
  return [...direct, ...patches(root, names, { folder, hasDependencies: declared.length > direct.length })];
}

/** What the workspace puts in the place of packages from elsewhere: for who names such a one; one that no one names may be anybody's by way of others. */
function patches(root: ParsedManifest, names: ReadonlySet<string>, user: { readonly folder: string; readonly hasDependencies: boolean }): LocalDependency[] {
  const tables = [...Object.values(fieldsOf(root.content.patch)), root.content.replace];
  const patched = tables.flatMap((table) => Object.entries(fieldsOf(table))).flatMap(([key, value]) => {
    const path = stringOf(fieldAt(value, 'path'));
    const target = path === undefined ? undefined : resolvePath(root.folder, path);
    return target === undefined ? [] : [{ folder: target, name: stringOf(fieldAt(value, 'package')) ?? key.replace(/:[^:]*$/, '') }];
  });
  // What is patched names itself what it needs of the others.
  const mayReach = user.hasDependencies && !patched.some(({ folder }) => folder === user.folder);
  return patched.filter(({ name }) => names.has(name) || mayReach).map(({ folder, name }) => ({ folder, use: 'build', isOwn: names.has(name) }));
}
