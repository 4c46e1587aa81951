import { Continuation, Job } from '../shared/jobs';

/** What one invocation tells the next. The version says how to read it: a pipeline may be updated in between. */
export interface Progress {
  readonly version: 1;
  /** Number of the attempt that is under way; absent while a stack is waited for. */
  readonly attempt?: number;
  /** When the wait began. */
  readonly since: string;
}

export function continued(progress: Omit<Progress, 'version'>): Continuation {
  return new Continuation(JSON.stringify({ version: 1, ...progress } satisfies Progress));
}

/** What the invocation before this one said; nothing where this is the first, or where another version of this function said it. */
export function progressOf({ continuationToken }: Job): Progress | undefined {
  if (continuationToken === undefined) {
    return undefined;
  }
  try {
    const progress = JSON.parse(continuationToken) as Progress;
    return progress.version === 1 && !Number.isNaN(Date.parse(progress.since)) ? progress : undefined;
  } catch {
    return undefined;
  }
}
