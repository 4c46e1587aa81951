import { Timing } from './timing';

/** Between two looks, at most. */
const LONGEST_WAIT_MS = 5_000;

/** How long one invocation waits for something before it asks to be invoked again. */
export class Patience {
  private readonly until: number;

  /** @param pause - before the first look; each further one waits twice as long, up to five seconds */
  public constructor(private readonly timing: Timing, milliseconds: number, private pause = LONGEST_WAIT_MS) {
    this.until = timing.now().getTime() + milliseconds;
  }

  /** Waits before another look. False: there is no time for one. */
  public async wait(): Promise<boolean> {
    const { pause } = this;
    if (this.timing.now().getTime() + pause > this.until) {
      return false;
    }
    this.pause = Math.min(2 * pause, LONGEST_WAIT_MS);
    await this.timing.sleep(pause);
    return true;
  }
}
