import { createHash } from 'crypto';

/** A stream of numbers that a seed decides. */
export class Random {
  private drawn = 0;

  public constructor(private readonly seed: string) {}

  /** From 0 to 1, without 1. */
  public next(): number {
    this.drawn += 1;
    return createHash('sha256').update(`${this.seed} ${this.drawn}`).digest().readUInt32BE() / 2 ** 32;
  }

  public chance(probability: number): boolean {
    return this.next() < probability;
  }

  public int(below: number): number {
    return Math.floor(this.next() * below);
  }

  public pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)]!;
  }

  public some<T>(from: readonly T[], atMost: number): T[] {
    const picked = new Set<T>();
    for (let left = this.int(atMost + 1); left > 0; left -= 1) {
      picked.add(this.pick(from));
    }
    return [...picked];
  }
}
