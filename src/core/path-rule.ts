import { compileGlob, globShape, GlobShape, isWithin, PathPredicate } from './globs';

/** A literal path or a glob, and what it says about whole folders: what a walk down a tree needs to leave out as much as it can. */
export class PathRule {
  /** A component's `path`: itself and everything under it; `.` is everything. */
  public static literal(path: string): PathRule {
    const base = path === '.' ? '' : path;
    return new PathRule({ base, kind: 'subtree' }, (candidate) => isWithin(candidate, base), undefined);
  }

  public static glob(glob: string): PathRule {
    return new PathRule(globShape(glob), compileGlob(glob), glob);
  }

  private readonly prefix?: readonly (PathPredicate | undefined)[];
  private readonly length: number = Infinity;

  private constructor(private readonly shape: GlobShape, public readonly matches: PathPredicate, private readonly pattern: string | undefined) {
    if (pattern !== undefined && shape.kind === 'pattern' && isSegmented(pattern)) {
      const segments = pattern.split('/');
      const globstar = segments.findIndex((segment) => segment.includes('**'));
      this.prefix = segments.slice(0, globstar === -1 ? segments.length : globstar).map((segment) => compileGlob(segment));
      this.length = globstar === -1 ? segments.length : Infinity;
    }
  }

  /** The literal folder (or file) at or under which all matches lie; `''` is the root. */
  public get base(): string {
    return this.shape.base;
  }

  /** Whether something in the folder (`''`: the root), at any depth, can match. Says yes where it can't tell. */
  public mayMatchWithin(folder: string): boolean {
    const { base, kind } = this.shape;
    if (isWithin(base, folder)) {
      return true;
    }
    if (kind === 'exact' || !isWithin(folder, base)) {
      return false;
    }
    if (kind === 'subtree' || !this.prefix) {
      return true;
    }
    const segments = folder.split('/');
    return segments.length < this.length && segments.every((segment, index) => this.prefix![index]?.(segment) ?? true);
  }

  /** Whether everything in the folder (`''`: the root), at every depth, matches. Says no where it can't tell. */
  public matchesAllWithin(folder: string): boolean {
    const { base, kind } = this.shape;
    if (kind === 'subtree') {
      return isWithin(folder, base);
    }
    // `a/*/**` matches `a/b` as well as everything under it.
    return this.pattern !== undefined && this.pattern.endsWith('/**') && isSegmented(this.pattern) && folder !== '' && this.matches(folder);
  }
}

/** Whether each part between slashes can be matched by itself: no group spans two of them, and nothing is escaped or quoted. */
function isSegmented(glob: string): boolean {
  return !/[()|\\"]/.test(glob)
    && glob.split('/').every((segment) => count(segment, '{') === count(segment, '}') && count(segment, '[') === count(segment, ']'));
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
