import { anotherAttempt, atRest, free, isPlannedByAnother, newHead, nextStep, planned, Planning, Sight, startToken, taken } from './head';
import { isUnderWay, Outstanding } from './outstanding';
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
  /** Names of the environments that every release reaches, in the order of deployment: the release of the first is the baseline. */
  readonly environmentNames: readonly string[];
  /** Names of the others. */
  readonly apart: readonly string[];
  readonly planner: Planner;
  readonly pipeline: Pipeline;
  /** Who follows: what it plans, no other invocation plans meanwhile. */
  readonly planning: Planning;
  readonly timing: Timing;
  readonly logger: Logger;
}

const STEPS = 25;

/**
 * Brings the head item and the pipeline up to the branch's head.
 *
 * One step at a time, each a conditional write of what was read, each followed by reading everything again: so it does not matter who does a step,
 * how many do it at once, or after which step one of them dies. The item is read before the branch: a writer whose condition holds
 * never replaces a newer head by an older one.
 */
export class HeadFollower {
  private readonly outstanding: Outstanding;

  public constructor(private readonly props: HeadFollowerProps) {
    this.outstanding = new Outstanding(props);
  }

  /** @returns the head item, when there is nothing left to do about it */
  public async follow(asked: Asked = {}): Promise<Head> {
    const { heads, branch, timing, logger } = this.props;
    let wish = asked;
    let conflicts = 0;
    for (let step = 0; step < STEPS; step++) {
      const last = await heads.read();
      const sight = await this.look(wish);
      const decision = await this.decide(last, sight);
      logger.info(decision.why, { commit: sight.headCommitId, step: decision.step, execution: last?.PipelineExecutionId });
      if (decision.step === 'rest') {
        return decision.head;
      }
      const done = decision.step === 'write' ? await heads.replace(last, decision.next) : await this.complete(decision.head);
      if (done) {
        // From here on the wish is in the item: should someone else get ahead, he carries it on.
        wish = {};
      } else {
        await backOff(timing, conflicts++);
      }
    }
    throw new Error(`The head of branch '${branch}' could not be brought up to date in ${STEPS} steps: others keep changing it. The schedule tries again.`);
  }

  /**
   * Takes an execution that CodePipeline started by itself, as it does when the pipeline is created, for the head's. False: it is to end, as the head has
   * one or needs none, the execution's commit is not the head, or another execution came after it and would deploy after it.
   */
  public async adopt(executionId: string, commitId: string): Promise<boolean> {
    const { heads, environments, environmentNames, pipeline, logger, timing } = this.props;
    for (let attempt = 0; attempt < STEPS; attempt++) {
      const last = await heads.read();
      if (last?.PipelineExecutionId === executionId) {
        return true;
      }
      const sight = await this.look();
      if (sight.headCommitId !== commitId || (last !== undefined && await this.isServed(last, sight))
        || await environments.isAnyPromoted(environmentNames) || await pipeline.lastStarted() !== executionId) {
        return false;
      }
      if (await heads.replace(last, { ...newHead(last, sight, 'Again'), Status: 'Started', PipelineExecutionId: executionId })) {
        logger.info('The execution that CodePipeline started by itself is the head\'s', { commit: commitId, execution: executionId });
        return true;
      }
      await backOff(timing, attempt);
    }
    throw new Error(`Others keep changing the head of branch '${this.props.branch}'. Retry the stage.`);
  }

  /** Whether the head of what is seen needs no further execution: it is being started, has one that is known, or needs none. */
  private async isServed(last: Head, { headCommitId, catalogueDigest }: Sight): Promise<boolean> {
    if (last.HeadCommitId !== headCommitId || last.CatalogueDigest !== catalogueDigest) {
      return false;
    }
    switch (last.Status) {
      case 'Planning': return true;
      case 'Started': return !await this.outstanding.isLost(last, await this.props.pipeline.status(last.PipelineExecutionId!));
      case 'NothingChanged': return this.needsNothing(last, await this.outstanding.baseline());
    }
  }

  /** Whether what is live is still what a head that needed no execution was compared with, and that is live everywhere or on its way. */
  private async needsNothing(head: Head, baseline: LiveRelease | undefined): Promise<boolean> {
    return (baseline?.Release === head.Baseline || baseline?.Promotion !== undefined) && !await this.outstanding.isUnsettled(head, baseline);
  }

  private async look({ forced = [], resumed = false }: Asked = {}): Promise<Sight> {
    const { solution, source, branch, planner, timing } = this.props;
    return { solution, headCommitId: await source.branchHead(branch), catalogueDigest: planner.catalogueDigest, forced, resumed, now: timing.now() };
  }

