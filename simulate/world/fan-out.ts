import { ActionResult, Execution } from './execution';
import type { FailureEvent, FanOutRunInput, TrancheAnswer, TrancheEvent } from '../../src/contract/fan-out';

export interface FanOutProps {
  /** Invokes the builds function once. Nothing where it failed; what chance did to it is noted. */
  readonly ask: (event: TrancheEvent | FailureEvent, faults: Set<string>) => Promise<TrancheAnswer | undefined>;
  readonly build: (execution: Execution, component: string) => Promise<ActionResult>;
}

/** Step Functions with the state machine of a fan-out: asks for the builds of one tranche after the other and runs them side by side. */
export class FanOut {
  public constructor(private readonly props: FanOutProps) {}

  /** @param isStopped whether it was stopped meanwhile: builds that were started go on */
  public async run(execution: Execution, input: FanOutRunInput, isStopped: () => boolean): Promise<ActionResult> {
    const { commitId, planId, pipelineExecutionId, source } = input;
    const faults = new Set<string>();
    const failures: ActionResult[] = [];
    for (let { tranche } = input; ;) {
      const answer = await this.props.ask({ commitId, planId, pipelineExecutionId, source, tranche }, faults);
      if (isStopped()) {
        return { ok: false, why: 'It was stopped.', injected: true };
      }
      switch (answer?.step) {
        case 'inline': {
          const results = await Promise.all(answer.builds.map(async ({ component }) => this.build(execution, component)));
          failures.push(...results.filter(({ ok }) => !ok));
          tranche = answer.next;
          break;
        }
        case 'done': return { ok: true };
        case 'failed': return { ok: false, why: answer.cause, injected: failures.length > 0 && failures.every((result) => !result.ok && result.injected) };
        case undefined: return { ok: false, why: 'The builds function failed.', injected: faults.size > 0 };
        case 'distributed': throw new Error('A distributed map is not simulated.');
      }
    }
  }

  /** A failure is noted, and ends nothing else. */
  private async build(execution: Execution, component: string): Promise<ActionResult> {
    const result = await this.props.build(execution, component);
    if (!result.ok) {
      await this.props.ask({ failure: { component, pipelineExecutionId: execution.id, error: 'States.TaskFailed', cause: result.why } }, new Set());
    }
    return result;
  }
}
