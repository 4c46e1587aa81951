import { lookTime } from './look-times';
import { LookTimeStore } from '../shared/look-time-store';
import { backOff, Timing } from '../shared/timing';

export interface LookRequestsProps {
  readonly looks: Pick<LookTimeStore, 'read' | 'replace'>;
  /** Asks the diff function for a look at this time, in milliseconds since the epoch. */
  readonly ask: (at: number) => Promise<void>;
  readonly timing: Timing;
}

/** As long as a look that is claimed may stay unasked, before others take its claimant for dead. */
export const TAKEN_OVER_AFTER_MS = 1_000;
const POLL_MS = 200;
/** Less than a host waits for an answer. */
const GIVEN_UP_AFTER_MS = 5_000;

/** Coalesces looks: one at once, and one in each interval after it. */
export class LookRequests {
  public constructor(private readonly props: LookRequestsProps) {}

  /**
   * Sees to it that the source is looked at, now or within an interval. Returns when only if the diff function was asked: a look that another request
   * claimed counts as soon as that one has asked, and is asked for here where it does not.
   *
   * @returns when the look is, in milliseconds since the epoch, if this request asked for it
   * @throws where the diff function cannot be asked
   */
  public async request(): Promise<number | undefined> {
    const { looks, timing } = this.props;
    const now = () => timing.now().getTime();
    const givenUpAt = now() + GIVEN_UP_AFTER_MS;
    let claimed: { readonly at: number; readonly since: number } | undefined;
    for (let attempt = 0; now() < givenUpAt; attempt++) {
      const last = await looks.read();
      const at = lookTime(last?.at, now());
      if (last !== undefined && at === undefined) {
        if (last.isAsked) {
          return undefined;
        }
        claimed = claimed?.at === last.at ? claimed : { at: last.at, since: now() };
        if (now() - claimed.since >= TAKEN_OVER_AFTER_MS) {
          return this.ask(last.at);
        }
        await timing.sleep(POLL_MS);
      } else if (at !== undefined && await looks.replace(last?.at, { at, isAsked: false })) {
        return this.ask(at);
      } else {
        await backOff(timing, attempt);
      }
    }
    throw new Error('Others keep asking for looks.');
  }

  private async ask(at: number): Promise<number> {
    await this.props.ask(at);
    // Where a later look was claimed meanwhile, that one counts.
    await this.props.looks.replace(at, { at, isAsked: true });
    return at;
  }
}
