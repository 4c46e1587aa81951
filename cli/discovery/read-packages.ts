import { FoundPackage } from './ecosystem';
import { isByName, stemOf, within } from './file-names';
import { FolderOwners } from './folder-owners';
import { internalRuleOf } from './internal-files';
import { PackageReader } from './package-reader';
import { PackageReads } from './package-reads';
import { PathAliases } from './path-aliases';
import { PathTargets } from './path-targets';
import { baseName, FileIndex } from './repository-files';
import { joinPath } from '../../src/core/paths';
import { ReferenceScanner } from '../../src/core/references/reference-scanner';
import { isReadable } from '../../src/core/references/source-text';

/**
 * Reads every package's files for what they refer to; by folder.
 *
 * @param names to look for apart from those of the packages
 */
export function readPackages(
  index: FileIndex, packages: readonly FoundPackage[], scanner: ReferenceScanner, names: Iterable<string>,
): Map<string, PackageReads> {
  const owners = new FolderOwners(packages);
  const reads = new Map(packages.map(({ folder }) => [folder, new PackageReads()]));
  for (const path of index.files.paths) {
    const owner = owners.of(path);
    if (owner !== undefined && owner.folder !== path) {
      reads.get(owner.folder)!.files.push(within(owner.folder, path));
    }
  }
  const stems = packages.flatMap(({ folder, internal }) => reads.get(folder)!.files.filter((file) => internalRuleOf(internal, file) !== undefined)
    .flatMap((file) => (isByName(internal, file) ? [baseName(file), stemOf(file)] : [baseName(file)])));
  scanner.lookFor({ names: new Set([...names, ...packages.flatMap(({ references }) => references)]), stems: new Set(stems) });
  const readable = packages.flatMap(({ folder }) => reads.get(folder)!.files.map((file) => joinPath(folder, file)).filter(isReadable));
  const texts = index.files.read(readable);
  const context = { index, packages, owners, reads, scanner, targets: new PathTargets(index), aliases: PathAliases.read(index, owners) };
  for (const one of packages) {
    new PackageReader(one, context).read(texts);
  }
  takeMentions(packages, reads);
  return reads;
}

/** What a package depends on is read by it also where it only mentions a file's name, unless it has a file of that name itself. */
function takeMentions(packages: readonly FoundPackage[], reads: ReadonlyMap<string, PackageReads>): void {
  const internals = new Map(packages.map(({ folder, internal }) => (
    [folder, byBaseName(reads.get(folder)!.files.filter((file) => internalRuleOf(internal, file) !== undefined))])));
  for (const { folder } of packages) {
    const { files, stems } = reads.get(folder)!;
    const own = new Set(files.map(baseName));
    // A word without an extension is a file's name by chance.
    const foreign = [...stems].filter((name) => name.includes('.') && !own.has(name));
    for (const dependency of foreign.length === 0 ? [] : dependenciesOf(folder, reads)) {
      const found = internals.get(dependency)!;
      foreign.flatMap((name) => found.get(name) ?? []).forEach((file) => reads.get(dependency)!.readFiles.add(file));
    }
  }
}

function byBaseName(files: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const name = baseName(file);
    const others = found.get(name);
    if (others === undefined) {
      found.set(name, [file]);
    } else {
      others.push(file);
    }
  }
  return found;
}

function dependenciesOf(folder: string, reads: ReadonlyMap<string, PackageReads>): Set<string> {
  const found = new Set([folder]);
  // A Set's iterator also visits what is added on the way.
  for (const one of found) {
    const { build, test } = reads.get(one)!;
    build.forEach((next) => found.add(next));
    test.forEach((next) => found.add(next));
  }
  found.delete(folder);
  return found;
}
