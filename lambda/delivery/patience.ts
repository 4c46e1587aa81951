import { Timing } from '../shared/timing';

/** Between two looks. */
const WAIT_MS = 5_000;

/** How long one invocation waits for something before it asks to be invoked again. */
export class Patience {
  private readonly until: number;

  public constructor(private readonly timing: Timing, milliseconds: number) {
    this.until = timing.now().getTime() + milliseconds;
  }

  /** Waits before another look. False: there is no time for one. */
  public async wait(): Promise<boolean> {
    if (this.timing.now().getTime() + WAIT_MS > this.until) {
      return false;
    }
    await this.timing.sleep(WAIT_MS);
    return true;
  }
}
