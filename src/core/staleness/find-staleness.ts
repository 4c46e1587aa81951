import { Catalogue, CatalogueComponent } from '../catalogue';
import { compileGlobs, PathPredicate } from '../globs';
import { Ownership } from '../ownership';
import { PathSample } from '../path-sample';
import { Coverage, Missing } from './coverage';
import { changedScripts, isCompilerSettings, ManifestContext, manifestContext, sameFacts } from './manifest-facts';
import { StaleCause, Staleness } from './staleness';
import { PathChange } from '../comparison';
import { isLockfile } from '../lockfile/traceable';
import { languageOf } from '../references/languages';
import { FileReferences, ReferenceScanner } from '../references/reference-scanner';
import { isReadable, meaningful } from '../references/source-text';

/** The text of a file can't be had, at this attempt or any other. */
export class TextUnreadableError extends Error {
  public readonly name = 'TextUnreadableError';
}

export interface StalenessInput {
  readonly catalogue: Catalogue;
  /** All that differs between the commit that the catalogue was found at and the head. */
  readonly changes: Iterable<PathChange>;
  /** Paths that changed since the baseline. */
  readonly changedSinceBaseline: Iterable<string>;
  /** Whether two texts of a lockfile say the same about which commands packages bring, and what they leave to others to bring. Not where absent. */
  readonly samePackages?: (path: string, before: string, after: string) => boolean;
  /** How many files are read on both sides. Owners of further ones count as not known. */
  readonly maxFiles?: number;
  /**
   * Text of a file at the commit that the catalogue was found at, or at the head; undefined where it isn't there. May be asked for many at once.
   * It throws a `TextUnreadableError` for one that can't be read; every other error ends the search.
   */
  read(side: 'found' | 'head', path: string): Promise<string | undefined>;
}

/** Files that are read where no one says otherwise: a few seconds' calls. */
export const MAX_FILES = 500;

const NO_REFERENCES: FileReferences = { named: new Set(), stems: new Set(), imported: [], paths: [], relative: new Set(), isComputed: false };

/**
 * What of a catalogue does not hold for the head any more, by what changed since it was found.
 *
 * A manifest that says something else makes what its owner depends on unknown; so does a file that refers to something that its owner did not refer to,
 * and that the catalogue doesn't have anyway. Where the owner is the root or no one, that goes for all.
 */
export async function findStaleness(input: StalenessInput): Promise<Staleness> {
  return new StalenessSearch(input).run();
}

/** The catalogue holds for nothing: it is not known what changed since it was found. */
export function allStale(detail: string): Staleness {
  return { everything: { paths: [], count: 0, detail }, components: new Map(), unknown: new Set() };
}

class StalenessSearch {
  private readonly coverage: Coverage;
  private readonly ownership: Ownership;
  private readonly isGlobal: PathPredicate;
  private readonly context: ManifestContext;
  private readonly scanner = new ReferenceScanner();
  private readonly everything = new PathSample();
  private readonly components = new Map<string, PathSample>();
  private readonly packageUse = new PathSample();
  private readonly unknown = new Set<string>();
  /** By name: paths that changed since the baseline, that nothing read but the owner's tests, and that a file may refer to by it. */
  private readonly watched = new Map<string, string[]>();

  public constructor(private readonly input: StalenessInput) {
    const { catalogue } = input;
    this.coverage = new Coverage(catalogue);
    this.ownership = new Ownership(catalogue);
    this.isGlobal = compileGlobs(catalogue.globalPaths ?? []);
    this.context = manifestContext(catalogue);
    this.watch();
    this.scanner.lookFor({ names: new Set([...this.coverage.names(), ...this.watched.keys()]), stems: new Set(this.watched.keys()) });
  }

  public async run(): Promise<Staleness> {
    const { catalogue, changes, maxFiles = MAX_FILES } = this.input;
    const dirty = new Set(catalogue.dirtyPaths);
    const isSource = compileGlobs(catalogue.foundFrom ?? []);
    const isUnread = compileGlobs(catalogue.unread ?? []);
    const reading: Promise<void>[] = [];
    for (const { path, type, isLink } of withDirty(changes, dirty)) {
      if (type === 'A' && isUnread(path)) {
        this.unknown.add(path);
      }
      const facts = isSource(path);
      // How a manifest differed from the commit's is not known, nor what one says that is new.
      // Where a link leads is no text of its own.
      if (isLink === true && type !== 'D' && !isReadable(path)) {
        this.stale(path);
      } else if (facts && (type !== 'M' || dirty.has(path)) && !isCompilerSettings(path)) {
        this.stale(path);
      } else if ((facts && type !== 'D') || (type !== 'D' && isReadable(path) && this.isRead(path))) {
        if (reading.length < maxFiles) {
          reading.push(this.compare(path, dirty.has(path) ? 'A' : type, facts));
        } else {
          this.stale(path);
        }
      }
    }
    await Promise.all(reading);
    return {
      ...(this.everything.count > 0 && { everything: causeOf(this.everything) }),
      components: new Map([...this.components].map(([name, sample]) => [name, causeOf(sample)])),
      unknown: this.unknown,
      ...(this.packageUse.count > 0 && { packageUse: causeOf(this.packageUse) }),
    };
  }

