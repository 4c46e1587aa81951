import { FoundPackage } from './ecosystem';
import { InternalRules, internalRuleOf, isStyleFile } from './internal-files';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { FileReferences, ReferenceScanner } from '../../src/core/references/reference-scanner';
import { isReadable, meaningful } from '../../src/core/references/source-text';

/** What something is read for; of several the first counts. `style`: by checks that look at how something is written: linters, formatters, hooks of Git. */
export const USES = ['build', 'test', 'style'] as const;
export type Use = typeof USES[number];

/** What a package's files and manifest say that it reads, and what others read of it. */
export interface PackageReads {
  /** Its files, relative to its folder, without those of packages nested in it. */
  readonly files: readonly string[];
  /** Folders of the packages that what is built of it may contain or be made with. */
  readonly build: Set<string>;
  /** Folders of the packages that its tests or checks read. */
  readonly test: Set<string>;
  /** Files outside of all packages that it refers to, by what for. */
  readonly includes: Map<string, Use>;
  /**
   * Folders that it reads without naming what in them, by what for: the root (`.`), or one that holds packages. It may read everything there that
   * no component owns; packages below that it names are among `build` or `test`.
   */
  readonly walks: Map<string, Use>;
  /** Paths, relative to its folder, that the package itself publishes or builds with, or that other packages refer to. */
  readonly internallyRead: Set<string>;
  /** Of the names that were looked for: those that it mentions. */
  readonly mentions: Mentions;
}

export type Mentions = { readonly [use in Use]: Set<string> };

export function noMentions(): Mentions {
  return { build: new Set(), test: new Set(), style: new Set() };
}

const EXTENSIONS = ['', '.js', '.ts', '.json', '.mjs', '.cjs', '.mts', '.cts', '.tsx', '.jsx'];

/**
 * Reads every package's files for what they refer to; by folder.
 *
 * @param names to look for beside those of the packages
 */
export function readPackages(
  index: FileIndex, packages: readonly FoundPackage[], scanner: ReferenceScanner, names: Iterable<string>,
): Map<string, PackageReads> {
  const owners = new Map(packages.map((one) => [one.folder, one]));
  const reads = new Map<string, PackageReads>(packages.map(({ folder }) => [folder, {
    files: [], build: new Set(), test: new Set(), includes: new Map(), walks: new Map(), internallyRead: new Set(), mentions: noMentions(),
  }]));
  for (const path of index.files.paths) {
    const owner = ownerOf(path, owners);
    if (owner !== undefined) {
      (reads.get(owner.folder)!.files as string[]).push(within(owner.folder, path));
    }
  }
  scanner.lookFor(new Set([...names, ...packages.flatMap(({ references }) => references)]));
  const readable = packages.flatMap(({ folder }) => reads.get(folder)!.files.map((file) => join(folder, file)).filter(isReadable));
  const texts = index.files.read(readable);
  for (const one of packages) {
    new PackageReader(one, packages, owners, reads, index, scanner).read(texts);
  }
  return reads;
}

class PackageReader {
  private readonly own: PackageReads;
  /** By the names that files may call them: packages that the manifest names. */
  private readonly declared = new Map<string, FoundPackage>();
  private readonly testByNature = new Set<string>();

  public constructor(
    private readonly one: FoundPackage,
    packages: readonly FoundPackage[],
    private readonly owners: ReadonlyMap<string, FoundPackage>,
    private readonly reads: ReadonlyMap<string, PackageReads>,
    private readonly index: FileIndex,
    private readonly scanner: ReferenceScanner,
  ) {
    this.own = reads.get(one.folder)!;
    one.published.forEach((path) => this.own.internallyRead.add(path));
    const byFolder = new Map(packages.map((other) => [other.folder, other]));
    for (const { folder, use } of one.dependencies) {
      const target = byFolder.get(folder);
      if (target === undefined) {
        continue;
      }
      this.own[use === 'build' ? 'build' : 'test'].add(folder);
      target.references.forEach((name) => this.declared.set(name, target));
      if (use === 'test') {
        this.testByNature.add(folder);
      }
    }
  }

