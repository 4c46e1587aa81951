import { BoundSourceReader } from '../source/bound-source-reader';
import { requireBranch } from '../source/branch';

/** What a new commit is compared with. */
export abstract class Baseline {
  /** The release that last succeeded in the first environment. */
  public static lastRelease(): Baseline {
    return new NamedBaseline(undefined);
  }

  /**
   * A branch, and the last release with it: a component counts as changed where it differs from either.
   * Comparing with a branch alone would lose changes whenever the branch is ahead of what is deployed.
   */
  public static branch(branch: string): Baseline {
    return new NamedBaseline(requireBranch('Baseline.branch', branch));
  }

  /** The branch to compare with as well, if there is one. */
  public abstract readonly branchName?: string;
}

class NamedBaseline extends Baseline {
  constructor(public readonly branchName: string | undefined) {
    super();
  }
}

/** @throws where the source has no branches */
export function baselineBranchOf({ branchName }: Baseline, { configuration: { kind } }: BoundSourceReader): string | undefined {
  if (branchName !== undefined && kind === 's3') {
    throw new Error(`Baseline.branch(${JSON.stringify(branchName)}): a source in S3 has no branches. Leave baseline out: what is compared with is the last release.`);
  }
  return branchName;
}