  private async compare(path: string, type: PathChange['type'], facts: boolean): Promise<void> {
    let texts: (string | undefined)[];
    try {
      texts = await Promise.all([type === 'A' ? undefined : this.input.read('found', path), this.input.read('head', path)]);
    } catch (error) {
      if (!(error instanceof TextUnreadableError)) {
        throw error;
      }
      this.stale(path);
      return;
    }
    const [before, after] = texts;
    if (facts) {
      this.compareFacts(path, before, after);
    // A submodule has no text.
    } else if (after !== undefined) {
      this.compareReferences(path, before === undefined ? NO_REFERENCES : this.scan(path, before), this.scan(path, after));
    }
  }

  private compareFacts(path: string, before: string | undefined, after: string | undefined): void {
    const settings = isCompilerSettings(path);
    if ((before === undefined && !settings) || after === undefined || !sameFacts(path, before ?? '', after, this.context)) {
      this.stale(path);
      return;
    }
    if (isReadable(path)) {
      this.compareReferences(path, before === undefined ? NO_REFERENCES : this.scan(path, before), this.scan(path, after));
    }
    if (isLockfile(path) && this.input.samePackages?.(path, before ?? '', after) !== true) {
      this.packageUse.add(path);
    }
    if (path.endsWith('package.json')) {
      changedScripts(before, after).forEach((script) => this.compareReferences(path, this.scanner.scan(script.before), this.scanner.scan(script.after)));
    }
  }

  private compareReferences(path: string, before: FileReferences, after: FileReferences): void {
    for (const owner of this.ownersOf(path) ?? [undefined]) {
      const missing = this.coverage.missing(before, after, { path, ...(owner && { owner }) });
      this.note(missing, path);
    }
    const known = new Set([...before.named, ...before.stems]);
    for (const reference of [...after.named, ...after.stems]) {
      if (!known.has(reference)) {
        reference.split('/').flatMap((name) => this.watched.get(name) ?? []).forEach((found) => this.noteWatched(found, path));
      }
    }
  }

  /** A path that nothing was known to read, and that a file mentions by now. */
  private noteWatched(found: string, mentionedIn: string): void {
    if (this.ownership.standing(found) === 'unread') {
      this.unknown.add(found);
    } else if (found !== mentionedIn) {
      this.stale(found);
    }
  }

  private note(missing: ReadonlySet<Missing>, path: string): void {
    if (missing.has('dependency')) {
      this.stale(path);
    }
    if (missing.has('package use')) {
      this.packageUse.add(path);
    }
  }

  private scan(path: string, text: string): FileReferences {
    return this.scanner.scan(meaningful(path, text), languageOf(path));
  }

  /** What the owner of the path depends on is not known. */
  private stale(path: string): void {
    const owners = this.ownersOf(path);
    if (owners === undefined) {
      this.everything.add(path);
    }
    owners?.forEach(({ name }) => {
      const sample = this.components.get(name) ?? new PathSample();
      this.components.set(name, sample);
      sample.add(path);
    });
  }

  /** Components whose own the path is; undefined where it is everyone's: the root's, a global one, or one that no one owns. */
  private ownersOf(path: string): CatalogueComponent[] | undefined {
    if (this.isGlobal(path)) {
      return undefined;
    }
    const owners = this.ownership.owners(path);
    const { components } = this.input.catalogue;
    const found = owners.filter((index) => !this.ownership.isRest(path, index)).map((index) => components[index]);
    // What lies at the root is within everyone's reach, though a component there has it.
    return found.length === 0 || (!path.includes('/') && found.some((component) => component.path === '.')) ? undefined : found;
  }

  /** Whether something may read the path, so that what it refers to counts. */
  private isRead(path: string): boolean {
    return this.unknown.has(path) || this.ownership.standing(path) !== 'unread';
  }

  private watch(): void {
    for (const path of this.input.changedSinceBaseline) {
      const unread = this.ownership.standing(path) === 'unread';
      if (unread || this.coverage.isInternalPath(path)) {
        const segments = path.split('/');
        const file = segments.at(-1)!;
        // Of a component's own folders any may be mentioned.
        for (const name of new Set([...unread ? segments : [file], file.replace(/(?!^)\.[^.]*$/, '')])) {
          this.watched.set(name, [...this.watched.get(name) ?? [], path]);
        }
      }
    }
  }
}

function causeOf(sample: PathSample): StaleCause {
  return { paths: sample.paths(), count: sample.count };
}

function* withDirty(changes: Iterable<PathChange>, dirty: ReadonlySet<string>): Generator<PathChange> {
  const seen = new Set<string>();
  for (const change of changes) {
    seen.add(change.path);
    yield change;
  }
  for (const path of dirty) {
    if (!seen.has(path)) {
      yield { path, type: 'M' };
    }
  }
}
