import { FoundPackage } from './ecosystem';
import { FolderOwners } from './folder-owners';
import { InternalRules, internalRuleOf } from './internal-files';
import { isStronger, PackageReads, Use, useOfFile } from './package-reads';
import { PathAliases } from './path-aliases';
import { LocateOptions, PathTarget, PathTargets } from './path-targets';
import { baseName, FileIndex, folderOf, resolvePath } from './repository-files';
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

/** Reads one package's manifest and files for what they refer to. */
export class PackageReader {
  private readonly own: PackageReads;
  /** By the names that files may call them: packages that the manifest names. */
  private readonly declared = new Map<string, FoundPackage>();
  /** By the names that code imports them by: packages that it may import without naming them in the manifest. */
  private readonly importable = new Map<string, FoundPackage>();
  private readonly testByNature = new Set<string>();
  private readonly followed = new Map<string, Use>();
  /** Files, relative to the folder, that are read for building although their names say that they are tests'. */
  private readonly reached: string[] = [];
  private internalFiles?: readonly string[];

  public constructor(private readonly one: FoundPackage, private readonly context: ReadingContext) {
    this.own = context.reads.get(one.folder)!;
    for (const { folder, use } of one.dependencies) {
      const target = context.owners.at(folder);
      if (target !== undefined && target !== one) {
        this.own.dependOn(folder, use === 'build' ? 'build' : 'test');
        target.references.forEach((name) => this.declared.set(name, target));
        if (use === 'test') {
          this.testByNature.add(folder);
        }
      }
    }
    for (const folder of one.reachable ?? []) {
      const target = context.owners.at(folder);
      target?.references.filter((name) => target !== one && !this.declared.has(name)).forEach((name) => this.declared.set(name, target));
    }
    for (const other of context.packages) {
      if (other !== one && other.importable?.from.has(one.folder)) {
        this.importable.set(other.importable.name, other);
      }
    }
  }

  public read(texts: ReadonlyMap<string, string>): void {
    const { scanner } = this.context;
    const { folder, manifestTexts, published, paths = [], sharedPaths = [] } = this.one;
    sharedPaths.forEach((path) => this.own.includes.set(path, 'build'));
    // Where all of it is published, who reads it tells.
    published.filter((path) => path !== '').forEach((path) => this.readOwn(path, 'build', this.context.index.isFolder(join(folder, path))));
    for (const use of ['build', 'test', 'style'] as const) {
      this.take(scanner.scan(manifestTexts[use] ?? ''), { folder, use, language: 'text', isConfiguration: true });
    }
    paths.forEach(({ path, use }) => this.takeManifestPath(path, use));
    this.readLinks();
    for (const file of this.own.files) {
      this.readFile(file, useOfFile(this.one.internal, file), texts);
    }
    // Whatever is reached is read in its turn.
    for (const file of this.reached) {
      this.readFile(file, 'build', texts);
    }
  }

  private readFile(file: string, use: Use, texts: ReadonlyMap<string, string>): void {
    const path = join(this.one.folder, file);
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
      const { name, rest } = this.split(reference);
      this.own.mentions[use].add(name);
      this.takeNamed(this.declared.get(name), rest, use);
    }
    for (const name of references.imported) {
      const known = prefixesOf(name).find((prefix) => this.importable.has(prefix));
      if (known !== undefined) {
        this.takeNamed(this.importable.get(known), name.slice(known.length + 1), use);
      }
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
    this.own.dependOn(target.folder, use === 'build' && !this.testByNature.has(target.folder) ? 'build' : 'test');
    if (rest !== '') {
      const path = resolvePath('.', rest);
      const isFolder = path !== undefined && this.context.index.isFolder(join(target.folder, path));
      if (path !== undefined && path !== '.') {
        this.context.reads.get(target.folder)![isFolder ? 'readFolders' : 'readFiles'].add(path);
      }
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

  private takeReference({ text, base, isImport, isOpen, mayBeRoot }: PathReference, place: Place): void {
    const options = { isImport, isOpen, mayBeRoot, endsInSlash: text.endsWith('/') };
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

  /** A path that starts at some folder above, nobody knows which: the nearest that has it, and the repository's root where it may start there. */
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
  private takeManifestPath(path: string, use: Use): void {
    this.takePath(path, { folder: this.one.folder, use, language: 'text' }, {});
  }

  private takePath(given: string, place: Place, options: LocateOptions): void {
    const { path, targets, links } = this.context.targets.locate(given, options);
    links.filter((link) => this.context.owners.of(link) !== this.one).forEach((link) => this.include(link, place.use));
    targets.forEach((target) => this.takeTarget(target, place, options.isOpen === true));
    const owner = targets.length > 0 ? undefined : this.context.owners.of(path);
    // What is not tracked there is built of what is.
    if (owner !== undefined && owner !== this.one && owner.folder !== '.') {
      this.own.dependOn(owner.folder, place.use);
    }
  }

  private takeTarget({ kind, path }: PathTarget, place: Place, isOpen: boolean): void {
    const { owners } = this.context;
    const { use } = place;
    const owner = owners.of(path);
    if (owner === this.one) {
      this.takeOwn(kind, path, place, isOpen);
      return;
    }
    if (kind === 'folder' && owners.hasBelow(path)) {
      this.walk(path, use);
    }
    if (owner !== undefined && owner.folder !== '.' && (kind === 'folder' || isSource(path))) {
      this.own.dependOn(owner.folder, use);
      if (path !== owner.folder) {
        this.context.reads.get(owner.folder)![kind === 'folder' ? 'readFolders' : 'readFiles'].add(within(owner.folder, path));
      }
    } else if (kind === 'file') {
      this.include(path, use);
    } else if (!owners.hasBelow(path)) {
      this.includeFolder(path, use);
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
    if (isStronger(use, this.own.includes.get(path))) {
      this.own.includes.set(path, use);
      this.follow([path], use);
    }
  }

  private includeFolder(folder: string, use: Use): void {
    if (isStronger(use, this.own.includes.get(`${folder}/`))) {
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

/** Whether it is its name that makes a file internal, not its folder. */
export function isByName(rules: InternalRules, file: string): boolean {
  const rule = internalRuleOf(rules, file);
  return rule !== undefined && 'name' in rule;
}

/** A file's name without its extension. */
export function stemOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}

export function join(folder: string, path: string): string {
  return folder === '.' ? path : path === '' ? folder : `${folder}/${path}`;
}

export function within(folder: string, path: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1);
}

/** Names that a name begins with, at slashes, the longest first. */
function prefixesOf(name: string): string[] {
  const segments = name.split('/');
  return segments.map((_, index) => segments.slice(0, segments.length - index).join('/'));
}
