import { Logger } from '../shared/logger';
import { SourceUnavailableError } from '../shared/source/errors';
import { SourceState, SourceStateStore } from '../shared/source-state-store';
import { Timing } from '../shared/timing';

/** However long a server asks to be left alone. */
const LONGEST_REST_MS = 15 * 60_000;
/** Where a server throttles and does not say for how long: as long as it has been doing so, and this at least. */
const LEAST_REST_MS = 60_000;
/** Pipelines that share a host do not come back at the same moment: up to this share later. */
const SPREAD = 0.25;
const TOO_MANY_REQUESTS = 429;

/** Leaves a source alone for as long as it asks for, and remembers since when it could not be read. */
export class SourceWatch {
  public constructor(private readonly states: SourceStateStore, private readonly timing: Timing, private readonly logger: Logger) {}

  /** Since when the source could not be read; nothing where it can. */
  public async state(): Promise<SourceState | undefined> {
    return this.states.read();
  }

  /** Looks, unless the source is to be left alone. A source that cannot be read is an error like any other: another attempt may read it. */
  public async look(work: () => Promise<unknown>): Promise<void> {
    const state = await this.states.read();
    const now = this.timing.now();
    if (state?.NotBefore !== undefined && Date.parse(state.NotBefore) > now.getTime()) {
      this.logger.info('The source asked to be left alone', { until: state.NotBefore, failedSince: state.FailedSince });
      return;
    }
    try {
      await work();
    } catch (error) {
      if (error instanceof SourceUnavailableError) {
        const since = state?.FailedSince ?? now.toISOString();
        const rest = restMs(error, now.getTime() - Date.parse(since));
        const spread = rest * (1 + SPREAD * this.timing.random());
        await this.states.write({
          FailedSince: since,
          ...(rest === 0 ? {} : { NotBefore: new Date(now.getTime() + Math.min(spread, LONGEST_REST_MS)).toISOString() }),
        });
      }
      throw error;
    }
    if (state !== undefined) {
      await this.states.clear();
    }
  }
}

/** How long the source is left alone, by what it says or, where it throttles and does not say, by how long it has been failing: twice as long each time. */
function restMs({ status, retryAfterMs }: SourceUnavailableError, failingMs: number): number {
  return retryAfterMs ?? (status === TOO_MANY_REQUESTS ? Math.max(LEAST_REST_MS, failingMs) : 0);
}
