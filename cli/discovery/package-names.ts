import { FoundPackage } from './ecosystem';
import { FolderOwners } from './folder-owners';

/** What a name means that a file writes. */
export interface NamedPackage {
  readonly name: string;
  /** What follows the name. */
  readonly rest: string;
  readonly target?: FoundPackage;
}

/** Which packages of the repository the files of one may mean by names. */
export class PackageNames {
  /** What the manifest depends on; what only its tests may need is told by the files. */
  public readonly dependencies: readonly { readonly folder: string; readonly use: 'build' | 'test' }[];
  /** By the names that files may call them: packages that the manifest names. */
  private readonly byName = new Map<string, FoundPackage>();
  /** By the names that code imports them by: packages that it may import without naming them in the manifest. */
  private readonly importable = new Map<string, FoundPackage>();
  private readonly testByNature: ReadonlySet<string>;

  public constructor(one: FoundPackage, { owners, packages }: { readonly owners: FolderOwners; readonly packages: readonly FoundPackage[] }) {
    const known = one.dependencies.filter(({ folder }) => owners.at(folder) !== undefined && owners.at(folder) !== one);
    this.dependencies = known.map(({ folder, use }) => ({ folder, use: use === 'build' ? 'build' : 'test' }));
    this.testByNature = new Set(known.filter(({ use }) => use === 'test').map(({ folder }) => folder));
    known.forEach(({ folder }) => owners.at(folder)!.references.forEach((name) => this.byName.set(name, owners.at(folder)!)));
    for (const folder of one.reachable ?? []) {
      const target = owners.at(folder);
      target?.references.filter((name) => target !== one && !this.byName.has(name)).forEach((name) => this.byName.set(name, target));
    }
    for (const other of packages) {
      if (other !== one && other.importable?.from.has(one.folder)) {
        other.importable.names.forEach((name) => this.importable.set(name, other));
      }
    }
  }

  /** The declared name that a reference starts with. */
  public declared(reference: string): NamedPackage {
    return longestIn(this.byName, reference) ?? { name: /^@[^/]+\/[^/]+|^[^/]+/.exec(reference)![0], rest: '' };
  }

  /** The name that an import starts with. */
  public imported(specifier: string): NamedPackage {
    return longestIn(this.importable, specifier) ?? { name: specifier, rest: '' };
  }

  /** Whether only tests can use it, by the rules of the ecosystem. */
  public isTestByNature(folder: string): boolean {
    return this.testByNature.has(folder);
  }
}

function longestIn(packages: ReadonlyMap<string, FoundPackage>, reference: string): NamedPackage | undefined {
  const segments = reference.split('/');
  for (let end = segments.length; end > 0; end -= 1) {
    const name = segments.slice(0, end).join('/');
    const target = packages.get(name);
    if (target !== undefined) {
      return { name, target, rest: segments.slice(end).join('/') };
    }
  }
  return undefined;
}
