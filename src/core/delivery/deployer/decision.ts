/**
 * What becomes of a delivery when a release brings an older build than the last one that was attempted in its place: deploy it like any other; leave the
 * place as it is, and say so; or refuse the release.
 */
export type RollbackRule = 'DEPLOY_OLDER' | 'SKIP' | 'REFUSE';

/** What the ledger knows of a delivery. */
export interface DeliveryEntry {
  /** Whether the last attempt ended in success. */
  readonly lastSucceeded: boolean;
  /** Number of the build of the last attempt, whatever became of it. */
  readonly attemptedBuild: number;
  readonly delivered?: { readonly digest: string; readonly build: number };
}

/** What a release brings. */
export interface Brought {
  /** Digest of everything that is delivered: build, definition and values. */
  readonly digest: string;
  readonly build: number;
  readonly rollback: RollbackRule;
  /** Whether only its own report can say that nothing changes, as it manages what others may change too. */
  readonly isAlwaysCompared: boolean;
}

export type Decision =
  /** The last attempt succeeded with this very content. */
  | { readonly kind: 'skip' }
  /** A newer build is in the place, and stays. */
  | { readonly kind: 'keep'; readonly why: string }
  | { readonly kind: 'refuse'; readonly why: string }
  | { readonly kind: 'deliver'; readonly why: string };

/** What is done with a delivery. */
export function decideDelivery(entry: DeliveryEntry | undefined, { digest, build, rollback, isAlwaysCompared }: Brought): Decision {
  if (entry === undefined) {
    return { kind: 'deliver', why: 'it was never attempted' };
  }
  const newest = Math.max(entry.attemptedBuild, entry.delivered?.build ?? 0);
  if (build < newest && rollback !== 'DEPLOY_OLDER') {
    const state = entry.lastSucceeded ? `build ${newest} is there` : `build ${newest} was attempted there, and did not succeed`;
    return rollback === 'SKIP'
      ? { kind: 'keep', why: `${state}, and the release has build ${build}, which is older: nothing is rolled back` }
      : { kind: 'refuse', why: `${state}, and the release has build ${build}, which is older` };
  }
  if (!entry.lastSucceeded) {
    return { kind: 'deliver', why: 'the last attempt did not succeed' };
  }
  if (entry.delivered?.digest !== digest) {
    return { kind: 'deliver', why: 'its content changed' };
  }
  return isAlwaysCompared ? { kind: 'deliver', why: 'others may have changed what it manages' } : { kind: 'skip' };
}
