import { MAX_REASON_PATHS } from './reasons';

/** Counts paths and keeps the first few in sorted order: whatever order they come in, the sample is the same. */
export class PathSample {
  public count = 0;
  private readonly first: string[] = [];

  public add(path: string): void {
    this.count++;
    const { first } = this;
    if (first.length === MAX_REASON_PATHS && path >= first[MAX_REASON_PATHS - 1]) {
      return;
    }
    let at = first.length;
    while (at > 0 && first[at - 1] > path) {
      at--;
    }
    if (first[at - 1] !== path) {
      first.splice(at, 0, path);
      first.splice(MAX_REASON_PATHS);
    }
  }

  /**
   * The sample, sorted.
   * @param including - a path that was added and is to be among them
   */
  public paths(including?: string): string[] {
    return including === undefined || this.first.includes(including)
      ? [...this.first]
      : [...this.first.slice(0, MAX_REASON_PATHS - 1), including].sort();
  }
}
