/** Iterations of an inline Map that Step Functions runs at the same time, at most. */
const INLINE_CONCURRENCY = 40;

/**
 * Builds of one plan that an execution's history of 25,000 events holds, however often their starts are throttled: one build takes about 10 events,
 * each of the 50 attempts to start it 3 more, and it is started 3 times at most, of which the attempts of one are many.
 */
const INLINE_BUILDS = 100;

export interface TrancheSize {
  /** Changed components of the whole plan: all tranches share one history. */
  readonly changed: number;
  /** Builds to start in this tranche. */
  readonly tranche: number;
  readonly maxConcurrency: number;
}

/** Whether the tranche is run by an inline Map; beyond that map's limits a distributed one does it, with a history of its own for each build. */
export function runsInline({ changed, tranche, maxConcurrency }: TrancheSize): boolean {
  return changed <= INLINE_BUILDS && Math.min(tranche, maxConcurrency) <= INLINE_CONCURRENCY;
}
