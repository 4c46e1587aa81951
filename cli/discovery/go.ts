import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** Go workspaces, and modules that replace each other by path. */
export const go: Ecosystem = {
  name: 'go',
  internal: INTERNAL_RULES.go,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const workText = index.readOne('go.work');
    const work = workText === undefined ? undefined : parseDirectives(workText);
    const used = work?.filter(([verb]) => verb === 'use').map(([, path]) => resolvePath('.', path!));
    const modules = readModules(index, warnings).filter(({ folder }) => used === undefined || used.includes(folder));
    for (const folder of used ?? []) {
      if (!modules.some((module) => module.folder === folder) && !warnings.some(({ path }) => folderOf(path) === folder)) {
        warnings.push({ kind: 'MissingMember', path: 'go.work', detail: `it uses '${folder}', where no go.mod is tracked` });
      }
    }
    const linked = modules.map((module) => describe(module, modules, work));
    if (used === undefined && !linked.some(({ dependencies }) => dependencies.length > 0)) {
      return { ...NOTHING_FOUND, warnings };
    }
    return { packages: linked, globalPaths: ['go.work', 'go.work.sum'], foundFrom: ['go.work', '**/go.mod'], warnings };
  },
};

/** A directive, split at blanks: `['require', 'example.com/module', 'v1.0.0']`. */
type Directive = readonly string[];

interface Module {
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly directives: readonly Directive[];
}

function readModules(index: FileIndex, warnings: DiscoveryWarning[]): Module[] {
  const paths = index.named('go.mod');
  const texts = index.files.read(paths);
  return paths.flatMap((path) => {
    const directives = parseDirectives(texts.get(path) ?? '');
    const name = directives.find(([verb]) => verb === 'module')?.[1];
    if (name === undefined) {
      warnings.push({ kind: 'BrokenManifest', path, detail: "it has no 'module' directive" });
      return [];
    }
    return [{ name, folder: folderOf(path), path, directives }];
  });
}

function describe(module: Module, modules: readonly Module[], work: readonly Directive[] | undefined): DiscoveredPackage {
  const byName = new Map(modules.map(({ name, folder }) => [name, folder]));
  const replaced = new Map([...replacements(module.directives, module.folder), ...replacements(work ?? [], '.')]);
  const dependencies = module.directives.filter(([verb]) => verb === 'require').flatMap(([, name]): PackageDependency[] => {
    // Only a workspace makes a module's name mean the one beside it.
    const folder = replaced.get(name!) ?? (work === undefined ? undefined : byName.get(name!));
    return folder === undefined || folder === module.folder ? [] : [{ folder, use: 'development' }];
  });
  return {
    name: module.name,
    folder: module.folder,
    manifest: module.path,
    dependencies,
    references: [module.name],
    published: [],
    manifestTexts: { build: '', test: '' },
  };
}

/** Folders that take the place of modules. */
function replacements(directives: readonly Directive[], folder: string): [string, string][] {
  return directives.filter(([verb]) => verb === 'replace').flatMap(([, name, ...rest]): [string, string][] => {
    const target = rest[rest.indexOf('=>') + 1];
    const path = target !== undefined && /^\.{1,2}(\/|$)/.test(target) ? resolvePath(folder, target) : undefined;
    return path === undefined ? [] : [[name!, path]];
  });
}

/** Directives of a `go.mod` or `go.work`; those in a block carry its verb. */
function parseDirectives(text: string): Directive[] {
  const directives: Directive[] = [];
  let block: string | undefined;
  for (const line of text.split('\n')) {
    const words = line.replace(/\/\/.*$/, '').trim().split(/\s+/).filter((word) => word !== '').map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
    if (words.length === 0) {
      continue;
    }
    if (block === undefined && words.at(-1) === '(') {
      block = words[0];
    } else if (words[0] === ')') {
      block = undefined;
    } else {
      directives.push(block === undefined ? words : [block, ...words]);
    }
  }
  return directives;
}
