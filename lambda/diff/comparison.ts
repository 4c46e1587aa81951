import { Comparison, PathChange } from '../../src/core/plan';
import { Release } from '../../src/core/release';
import { EnvironmentStore } from '../shared/environment-store';
import { ReleaseStore } from '../shared/release-store';
import { BranchMissingError, CommitGoneError, Repository } from '../shared/repository';

/** The release that is live in the first environment. */
export interface Baseline {
  /** Its object's key. */
  readonly key: string;
  readonly commitId: string;
  readonly pipelineExecutionId: string;
  readonly sequence: number;
  /** The release itself; absent where its object is gone. */
  readonly release?: Release;
}

export async function readBaseline(environments: EnvironmentStore, releases: ReleaseStore, environment: string): Promise<Baseline | undefined> {
  const live = await environments.read(environment);
  return live && {
    key: live.Release,
    commitId: live.CommitId,
    pipelineExecutionId: live.PipelineExecutionId,
    sequence: live.Sequence,
    release: await releases.get(live.Release),
  };
}

export interface ComparisonOptions {
  readonly repository: Repository;
  readonly headCommitId: string;
  /** A branch to compare with as well. */
  readonly baselineBranch?: string;
  /** Whether there is time for another page. */
  readonly inTime: () => boolean;
}

/**
 * Reads all that differs between the baseline and the head. What cannot be known is said so by name, and makes the plan build everything;
 * an error that another attempt may not meet is thrown.
 */
export async function compare(baseline: Baseline | undefined, options: ComparisonOptions): Promise<Comparison> {
  if (baseline === undefined) {
    return { kind: 'no-baseline' };
  }
  if (baseline.release === undefined) {
    return { kind: 'unreadable', detail: `The baseline's release, ${baseline.key}, is not in the artifact bucket.` };
  }
  try {
    let changes = await readChanges(baseline.commitId, options);
    if (options.baselineBranch !== undefined) {
      changes = changes.concat(await readChanges(await options.repository.branchHead(options.baselineBranch), options));
    }
    const pinned = new Set(baseline.release.pinned);
    const components = new Map(Object.entries(baseline.release.components).map(([name, { definition }]) => (
      [name, { definition, pinned: pinned.has(name) }]
    )));
    return { kind: 'diff', baseline: { commit: baseline.commitId, components }, changes };
  } catch (error) {
    if (error instanceof CommitGoneError) {
      return { kind: 'baseline-missing', commit: error.commitId };
    }
    if (error instanceof OutOfTimeError || error instanceof BranchMissingError) {
      return { kind: 'unreadable', detail: error.message };
    }
    throw error;
  }
}

class OutOfTimeError extends Error {}

async function readChanges(before: string, { repository, headCommitId, inTime }: ComparisonOptions): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  if (before === headCommitId) {
    return changes;
  }
  for await (const page of repository.differences(before, headCommitId)) {
    for (const change of page) {
      changes.push(change);
    }
    if (!inTime()) {
      throw new OutOfTimeError(`The differences between ${before} and ${headCommitId} took too long to read: ${changes.length} were read in the time there is.`);
    }
  }
  return changes;
}
