import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../services/json-protocol';

/** What people see of an action. */
export interface ActionDetails {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
}

export interface JobSuccess {
  readonly continuationToken?: string;
  readonly outputVariables?: Readonly<Record<string, string>>;
  readonly executionDetails?: ActionDetails;
}

export interface JobFailure {
  readonly type: string;
  readonly message: string;
  readonly externalExecutionId?: string;
}

export type JobResult = { readonly success: JobSuccess } | { readonly failure: JobFailure };

/** CodePipeline's jobs that wait for their worker's result. */
export class Jobs {
  private readonly open = new Map<string, (result: JobResult) => void>();
  private readonly done = new Set<string>();

  /** A new job, and the result that its worker will report. */
  public create(): { readonly id: string; readonly result: Promise<JobResult> } {
    const id = randomUUID();
    return { id, result: new Promise((resolve) => this.open.set(id, resolve)) };
  }

  /** @throws ServiceError if there is no such job or it has its result already */
  public complete(id: string, result: JobResult): void {
    const resolve = this.open.get(id);
    if (resolve === undefined) {
      throw this.done.has(id)
        ? new ServiceError('InvalidJobStateException', `Job ${id} has ended: its result cannot be changed`)
        : new ServiceError('JobNotFoundException', `There is no job ${id}`);
    }
    this.open.delete(id);
    this.done.add(id);
    resolve(result);
  }

  /** The action was abandoned: anyone who reports its result is refused. */
  public abandon(id: string): void {
    if (this.open.delete(id)) {
      this.done.add(id);
    }
  }

  /** Whether the job still waits. */
  public isOpen(id: string): boolean {
    return this.open.has(id);
  }
}
