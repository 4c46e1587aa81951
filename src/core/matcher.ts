import { CatalogueComponent } from './catalogue';
import { compileGlob, globShape, isWithin, PathPredicate } from './globs';
import { PathTrie } from './path-trie';

/** An exclude glob that is more than a literal path. */
interface Exclusion {
  readonly base: string;
  readonly glob: string;
  matches?: PathPredicate;
}

/**
 * Which components own a path: those whose `path` is the path or a folder above it, or one of whose `include` globs matches,
 * and none of whose `exclude` globs does. A component inside another's path counts for both unless the other excludes it.
 */
export class ComponentMatcher {
  private readonly owned = new PathTrie();
  private readonly excluded = new PathTrie();
  private readonly exclusions: (Exclusion[] | undefined)[];
  private readonly hasExcludes: boolean[];

  public constructor(private readonly components: readonly CatalogueComponent[]) {
    components.forEach(({ path, include }, index) => {
      this.owned.addPath(path, index);
      include?.forEach((glob) => this.owned.addGlob(glob, index));
    });
    this.hasExcludes = components.map(({ exclude }) => (exclude?.length ?? 0) > 0);
    this.exclusions = components.map(({ exclude }, index) => exclude && this.addExcludes(exclude, index));
  }

  /** Names of the components that own the path, in the catalogue's order. */
  public owners(path: string): string[] {
    return [...this.match(path)].sort((a, b) => a - b).map((index) => this.components[index].name);
  }

  /** Indices, in the catalogue, of the components that own the path; in no order. The caller must not change the array. */
  public match(path: string): readonly number[] {
    const candidates = this.owned.owners(path);
    if (candidates.length === 0 || (candidates.length === 1 && !this.hasExcludes[candidates[0]])) {
      return candidates;
    }
    const distinct = candidates.length === 1 ? candidates : [...new Set(candidates)];
    if (!distinct.some((index) => this.hasExcludes[index])) {
      return distinct;
    }
    const excluded = this.excluded.owners(path);
    return distinct.filter((index) => !this.hasExcludes[index] || !(excluded.includes(index) || this.isExcluded(path, index)));
  }

  private isExcluded(path: string, index: number): boolean {
    return this.exclusions[index]?.some((exclusion) => {
      if (!isWithin(path, exclusion.base)) {
        return false;
      }
      exclusion.matches ??= compileGlob(exclusion.glob);
      return exclusion.matches(path);
    }) ?? false;
  }

  /** Literal excludes, of which a root component may have one for each component inside it, go to a trie; returns the others. */
  private addExcludes(globs: readonly string[], index: number): Exclusion[] | undefined {
    const patterns: Exclusion[] = [];
    for (const glob of globs) {
      const { base, kind } = globShape(glob);
      if (kind === 'pattern') {
        patterns.push({ base, glob });
      } else {
        this.excluded.addGlob(glob, index);
      }
    }
    return patterns.length > 0 ? patterns : undefined;
  }
}
