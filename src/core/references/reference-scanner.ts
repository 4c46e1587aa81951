import { computedReads } from './computed-reads';
import { embeddedFiles } from './embedded-files';
import { importedNames, pythonModules } from './imports';
import { Language, withoutCommentLines } from './languages';
import { PathReference, pathsOfCalls } from './path-calls';
import { relativePaths } from './relative-paths';

/** What a file's text refers to, as far as can be told without running it: more rather than less. */
export interface FileReferences {
  /** Names out of those asked for, each with the path that follows it, if any: `name` or `name/sub/path`. */
  readonly named: ReadonlySet<string>;
  /** Stems out of those asked for: names of files, without their extension, that a word in the text is. */
  readonly stems: ReadonlySet<string>;
  /** What code imports by a name that is no relative path. */
  readonly imported: readonly string[];
  readonly paths: readonly PathReference[];
  /** The same as texts: those that may start at the repository's root begin with a `/`. */
  readonly relative: ReadonlySet<string>;
  /** Something is loaded, or a folder listed, that can't be told. */
  readonly isComputed: boolean;
}

/** Names to look for. */
export interface Wanted {
  /** Of packages, commands and folders. */
  readonly names: ReadonlySet<string>;
  /** Of files, without their extension: words at both sides of a dot count by themselves. */
  readonly stems: ReadonlySet<string>;
}

const TOKEN = /[\w@.+~-]+(?:\/[\w@.+~-]+)*/g;

/** Finds references in texts; a text that was seen before costs nothing. */
export class ReferenceScanner {
  private seen = new Map<Language, Map<string, FileReferences>>();
  private wanted: Wanted = { names: new Set(), stems: new Set() };
  private signature = '';

  /** What to look for from now on. */
  public lookFor(given: Wanted | ReadonlySet<string>): void {
    const wanted = 'names' in given ? given : { names: given, stems: new Set<string>() };
    const signature = [...[...wanted.names].sort(), '', ...[...wanted.stems].sort()].join('\n');
    if (signature !== this.signature) {
      this.seen = new Map();
      this.signature = signature;
    }
    this.wanted = wanted;
  }

  public scan(text: string, language: Language = 'text'): FileReferences {
    let seen = this.seen.get(language);
    if (seen === undefined) {
      this.seen.set(language, seen = new Map());
    }
    let references = seen.get(text);
    if (references === undefined) {
      seen.set(text, references = this.read(text, language));
    }
    return references;
  }

  private read(text: string, language: Language): FileReferences {
    const code = withoutCommentLines(text, language);
    const { named, stems } = this.namesIn(code);
    const { isUnseen, lists } = computedReads(code, language);
    // Paths count in comments as well: what looks like a comment may be in a string.
    const paths = [
      ...relativePaths(text, language), ...pathsOfCalls(code, language), ...lists, ...embeddedFiles(text, language), ...language === 'python' ? pythonModules(code) : [],
    ];
    return { named, stems, imported: importedNames(code, language), paths: unique(paths), relative: new Set(paths.flatMap(textsOf)), isComputed: isUnseen };
  }

  private namesIn(code: string): { named: Set<string>; stems: Set<string> } {
    const named = new Set<string>();
    const stems = new Set<string>();
    for (const token of new Set(code.match(TOKEN))) {
      if (token.includes('/')) {
        this.addSegments(named, stems, token.split('/'));
      } else {
        this.addStems(stems, token);
        this.add(named, token, [token], 1);
      }
    }
    return { named, stems };
  }

  private addSegments(named: Set<string>, stems: Set<string>, segments: readonly string[]): void {
    segments.forEach((segment, index) => {
      this.addStems(stems, segment);
      // What follows a scope is a name with it alone.
      if (index === 0 || !segments[index - 1]!.startsWith('@')) {
        this.add(named, segment, segments, index + 1);
      }
      if (segment.startsWith('@') && index + 1 < segments.length) {
        this.add(named, `${segment}/${segments[index + 1]!}`, segments, index + 2);
      }
    });
    // A module's path, as Go writes it, is a name of several segments.
    for (let end = segments.length; end > 1; end -= 1) {
      this.add(named, segments.slice(0, end).join('/'), segments, end);
    }
  }

  private add(found: Set<string>, candidate: string, segments: readonly string[], end: number): void {
    const { names } = this.wanted;
    // A dot ends a sentence, or leads on to a member or an extension.
    const name = names.has(candidate) ? candidate : candidate.includes('.') ? candidate.split('.', 1)[0]! : undefined;
    if (name !== undefined && (name === candidate || names.has(name))) {
      found.add(end >= segments.length ? name : [name, ...segments.slice(end)].join('/'));
    }
  }

  /** The whole word, what is left of it before each of its dots, and each of the words between them. */
  private addStems(found: Set<string>, word: string): void {
    const { stems } = this.wanted;
    if (stems.size === 0) {
      return;
    }
    if (stems.has(word)) {
      found.add(word);
    }
    if (word.includes('.')) {
      for (let dot = word.lastIndexOf('.'); dot > 0; dot = word.lastIndexOf('.', dot - 1)) {
        const stem = word.slice(0, dot);
        if (stems.has(stem)) {
          found.add(stem);
        }
      }
      word.split('.').filter((part) => stems.has(part)).forEach((part) => found.add(part));
    }
  }
}

function textsOf({ text, base }: PathReference): string[] {
  return base === 'unknown' && !text.startsWith('.') ? [`./${text}`, `/${text}`] : [text];
}

function unique(paths: readonly PathReference[]): PathReference[] {
  const found = new Map<string, PathReference>();
  for (const path of paths) {
    const key = `${path.base} ${path.isImport ?? false} ${path.isOpen ?? false} ${path.mayBeRoot ?? false} ${path.text}`;
    found.set(key, path);
  }
  return [...found.values()];
}
