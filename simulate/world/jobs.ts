import { ActionResult } from './execution';
import { ServiceError } from '../services/service';

/** CodePipeline's jobs: what a function is invoked for, and has to answer once. */
export class Jobs {
  private readonly open = new Map<string, (result: ActionResult) => void>();
  private count = 0;

  /** @returns the job's ID, and its answer */
  public create(): { readonly id: string; readonly result: Promise<ActionResult> } {
    const id = `job-${++this.count}`;
    return { id, result: new Promise((resolve) => this.open.set(id, resolve)) };
  }

  public isOpen(id: string): boolean {
    return this.open.has(id);
  }

  public answer(id: string, result: ActionResult): void {
    const resolve = this.open.get(id);
    if (resolve === undefined) {
      throw new ServiceError('InvalidJobStateException', `The job ${id} is not in progress`);
    }
    this.open.delete(id);
    resolve(result);
  }
}
