import { Catalogue } from './catalogue';
import { ComponentMatcher } from './matcher';
import { PathTrie } from './path-trie';

/** What a catalogue says about paths besides which components own them. */
export type Standing =
  /** A component owns it. */
  | 'owned'
  /** No component owns it: `unownedPaths` says what that means. */
  | 'unowned'
  /** No component owns it, and nothing reads it. */
  | 'unread';

/** Who owns a path, and what it means where no one does: the one answer that matching, fingerprints and explanations go by. */
export class Ownership {
  private readonly matcher: ComponentMatcher;
  private readonly unread?: PathTrie;
  private readonly excluded?: PathTrie;
  /** By component at the root of a catalogue that was found: what it owns beyond doubt. */
  private readonly taken = new Map<number, PathTrie>();

  /**
   * @param unknown - paths of which the catalogue can't say that nothing reads them: they are new since it was found, or something refers to them by now
   */
  public constructor(catalogue: Pick<Catalogue, 'components' | 'unread' | 'excludedPaths' | 'foundAt'>, private readonly unknown?: ReadonlySet<string>) {
    const { components, unread, excludedPaths, foundAt } = catalogue;
    this.matcher = new ComponentMatcher(components);
    this.unread = trieOf(unread);
    this.excluded = trieOf(excludedPaths);
    if (foundAt !== undefined) {
      components.forEach(({ path, include }, index) => {
        if (path === '.') {
          this.taken.set(index, trieOf(include) ?? new PathTrie());
        }
      });
    }
  }

  /** Indices, in the catalogue, of the components that own the path, in no order. The caller must not change the array. */
  public owners(path: string): readonly number[] {
    return this.matcher.match(path);
  }

  /** Whether a component owns the path as the rest of the root alone: it changes with it, and no one says that nothing else does. */
  public isRest(path: string, owner: number): boolean {
    const taken = this.taken.get(owner);
    return taken !== undefined && taken.owners(path).length === 0;
  }

  /** @param owners - of the path */
  public standing(path: string, owners: readonly number[] = this.owners(path)): Standing {
    const owned = this.taken.size === 0 ? owners.length > 0 : owners.some((owner) => !this.isRest(path, owner));
    if (owned) {
      return 'owned';
    }
    return matches(this.excluded, path) || (matches(this.unread, path) && this.unknown?.has(path) !== true) ? 'unread' : 'unowned';
  }
}

function trieOf(globs: readonly string[] | undefined): PathTrie | undefined {
  if (globs === undefined || globs.length === 0) {
    return undefined;
  }
  const trie = new PathTrie();
  globs.forEach((glob) => trie.addGlob(glob, 0));
  return trie;
}

function matches(trie: PathTrie | undefined, path: string): boolean {
  return trie !== undefined && trie.owners(path).length > 0;
}
