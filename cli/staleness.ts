import { readDifferencesInClone } from './git/differences';
import { ObjectReader } from './git/object-reader';
import { Clone } from './git/run';
import { parseYaml } from './yaml';
import { Catalogue, DIRTY } from '../src/core/catalogue';
import { bothStale, findBaselineStaleness } from '../src/core/staleness/baseline-staleness';
import { allStale, findStaleness } from '../src/core/staleness/find-staleness';
import { packageComparer } from '../src/core/staleness/package-facts';
import { NOT_STALE, Staleness } from '../src/core/staleness/staleness';

/** Files on this machine cost little to read. */
const MAX_FILES = 20_000;

export interface CloneStalenessOptions {
  readonly repository: Clone;
  readonly head: string;
  readonly base: string;
  /** The catalogue that the release at the base was planned with. Not known where absent. */
  readonly before?: Catalogue;
  readonly changedSinceBaseline: readonly string[];
}

/** What of a catalogue does not hold for a commit of a repository on this machine, and what the base's own did not say of the base. */
export async function readStalenessInClone(catalogue: Catalogue, options: CloneStalenessOptions): Promise<Staleness> {
  const { repository, base, before, changedSinceBaseline } = options;
  const reader = new ObjectReader(repository);
  try {
    const stale = await atHead(catalogue, reader, options);
    return before === undefined ? stale : bothStale(stale, await findBaselineStaleness({
      catalogue,
      before,
      commit: base,
      changedSince: changedSinceBaseline,
      samePackages: packageComparer(before, parseYaml),
      maxFiles: MAX_FILES,
      read: async (side, path) => reader.read(side === 'found' ? before.foundAt! : base, path),
    }));
  } finally {
    reader.close();
  }
}

async function atHead(catalogue: Catalogue, reader: ObjectReader, { repository, head, changedSinceBaseline }: CloneStalenessOptions): Promise<Staleness> {
  const { foundAt, dirtyPaths = [] } = catalogue;
  if (foundAt === DIRTY) {
    return allStale('it was found in a work tree that was no commit\'s');
  }
  if (foundAt === undefined || (foundAt === head && dirtyPaths.length === 0)) {
    return NOT_STALE;
  }
  let changes;
  try {
    changes = [...(await readDifferencesInClone(repository, foundAt, head, { links: true })).changes];
  } catch (error) {
    return allStale(`commit ${foundAt}, at which the catalogue was found, can't be compared: ${(error as Error).message}`);
  }
  return findStaleness({
    catalogue,
    changes,
    changedSinceBaseline,
    samePackages: packageComparer(catalogue, parseYaml),
    maxFiles: MAX_FILES,
    read: async (side, path) => reader.read(side === 'found' ? foundAt : head, path),
  });
}
