/** Something that the run would need and that is not emulated: it ends the run, because going on would prove nothing. */
export class NotEmulatedError extends Error {
  public readonly name = 'NotEmulatedError';

  constructor(what: string, advice = 'The local run cannot go on without it.') {
    super(`Not emulated: ${what}. ${advice}`);
  }
}

/** Something that was handed to the run is not what it should be: an assembly, a repository, a revision. */
export class InputError extends Error {
  public readonly name = 'InputError';
}

/** What is under way, and the first error that ended the run. */
export class Activity {
  private underWay = 0;
  private readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private failure: Error | undefined;

  /** Counts `work` as under way until it settles. A rejection ends the run. */
  public track(work: Promise<unknown>): void {
    this.change(1);
    work.catch((error) => this.fail(error instanceof Error ? error : new Error(String(error)))).finally(() => this.change(-1));
  }

  /** Waits, inside tracked work, for something that only the caller of the local run can do: meanwhile the work doesn't count. */
  public async parked<T>(work: Promise<T>): Promise<T> {
    this.change(-1);
    return work.finally(() => this.change(1));
  }

  /** Ends the run. The first error counts. */
  public fail(error: Error): void {
    this.failure ??= error;
    this.change(0);
  }

  /** Resolves when nothing is under way. Rejects with the error that ended the run. */
  public async idle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.change(0);
    });
  }

  private change(by: number): void {
    this.underWay += by;
    // What was waiting for the work goes on first: it may bring new work.
    setImmediate(() => {
      if (this.failure !== undefined || this.underWay === 0) {
        for (const { resolve, reject } of this.waiting.splice(0)) {
          this.failure === undefined ? resolve() : reject(this.failure);
        }
      }
    });
  }
}
