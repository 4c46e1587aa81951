import { Continuation, Job } from '../shared/jobs';

/** What one invocation tells the next. The version says how to read it: a pipeline may be updated in between. */
export interface Progress {
  readonly version: 2;
  /** The first job of the action: its attempts carry it. */
  readonly run: string;
  /** When the action began. */
  readonly since: string;
}

export function continued({ run, since }: Progress): Continuation {
  return new Continuation(JSON.stringify({ version: 2, run, since } satisfies Progress));
}

/** What the invocation before this one said; where this is the first, or where another version of this function said it, a beginning. */
export function progressOf({ id, continuationToken }: Job, now: Date): Progress {
  const beginning: Progress = { version: 2, run: id, since: now.toISOString() };
  if (continuationToken === undefined) {
    return beginning;
  }
  try {
    const progress = JSON.parse(continuationToken) as Progress;
    return progress.version === 2 && typeof progress.run === 'string' && !Number.isNaN(Date.parse(progress.since)) ? progress : beginning;
  } catch {
    return beginning;
  }
}
