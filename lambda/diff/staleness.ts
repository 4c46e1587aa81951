import { Catalogue, DIRTY } from '../../src/core/catalogue';
import { BaselineState, PathChange } from '../../src/core/comparison';
import { bothStale, findBaselineStaleness } from '../../src/core/staleness/baseline-staleness';
import { allStale, findStaleness, StalenessInput, TextUnreadableError } from '../../src/core/staleness/find-staleness';
import { NOT_STALE, Staleness } from '../../src/core/staleness/staleness';
import { CommitGoneError, FileUnreadableError, SourceUnreadableError } from '../shared/source/errors';
import { SourceRepository } from '../shared/source/source-repository';

/** Pages of differences after which the catalogue counts as one that doesn't hold: so many files can't be read. */
const MAX_PAGES = 50;

export interface StalenessOptions {
  readonly catalogue: Catalogue;
  readonly source: SourceRepository;
  readonly headCommitId: string;
  /** What is known of the differences from a commit to the head, so that they need not be read twice. */
  readonly known?: { readonly commitId: string; readonly changes: readonly PathChange[] };
  /** What the head is compared with; absent where all is planned anyway. */
  readonly baseline?: BaselineState;
  /** Paths that changed since the baseline; absent where they are not known. */
  readonly changedSinceBaseline?: readonly string[];
  /** Whether there is time for another page, or another file. */
  readonly inTime: () => boolean;
  readonly samePackages: (catalogue: Catalogue) => NonNullable<StalenessInput['samePackages']>;
}

/**
 * What of the catalogue does not hold for the head, and what the baseline's own catalogue did not say of the baseline. One that was found at a commit, or by
 * hand, holds for it. What can't be known makes all of it unknown; an error that another attempt may not meet is thrown.
 */
export async function readStaleness(options: StalenessOptions): Promise<Staleness> {
  return bothStale(await atHead(options), await atBaseline(options));
}

async function atHead(options: StalenessOptions): Promise<Staleness> {
  const { catalogue, headCommitId, known, changedSinceBaseline = [], samePackages } = options;
  const { foundAt, dirtyPaths = [] } = catalogue;
  if (foundAt === undefined || (foundAt === headCommitId && dirtyPaths.length === 0)) {
    return NOT_STALE;
  }
  if (foundAt === DIRTY) {
    return allStale('the catalogue was found in a work tree that was no commit\'s');
  }
  const changes = known?.commitId === foundAt ? known.changes : await changesSince(foundAt, options);
  const read = reader(options);
  return typeof changes === 'string' ? allStale(changes) : findStaleness({
    catalogue,
    changes,
    changedSinceBaseline,
    samePackages: (...texts) => samePackages(catalogue)(...texts),
    read: async (side, path) => read(side === 'found' ? foundAt : headCommitId, path),
  });
}

/** A catalogue that was written by hand says itself what is read, whatever files said at the baseline. */
async function atBaseline(options: StalenessOptions): Promise<Staleness> {
  const { catalogue, baseline: { commit, catalogue: before } = {}, changedSinceBaseline: changedSince, samePackages } = options;
  if (catalogue.foundAt === undefined || commit === undefined || before?.foundAt === undefined) {
    return NOT_STALE;
  }
  const { foundAt } = before;
  const read = reader(options);
  return findBaselineStaleness({
    catalogue,
    before,
    commit,
    ...(changedSince && { changedSince }),
    samePackages: (...texts) => samePackages(before)(...texts),
    read: async (side, path) => read(side === 'found' ? foundAt : commit, path),
  });
}

function reader({ source, headCommitId, inTime }: StalenessOptions): (commitId: string, path: string) => Promise<string | undefined> {
  return async (commitId, path) => {
    try {
      return await source.readFile(commitId, path, inTime);
    } catch (error) {
      const isLasting = error instanceof FileUnreadableError || error instanceof SourceUnreadableError
        || (error instanceof CommitGoneError && error.commitId !== headCommitId);
      throw isLasting ? new TextUnreadableError(error.message) : error;
    }
  };
}

/** What changed, or why that is not known. */
async function changesSince(foundAt: string, { source, headCommitId, inTime }: StalenessOptions): Promise<readonly PathChange[] | string> {
  const changes: PathChange[] = [];
  if (foundAt === headCommitId) {
    return changes;
  }
  try {
    let pages = 0;
    for await (const page of source.differences(foundAt, headCommitId)) {
      changes.push(...page);
      if (++pages === MAX_PAGES || !inTime()) {
        return `too much changed since commit ${foundAt}, at which the catalogue was found: deploy the pipeline again`;
      }
    }
    return changes;
  } catch (error) {
    if (error instanceof CommitGoneError) {
      return `commit ${foundAt}, at which the catalogue was found, is not in the repository any more`;
    }
    if (error instanceof SourceUnreadableError) {
      return `what changed since commit ${foundAt}, at which the catalogue was found, can't be read: ${error.message}`;
    }
    throw error;
  }
}
