import { Destruction } from '../../change-set/guard';
import { ChangeSummary } from '../../change-set/resource-change';
import { PlaceChanges } from '../place-report';

/**
 * What becomes of something that a delivery changes. `replace` and `delete` lose what it holds; `forget` leaves it where it is, and manages it no more.
 * `unknown`: the report cannot say, so everything may happen. `unseen`: there is no report, as the deployer makes none.
 */
export type Effect = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'unknown' | 'unseen';

/** One change of a delivery that is not a stack. */
export interface ReportedChange {
  /** What changes: unique in its delivery, such as `aws_sqs_queue.jobs`. */
  readonly path: string;
  /** Its kind, such as `aws_sqs_queue`. */
  readonly type: string;
  readonly effect: Effect;
  /** Why someone may do more than before; absent: no one may. */
  readonly broadens?: string;
  /** Of `unknown` and `unseen`: what is not known. */
  readonly why?: string;
}

/** What gates, guard and Deploy read of such changes. */
export function changesOf(all: readonly ReportedChange[]): PlaceChanges {
  return {
    changes: all.map(summaryOfReported),
    destructive: all.filter(({ effect }) => loses(effect)).map(({ path }) => path),
    broadenings: all.flatMap(({ path, type, broadens }) => (broadens === undefined ? [] : [{ path, type, why: broadens }])),
  };
}

/** What the guard judges: that for which nothing is reported is what the app's author lets run, and is left to approvals. */
export function destructionsOf(all: readonly ReportedChange[]): Destruction[] {
  return all.filter(({ effect }) => loses(effect) && effect !== 'unseen').map(({ path, type, effect, why }) => ({
    path, type, why: effect === 'unknown' ? `changes in a way that is not known${why === undefined ? '' : `: ${why}`}` : effect === 'delete' ? 'is deleted' : 'is replaced',
  }));
}

function loses(effect: Effect): boolean {
  return effect === 'replace' || effect === 'delete' || effect === 'unknown' || effect === 'unseen';
}

function summaryOfReported({ path, type, effect, why = 'nothing says what changes' }: ReportedChange): ChangeSummary {
  const change = { path, type, properties: [] };
  switch (effect) {
    case 'create':
      return { ...change, action: 'Add' };
    case 'update':
      return { ...change, action: 'Modify', replacement: 'False' };
    case 'replace':
      return { ...change, action: 'Modify', replacement: 'True', policyAction: 'ReplaceAndDelete' };
    case 'delete':
      return { ...change, action: 'Remove', policyAction: 'Delete' };
    case 'forget':
      return { ...change, action: 'Remove', policyAction: 'Retain' };
    case 'unknown':
    case 'unseen':
      return { ...change, action: 'Modify', unknown: why };
  }
}
