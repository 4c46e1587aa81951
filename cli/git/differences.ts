import { InputError } from '../errors';
import { parseNameStatus } from './name-status';
import { explainFailure, resolveCommits } from './revisions';
import { Clone, runGit } from './run';
import { PathChange } from '../../src/core/comparison';

/** What differs between the trees of two commits. */
export interface Differences {
  /** Full IDs of the commits. */
  readonly base: string;
  readonly head: string;
  readonly changes: Iterable<PathChange>;
}

export interface DifferencesOptions {
  /** Whether changes say which paths are links: there is more to read then. */
  readonly links?: boolean;
}

const COMMIT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * What differs between two commits' trees, whichever way they are related: what is deployed is the base as it is,
 * not what it has in common with the head.
 *
 * @throws InputError for a folder that is no repository, an unknown revision, a commit that a shallow clone lacks
 */
export async function readDifferencesInClone(repository: Clone, base: string, head: string, { links = false }: DifferencesOptions = {}): Promise<Differences> {
  for (const revision of [base, head]) {
    if (revision === '' || revision.startsWith('-')) {
      throw new InputError(`'${revision}' is not a revision.`);
    }
  }
  const differing = runGit(repository, [
    'diff-tree', '-r', '-z', '--no-renames', links ? '--raw' : '--name-status', ...links ? ['--abbrev=4'] : [], '--no-relative', '--ignore-submodules=none', base, head, '--',
  ]);
  const known = COMMIT_ID.test(base) && COMMIT_ID.test(head);
  const [result, commits] = await Promise.all([differing, known ? [base, head] : resolveCommits(repository, [base, head])]);
  if (result.status !== 0 || commits === undefined) {
    throw await explainFailure(repository, [base, head], result.stderr);
  }
  return { base: commits[0]!, head: commits[1]!, changes: parseNameStatus(result.stdout) };
}