  public read(texts: ReadonlyMap<string, string>): void {
    this.take(this.scanner.scan(this.one.manifestTexts.build), this.one.folder, 'build');
    this.take(this.scanner.scan(this.one.manifestTexts.test), this.one.folder, 'test');
    this.take(this.scanner.scan(this.one.manifestTexts.style ?? ''), this.one.folder, 'style');
    for (const file of this.own.files) {
      const path = join(this.one.folder, file);
      const text = texts.get(path);
      if (text !== undefined) {
        this.take(this.scanner.scan(meaningful(path, text)), folderOf(path), useOfFile(this.one.ecosystem.internal, file));
      }
    }
  }

  private take({ named, relative }: FileReferences, folder: string, use: Use): void {
    for (const reference of named) {
      const { name, rest } = this.split(reference);
      this.own.mentions[use].add(name);
      const target = this.declared.get(name);
      if (target !== undefined) {
        if (use === 'build' && !this.testByNature.has(target.folder)) {
          this.own.build.add(target.folder);
        }
        if (rest !== '') {
          this.reads.get(target.folder)!.internallyRead.add(rest);
        }
      }
    }
    for (const reference of relative) {
      const path = resolvePath(folder, reference);
      if (path === '.') {
        this.walk(path, use);
      } else if (path !== undefined) {
        this.takePath(path, use);
      }
    }
  }

  private walk(folder: string, use: Use): void {
    const known = this.own.walks.get(folder);
    if (known === undefined || USES.indexOf(use) < USES.indexOf(known)) {
      this.own.walks.set(folder, use);
    }
  }

  /** The declared name that a reference starts with, and the path that follows it. */
  private split(reference: string): { readonly name: string; readonly rest: string } {
    const segments = reference.split('/');
    for (let end = segments.length; end > 0; end -= 1) {
      const name = segments.slice(0, end).join('/');
      if (this.declared.has(name)) {
        return { name, rest: segments.slice(end).join('/') };
      }
    }
    return { name: /^@[^/]+\/[^/]+|^[^/]+/.exec(reference)![0], rest: '' };
  }

  private takePath(path: string, use: Use): void {
    const owner = ownerOf(path, this.owners) ?? this.owners.get(path);
    if (owner === this.one) {
      if (use === 'build') {
        this.own.internallyRead.add(within(this.one.folder, path));
      }
    } else if (owner !== undefined) {
      if (this.exists(path) !== undefined) {
        this.own[use === 'build' ? 'build' : 'test'].add(owner.folder);
        if (path !== owner.folder) {
          this.reads.get(owner.folder)!.internallyRead.add(within(owner.folder, path));
        }
      }
    } else {
      const file = this.exists(path);
      const known = file === undefined ? undefined : this.own.includes.get(file);
      if (file !== undefined && (known === undefined || USES.indexOf(use) < USES.indexOf(known))) {
        this.own.includes.set(file, use);
        // What it refers to in its turn is read as well.
        const text = isReadable(file) ? this.index.readOne(file) : undefined;
        if (text !== undefined) {
          this.take(this.scanner.scan(meaningful(file, text)), folderOf(file), use);
        }
      }
    }
  }

  /** The tracked file that a path means, which may leave its extension out; the path itself where it is a package's folder or in one. */
  private exists(path: string): string | undefined {
    const extension = EXTENSIONS.find((candidate) => this.index.has(path + candidate));
    if (extension !== undefined) {
      return path + extension;
    }
    return this.owners.has(path) || (ownerOf(path, this.owners) !== undefined && this.index.under(path).length > 0) ? path : undefined;
  }
}

/** What a file of a package is for, by its path relative to the package. */
export function useOfFile(rules: InternalRules, file: string): Use {
  return internalRuleOf(rules, file) === undefined ? 'build' : isStyleFile(file) ? 'style' : 'test';
}

/** The innermost package that a path is in. */
function ownerOf(path: string, owners: ReadonlyMap<string, FoundPackage>): FoundPackage | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const owner = owners.get(folder);
    if (owner !== undefined || folder === '.') {
      return owner;
    }
  }
}

function join(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}

function within(folder: string, path: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1);
}
