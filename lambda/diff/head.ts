import { createHash } from 'node:crypto';
import { Head } from '../shared/head-store';

/** What the function sees of the world when it looks. */
export interface Sight {
  readonly solution: string;
  /** Where the branch points now. */
  readonly headCommitId: string;
  readonly catalogueDigest: string;
  /** Components to force; empty where nobody asked. */
  readonly forced: readonly string[];
  readonly now: Date;
}

/** What there is to do about the head. */
export type NextStep =
  /** Write this first; its plan and start follow. */
  | { readonly step: 'advance'; readonly next: Head; readonly why: string }
  /** The head was written but not completed: complete it. */
  | { readonly step: 'complete'; readonly head: Head }
  /** Nothing, unless its execution was lost. */
  | { readonly step: 'check-execution'; readonly head: Head }
  /** Nothing, unless something else went live since. */
  | { readonly step: 'check-baseline'; readonly head: Head };

/** What is to be done about the head that was last seen, in the light of what is seen now. */
export function nextStep(last: Head | undefined, sight: Sight): NextStep {
  if (last === undefined) {
    return { step: 'advance', next: newHead(last, sight), why: 'The branch is seen for the first time.' };
  }
  if (last.HeadCommitId !== sight.headCommitId) {
    return { step: 'advance', next: newHead(last, sight), why: `The branch moved from ${last.HeadCommitId}.` };
  }
  if (last.CatalogueDigest !== sight.catalogueDigest) {
    return { step: 'advance', next: newHead(last, sight), why: 'The catalogue changed.' };
  }
  if (last.Status === 'Planning') {
    // Also where somebody asks to force what is already being forced: it is the retry of a call that did not come to its end.
    return sight.forced.every((name) => last.Forced.includes(name))
      ? { step: 'complete', head: last }
      : { step: 'advance', next: newHead(last, sight), why: 'Further components are forced.' };
  }
  if (sight.forced.length > 0) {
    return { step: 'advance', next: newHead(last, sight), why: 'Components are forced.' };
  }
  return last.Status === 'Started' ? { step: 'check-execution', head: last } : { step: 'check-baseline', head: last };
}

/** The head to write for what is seen. What was forced and not yet started stays forced. */
export function newHead(last: Head | undefined, sight: Sight): Head {
  const pending = last?.Status === 'Planning' ? last.Forced : [];
  return {
    HeadNumber: (last?.HeadNumber ?? 0) + 1,
    HeadCommitId: sight.headCommitId,
    CatalogueDigest: sight.catalogueDigest,
    Forced: [...new Set([...pending, ...sight.forced])].sort(),
    Status: 'Planning',
    Attempt: 1,
    PipelineExecutionId: last?.PipelineExecutionId,
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

/** The same head, to be started once more. */
export function anotherAttempt(head: Head): Head {
  return { ...head, Status: 'Planning', Attempt: head.Attempt + 1 };
}

/** The token that makes the start of this attempt at this head one execution, however often it is asked for. */
export function startToken(solution: string, head: Head): string {
  return createHash('sha256')
    .update(JSON.stringify([solution, head.HeadNumber, head.Attempt, head.HeadCommitId, head.Timestamp]))
    .digest('hex');
}
