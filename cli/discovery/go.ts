import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, opaquePackage, PackageDependency } from './ecosystem';
import { Directive, parseDirectives } from './go-directives';
import { INTERNAL_RULES } from './internal-files';
import { withoutMark } from './manifests';
import { FileIndex, folderOf, isVendored, resolvePath } from './repository-files';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** Go workspaces, wherever their `go.work` is, and modules that replace each other by path. */
export const go: Ecosystem = {
  name: 'go',
  internal: INTERNAL_RULES.go,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const works = index.named('go.work').filter((path) => path === 'go.work' || !isTestData(folderOf(path)))
      .map((path): Work => workOf(path, parseDirectives(withoutMark(index.readOne(path) ?? ''))));
    const used = new Set(works.flatMap(({ uses }) => uses));
    const modules = readModules(index, used, warnings);
    const members = works.map((work) => ({ ...work, modules: modules.filter(({ folder }) => work.uses.includes(folder)) }));
    const isInWork = (folder: string) => works.some((work) => isBelow(folder, work.folder));
    const rest = withoutTestData(modules.filter(({ folder }) => !used.has(folder) && !isVendored(folder) && !isInWork(folder)));
    const submodules = works.flatMap(({ uses }) => uses).filter((folder) => index.files.submodules.has(folder));
    warnings.push(...works.flatMap((work) => missingMembers(work, modules, index, warnings)));
    const linked = rest.map((module) => describe(module, rest));
    const packages = [
      ...members.flatMap((work) => work.modules.map((module) => describe(module, work.modules, work))),
      ...submodules.map(opaquePackage),
      ...linked.some(({ dependencies }) => dependencies.length > 0) ? linked : [],
    ];
    return packages.length === 0 && works.length === 0 ? { ...NOTHING_FOUND, warnings }
      : { packages, globalPaths: ['go.work', 'go.work.sum', ...members.flatMap(({ modules: own }) => manifestsInside(own))], foundFrom: ['**/go.work', '**/go.mod'], warnings };
  },
};

interface Work {
  readonly path: string;
  readonly folder: string;
  readonly directives: readonly Directive[];
  /** Folders of its modules. */
  readonly uses: readonly string[];
}

interface Module {
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly directives: readonly Directive[];
}

function workOf(path: string, directives: readonly Directive[]): Work {
  const folder = folderOf(path);
  return { path, folder, directives, uses: directives.filter(({ words: [verb] }) => verb === 'use').flatMap(({ words: [, used] }) => resolvePath(folder, used ?? '.') ?? []) };
}

function missingMembers(work: Work, modules: readonly Module[], { files }: FileIndex, warnings: readonly DiscoveryWarning[]): DiscoveryWarning[] {
  const isKnown = (folder: string) => modules.some((module) => module.folder === folder) || warnings.some(({ path }) => folderOf(path) === folder);
  return work.uses.filter((folder) => !files.submodules.has(folder) && !isKnown(folder))
    .map((folder) => ({ kind: 'MissingMember', path: work.path, detail: `it uses '${folder}', where no go.mod is tracked` }));
}

/** Go's tools leave these folders out. */
function isTestData(folder: string): boolean {
  return /(^|\/)testdata(\/|$)/.test(folder);
}

/** Modules in folders of test data are what tests read, unless another module takes them in. */
function withoutTestData(modules: readonly Module[]): Module[] {
  const others = modules.filter(({ folder }) => !isTestData(folder));
  const taken = new Set(others.flatMap((module) => replacements(module.directives, module.folder).map(([, folder]) => folder)));
  return modules.filter((module) => others.includes(module) || taken.has(module.folder));
}

