import { FoundPackage } from './ecosystem';
import { FolderOwners } from './folder-owners';
import { isStyleFile } from './internal-files';
import { isStronger, PackageReads, Use } from './package-reads';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { escapeGlob } from '../../src/core/globs';
import { languageOf } from '../../src/core/references/languages';
import { FileReferences, ReferenceScanner } from '../../src/core/references/reference-scanner';
import { isReadable, meaningful } from '../../src/core/references/source-text';

/** Files at the root that are there for people and for services that build nothing. One that a tool finds there without being told is none of them. */
const HARMLESS = new RegExp([
  String.raw`\.(?:md|rst|adoc)$`, String.raw`^(?:READ ?ME|LICEN[CS]E|NOTICE|CHANGE(?:S|LOG)|HISTORY|AUTHORS|CONTRIBUTORS|MAINTAINERS|CODEOWNERS|COPYING|PATENTS|ROADMAP|TODO|DCO)\b[^/]*$`,
  String.raw`^(?:CITATION\.cff|\.mailmap|\.git-blame-ignore-revs|\.all-contributorsrc|renovate\.json5?|\.renovaterc(?:\.json)?|\.?codecov\.ya?ml|\.coderabbit\.ya?ml|\.pre-commit-config\.yaml|[._]?typos\.toml|\.?cspell\.[\w.]+)$`,
].join('|'), 'i');

/** Folders at the root in which tools look by themselves. */
const FOUND_BY_TOOLS = [
  '.cargo', '.mvn', '.yarn', '.pnpm', '.config', '.storybook', '.sam', '.aws-sam', '.aws', '.circleci', '.docker', '.platform', '.ebextensions', '.rpdk', 'patches', 'gradle',
  'buildSrc', 'vendor', 'third_party', 'types', 'typings', '@types', '__mocks__', 'src', 'lib', 'app', 'pages', 'public', 'static', 'layers', 'include', 'cmake',
];