  private async decide(last: Head | undefined, sight: Sight): Promise<Decision> {
    const step = nextStep(last, sight);
    switch (step.step) {
      case 'advance':
        return { step: 'write', next: step.next, why: step.why };
      case 'advance-unasked': {
        const promoted = step.next.Origin === 'Again' ? await this.promotedLast() : undefined;
        if (promoted === undefined) {
          return { step: 'write', next: step.next, why: step.why };
        }
        return last === undefined
          ? { step: 'write', next: atRest(step.next), why: `${step.why} ${held(promoted)}` } : { step: 'rest', head: last, why: `${step.why} ${held(promoted)}` };
      }
      case 'complete':
        return isPlannedByAnother(step.head, this.props.planning, sight.now)
          ? { step: 'rest', head: step.head, why: `Another invocation plans the head, until ${step.head.PlannedUntil!} at the latest.` }
          : { step: 'complete', head: step.head, why: 'The head is to be planned and started.' };
      case 'check-execution': {
        const status = await this.props.pipeline.status(step.head.PipelineExecutionId!);
        if (!await this.outstanding.isLost(step.head, status)) {
          if (status === 'Succeeded' && await this.outstanding.isEnvironmentNew() && await this.promotedLast() === undefined) {
            return { step: 'write', next: newHead(last, sight, 'Again'), why: 'Nothing was ever live in an environment: it was added since the head was released.' };
          }
          const isOver = status !== undefined && !isUnderWay(status);
          return isOver && await this.isRebuildDue(step.head) ? this.rebuild(step.head, sight)
            : { step: 'rest', head: step.head, why: `The head was started; its execution's status is ${status ?? 'unknown'}.` };
        }
        const promoted = await this.promotedLast();
        return promoted === undefined
          ? { step: 'write', next: anotherAttempt(step.head), why: `The head's execution was lost: its status is ${status ?? 'unknown'}.` }
          : { step: 'rest', head: step.head, why: held(promoted) };
      }
      case 'check-baseline': {
        const promoted = await this.promotedLast();
        if (promoted !== undefined) {
          return { step: 'rest', head: step.head, why: held(promoted) };
        }
        const live = await this.outstanding.baseline();
        if (live?.Promotion === undefined && await this.isRebuildDue(step.head)) {
          return this.rebuild(step.head, sight);
        }
        return await this.needsNothing(step.head, live)
          ? { step: 'rest', head: step.head, why: live?.Promotion === undefined ? 'Nothing of the head differs from the baseline.' : `${live.Promotion} was promoted.` }
          : { step: 'write', next: newHead(last, sight, 'Again'), why: 'Nothing differed from the baseline, but another release went live or is on its way, or an environment lacks the baseline.' };
      }
    }
  }

  /** No one asks for it, so what is live may not have been chosen by hand. */
  private async isRebuildDue({ Timestamp: plannedAt }: Head): Promise<boolean> {
    return await this.props.planner.isRebuildDue(plannedAt) && await this.promotedLast() === undefined;
  }

  private rebuild(last: Head, sight: Sight): Decision {
    return { step: 'write', next: newHead(last, sight, 'Again'), why: 'A build is older than it may get.' };
  }

  /** Plans the head and starts its execution, where one is needed, as long as no other invocation does. False: someone else got ahead. */
  private async complete(head: Head): Promise<boolean> {
    const { heads, planning } = this.props;
    const mine = taken(head, planning);
    try {
      return await heads.replace(head, mine) && await this.completeTaken(mine);
    } catch (error) {
      // The next look need not wait. If this fails too, it waits.
      await heads.replace(mine, free(mine)).catch(() => undefined);
      throw error;
    }
  }

  private async completeTaken(head: Head): Promise<boolean> {
    const { heads, pipeline, solution, source } = this.props;
    const plan = await this.plan(head);
    if (plan === undefined) {
      return false;
    }
    const next = planned(head, plan);
    if (!await this.isToBeStarted(head, plan)) {
      return heads.replace(head, atRest(next));
    }
    if (!sameAttempt(await heads.read(), head)) {
      return false;
    }
    const revision = await source.pins?.revisionOf(head.HeadCommitId) ?? { type: 'COMMIT_ID' as const, value: head.HeadCommitId };
    const executionId = await pipeline.start(revision, startToken(solution, head));
    if (await heads.replace(head, { ...next, Status: 'Started', PipelineExecutionId: executionId })) {
      return true;
    }
    await this.keepNewestLast(head);
    return false;
  }

  private async isToBeStarted(head: Head, plan: PlanMarkerItem): Promise<boolean> {
    switch (head.Origin) {
      case 'Asked': return true;
      // Someone may have promoted while it was being planned.
      case 'Again': if (await this.promotedLast() !== undefined) {
        return false;
      }
    }
    return plan.Changed > 0 || this.outstanding.isUnsettled(head, await this.outstanding.baseline());
  }

  /** The head's plan; nothing where a later head was planned meanwhile. */
  private async plan(head: Head): Promise<PlanMarkerItem | undefined> {
    try {
      return await this.props.planner.plan({ commitId: head.HeadCommitId, plannedFor: plannedForHead(head.HeadNumber), forced: head.Forced });
    } catch (error) {
      if (error instanceof PlanOvertakenError) {
        // Where there is no later head, the table was emptied while it was being planned: heads are counted on from there.
        await this.props.heads.replace(head, { ...free(head), HeadNumber: error.headNumber + 1 });
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

  private async promotedLast(): Promise<string | undefined> {
    return this.props.pipeline.promotedLast(this.props.apart);
  }
}

/** What someone asks for by hand. */
export interface Asked {
  /** Components to build, whether or not they changed. */
  readonly forced?: readonly string[];
  /** Whether the branch's head is to be released, whatever was promoted since. */
  readonly resumed?: boolean;
}

function held(promoted: string): string {
  return `Last came ${promoted}: it stays until the branch moves, or somebody lets the branch flow again.`;
}

type Decision =
  | { readonly step: 'write'; readonly next: Head; readonly why: string }
  | { readonly step: 'complete'; readonly head: Head; readonly why: string }
  | { readonly step: 'rest'; readonly head: Head; readonly why: string };

/** Numbers begin again where the table was emptied: the time tells such a head from the one before. */
function sameAttempt(current: Head | undefined, head: Head): boolean {
  return current?.HeadNumber === head.HeadNumber && current.Attempt === head.Attempt && current.Status === head.Status && current.Timestamp === head.Timestamp;
}
