import { baselineCatalogue } from './baseline-catalogue';
import type { TraceablePaths } from './tracing';
import { Catalogue } from '../../src/core/catalogue';
import { Comparison, PathChange } from '../../src/core/comparison';
import { mayBeTraced } from '../../src/core/lockfile/traceable';
import { Release } from '../../src/core/release';
import { differingComponents } from '../../src/core/tree-comparison';
import { EnvironmentStore } from '../shared/environment-store';
import { ReleaseStore } from '../shared/release-store';
import { BranchMissingError, CommitGoneError, SourceUnreadableError } from '../shared/source/errors';
import { SourceRepository } from '../shared/source/source-repository';

/** The release that is live in the first environment. */
export interface LiveBaseline {
  /** Its object's key. */
  readonly key: string;
  readonly commitId: string;
  readonly pipelineExecutionId: string;
  readonly sequence: number;
  /** The release itself; absent where its object is gone. */
  readonly release?: Release;
}

export async function readBaseline(environments: EnvironmentStore, releases: ReleaseStore, environment: string): Promise<LiveBaseline | undefined> {
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
  readonly source: SourceRepository;
  readonly headCommitId: string;
  /** A branch to compare with as well. */
  readonly baselineBranch?: string;
  readonly catalogue: Catalogue;
  /** Whether there is time for another page. */
  readonly inTime: () => boolean;
}

/**
 * Pages of differences after which object IDs decide instead: some 25,000 changes, and half a minute. Where components lie in few folders, comparing
 * these takes a few calls; and a person reads no more paths than that.
 */
export const MAX_PAGES = 250;

/** A comparison, and what of it can be traced where the catalogue asks for that. */
export interface Compared {
  readonly comparison: Comparison;
  readonly traceable: readonly TraceablePaths[];
}

/**
 * Reads all that differs between the baseline and the head. What cannot be known is said so by name, and makes the plan build everything;
 * an error that another attempt may not meet is thrown.
 */
export async function compare(baseline: LiveBaseline | undefined, options: ComparisonOptions): Promise<Compared> {
  if (baseline === undefined) {
    return untraced({ kind: 'no-baseline' });
  }
  if (baseline.release === undefined) {
    return untraced({ kind: 'unreadable', detail: `The baseline's release, ${baseline.key}, is not in the artifact bucket.` });
  }
  try {
    const { baselineBranch, source } = options;
    const bases = [baseline.commitId, ...(baselineBranch === undefined ? [] : [await source.branchHead(baselineBranch)])];
    const pinned = new Set(baseline.release.pinned);
    const components = new Map(Object.entries(baseline.release.components).map(([name, { definition, timestamp: builtAt }]) => (
      [name, { definition, pinned: pinned.has(name), builtAt }]
    )));
    const { changes, traceable } = await differences(bases, options);
    const judgedBy = await baselineCatalogue(baseline.release, options.catalogue, source.folders(options.headCommitId));
    return { comparison: { baseline: { commit: baseline.commitId, components, ...judgedBy }, ...changes }, traceable };
  } catch (error) {
    // A head that is gone was replaced meanwhile: another attempt sees the new one.
    if (error instanceof CommitGoneError && error.commitId !== options.headCommitId) {
      return untraced({ kind: 'baseline-missing', commit: error.commitId });
    }
    if (error instanceof OutOfTimeError || error instanceof SourceUnreadableError || error instanceof BranchMissingError) {
      return untraced({ kind: 'unreadable', detail: error.message });
    }
    throw error;
  }
}

function untraced(comparison: Comparison): Compared {
  return { comparison, traceable: [] };
}

class OutOfTimeError extends Error {}

/** What the head differs in from any of these commits: its paths or, where there are too many of them, the components. */
async function differences(bases: readonly string[], options: ComparisonOptions): Promise<{ changes: Changes; traceable: TraceablePaths[] }> {
  const changes: PathChange[] = [];
  const traceable: TraceablePaths[] = [];
  for (const base of bases) {
    const known = changes.length;
    if (!await readChanges(base, changes, options)) {
      // Object IDs count a lockfile like any other global path: it affects all.
      return { changes: { kind: 'trees', changed: await differingFromAny(bases, options) }, traceable: [] };
    }
    const paths = options.catalogue.traceLockfiles === true ? changes.slice(known).map(({ path }) => path).filter(mayBeTraced) : [];
    if (paths.length > 0) {
      traceable.push({ baseCommitId: base, paths: new Set(paths) });
    }
  }
  return { changes: { kind: 'diff', changes }, traceable };
}

type Changes = { readonly kind: 'diff'; readonly changes: readonly PathChange[] } | { readonly kind: 'trees'; readonly changed: ReadonlySet<string> };

async function differingFromAny(bases: readonly string[], { catalogue, source, headCommitId }: ComparisonOptions): Promise<ReadonlySet<string>> {
  const differing = new Set<string>();
  for (const base of bases) {
    (await differingComponents(catalogue, source.folders(base), source.folders(headCommitId))).forEach((name) => differing.add(name));
  }
  return differing;
}

/** Adds to `changes`. False: there are more than it pays to read. */
async function readChanges(before: string, changes: PathChange[], { source, headCommitId, catalogue, inTime }: ComparisonOptions): Promise<boolean> {
  if (before === headCommitId) {
    return true;
  }
  let pages = 0;
  for await (const page of source.differences(before, headCommitId)) {
    for (const change of page) {
      changes.push(change);
    }
    // Under the policy `error` every path counts: object IDs would not tell the ones that no component owns.
    if (++pages === MAX_PAGES && catalogue.unownedPaths !== 'error') {
      return false;
    }
    if (!inTime()) {
      throw new OutOfTimeError(`The differences between ${before} and ${headCommitId} took too long to read: ${changes.length} were read in the time there is.`);
    }
  }
  return true;
}
