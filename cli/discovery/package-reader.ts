import { FoundPackage, ManifestPath } from './ecosystem';
import { isByName, stemOf, within } from './file-names';
import { FolderOwners } from './folder-owners';
import { internalRuleOf } from './internal-files';
import { PackageNames } from './package-names';
import { isStronger, PackageReads, Use, useOfFile } from './package-reads';
import { PathAliases } from './path-aliases';
import { LocateOptions, PathTarget, PathTargets } from './path-targets';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { joinPath } from '../../src/core/paths';
import { isSource, Language, languageOf } from '../../src/core/references/languages';
import { PathReference } from '../../src/core/references/path-calls';
import { FileReferences, ReferenceScanner } from '../../src/core/references/reference-scanner';
import { isReadable, meaningful } from '../../src/core/references/source-text';

/** Manifests of what is no component: what they take in, whoever takes them in does too. */
const MANIFEST = /(?:^|\/)(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml)$/;

/** What all packages are read with. */
export interface ReadingContext {
  readonly index: FileIndex;
  readonly packages: readonly FoundPackage[];
  readonly owners: FolderOwners;
  readonly targets: PathTargets;
  readonly aliases: PathAliases;
  readonly scanner: ReferenceScanner;
  readonly reads: ReadonlyMap<string, PackageReads>;
}

/** Where a reference stands. */
interface Place {
  readonly folder: string;
  readonly use: Use;
  readonly language: Language;
  /** Paths into the package's own folders say what a compiler takes in, not what is read when it runs. */
  readonly isConfiguration?: boolean;
}

interface TakeOptions extends LocateOptions {
  /** Whether the path leads out of the folder that it is seen from. */
  readonly goesUp?: boolean;
}

/** Reads one package's manifest and files for what they refer to. */
export class PackageReader {
  private readonly own: PackageReads;
  private readonly names: PackageNames;
  private readonly followed = new Map<string, Use>();
  /** Files, relative to the folder, that are read for building although their names say that they are tests'. */
  private readonly reached: string[] = [];
  private internalFiles?: readonly string[];

  public constructor(private readonly one: FoundPackage, private readonly context: ReadingContext) {
    this.own = context.reads.get(one.folder)!;
    this.names = new PackageNames(one, context);
    this.names.dependencies.forEach(({ folder, use }) => this.own.dependOn(folder, use));
  }

  public read(texts: ReadonlyMap<string, string>): void {
    const { scanner } = this.context;
    const { folder, manifestTexts, published, paths = [], sharedPaths = [] } = this.one;
    this.takeHome();
    sharedPaths.forEach((path) => (this.isInside(path) ? this.dependOnOwner(path, 'readFiles', 'build') : this.own.includes.set(path, 'build')));
    // Where all of it is published, who reads it tells.
    published.filter((path) => path !== '').forEach((path) => this.readOwn(path, 'build', this.context.index.isFolder(joinPath(folder, path))));
    for (const use of ['build', 'test', 'style'] as const) {
      this.take(scanner.scan(manifestTexts[use] ?? ''), { folder, use, language: 'text', isConfiguration: true });
    }
    paths.forEach((path) => this.takeManifestPath(path));
    this.readLinks();
    for (const file of this.own.files) {
      this.readFile(file, useOfFile(this.one.internal, file), texts);
    }
    // Whatever is reached is read in its turn.
    for (const file of this.reached) {
      this.readFile(file, 'build', texts);
    }
  }

  private takeHome(): void {
    const { home } = this.one;
    if (home !== undefined) {
      const { index, owners } = this.context;
      this.own.includes.set(`${home}/`, 'build');
      this.follow(index.under(home).filter((path) => [undefined, '.', this.one.folder].includes(owners.of(path)?.folder)), 'build');
    }
  }

  private isHome(path: string): boolean {
    return this.one.home !== undefined && path.startsWith(`${this.one.home}/`);
  }

  private readFile(file: string, use: Use, texts: ReadonlyMap<string, string>): void {
    const path = joinPath(this.one.folder, file);
    const text = texts.get(path);
    if (text === undefined) {
      return;
    }
    const language = languageOf(path);
    const references = this.context.scanner.scan(meaningful(path, text), language);
    this.take(references, { folder: folderOf(path), use, language, isConfiguration: language === 'tsconfig' || /\.config\.\w+$/.test(path) });
    references.stems.forEach((stem) => this.own.stems.add(stem));
    if (use === 'build') {
      this.own.isComputed ||= references.isComputed;
      this.ownFilesCalled(references.stems, file);
    }
  }

