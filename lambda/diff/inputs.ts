import { Catalogue } from '../../src/core/catalogue';
import { ComponentInputs, STALE_INPUTS, WHOLE_COMMIT } from '../../src/core/inputs';
import { Staleness } from '../../src/core/staleness/staleness';
import { TreeReader } from '../../src/core/tree-reader';
import { mapConcurrently } from '../shared/concurrency';
import { SourceUnreadableError } from '../shared/source/errors';

const CONCURRENT_COMPONENTS = 8;

export interface InputsOptions {
  readonly catalogue: Catalogue;
  readonly commitId: string;
  readonly folders: TreeReader;
  /** What of the catalogue does not hold for the commit. */
  readonly staleness: Staleness;
  /** Whether there is time for another component. */
  readonly inTime: () => boolean;
}

/**
 * Digests of what these components are made of. Where the source cannot list a folder, or the time is over, the commit's ID stands in: it says
 * too much rather than too little, so that a build may be made again but is never reused wrongly.
 */
export async function readInputs(components: readonly string[], options: InputsOptions): Promise<ReadonlyMap<string, string>> {
  const { catalogue, commitId, folders, staleness, inTime } = options;
  const inputs = new ComponentInputs(catalogue, folders, staleness);
  const digests = await mapConcurrently(components, CONCURRENT_COMPONENTS, async (component) => {
    if (!inTime()) {
      return wholeCommit(commitId);
    }
    try {
      const digest = await inputs.digest(component);
      return isUnverifiable(component, options) ? `${STALE_INPUTS}${digest}` : digest;
    } catch (error) {
      if (error instanceof SourceUnreadableError) {
        return wholeCommit(commitId);
      }
      throw error;
    }
  });
  return new Map(components.map((component, index) => [component, digests[index]!]));
}

function wholeCommit(commitId: string): string {
  return `${WHOLE_COMMIT}${commitId}`;
}

/** What does not hold of the catalogue is part of the digest, and a build, which knows the catalogue alone, cannot compute it again. */
function isUnverifiable(component: string, { catalogue, staleness }: InputsOptions): boolean {
  return staleness.everything !== undefined || staleness.components.has(component) || catalogue.unownedPaths === 'all' && staleness.unknown.size > 0;
}