/** Reads whatever there is: what is copied into images, listed by Git, or given to a build as its context. */
const WALKS = /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*\.\/?\s|\bgit ls-files\b|^\s*context:\s*["']?\.\/?["']?\s*$|\bdocker\s+(?:buildx\s+)?build\b.*\s\.\/?(?:\s|$)/m;

/** What hosts of repositories and editors run and show: no build runs it, so what it names nothing reads. */
const HOSTED = /^\.(?:github\/(?:workflows|ISSUE_TEMPLATE|DISCUSSION_TEMPLATE)|vscode|idea|changeset)\//;

/** Named by what reads them, so that their own texts count as well. */
const MANIFEST = /(?:^|\/)(?:package\.json|pom\.xml|Cargo\.toml|pyproject\.toml|go\.(?:mod|work))$/;

/** Of a folder or a file at the root that no component owns: what texts that read it would call it by. */
interface Candidate {
  readonly name: string;
  readonly isFolder: boolean;
  readonly calledBy: readonly string[];
}

/** Names to look for in texts, so that it can be told who mentions what no component owns. */
export function namesOfUnowned(index: FileIndex, packages: readonly FoundPackage[]): string[] {
  return candidatesOf(index, packages, []).flatMap(({ calledBy }) => calledBy);
}

export interface UnownedOptions {
  readonly index: FileIndex;
  readonly packages: readonly FoundPackage[];
  readonly reads: ReadonlyMap<string, PackageReads>;
  readonly globalPaths: readonly string[];
  /** Globs of what the tool of a component at the root takes. */
  readonly rootTakes: readonly string[];
  /** Of components given by hand. */
  readonly givenPaths: readonly string[];
  readonly scanner: ReferenceScanner;
}

/**
 * Globs of files and folders at the root that no component owns and that nothing reads: no one mentions them by name and no one reads the root as a whole.
 * What components alone mention becomes theirs.
 */
export function findUnread(options: UnownedOptions): string[] {
  return new UnownedJudge(options).unread();
}

class UnownedJudge {
  private readonly owners: FolderOwners;
  private candidates: Candidate[];

  public constructor(private readonly options: UnownedOptions) {
    const { index, packages, rootTakes, globalPaths, givenPaths } = options;
    const given = new Set(givenPaths.map((path) => path.split('/', 1)[0]!));
    this.owners = new FolderOwners(packages.filter(({ folder }) => folder !== '.'));
    this.candidates = candidatesOf(index, packages, rootTakes).filter(({ name }) => !globalPaths.includes(name) && !given.has(name));
  }

  public unread(): string[] {
    let texts = this.textsReadByAll();
    do {
      const mentioned = this.mentionedIn(texts);
      if (mentioned === undefined) {
        return [];
      }
      const read = this.take(mentioned);
      texts = new Map([...read, ...this.take(this.giveToComponents())]);
    } while (texts.size > 0);
    return this.candidates.map(({ name, isFolder }) => (isFolder ? `${escapeGlob(name)}/**` : escapeGlob(name))).sort();
  }

  /** What is at hand for everyone: files that no component owns and that are no candidates, and what the tool of a component at the root takes. */
  private textsReadByAll(): Map<string, string> {
    const { index, reads } = this.options;
    // What components include they have read.
    const included = new Set([...reads.values()].flatMap(({ includes }) => [...includes.keys()]));
    const files = new Set(this.candidates.filter(({ isFolder }) => !isFolder).map(({ name }) => name));
    const folders = new Set(this.candidates.filter(({ isFolder }) => isFolder).map(({ name }) => name));
    return index.files.read(index.files.paths.filter((path) => this.owners.of(path) === undefined && !included.has(path) && !files.has(path) && !folders.has(path.split('/', 1)[0]!)
      && !HOSTED.test(path) && (isReadable(path) || MANIFEST.test(path)))) as Map<string, string>;
  }

  /** Candidates that texts mention which concern everyone; undefined where one of these reads all there is. */
  private mentionedIn(texts: ReadonlyMap<string, string>): Candidate[] | undefined {
    const mentioned = new Set<Candidate>();
    for (const [path, text] of texts) {
      if (!path.includes('/') && WALKS.test(text)) {
        return undefined;
      }
      const { named } = this.scan(path, text);
      this.candidates.filter((candidate) => isMentioned(candidate, named)).forEach((candidate) => mentioned.add(candidate));
    }
    return [...mentioned];
  }

  /** No candidates any more: returns their texts, which are read. */
  private take(mentioned: readonly Candidate[]): Map<string, string> {
    this.candidates = this.candidates.filter((candidate) => !mentioned.includes(candidate));
    const { index } = this.options;
    const paths = mentioned.flatMap(({ name, isFolder }) => (isFolder ? index.under(name) : [name]));
    return index.files.read(paths.filter((path) => isReadable(path) && !HOSTED.test(path))) as Map<string, string>;
  }

  /** Makes candidates that components mention those components' own. */
  private giveToComponents(): Candidate[] {
    const { packages, reads, index } = this.options;
    const given: Candidate[] = [];
    const members = packages.filter(({ folder }) => folder !== '.');
    const manifests = index.files.read(members.map(({ manifest }) => manifest));
    for (const candidate of this.candidates) {
      const users = members.flatMap((one): [PackageReads, Use][] => {
        const own = reads.get(one.folder)!;
        const use = this.useBy(one, own, candidate, manifests.get(one.manifest));
        return use === undefined ? [] : [[own, use]];
      });
      if (users.length === 0) {
        continue;
      }
      given.push(candidate);
      // What most of them mention stays everyone's.
      if (users.length * 2 <= members.length || members.length < 4) {
        users.forEach(([own, use]) => this.include(own, candidate, use));
      }
    }
    return given;
  }

  private useBy(one: FoundPackage, own: PackageReads, candidate: Candidate, manifest: string | undefined): Use | undefined {
    const { name, isFolder, calledBy } = candidate;
    // Anyone who reads all of the root, or goes from there, may read it.
    const walk = own.walks.get('.');
    // A package that has a document of that name means its own.
    if (!isFolder && own.files.includes(name) && walk === undefined) {
      return undefined;
    }
    const isNamed = (mentions: ReadonlySet<string>) => calledBy.some((called) => mentions.has(called));
    const inManifest = manifest !== undefined && isMentioned(candidate, this.scan(one.manifest, manifest).named);
    return isNamed(own.mentions.build) || inManifest || walk === 'build' ? 'build' : isNamed(own.mentions.test) || walk !== undefined ? 'test' : undefined;
  }

  private include(own: PackageReads, { name, isFolder }: Candidate, use: Use): void {
    const path = isFolder ? `${name}/` : name;
    if (!isStronger(use, own.includes.get(path))) {
      return;
    }
    // The whole folder stands for what of it is included by itself.
    [...own.includes].filter(([known, purpose]) => isFolder && known.startsWith(path) && !isStronger(purpose, use))
      .forEach(([known]) => own.includes.delete(known));
    own.includes.set(path, use);
    const { index, packages } = this.options;
    const byReference = new Map(packages.flatMap((one) => one.references.map((reference) => [reference, one] as const)));
    for (const [file, text] of index.files.read((isFolder ? index.under(name) : [name]).filter(isReadable))) {
      const { named, paths } = this.scan(file, text);
      for (const reference of named) {
        const target = byReference.get(reference) ?? byReference.get(/^@[^/]+\/[^/]+|^[^/]+/.exec(reference)![0]);
        if (target !== undefined && own !== this.options.reads.get(target.folder)) {
          own.dependOn(target.folder, use);
        }
      }
      for (const { text: relative } of paths) {
        const target = this.owners.of(resolvePath(folderOf(file), relative) ?? '.');
        if (target !== undefined && own !== this.options.reads.get(target.folder)) {
          own.dependOn(target.folder, use);
        }
      }
    }
  }

  private scan(path: string, text: string): FileReferences {
    return this.options.scanner.scan(meaningful(path, text), languageOf(path));
  }
}

function isMentioned({ calledBy }: Candidate, named: ReadonlySet<string>): boolean {
  return calledBy.some((called) => named.has(called) || [...named].some((reference) => reference.startsWith(`${called}/`)));
}

function candidatesOf(index: FileIndex, packages: readonly FoundPackage[], rootTakes: readonly string[]): Candidate[] {
  const owners = new FolderOwners(packages.filter(({ folder }) => folder !== '.'));
  const taken = new Set(rootTakes.map((glob) => glob.split('/', 1)[0]!));
  const candidates = new Map<string, Candidate>();
  for (const path of index.files.paths) {
    const [top] = path.split('/', 1) as [string];
    if (candidates.has(top) || taken.has(escapeGlob(top))) {
      continue;
    }
    if (top === path) {
      if (HARMLESS.test(path) || isStyleFile(path)) {
        candidates.set(path, { name: path, isFolder: false, calledBy: [...new Set([path, path.replace(/(?!^)\.[^.]*$/, '')])] });
      }
    } else if (!FOUND_BY_TOOLS.includes(top) && owners.at(top) === undefined && !owners.hasBelow(top)) {
      candidates.set(top, { name: top, isFolder: true, calledBy: [top] });
    }
  }
  return [...candidates.values()];
}