  /** Files of the package that by their names are its tests' and that what it is built of calls by these. */
  private ownFilesCalled(stems: ReadonlySet<string>, from: string): void {
    if (stems.size > 0) {
      const called = this.internals().filter((file) => file !== from && stems.has(stemOf(file)) && isByName(this.one.internal, file));
      called.forEach((file) => this.readOwn(file, 'build', false));
    }
  }

  private internals(): readonly string[] {
    return this.internalFiles ??= this.own.files.filter((file) => internalRuleOf(this.one.internal, file) !== undefined);
  }

  private readLinks(): void {
    const { links } = this.context.index.files;
    for (const [link] of links) {
      if (this.context.owners.of(link) === this.one) {
        this.takePath(link, { folder: folderOf(link), use: useOfFile(this.one.internal, within(this.one.folder, link)), language: 'text' }, {});
      }
    }
  }

  private take(references: FileReferences, place: Place): void {
    const { use } = place;
    for (const reference of references.named) {
      const { name, rest, target } = this.names.declared(reference);
      this.own.mentions[use].add(name);
      this.takeNamed(target, rest, use);
    }
    for (const name of references.imported) {
      const { rest, target } = this.names.imported(name);
      this.takeNamed(target, rest, use);
      for (const path of this.context.aliases.pathsOf(name, this.one.folder)) {
        this.takePath(path, place, { isImport: true });
      }
    }
    for (const reference of references.paths) {
      this.takeReference(reference, place);
    }
  }

  private takeNamed(target: FoundPackage | undefined, rest: string, use: Use): void {
    if (target === undefined) {
      return;
    }
    this.own.dependOn(target.folder, use === 'build' && !this.names.isTestByNature(target.folder) ? 'build' : 'test');
    if (rest !== '') {
      const path = resolvePath('.', rest);
      const isFolder = path !== undefined && this.context.index.isFolder(joinPath(target.folder, path));
      if (path !== undefined && path !== '.') {
        this.context.reads.get(target.folder)![isFolder ? 'readFolders' : 'readFiles'].add(path);
      }
    }
  }

  private takeReference({ text, base, isImport, isOpen, mayBeRoot }: PathReference, place: Place): void {
    // `./` in what several share is the folder of anyone who runs it.
    const options = { isImport, isOpen, mayBeRoot, endsInSlash: text.endsWith('/'), goesUp: !/^\.?\/?$/.test(text) };
    const isRelative = /^\.\.?(\/|$)/.test(text);
    if (base === 'unknown' && !isRelative) {
      this.takeFromAbove(text, place, options);
      return;
    }
    const bases = base === 'file' ? [place.folder] : base === 'near' ? [place.folder, this.one.folder] : [place.folder, this.one.folder, '.'];
    const paths = [...new Set(bases.flatMap((folder) => resolvePath(folder, text) ?? []))];
    const existing = paths.filter((path) => this.context.targets.locate(path, options).targets.length > 0);
    for (const path of existing.length === 0 ? paths.slice(0, 1) : base === 'unknown' ? existing : existing.slice(0, 1)) {
      this.takePath(path, place, options);
    }
  }

  /** A path that starts at some folder above, no one knows which: the nearest that has it, and the repository's root where it may start there. */
  private takeFromAbove(text: string, place: Place, options: LocateOptions & { readonly mayBeRoot?: boolean }): void {
    const bases: string[] = [];
    for (let folder = place.folder; folder !== '.'; folder = folderOf(folder)) {
      bases.push(folder);
    }
    const ways = options.isImport ? [text, `src/${text}`] : [text];
    const paths = [...bases, '.'].flatMap((folder) => ways.flatMap((way) => resolvePath(folder, way) ?? []));
    const existing = paths.filter((path) => this.context.targets.locate(path, options).targets.length > 0);
    const nearest = existing[0];
    if (nearest !== undefined) {
      this.takePath(nearest, place, options);
      const atRoot = options.mayBeRoot !== true ? undefined : existing.find((path) => path === resolvePath('.', text));
      if (atRoot !== undefined && atRoot !== nearest) {
        this.takePath(atRoot, place, options);
      }
    }
  }

  /** A path that a manifest depends on: what is not tracked is made of what owns it. */
  private takeManifestPath({ path, use, isContent }: ManifestPath): void {
    if (isContent === true && path !== '.' && this.context.owners.hasBelow(path)) {
      this.context.owners.below(path).filter((other) => other !== this.one).forEach((other) => this.takeNamed(other, '', use));
      this.includeFolder(path, use);
    } else if (isContent === true && path === '.') {
      // What no component owns concerns all anyway.
      this.context.packages.filter((other) => other !== this.one && other.isFile !== true).forEach((other) => this.takeNamed(other, '', use));
      this.walk(path, use);
    }
    this.takePath(path, { folder: this.one.folder, use, language: 'text' }, {});
  }

