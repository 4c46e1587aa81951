/** Lets only so many pieces of work run at once; the others wait in the order they came. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly count: number) {}

  public async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.count) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.taken += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.taken -= 1;
      }
    }
  }
}
