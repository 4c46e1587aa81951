import { ChangeSummary } from '../change-set/resource-change';

/** What of a change report an approval holds for. */
export interface Coverable {
  /** Digest of template, tags and capabilities. */
  readonly approvedDigest: string;
  readonly changes: readonly ChangeSummary[];
  /** Paths of resources that are deleted or replaced, or may be. */
  readonly destructive: readonly string[];
  /** Resources that let more be done than before. */
  readonly broadenings: readonly { readonly path: string }[];
  /**
   * Of a report: the stack did not exist, so all that the template has is created, and nothing else can happen. What macros make of the template, and
   * what nested stacks hold, is not among `changes` then.
   */
  readonly creates?: true;
}

/** From the weakest to the strongest; what is not known is the strongest. */
const REPLACEMENTS = ['False', 'Conditional', 'True'];

/** From what keeps most to what keeps least; what is not known keeps nothing. */
const POLICIES = ['Retain', 'ReplaceAndRetain', 'Snapshot', 'ReplaceAndSnapshot', 'Delete', 'ReplaceAndDelete'];

/**
 * What a change set would do beyond the report that was judged and approved, each in a sentence; empty: the report covers it. Values may
 * differ, and less may change.
 */
export function uncovered(report: Coverable, actual: Coverable): string[] {
  const known = new Map(report.changes.map((change) => [`${change.path}\n${change.type}\n${change.action}`, change]));
  const destructive = new Set(report.destructive);
  const broadening = new Set(report.broadenings.map(({ path }) => path));
  const certain = new Set(actual.destructive);
  return [
    ...(actual.approvedDigest === report.approvedDigest ? [] : ['The template, its tags or its capabilities are others than the report\'s.']),
    ...actual.changes.flatMap((change) => {
      const name = `${change.path} (${change.type})`;
      if (report.creates && change.action === 'Add') {
        return [];
      }
      const reported = known.get(`${change.path}\n${change.type}\n${change.action}`);
      if (reported === undefined) {
        return [`${name}: ${change.action} is not in the report.`];
      }
      return [
        // What CloudFormation says may be replaced is not where all that would replace it stays.
        ...(!(change.replacement === 'Conditional' && !certain.has(change.path)) && strength(change.replacement) > strength(reported.replacement)
          ? [`${name}: replacement is ${change.replacement ?? 'unknown'}, and ${reported.replacement ?? 'unknown'} in the report.`] : []),
        ...(loss(change) > loss(reported) ? [`${name}: ${change.policyAction ?? 'deletion'} keeps less than ${reported.policyAction ?? 'what'} is in the report.`] : []),
        ...(change.unknown !== undefined && change.unknown !== reported.unknown ? [`${name}: ${change.unknown} is not in the report.`] : []),
        ...(change.unread && !reported.unread ? [`${name}: its nested changes cannot be seen, and could be in the report.`] : []),
      ];
    }),
    ...actual.destructive.filter((path) => !destructive.has(path)).map((path) => `${path}: is deleted or replaced, or may be, which is not in the report.`),
    ...actual.broadenings.filter(({ path }) => !report.creates && !broadening.has(path)).map(({ path }) => `${path}: broadens permissions, which is not in the report.`),
  ];
}

function strength(replacement: string | undefined): number {
  if (replacement === undefined) {
    return 0;
  }
  const place = REPLACEMENTS.indexOf(replacement);
  return place === -1 ? REPLACEMENTS.length : place;
}

function loss({ policyAction }: ChangeSummary): number {
  if (policyAction === undefined) {
    return 0;
  }
  const place = POLICIES.indexOf(policyAction);
  return place === -1 ? POLICIES.length : place;
}
