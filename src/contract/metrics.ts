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
  /** Plans in a row, up to the last, that built everything because what differs could not be read. */
  blind: 'PlannedBlind',
} as const;
