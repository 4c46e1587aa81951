import { setTimeout as sleep } from 'node:timers/promises';

const LOOKS_PER_MINUTE = 10;

/** CloudWatch's alarms, which go off when they are told to: there are no metrics locally. */
export class Alarms {
  private readonly alarming = new Set<string>();

  /** @param minute how long one lasts, in milliseconds */
  constructor(private readonly minute: number) {}

  public set(arn: string, state: 'OK' | 'ALARM'): void {
    if (state === 'ALARM') {
      this.alarming.add(arn);
    } else {
      this.alarming.delete(arn);
    }
  }

  public isAlarming(arn: string): boolean {
    return this.alarming.has(arn);
  }

  /** When some minutes are over, in milliseconds since the epoch. */
  public after(minutes: number): number {
    return Date.now() + minutes * this.minute;
  }

  /** Watches for some minutes. The first of these alarms that goes off, as soon as it does. */
  public async firstWithin(minutes: number, arns: readonly string[]): Promise<string | undefined> {
    for (let look = 0; look <= minutes * LOOKS_PER_MINUTE; look++) {
      const alarm = arns.find((arn) => this.alarming.has(arn));
      if (alarm !== undefined) {
        return alarm;
      }
      await sleep(this.minute / LOOKS_PER_MINUTE);
    }
    return undefined;
  }
}
