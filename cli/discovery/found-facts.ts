import { FoundPackage } from './ecosystem';
import { FolderOwners } from './folder-owners';
import { InstalledPackages, PackageUse } from './installed-packages';
import { PathAliases } from './path-aliases';
import { FileIndex } from './repository-files';
import { Catalogue, CatalogueComponent, DIRTY } from '../../src/core/catalogue';

export interface FoundFactsOptions {
  readonly index: FileIndex;
  readonly packages: readonly FoundPackage[];
  /** Those of the catalogue: packages may be given by hand instead. */
  readonly components: readonly CatalogueComponent[];
  readonly foundFrom: readonly string[];
  readonly installed: InstalledPackages | undefined;
  readonly use: PackageUse | undefined;
}

/** Names map to paths in these. */
const SETTINGS = ['**/tsconfig*.json', '**/jsconfig*.json'];

/** What a catalogue says about where it was found, so that it can be told whether it holds for another commit. */
export function foundFacts({ index, packages, components, foundFrom, installed, use }: FoundFactsOptions): Pick<Catalogue, 'foundAt' | 'foundOn' | 'dirtyPaths' | 'foundFrom' | 'references' | 'commands'> {
  const { origin } = index.files;
  const judged = new Set([...use?.shared.keys() ?? [], ...[...use?.testPackages.values() ?? []].flat()]);
  const commands = [...installed?.commandsOf(judged) ?? []].sort(([a], [b]) => (a < b ? -1 : 1));
  const isNpm = packages.some(({ ecosystems }) => ecosystems.includes('npm'));
  return {
    foundAt: origin?.commit ?? DIRTY,
    ...(origin?.day !== undefined && { foundOn: origin.day }),
    ...(origin !== undefined && origin.dirty.length > 0 && { dirtyPaths: origin.dirty }),
    foundFrom: [...new Set([...foundFrom, ...isNpm ? SETTINGS : []])].sort(),
    references: referencesOf(index, packages, components),
    ...(commands.length > 0 && { commands: Object.fromEntries(commands) }),
  };
}

function referencesOf(index: FileIndex, packages: readonly FoundPackage[], components: readonly CatalogueComponent[]): { [name: string]: string[] } {
  const known = new Set(components.map(({ name }) => name));
  const found = new Map<string, Set<string>>();
  const add = (name: string, component: string) => known.has(component) && found.set(name, (found.get(name) ?? new Set()).add(component));
  for (const one of packages) {
    [...one.references, ...one.importable?.names ?? []].forEach((name) => add(name, one.name));
  }
  const owners = new FolderOwners(packages);
  for (const { prefix, targets } of PathAliases.read(index, owners).all()) {
    targets.forEach((target) => {
      const owner = owners.of(target);
      if (owner !== undefined && prefix !== '') {
        add(prefix, owner.name);
      }
    });
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, targets]) => [name, [...targets].sort()]));
}
