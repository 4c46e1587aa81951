/* eslint-disable no-bitwise -- generators of random numbers are made of bits */
/** A seeded source of chance. The same seed gives the same sequence on every machine. */
export class Random {
  /** A source of its own for each thing that has a name: what one draws does not shift what another gets. */
  public static named(...names: readonly (string | number)[]): Random {
    let hash = 0x811c9dc5;
    for (const character of names.join('\u0000')) {
      hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    }
    return new Random(hash);
  }

  private state: number;

  public constructor(seed: number) {
    // Neighbouring seeds are distinguished by their sequences from the first number on.
    this.state = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) | 0;
    this.next();
  }

  /** From 0 up to, but not including, 1 (mulberry32). */
  public next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `least` to `most`, both included. */
  public integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  public chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  public pick<T>(items: readonly T[]): T {
    if (items.length === 0) {
      throw new Error('There is nothing to pick from.');
    }
    return items[this.integer(0, items.length - 1)]!;
  }

  /** One of the keys, as often as its weight says. */
  public weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) {
        return key;
      }
    }
    return entries[entries.length - 1]![0];
  }

  /** Those that chance selects, in their order. */
  public some<T>(items: readonly T[], probability: number): T[] {
    return items.filter(() => this.chance(probability));
  }

  /** A duration between the two, any order of magnitude as likely as another. */
  public duration(least: number, most: number): number {
    return Math.round(least * (most / least) ** this.next());
  }
}
