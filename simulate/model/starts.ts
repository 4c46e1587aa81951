import { Violation } from './violation';
import type { Execution } from '../world/execution';

export interface StartsProps {
  readonly now: () => number;
  /** The executions that the pipeline knows: not those of before it was made again. */
  readonly known: () => readonly Execution[];
  /** Whether what an execution promoted is recorded as live somewhere. */
  readonly isRecordedLive: (execution: Execution) => boolean;
}

/** The longest that a function works on one event: what it saw when it began may be another thing when it starts something. */
const INVOCATION_MS = 900_000;

/** What starts executions: people and the branch do; the schedule starts again what was lost, and undoes nothing that people chose. */
export class Starts {
  private readonly all: { readonly execution: Execution; readonly at: number }[] = [];
  /** Executions that there were when someone last asked for the branch's head, by moving the branch or otherwise. */
  private beforeAsking = 0;

  /** What people asked for and the function has not answered. */
  private requests = 0;

  /** Executions that there were when the table of plans was emptied: the library knows nothing of them but what they brought. */
  private beforeLoss = 0;

  public constructor(private readonly props: StartsProps) {}

  /** The table of plans was emptied. */
  public lostDiffs(): void {
    this.beforeLoss = this.all.length;
  }

  /** The branch moved, or someone asked the function for something. */
  public asked(): void {
    this.beforeAsking = this.all.length;
  }

  /** The function works on what a person asked for, and may start an execution for it at any moment. */
  public worksOnRequest(isWorking: boolean): void {
    this.requests += isWorking ? 1 : -1;
    this.asked();
  }

  public started(execution: Execution): void {
    if (execution.request.by === 'function') {
      this.checkPromotions(execution);
      const twin = this.props.known().find((other) => other.request.by === 'creation' && other.commitId === execution.request.commitId && isThere(other) && isPlanned(other)
        && other.version === execution.version && this.requests === 0 && Math.max(this.beforeAsking, this.beforeLoss) < other.order);
      if (twin !== undefined) {
        throw new Violation('one head starts one execution', `${execution.id} was started, although ${twin.id}, which the pipeline started by itself, has the commit`);
      }
    }
    this.all.push({ execution, at: this.props.now() });
  }

  /** The release of an execution that the pipeline started by itself was deployed. */
  public deployed(execution: Execution): void {
    if (execution.request.by !== 'creation') {
      return;
    }
    this.checkPromotions(execution);
    const twin = this.props.known().find((other) => other.request.by === 'function' && other.request.commitId === execution.commitId && isThere(other)
      && other.version === execution.version && this.requests === 0 && Math.max(this.beforeAsking, this.beforeLoss) < Math.min(other.order, execution.order));
    if (twin !== undefined) {
      throw new Violation('one head starts one execution', `${execution.id}, which the pipeline started by itself, deploys the commit that ${twin.id} has`);
    }
  }

  private checkPromotions({ id, order, request, commitId = request.commitId }: Execution): void {
    const before = this.all.filter(({ execution }) => execution.order < order && execution.request.by !== 'creation');
    const started = before.filter(({ execution }) => execution.request.by === 'function').at(-1)?.execution;
    const last = before.at(-1);
    if (last === undefined || started?.request.commitId !== commitId || this.beforeAsking >= started!.order || !isChosen(last.execution)
      || this.props.now() - last.at < INVOCATION_MS) {
      return;
    }
    // A pipeline that was made again does not know what was tried before, but the table knows what is live. Where the table of plans was lost too, nothing
    // says whether the branch moved since: its head is released.
    if (!this.props.known().includes(last.execution) && this.beforeLoss >= last.execution.order) {
      return;
    }
    if (this.props.known().includes(last.execution) || this.props.isRecordedLive(last.execution)) {
      throw new Violation('what people promoted is never undone by itself', `${id} was started by nobody after ${last.execution.id}, which promotes ${last.execution.request.promotion ?? 'by a rollback'}`);
    }
  }
}

function isChosen({ request: { promotion, rollback } }: Execution): boolean {
  return promotion !== undefined || rollback !== undefined;
}

function isThere({ status }: Execution): boolean {
  return status === 'InProgress' || status === 'Succeeded';
}

/** Its Plan action came to its end. */
function isPlanned({ variables }: Execution): boolean {
  return variables.planId !== undefined;
}
