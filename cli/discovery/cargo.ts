import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { memberPredicate, ParsedManifest, parseTomlManifests } from './manifests';
import { FileIndex, resolvePath } from './repository-files';
import { fieldAt, fieldsOf, stringOf, stringsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const SHARED_FILES = ['Cargo.lock', 'Cargo.toml', 'rust-toolchain', 'rust-toolchain.toml', '.cargo/config', '.cargo/config.toml'];

/** Sections of a manifest; Cargo gives `dev-dependencies` to tests, examples and benchmarks alone. */
const SECTIONS = [['dependencies', 'build'], ['build-dependencies', 'build'], ['dev-dependencies', 'test']] as const;

/** Cargo workspaces. */
export const cargo: Ecosystem = {
  name: 'cargo',
  internal: INTERNAL_RULES.cargo,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const root = index.has('Cargo.toml') ? parseTomlManifests(index, ['Cargo.toml'], warnings)[0] : undefined;
    const workspace = fieldAt(root?.content, 'workspace');
    if (root === undefined || workspace === undefined) {
      return { ...NOTHING_FOUND, warnings };
    }
    const packages = members(index, root, warnings).map((member) => describe(member, root));
    return { packages, globalPaths: SHARED_FILES, foundFrom: ['**/Cargo.toml'], warnings };
  },
};

/** Members are what the patterns select and, without a pattern, every package under the root that a member names by path. */
function members(index: FileIndex, root: ParsedManifest, warnings: DiscoveryWarning[]): ParsedManifest[] {
  const patterns = stringsOf(fieldAt(root.content, 'workspace', 'members'));
  const excluded = stringsOf(fieldAt(root.content, 'workspace', 'exclude'));
  const isMember = memberPredicate(patterns, excluded);
  const all = parseTomlManifests(index, index.named('Cargo.toml').filter((path) => path !== 'Cargo.toml'), warnings);
  const byFolder = new Map(all.map((manifest) => [manifest.folder, manifest]));
  const found = new Set([...root.content.package === undefined ? [] : [root], ...all.filter(({ folder }) => isMember(folder))]);
  // A Set's iterator also visits what is added on the way.
  for (const member of found) {
    for (const { folder } of dependenciesOf(member, root)) {
      const target = byFolder.get(folder);
      if (target !== undefined && !excluded.includes(folder)) {
        found.add(target);
      }
    }
  }
  return [...found].filter(({ content }) => stringOf(fieldAt(content, 'package', 'name')) !== undefined);
}

function describe(manifest: ParsedManifest, root: ParsedManifest): DiscoveredPackage {
  const name = stringOf(fieldAt(manifest.content, 'package', 'name'))!;
  return {
    name,
    folder: manifest.folder,
    manifest: manifest.path,
    dependencies: dependenciesOf(manifest, root),
    references: [name, name.replace(/-/g, '_')],
    published: [],
    manifestTexts: { build: '', test: '' },
  };
}

function dependenciesOf({ content, folder }: ParsedManifest, root: ParsedManifest): PackageDependency[] {
  const targets = [content, ...Object.values(fieldsOf(content.target))];
  const declared = targets.flatMap((target) => SECTIONS.flatMap(([section, use]) =>
    Object.entries(fieldsOf(fieldAt(target, section))).map(([name, value]) => ({ name, value, use }))));
  return declared.flatMap(({ name, value, use }) => {
    const path = localPath(name, value, folder, root);
    return path === undefined || path === folder ? [] : [{ folder: path, use }];
  });
}

/** Folder that a dependency means: by its own path, by the workspace's, or because the workspace patches it. */
function localPath(name: string, value: unknown, folder: string, root: ParsedManifest): string | undefined {
  const own = stringOf(fieldAt(value, 'path'));
  if (own !== undefined) {
    return resolvePath(folder, own);
  }
  const shared = fieldAt(value, 'workspace') === true ? stringOf(fieldAt(root.content, 'workspace', 'dependencies', name, 'path')) : undefined;
  const patched = Object.values(fieldsOf(root.content.patch)).map((registry) => stringOf(fieldAt(registry, stringOf(fieldAt(value, 'package')) ?? name, 'path')));
  const path = shared ?? patched.find((candidate) => candidate !== undefined);
  return path === undefined ? undefined : resolvePath('.', path);
}