  private takePath(given: string, place: Place, options: TakeOptions): void {
    const { path, targets, links } = this.context.targets.locate(given, options);
    links.filter((link) => this.context.owners.of(link) !== this.one).forEach((link) => this.include(link, place.use));
    targets.forEach((target) => this.takeTarget(target, place, options));
    const owner = targets.length > 0 ? undefined : this.context.owners.of(path);
    // What is not tracked there is built of what is.
    if (owner !== undefined && owner !== this.one && owner.folder !== '.') {
      this.own.dependOn(owner.folder, place.use);
    }
  }

  private takeTarget({ kind, path }: PathTarget, place: Place, { isOpen = false, goesUp = true }: TakeOptions): void {
    const { owners } = this.context;
    const { use } = place;
    const owner = owners.of(path);
    if (owner === this.one) {
      this.takeOwn(kind, path, place, isOpen);
      return;
    }
    if (kind === 'folder' && owners.hasBelow(path) && goesUp) {
      this.walk(path, use);
      if (isOpen && path !== '.' && use !== 'style') {
        owners.below(path).filter((other) => other !== this.one).forEach((other) => this.takeNamed(other, '', use));
      }
    }
    if (owner !== undefined && owner.folder !== '.' && (kind === 'folder' || isSource(path))) {
      this.dependOnOwner(path, kind === 'folder' ? 'readFolders' : 'readFiles', use);
    } else if (kind === 'file') {
      this.include(path, use);
    } else if (!owners.hasBelow(path)) {
      this.includeFolder(path, use);
    }
  }

  /** Whether a path is another package's that lies in this one: what is there the package itself leaves out. */
  private isInside(path: string): boolean {
    const owner = this.context.owners.of(path);
    return owner !== undefined && owner !== this.one && owner.isFile !== true && isNested(owner.folder, this.one.folder);
  }

  private dependOnOwner(path: string, kind: 'readFiles' | 'readFolders', use: Use): void {
    const { folder } = this.context.owners.of(path)!;
    this.own.dependOn(folder, use);
    if (path !== folder) {
      this.context.reads.get(folder)![kind].add(within(folder, path));
    }
  }

  private takeOwn(kind: PathTarget['kind'], path: string, place: Place, isOpen: boolean): void {
    if (place.use !== 'build' || (kind === 'folder' && path === this.one.folder && !isOpen)) {
      return;
    }
    const relative = path === this.one.folder ? '' : within(this.one.folder, path);
    if (kind === 'folder' && place.isConfiguration && (place.language === 'tsconfig' || internalRuleOf(this.one.internal, `${relative}/.`) === undefined)) {
      return;
    }
    this.readOwn(relative, 'build', kind === 'folder');
  }

  private readOwn(path: string, use: Use, isFolder: boolean): void {
    if (use !== 'build') {
      return;
    }
    const known = isFolder ? this.own.readFolders : this.own.readFiles;
    if (known.has(path)) {
      return;
    }
    known.add(path);
    const isReached = isFolder ? (file: string) => path === '' || file.startsWith(`${path}/`) : (file: string) => file === path;
    this.reached.push(...this.internals().filter(isReached));
  }

  private walk(folder: string, use: Use): void {
    if (use !== 'style' && isStronger(use, this.own.walks.get(folder))) {
      this.own.walks.set(folder, use);
    }
  }

  private include(path: string, use: Use): void {
    if (use !== 'style' && this.isInside(path)) {
      this.dependOnOwner(path, 'readFiles', use);
    } else if (!this.isHome(path) && isStronger(use, this.own.includes.get(path))) {
      this.own.includes.set(path, use);
      this.follow([path], use);
    }
  }

  private includeFolder(folder: string, use: Use): void {
    if (!this.isHome(folder) && isStronger(use, this.own.includes.get(`${folder}/`))) {
      this.own.includes.set(`${folder}/`, use);
      this.follow(this.context.index.under(folder), use);
    }
  }

  /** What is included refers to is read as well. */
  private follow(paths: readonly string[], use: Use): void {
    const { index, scanner } = this.context;
    const unread = paths.filter((path) => (isReadable(path) || MANIFEST.test(path)) && isStronger(use, this.followed.get(path)));
    unread.forEach((path) => this.followed.set(path, use));
    for (const [path, text] of index.files.read(unread)) {
      const language = languageOf(path);
      const references = scanner.scan(meaningful(path, text), language);
      // Names in a manifest are its own package's.
      this.take(MANIFEST.test(path) ? { ...references, named: new Set() } : references, { folder: folderOf(path), use, language });
    }
  }
}

function isNested(folder: string, outer: string): boolean {
  return folder !== outer && (outer === '.' || folder.startsWith(`${outer}/`));
}
