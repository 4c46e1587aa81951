import type picomatch from 'picomatch';
import { hasRelativeSegment } from './segments';

/**
 * How globs are read, everywhere: on every platform alike, and as Git stores paths.
 *
 * - `dot`: a leading dot is a character like others; Git knows no hidden files.
 * - `windows: false`: `/` separates, `\` escapes the character after it.
 * - `nonegate`: no glob selects what it does not match; that is what `exclude` is for.
 * - `strictBrackets`: an unclosed bracket is an error instead of a literal.
 * - `debug`: so is what makes no regular expression, such as `[z-a]`, instead of a glob that matches nothing.
 * - `flags: 's'`: a file's name may hold a line break.
 *
 * Case counts. See the table of cases in `docs/catalogue.md`.
 */
export const GLOB_OPTIONS: Readonly<picomatch.PicomatchOptions> = {
  dot: true,
  windows: false,
  nonegate: true,
  strictBrackets: true,
  debug: true,
  flags: 's',
};

export type PathPredicate = (path: string) => boolean;

/** Compiles one glob. Throws where `globProblem` says that it cannot be read. */
export function compileGlob(glob: string): PathPredicate {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Most catalogues have only globs that need not be compiled.
  const { makeRe } = require('picomatch') as typeof picomatch;
  const regex = makeRe(glob, GLOB_OPTIONS);
  // As picomatch does: a path always matches itself, so `[slug].ts` matches the file of that name as well as `s.ts`.
  return (path) => path === glob || regex.test(path);
}

/** Compiles globs of which any may match. */
export function compileGlobs(globs: readonly string[]): PathPredicate {
  const predicates = globs.map(compileGlob);
  return (path) => predicates.some((matches) => matches(path));
}

/** What is wrong with a glob and what to do; `undefined` where nothing is. */
export function globProblem(glob: string): string | undefined {
  if (glob === '') {
    return 'it is empty and matches nothing: remove it';
  }
  if (glob.startsWith('!') && glob[1] !== '(') {
    return 'a glob cannot take away: move it to "exclude" without the "!" (or write "\\!" for a name that begins so)';
  }
  if (glob.startsWith('/')) {
    return 'globs are relative to the repository\'s root: remove the leading "/"';
  }
  if (glob.endsWith('/')) {
    return `it matches no file: write ${JSON.stringify(`${glob}**`)} for everything in the folder`;
  }
  if (hasRelativeSegment(glob)) {
    return 'no part between slashes may be empty, "." or "..": write it relative to the repository\'s root';
  }
  return FALLIBLE.test(glob) || glob.length > MAX_UNCOMPILED_LENGTH ? compileProblem(glob) : undefined;
}

// Compiling costs more than all else about a glob, and goes wrong with these characters alone.
const FALLIBLE = /[[\]{}()"\\]|\+\+/;
const MAX_UNCOMPILED_LENGTH = 1_000;

function compileProblem(glob: string): string | undefined {
  try {
    compileGlob(glob);
    return undefined;
  } catch (error) {
    return `it cannot be read (${(error as Error).message})`;
  }
}

/** What a glob selects, as far as it can be said without matching. */
export interface GlobShape {
  /** The literal folder (or, for `exact`, file) at or under which every match lies; `''` is the root. */
  readonly base: string;
  /** `subtree`: `base` and everything under it. `exact`: the path `base` alone. `pattern`: some paths under `base`. */
  readonly kind: 'subtree' | 'exact' | 'pattern';
}

// Next to wildcards: quotes are taken away, of `++`, `$$` and `^^` the second is an operator, `|` outside of parentheses separates whole paths.
const SPECIAL = /[*?[\]{}()\\"]|[+$^]{2}/;

export function globShape(glob: string): GlobShape {
  if (glob.includes('|')) {
    return { base: '', kind: 'pattern' };
  }
  const segments = glob.split('/');
  const literal = segments.findIndex((segment) => SPECIAL.test(segment));
  if (literal === -1) {
    return { base: glob, kind: 'exact' };
  }
  const base = segments.slice(0, literal).join('/');
  const rest = segments.slice(literal);
  return { base, kind: rest.length === 1 && rest[0] === '**' ? 'subtree' : 'pattern' };
}

/** A glob that matches the path alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|"'$^]/g, '\\$&');
}

/** Whether `path` is `folder` or lies under it; `''` is the root. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || (path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/'));
}
