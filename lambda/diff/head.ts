import { createHash } from 'node:crypto';
import { PlanMarkerItem } from '../../src/contract/tables';
import { Head } from '../shared/head-store';

/** What the function sees of the world when it looks. */
export interface Sight {
  readonly solution: string;
  /** Where the branch points now. */
  readonly headCommitId: string;
  readonly catalogueDigest: string;
  /** Components to force; empty where no one asked. */
  readonly forced: readonly string[];
  /** Whether someone asked to let the branch flow again. */
  readonly resumed: boolean;
  readonly now: Date;
}

/** What there is to do about the head. */
export type NextStep =
  /** Write this first; its plan and start follow. */
  | { readonly step: 'advance'; readonly next: Head; readonly why: string }
  /** The same, unless what is live was chosen by hand: nobody asked for it. */
  | { readonly step: 'advance-unasked'; readonly next: Head; readonly why: string }
  /** The head was written but not completed: complete it. */
  | { readonly step: 'complete'; readonly head: Head }
  /** Nothing, unless its execution was lost. */
  | { readonly step: 'check-execution'; readonly head: Head }
  /** Nothing, unless something else went live since. */
  | { readonly step: 'check-baseline'; readonly head: Head };

/** What is to be done about the head that was last seen, in the light of what is seen now. */
export function nextStep(last: Head | undefined, sight: Sight): NextStep {
  if (last === undefined) {
    // Also where the table was emptied: then something may be live that was chosen by hand.
    return { step: 'advance-unasked', next: newHead(last, sight, sight.forced.length > 0 || sight.resumed ? 'Asked' : 'Again'), why: 'The branch is seen for the first time.' };
  }
  if (last.HeadCommitId !== sight.headCommitId) {
    return { step: 'advance', next: newHead(last, sight, 'Moved'), why: `The branch moved from ${last.HeadCommitId}.` };
  }
  if (last.Status === 'Planning' && last.CatalogueDigest === sight.catalogueDigest) {
    // Also where someone asks for what is already being done: it is the retry of a call that did not come to its end.
    return sight.forced.every((name) => last.Forced.includes(name)) && (!sight.resumed || last.Origin === 'Asked')
      ? { step: 'complete', head: last }
      : { step: 'advance', next: newHead(last, sight, 'Asked'), why: 'More was asked for.' };
  }
  if (sight.forced.length > 0 || sight.resumed) {
    return { step: 'advance', next: newHead(last, sight, 'Asked'), why: sight.resumed ? 'The branch is to flow again.' : 'Components are forced.' };
  }
  if (last.CatalogueDigest !== sight.catalogueDigest) {
    return last.Status === 'Planning' && last.Origin !== 'Again'
      ? { step: 'advance', next: newHead(last, sight, last.Origin), why: 'The catalogue changed before the head was started.' }
      : { step: 'advance-unasked', next: newHead(last, sight, 'Again'), why: 'The catalogue changed.' };
  }
  return last.Status === 'Started' ? { step: 'check-execution', head: last } : { step: 'check-baseline', head: last };
}

/** The head to write for what is seen. What someone asked for and was not yet started stays asked for. */
export function newHead(last: Head | undefined, sight: Sight, origin: Head['Origin']): Head {
  const isPending = last?.Status === 'Planning';
  const pending = isPending ? last.Forced : [];
  return {
    HeadNumber: (last?.HeadNumber ?? 0) + 1,
    HeadCommitId: sight.headCommitId,
    CatalogueDigest: sight.catalogueDigest,
    Forced: [...new Set([...pending, ...sight.forced])].sort(),
    Status: 'Planning',
    Origin: isPending && last.Origin === 'Asked' ? 'Asked' : origin,
    Attempt: 1,
    PipelineExecutionId: last?.PipelineExecutionId,
    ...(last?.BlindPlans === undefined ? {} : { BlindPlans: last.BlindPlans }),
    Timestamp: sight.now.toISOString(),
  };
}

/**
 * An execution of the branch's head ended without having had its chance: the pipeline's definition was updated under it,
 * or an execution of an older commit came later and superseded it. One that failed or was stopped by a person had it.
 */
export function wasLost(status: string | undefined): boolean {
  return status === 'Cancelled' || status === 'Superseded';
}

/** A head that is not to be started: what is live was chosen by hand, and stays until someone asks for something else. */
export function atRest(head: Head): Head {
  return { ...head, Status: 'NothingChanged' };
}

/** The same head, to be started once more. */
export function anotherAttempt(head: Head): Head {
  return { ...free(head), Status: 'Planning', Origin: 'Again', Attempt: head.Attempt + 1 };
}

/** An invocation that plans heads. */
export interface Planning {
  /** Its ID, which Lambda's further attempts at the same event share. */
  readonly invocation: string;
  /** When it ends at the latest. */
  readonly endsAt: Date;
}

/** Whether another invocation may be planning the head at the moment. */
export function isPlannedByAnother({ PlannedBy: by, PlannedUntil: until }: Head, { invocation }: Planning, now: Date): boolean {
  return by !== undefined && by !== invocation && Date.parse(until!) > now.getTime();
}

/** The head, left to this invocation. */
export function taken(head: Head, { invocation, endsAt }: Planning): Head {
  return { ...head, PlannedBy: invocation, PlannedUntil: endsAt.toISOString() };
}

/** The head, given back. */
export function free({ PlannedBy: _by, PlannedUntil: _until, ...head }: Head): Head {
  return head;
}

/** The head with its plan. A plan that was counted before is not counted again. */
export function planned(head: Head, { PlanId, BaselineRelease, Blind }: Pick<PlanMarkerItem, 'PlanId' | 'BaselineRelease' | 'Blind'>): Head {
  const { BlindPlans: before = 0, ...rest } = free(head);
  const blind = PlanId === head.PlanId ? before : Blind === true ? before + 1 : 0;
  return { ...rest, PlanId, Baseline: BaselineRelease, ...(blind === 0 ? {} : { BlindPlans: blind }) };
}

/** The token that makes the start of this attempt at this head one execution, however often it is asked for. */
export function startToken(solution: string, head: Head): string {
  return createHash('sha256')
    .update(JSON.stringify([solution, head.HeadNumber, head.Attempt, head.HeadCommitId, head.Timestamp]))
    .digest('hex');
}
