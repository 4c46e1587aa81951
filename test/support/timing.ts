import { Timing } from '../../lambda/shared/timing';

/** A clock that only sleeping and the test move, or that ticks. Sleeping lets others run. */
export class ManualTiming implements Timing {
  public readonly slept: number[] = [];
  /** How far the clock moves whenever somebody looks at it. */
  public tick = 0;

  public constructor(public milliseconds = Date.parse('2026-03-01T12:00:00Z')) {}

  public now(): Date {
    this.milliseconds += this.tick;
    return new Date(this.milliseconds);
  }

  public async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.milliseconds += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }

  public random(): number {
    return 0.5;
  }

  public pass(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}
