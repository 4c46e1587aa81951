import { shownName } from './deployer/names';

/** What a stack showed at one moment. */
export interface StackFacts {
  readonly stackId: string;
  readonly status: string;
  /** When it was last updated, or created; as CloudFormation writes it. */
  readonly updated: string;
  /** Digest of its outputs. */
  readonly outputsDigest: string;
}

/** The last success of a stack, as the ledger holds it. */
export interface Delivered extends StackFacts {
  /** Digest of the content that was delivered. */
  readonly digest: string;
}

/** What the ledger knows of a stack. */
export interface LedgerEntry {
  readonly delivered?: Delivered;
  /** Whether the last attempt ended in success. */
  readonly lastSucceeded: boolean;
}

/**
 * Why a stack is not skipped; nothing where it may be: its last attempt succeeded with this very content, the stack is still as that attempt
 * left it, and nothing in the content gets its value only when it is deployed.
 */
export function whyDeliver(ledger: LedgerEntry | undefined, digest: string, facts: StackFacts | undefined, late: readonly string[]): string | undefined {
  if (ledger?.delivered === undefined) {
    return 'it was never delivered';
  }
  const { delivered } = ledger;
  if (!ledger.lastSucceeded) {
    return 'the last attempt did not succeed';
  }
  if (delivered.digest !== digest) {
    return 'its content changed';
  }
  if (facts === undefined) {
    return 'the stack is gone';
  }
  if (facts.stackId !== delivered.stackId || facts.updated !== delivered.updated || facts.status !== delivered.status
    || facts.outputsDigest !== delivered.outputsDigest) {
    return 'the stack is not as the last attempt left it';
  }
  return late.length > 0 ? `its values are resolved when it is deployed: ${late[0]}` : undefined;
}

/** A place after a delivery of several parts that failed: names of those that have its content, of those that failed, and of those that were not begun. */
export interface PartlyDelivered {
  readonly executionId: string;
  readonly commitId: string;
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly notBegun: readonly string[];
}

/** The same for people. */
export function describePartly({ executionId, commitId, with: done, without, notBegun }: PartlyDelivered): string {
  const names = (list: readonly string[]) => (list.length === 0 ? 'none' : list.map(shownName).join(', '));
  return `execution ${executionId} delivered commit ${commitId.slice(0, 12)} in part: with it ${names(done)}; failed ${names(without)}; not begun ${names(notBegun)}`;
}

/** The last stage attempt of a place: what an execution brought there, and how far it came. */
export interface StageAttempt {
  readonly executionId: string;
  /** Digest of the contents of all the place's stacks. */
  readonly contentDigest: string;
  /** Digest of the gates' definitions. */
  readonly gatesDigest: string;
  /** Digest of what the gates read of the commit. */
  readonly testsDigest: string;
  /** Names of the stacks that it brings, and of those that earlier ones brought and it does not. */
  readonly stacks: readonly string[];
  readonly leftBehind: readonly string[];
  /** Where a delivery failed between stacks, and none succeeded since. */
  readonly partly?: PartlyDelivered;
  /** Recorded: all gates passed, and the record was written. */
  readonly phase: 'Started' | 'Recorded';
}

/** Names of stacks that earlier stage attempts of a place brought, and that the release does not bring any more. */
export function leftBehind(last: Pick<StageAttempt, 'stacks' | 'leftBehind'> | undefined, stacks: readonly string[]): string[] {
  return [...new Set([...last?.stacks ?? [], ...last?.leftBehind ?? []])].filter((name) => !stacks.includes(name)).sort();
}

/**
 * Why the gates of a place are not passed over; nothing where they may be: its last stage attempt delivered this content, passed all gates under
 * the same definitions and tests, and was recorded.
 */
export function whyAsk(
  last: StageAttempt | undefined, now: Pick<StageAttempt, 'contentDigest' | 'gatesDigest' | 'testsDigest'>,
): string | undefined {
  if (last === undefined) {
    return 'nothing was deployed here before';
  }
  if (last.phase !== 'Recorded') {
    return `execution ${last.executionId} came here last, and did not pass all gates`;
  }
  if (last.contentDigest !== now.contentDigest) {
    return 'what is deployed changed';
  }
  if (last.gatesDigest !== now.gatesDigest) {
    return 'the gates changed';
  }
  return last.testsDigest === now.testsDigest ? undefined : 'what the gates read of the commit changed';
}
