import { LockfileError } from './resolved-graph';

/** An entry of a `yarn.lock` of version 1. */
export interface YarnClassicEntry {
  readonly fields: { readonly [name: string]: string };
  readonly dependencies: { readonly [name: string]: string };
}

/**
 * Entries of a `yarn.lock` of version 1 by each of their patterns (`name@range`).
 *
 * @throws LockfileError naming the line that isn't of the form
 */
export function parseYarnClassic(text: string): Map<string, YarnClassicEntry> {
  const entries = new Map<string, YarnClassicEntry>();
  let entry: { readonly fields: Record<string, string>; readonly dependencies: Record<string, string> } | undefined;
  let section: Record<string, string> | undefined;
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) {
      return;
    }
    const indent = line.length - line.trimStart().length;
    const opens = line.endsWith(':');
    const words = splitWords(opens ? line.slice(0, -1) : line);
    if (indent === 0 && opens) {
      entry = { fields: {}, dependencies: {} };
      section = undefined;
      for (const pattern of words) {
        entries.set(pattern, entry);
      }
    } else if (indent === 2 && entry !== undefined && opens && words.length === 1) {
      // Only what is installed along counts.
      section = words[0] === 'dependencies' || words[0] === 'optionalDependencies' ? entry.dependencies : {};
    } else if (indent === 2 && entry !== undefined && words.length === 2) {
      entry.fields[words[0]!] = words[1]!;
    } else if (indent === 4 && section !== undefined && words.length === 2) {
      section[words[0]!] = words[1]!;
    } else {
      throw new LockfileError(`line ${index + 1} is not of yarn.lock's form: ${JSON.stringify(line.slice(0, 80))}`);
    }
  });
  return entries;
}

/** Words between blanks and commas; a quoted word is a JSON string. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g)].map(([word]) => (word.startsWith('"') ? JSON.parse(word) as string : word));
}
