import { anotherAttempt, newHead, nextStep, Sight, startToken, wasLost } from './head';
import { Planner } from './planner';
import { PlanMarkerItem } from '../../src/contract/tables';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { Head, HeadStore } from '../shared/head-store';
import { Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';
import { PlanOvertakenError } from '../shared/plan-store';
import { plannedForHead } from '../shared/planned-for';
import { SourceRepository } from '../shared/source/source-repository';
import { backOff, Timing } from '../shared/timing';

export interface HeadFollowerProps {
  readonly solution: string;
  readonly source: SourceRepository;
  readonly branch: string;
  readonly heads: HeadStore;
  readonly executions: ExecutionStore;
  readonly environments: EnvironmentStore;
  /** The environment whose release is the baseline. */
  readonly baselineEnvironment: string;
  readonly planner: Planner;
  readonly pipeline: Pipeline;
  readonly timing: Timing;
  readonly logger: Logger;
}

const STEPS = 25;

/**
 * Brings the head item and the pipeline up to the branch's head.
 *
 * One step at a time, each a conditional write of what was read, each followed by reading everything anew: so it does not matter who does a step,
 * how many do it at once, or after which step one of them dies. The item is read before the branch: a writer whose condition holds
 * never replaces a newer head by an older one.
 */
export class HeadFollower {
  public constructor(private readonly props: HeadFollowerProps) {}

  /** @returns the head item, when there is nothing left to do about it */
  public async follow(forced: readonly string[] = []): Promise<Head> {
    const { heads, source, branch, timing, planner, solution, logger } = this.props;
    let wish = forced;
    let conflicts = 0;
    for (let step = 0; step < STEPS; step++) {
      const last = await heads.read();
      const headCommitId = await source.branchHead(branch);
      const decision = await this.decide(last, { solution, headCommitId, catalogueDigest: planner.catalogueDigest, forced: wish, now: timing.now() });
      logger.info(decision.why, { commit: headCommitId, step: decision.step, execution: last?.PipelineExecutionId });
      if (decision.step === 'rest') {
        return decision.head;
      }
      const done = decision.step === 'write' ? await heads.replace(last, decision.next) : await this.complete(decision.head);
      if (done) {
        // From here on the wish is in the item: should somebody else get ahead, he carries it on.
        wish = [];
      } else {
        await backOff(timing, conflicts++);
      }
    }
    throw new Error(`The head of branch '${branch}' could not be brought up to date in ${STEPS} steps: others keep changing it. The schedule tries again.`);
  }

  private async decide(last: Head | undefined, sight: Sight): Promise<Decision> {
    const step = nextStep(last, sight);
    switch (step.step) {
      case 'advance':
        return { step: 'write', next: step.next, why: step.why };
      case 'complete':
        return { step: 'complete', head: step.head, why: 'The head is to be planned and started.' };
      case 'check-execution': {
        const status = await this.props.pipeline.status(step.head.PipelineExecutionId!);
        if (wasLost(status)) {
          return { step: 'write', next: anotherAttempt(step.head), why: `The head's execution was lost: its status is ${status}.` };
        }
        return status === 'Succeeded' && await this.wasBuiltOtherwise(step.head)
          ? { step: 'write', next: newHead(last, sight), why: 'The head\'s execution still built by other definitions than the catalogue\'s.' }
          : { step: 'rest', head: step.head, why: `The head was started; its execution's status is ${status ?? 'unknown'}.` };
      }
      case 'check-baseline': {
        const live = await this.live();
        // What somebody promoted stays until the branch moves: the schedule must not undo it.
        return (live?.Release === step.head.Baseline || live?.Promotion !== undefined) && !await this.isUnsettled(step.head, live)
          ? { step: 'rest', head: step.head, why: live?.Promotion === undefined ? 'Nothing of the head differs from the baseline.' : `${live.Promotion} was promoted.` }
          : { step: 'write', next: newHead(last, sight), why: 'Nothing differed from the baseline, but another release went live or is on its way.' };
      }
    }
  }

  /** Plans the head and starts its execution, where one is needed. False: somebody else got ahead. */
  private async complete(head: Head): Promise<boolean> {
    const { heads, pipeline, solution } = this.props;
    const plan = await this.plan(head);
    if (plan === undefined) {
      return false;
    }
    const planned = { ...head, PlanId: plan.PlanId, Baseline: plan.BaselineRelease };
    if (plan.Changed === 0 && !await this.isUnsettled(head, await this.live())) {
      return heads.replace(head, { ...planned, Status: 'NothingChanged' });
    }
    if (!sameAttempt(await heads.read(), head)) {
      return false;
    }
    const executionId = await pipeline.start(head.HeadCommitId, startToken(solution, head));
    if (await heads.replace(head, { ...planned, Status: 'Started', PipelineExecutionId: executionId })) {
      return true;
    }
    await this.keepNewestLast(head);
    return false;
  }

  /** The head's plan; nothing where a later head was planned meanwhile. */
  private async plan(head: Head): Promise<PlanMarkerItem | undefined> {
    try {
      return await this.props.planner.plan({ commitId: head.HeadCommitId, plannedFor: plannedForHead(head.HeadNumber), forced: head.Forced });
    } catch (error) {
      if (error instanceof PlanOvertakenError) {
        return undefined;
      }
      throw error;
    }
  }

  /** The branch moved on while an older head was being started, perhaps after the newer one: that one is to be started last. */
  private async keepNewestLast(started: Head): Promise<void> {
    const current = await this.props.heads.read();
    if (current !== undefined && current.HeadCommitId !== started.HeadCommitId) {
      await this.props.heads.replace(current, anotherAttempt(current));
    }
  }

  /**
   * Whether the first environment may hold, or come to hold, something else than the baseline: an execution came after it and failed half-way,
   * or is still under way. A head without changes needs an execution then, as a revert of what broke the environment does.
   */
  private async isUnsettled(head: Head, live: LiveRelease | undefined): Promise<boolean> {
    const { executions, pipeline } = this.props;
    if (await executions.lastPlanned() > (live?.Sequence ?? 0)) {
      return true;
    }
    const lastStarted = head.PipelineExecutionId;
    const status = lastStarted === undefined ? undefined : await pipeline.status(lastStarted);
    // One that was lost may have reached the first environment, and no other.
    return wasLost(status) || (status === 'InProgress' && await executions.find(lastStarted!) === undefined);
  }

  /**
   * Whether the head's release is live with builds by other definitions than the catalogue's. While the pipeline's stack is deployed, this function
   * has the new catalogue before the builds do, and an execution may run through in between.
   */
  private async wasBuiltOtherwise(head: Head): Promise<boolean> {
    const live = await this.live();
    return live?.PipelineExecutionId === head.PipelineExecutionId && this.props.planner.hasOtherDefinitions(live!.Release);
  }

  private async live(): Promise<LiveRelease | undefined> {
    return this.props.environments.read(this.props.baselineEnvironment);
  }
}

type Decision =
  | { readonly step: 'write'; readonly next: Head; readonly why: string }
  | { readonly step: 'complete'; readonly head: Head; readonly why: string }
  | { readonly step: 'rest'; readonly head: Head; readonly why: string };

function sameAttempt(current: Head | undefined, head: Head): boolean {
  return current?.HeadNumber === head.HeadNumber && current.Attempt === head.Attempt && current.Status === head.Status;
}