function readModules(index: FileIndex, used: ReadonlySet<string>, warnings: DiscoveryWarning[]): Module[] {
  const paths = index.named('go.mod').filter((path) => used.has(folderOf(path)) || !isVendored(folderOf(path)));
  const texts = index.files.read(paths);
  return paths.flatMap((path) => {
    const directives = parseDirectives(withoutMark(texts.get(path) ?? ''));
    const name = directives.find(({ words: [verb] }) => verb === 'module')?.words[1];
    if (name === undefined && isTestData(folderOf(path)) && !used.has(folderOf(path))) {
      return [];
    }
    if (name === undefined) {
      warnings.push({ kind: 'BrokenManifest', path, detail: "it has no 'module' directive" });
      return [];
    }
    return [{ name, folder: folderOf(path), path, directives }];
  });
}

/** What a workspace's members have in common: of each module Go takes the highest version that any of them requires. */
function sharedPaths(module: Module, modules: readonly Module[], work: Work): string[] {
  const global = manifestsInside(modules);
  const manifests = modules.filter((other) => other !== module && !global.includes(other.path)).map(({ path }) => path);
  return [...work.folder === '.' ? [] : ['go.work', 'go.work.sum'].map((name) => `${work.folder}/${name}`), ...manifests];
}

/** Manifests of members that lie in another's folder: that one leaves the folder out, and to depend on what is there may be a circle. */
function manifestsInside(modules: readonly Module[]): string[] {
  return modules.filter(({ folder }) => modules.some((outer) => outer.folder !== folder && isBelow(folder, outer.folder))).map(({ path }) => path);
}

function describe(module: Module, modules: readonly Module[], work?: Work): DiscoveredPackage {
  const byName = new Map(modules.map(({ name, folder }) => [name, folder]));
  // In a workspace each member's replacements hold for all.
  const elsewhere = work === undefined ? [] : modules.flatMap((other) => replacements(other.directives, other.folder));
  const replaced = new Map([...elsewhere, ...replacements(module.directives, module.folder), ...replacements(work?.directives ?? [], work?.folder ?? '.')]);
  const targets = new Map<string, PackageDependency['use']>();
  const add = (folder: string | undefined, use: PackageDependency['use']) => {
    if (folder !== undefined && folder !== module.folder && (use === 'build' || !targets.has(folder))) {
      targets.set(folder, use);
    }
  };
  const required = module.directives.filter(({ words: [verb] }) => verb === 'require');
  for (const { words: [, name], isIndirect } of required) {
    // Only a workspace makes a module's name mean the one in it. What is reached by way of another module no file of this one names.
    add(replaced.get(name!) ?? (work === undefined ? undefined : byName.get(name!)), isIndirect ? 'build' : 'development');
  }
  for (const [name, folder] of replacements(module.directives, module.folder)) {
    if (!required.some(({ words }) => words[1] === name)) {
      add(folder, 'build');
    }
  }
  const folders = new Set(modules.map(({ folder }) => folder));
  return {
    name: module.name,
    folder: module.folder,
    manifest: module.path,
    dependencies: [...targets].filter(([folder]) => folders.has(folder)).map(([folder, use]) => ({ folder, use })),
    paths: [...targets].filter(([folder]) => !folders.has(folder)).map(([path]) => ({ path, use: 'build' })),
    references: [module.name],
    ...(work !== undefined && { importable: { names: [module.name], from: folders } }),
    ...(work !== undefined && { sharedPaths: sharedPaths(module, modules, work) }),
    ...(module.folder === '.' && { takes: ['**/*.go', 'go.mod', 'go.sum', 'vendor/**'] }),
    published: [],
    manifestTexts: { build: '', test: '' },
  };
}

/** Folders that take the place of modules. */
function replacements(directives: readonly Directive[], folder: string): [string, string][] {
  return directives.filter(({ words: [verb] }) => verb === 'replace').flatMap(({ words: [, name, ...rest] }): [string, string][] => {
    const target = rest[rest.indexOf('=>') + 1];
    const path = target !== undefined && /^\.{1,2}(\/|$)/.test(target) ? resolvePath(folder, target) : undefined;
    return path === undefined ? [] : [[name!, path]];
  });
}

function isBelow(folder: string, root: string): boolean {
  return root === '.' || folder === root || folder.startsWith(`${root}/`);
}
