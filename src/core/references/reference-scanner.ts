/** What a file's text refers to, as far as can be told without running it: more rather than less. */
export interface FileReferences {
  /** Names out of those asked for, each with the path that follows it, if any: `name` or `name/sub/path`. */
  readonly named: ReadonlySet<string>;
  /** Relative paths, starting with `./` or `../`. */
  readonly relative: ReadonlySet<string>;
}

const TOKEN = /[\w@.+~-]+(?:\/[\w@.+~-]+)*/g;
const RELATIVE = /(?<![\w.@/-])(?:\.\.?\/)+[\w@.+~-]+(?:\/[\w@.+~-]+)*/g;
const PATH_CALL = /\b(?:join|resolve)\(([^()]*)\)/g;
const QUOTED = /'([^'\n]*)'|"([^"\n]*)"|`([^`\n]*)`/g;

/** Finds references in texts; a text that was seen before costs nothing. */
export class ReferenceScanner {
  private seen = new Map<string, FileReferences>();
  private names: ReadonlySet<string> = new Set();
  private signature = '';

  /** The names to look for from now on. */
  public lookFor(names: ReadonlySet<string>): void {
    const signature = [...names].sort().join('\n');
    if (signature !== this.signature) {
      this.seen = new Map();
      this.signature = signature;
    }
    this.names = names;
  }

  public scan(text: string): FileReferences {
    let references = this.seen.get(text);
    if (references === undefined) {
      const code = withoutCommentLines(text);
      references = { named: this.namedIn(code), relative: relativeIn(code) };
      this.seen.set(text, references);
    }
    return references;
  }

  private namedIn(code: string): Set<string> {
    const found = new Set<string>();
    for (const [token] of code.matchAll(TOKEN)) {
      const segments = token.split('/');
      segments.forEach((segment, index) => {
        // What follows a scope is a name with it alone.
        if (index === 0 || !segments[index - 1]!.startsWith('@')) {
          this.add(found, segment, segments.slice(index + 1));
        }
        if (segment.startsWith('@') && index + 1 < segments.length) {
          this.add(found, `${segment}/${segments[index + 1]!}`, segments.slice(index + 2));
        }
      });
      // A module's path, as Go writes it, is a name of several segments.
      for (let end = segments.length; end > 1; end -= 1) {
        this.add(found, segments.slice(0, end).join('/'), segments.slice(end));
      }
    }
    return found;
  }

  private add(found: Set<string>, candidate: string, rest: readonly string[]): void {
    // A dot ends a sentence, or leads on to a member or an extension.
    const name = this.names.has(candidate) ? candidate : candidate.split('.', 1)[0]!;
    if (this.names.has(name)) {
      found.add([name, ...rest].join('/'));
    }
  }
}

function relativeIn(code: string): Set<string> {
  const found = new Set<string>();
  for (const [path] of code.matchAll(RELATIVE)) {
    found.add(path);
  }
  for (const [, args] of code.matchAll(PATH_CALL)) {
    const parts = [...args!.matchAll(QUOTED)].map(([, single, double, template]) => single ?? double ?? template!);
    if (parts.length > 0) {
      found.add(`./${parts.join('/')}`);
    }
  }
  return found;
}

/** Lines that are nothing but comment go: prose names more than code does. */
function withoutCommentLines(text: string): string {
  if (!text.includes('//') && !text.includes('/*')) {
    return text;
  }
  let inBlock = false;
  return text.split('\n').filter((line) => {
    const content = line.trim();
    const comment = inBlock || content.startsWith('//') || content.startsWith('/*');
    if (inBlock || content.startsWith('/*')) {
      const end = content.indexOf('*/');
      inBlock = end < 0;
      // Code may go on after the comment's end.
      return end >= 0 && end + 2 < content.length;
    }
    return !comment;
  }).join('\n');
}
