import { readDifferences } from './git/differences';
import { ObjectReader } from './git/object-reader';
import { GitRepository } from './git/run';
import { parseYaml } from './yaml';
import { Catalogue, DIRTY } from '../src/core/catalogue';
import { allStale, findStaleness } from '../src/core/staleness/find-staleness';
import { packageComparer } from '../src/core/staleness/package-facts';
import { Staleness } from '../src/core/staleness/staleness';

/** Files on this machine cost little to read. */
const MAX_FILES = 20_000;

/** What of a catalogue does not hold for a commit of a repository on this machine. */
export async function readStaleness(
  catalogue: Catalogue, changedSinceBaseline: readonly string[], { repository, head }: { readonly repository: GitRepository; readonly head: string },
): Promise<Staleness> {
  const { foundAt } = catalogue;
  if (foundAt === undefined || foundAt === DIRTY) {
    return allStale('it was found in a work tree that was no commit\'s');
  }
  let changes;
  try {
    changes = [...(await readDifferences(repository, foundAt, head, { links: true })).changes];
  } catch (error) {
    return allStale(`commit ${foundAt}, at which the catalogue was found, can't be compared: ${(error as Error).message}`);
  }
  const reader = new ObjectReader(repository);
  try {
    return await findStaleness({
      catalogue,
      changes,
      changedSinceBaseline,
      samePackages: packageComparer(catalogue, parseYaml),
      maxFiles: MAX_FILES,
      read: async (side, path) => reader.read(side === 'found' ? foundAt : head, path),
    });
  } finally {
    reader.close();
  }
}
