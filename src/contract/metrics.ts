/** Namespace of the metrics that the functions write. */
export const METRICS_NAMESPACE = 'ModularPipeline';

/** Their one dimension: the solution's name. */
export const SOLUTION_DIMENSION = 'Solution';

/** What the diff function writes each time the schedule lets it look. */
export const HEAD_METRICS = {
  /** Seconds that the branch's head has been waiting for its execution to be started; 0 where it needs none or has one. */
  unstarted: 'UnstartedSeconds',
  /** Seconds that the branch's head has been waiting to be live in the first environment; 0 where it is, or nothing of it differs. */
  unreleased: 'UnreleasedSeconds',
  /** Seconds since the source could not be read; 0 where it can. */
  unreadable: 'UnreadableSeconds',
} as const;

/** Written with every plan: 1 where it builds everything because the differences could not be read, else 0. */
export const BLIND_METRIC = 'PlannedBlind';
