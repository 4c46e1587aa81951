import { Violation } from './violation';

/** Build numbers that were given out. */
export class BuildNumbers {
  private readonly given = new Map<string, number[]>();

  public highest(component: string): number {
    return Math.max(0, ...this.given.get(component) ?? []);
  }

  /** @param before the highest number that had been given out when this one was asked for */
  public give(component: string, number: number, before: number): void {
    const numbers = this.given.get(component) ?? [];
    if (numbers.includes(number)) {
      throw new Violation('build numbers are unique', `build ${number} of ${component} was given out twice`);
    }
    if (number <= before) {
      throw new Violation('build numbers grow', `build ${number} of ${component} was given out after ${before}`);
    }
    this.given.set(component, [...numbers, number]);
  }
}
