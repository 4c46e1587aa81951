import { Catalogue, DIRTY } from '../catalogue';
import { compileGlobs } from '../globs';
import { allStale, findStaleness, MAX_FILES, StalenessInput, TextUnreadableError } from './find-staleness';
import { NOT_STALE, Staleness } from './staleness';
import { PathChange } from '../comparison';

export interface BaselineStalenessInput extends Pick<StalenessInput, 'samePackages' | 'maxFiles'> {
  /** The catalogue that is planned with. */
  readonly catalogue: Catalogue;
  /** The catalogue that the baseline was planned with. */
  readonly before: Catalogue;
  /** The baseline's commit. */
  readonly commit: string;
  /** Paths that changed between the baseline and the head. Not known where absent. */
  readonly changedSince?: Iterable<string>;
  /**
   * Text of a file at the commit that the earlier catalogue was found at, or at the baseline; undefined where it isn't there. May be asked for many at once.
   * It throws a `TextUnreadableError` for one that can't be read; every other error ends the search.
   */
  read(side: 'found' | 'baseline', path: string): Promise<string | undefined>;
}

/**
 * What is not known of the baseline, as its own catalogue did not hold for it, and that is other at the head.
 *
 * Its builds were made by what the files said at its commit, which no catalogue holds: a file that was taken back says again what both catalogues say.
 * What a file said at the baseline and still says is looked at with the head.
 */
export async function findBaselineStaleness(input: BaselineStalenessInput): Promise<Staleness> {
  const { catalogue, before, commit, changedSince, maxFiles = MAX_FILES } = input;
  const { foundAt, dirtyPaths = [], foundFrom } = before;
  if (foundAt === undefined || (foundAt === commit && dirtyPaths.length === 0)) {
    return NOT_STALE;
  }
  if (changedSince === undefined) {
    return allStale('too much changed since the baseline, whose catalogue was found at another commit');
  }
  const isSource = compileGlobs(foundFrom ?? []);
  const paths = [...new Set(changedSince)].filter((path) => isSource(path));
  const unread = new Set(foundAt === DIRTY ? paths : paths.filter((path, index) => index >= maxFiles || dirtyPaths.includes(path)));
  const texts = new Map<string, Record<'found' | 'baseline', string | undefined>>();
  await Promise.all(paths.filter((path) => !unread.has(path)).map(async (path) => {
    try {
      const [found, baseline] = await Promise.all([input.read('found', path), input.read('baseline', path)]);
      texts.set(path, { found, baseline });
    } catch (error) {
      if (!(error instanceof TextUnreadableError)) {
        throw error;
      }
      unread.add(path);
    }
  }));
  const differing = [...texts].filter(([, { found, baseline }]) => found !== baseline);
  const staleness = await findStaleness({
    catalogue: { ...before, dirtyPaths: [...unread] },
    changes: differing.map(([path, { found, baseline }]): PathChange => ({ path, type: found === undefined ? 'A' : baseline === undefined ? 'D' : 'M' })),
    changedSinceBaseline: [],
    maxFiles,
    ...(input.samePackages && { samePackages: input.samePackages }),
    read: async (side, path) => texts.get(path)?.[side === 'head' ? 'baseline' : 'found'],
  });
  return inCatalogue(staleness, catalogue);
}

/** Both together: what is not known by one of them. */
export function bothStale(one: Staleness, other: Staleness): Staleness {
  const all = one.everything ?? other.everything;
  const packageUse = one.packageUse ?? other.packageUse;
  return {
    ...(all && { everything: all }),
    components: new Map([...other.components, ...one.components]),
    unknown: new Set([...one.unknown, ...other.unknown]),
    ...(packageUse && { packageUse }),
  };
}

/** By the components that there are: what one that is gone read, and who read it, is not known. */
function inCatalogue(staleness: Staleness, { components }: Catalogue): Staleness {
  const names = new Set(components.map(({ name }) => name));
  const gone = [...staleness.components].find(([name]) => !names.has(name));
  return gone === undefined ? staleness : { ...staleness, everything: staleness.everything ?? gone[1] };
}
