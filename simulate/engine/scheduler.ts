/** Something that happens at a point in virtual time. */
interface Appointment {
  readonly at: number;
  /** Breaks ties: anyone who asked first. */
  readonly order: number;
  readonly happen: () => void | Promise<void>;
}

/** Anyone who may be running on next to the scheduler, until it waits for it again. */
export interface Runner {
  /** Nothing more happens to it unless the scheduler does something. */
  readonly isWaiting: boolean;
}

/** Longest a history may last in virtual time: a system that has not come to rest by then never does. */
const HORIZON_MS = 90 * 86_400_000;

/**
 * Virtual time. One thing happens after the other; between two of them, whatever the first set free runs on until it waits again.
 * Nothing in a history takes real time, and nothing depends on it.
 */
export class Scheduler {
  /** Milliseconds since the epoch. */
  public now = Date.UTC(2030, 0, 1);
  private readonly queue: Appointment[] = [];
  private readonly started = this.now;
  private order = 0;
  private readonly runners = new Set<Runner>();
  private failure?: Error;

  /** Has something happen after so many milliseconds. */
  public after(milliseconds: number, happen: () => void | Promise<void>): void {
    this.insert({ at: this.now + Math.max(0, milliseconds), order: this.order++, happen });
  }

  /** Waits in virtual time. */
  public async sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Lets so much time pass, and whatever happens in it. */
  public async sleepThrough(milliseconds: number): Promise<void> {
    let isOver = false;
    this.after(milliseconds, () => {
      isOver = true;
    });
    await this.run(() => isOver);
  }

  /** The scheduler waits until this one waits. */
  public track(runner: Runner): void {
    this.runners.add(runner);
  }

  /** Ends the history: what was found is thrown from `run`. */
  public fail(error: Error): void {
    this.failure ??= error;
  }

  /** Lets time pass until the condition holds or nothing is left to happen. */
  public async run(until: () => boolean = () => false): Promise<void> {
    await this.settle();
    while (this.failure === undefined && !until() && this.queue.length > 0) {
      const next = this.queue.pop()!;
      this.now = next.at;
      if (this.now - this.started > HORIZON_MS) {
        throw new Error('The history does not come to an end: 90 days of virtual time have passed.');
      }
      await next.happen();
      await this.settle();
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  /** Lets everything run on that can without another appointment. */
  private async settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      for (const runner of this.runners) {
        if (runner.isWaiting) {
          this.runners.delete(runner);
        }
      }
      if (this.runners.size === 0) {
        return;
      }
    }
  }

  /** Latest first, so that the next one is at the end. */
  private insert(appointment: Appointment): void {
    const { queue } = this;
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const other = queue[middle]!;
      if (other.at > appointment.at || (other.at === appointment.at && other.order > appointment.order)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    queue.splice(low, 0, appointment);
  }
}
