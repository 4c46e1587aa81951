import { Broadening } from './permissions';
import { REPLACED_BY_DESIGN } from './replaced-by-design';
import { ChangeSummary, describeChange } from './resource-change';
import { isDelivery, shownName } from '../delivery/deployer/names';
import { describePartly, PartlyDelivered } from '../delivery/skipping';
import { formatReason } from '../explain';
import { escapeHtml, htmlPage } from '../page';
import { Reason } from '../reasons';
import { Release } from '../release';
import { buildOf, changedBuilds } from '../release-assembly';
import { describeUndeclared, Undeclared } from '../undeclared';

/** When a person is asked. */
export type ReviewMode = 'ALWAYS' | 'BROADENING_PERMISSIONS' | 'REPLACEMENTS';

/** What a person who approves is to know. */
export interface Review {
  readonly solution: string;
  readonly environment: string;
  readonly release: Release;
  /** The release that is live there; absent where none is. */
  readonly live?: Release;
  /** Why components changed, as far as this release's plan says. */
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
  readonly changes: readonly ChangeSummary[];
  readonly destructive: readonly string[];
  readonly broadenings: readonly Broadening[];
  /** Locations that do not reach the template. */
  readonly undeclared?: Undeclared;
  /** Stacks whose values come from others that change, with the names of those. */
  readonly waiting?: readonly { readonly stack: string; readonly waitsFor: readonly string[] }[];
  /** Names of stacks and other deliveries that the release does not have any more, and that stay as they are. */
  readonly leftBehind?: readonly string[];
  /** What an earlier delivery left, where it failed between stacks. */
  readonly partly?: PartlyDelivered;
  /** Deliveries of which a newer build is there and stays, each with the reason. */
  readonly kept?: readonly string[];
  /** Why a person is asked although nothing changes; absent where nothing changes and no one needs to be asked. */
  readonly ask?: string;
}

/** Why no one needs to be asked; `undefined` where someone does. */
export function waiver(mode: ReviewMode, { changes, destructive, broadenings, ask }: Pick<Review, 'changes' | 'destructive' | 'broadenings' | 'ask'>): string | undefined {
  if (changes.length === 0 && ask === undefined) {
    return 'there is nothing to deploy';
  }
  if (mode === 'BROADENING_PERMISSIONS' && broadenings.length === 0) {
    return 'no permissions broaden';
  }
  const byDesign = new Set(changes.filter(({ type }) => REPLACED_BY_DESIGN.has(type)).map(({ path }) => path));
  if (mode === 'REPLACEMENTS' && destructive.every((path) => byDesign.has(path))) {
    return destructive.length === 0 ? 'no resource is deleted or replaced' : 'no resource is deleted or replaced, but such that are by design';
  }
  return undefined;
}

/** A part of a review: a title, and a line for each thing. */
export interface ReviewSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a review says, the most important first. */
export function reviewSections(review: Review): ReviewSection[] {
  const { release, live, reasons, changes, destructive, broadenings, undeclared, waiting = [], leftBehind = [], kept = [], ask, partly } = review;
  const builds = changedBuilds(release, live);
  const gone = Object.keys(live?.components ?? {}).filter((name) => !buildOf(release, name)).sort();
  const paths = new Set(destructive);
  return [
    ...(ask === undefined ? [] : [{ title: 'no resource changes, and the gates were not all passed before', lines: [ask] }]),
    ...(partly === undefined ? [] : [{ title: 'the environment is delivered in part; this delivers all', lines: [describePartly(partly)] }]),
    section('deleted or replaced', 'resource', changes.filter(({ path }) => paths.has(path)).map(line)),
    section('with broader permissions', 'resource', broadenings.map(({ path, type, why }) => `${path} (${type}): ${why}`)),
    section('whose values are not known yet', 'stack', waiting.map(({ stack, waitsFor }) => (
      `${stack}: changes that are not listed yet come from ${waitsFor.join(', ')}; more than is listed is not deployed`))),
    section('no longer in the release, and left in place', 'stack', leftBehind.filter((name) => !isDelivery(name))),
    section('no longer in the release, whose result is left in place', 'delivery', leftBehind.filter(isDelivery).map(shownName)),
    section('with a newer build in place, which stays', 'delivery', kept),
    section('whose location does not reach the template', 'parameter', undeclared === undefined || undeclared.parameters.length === 0 ? [] : [describeUndeclared(undeclared)]),
    section('to deploy', 'component', [
      ...builds.map(({ component, buildNumber, commitId }) => {
        const old = live && buildOf(live, component);
        const why = reasons.get(component)?.map(formatReason).join('; ');
        return `${component}: build ${old ? `${old.buildNumber} → ` : ''}${buildNumber}, commit ${commitId.slice(0, 8)}${why ? `: ${why}` : ''}`;
      }),
      ...gone.map((name) => `${name}: no longer a component`),
    ]),
    section('with other changes', 'resource', changes.filter(({ path }) => !paths.has(path)).map(line)),
  ].filter(({ lines }) => lines.length > 0);
}

/** What a review is about, in one line. */
export function reviewTitle({ solution, environment, release }: Review): string {
  return `Release ${release.sequence} of ${solution} for ${environment}, commit ${release.commitId.slice(0, 8)}`;
}

/** A review as plain text of at most so many characters: it is cut between lines, and says so. */
export function reviewText(review: Review, maxLength = Infinity): string {
  const lines = [
    reviewTitle(review),
    ...reviewSections(review).flatMap(({ title, lines: entries }) => [`${title}:`, ...entries.map((entry) => `- ${entry}`)]),
  ];
  const whole = lines.join('\n');
  if (whole.length <= maxLength) {
    return whole;
  }
  for (let kept = lines.length - 1; kept > 0; kept--) {
    const text = [...lines.slice(0, kept), `(${lines.length - kept} more lines are on the page behind the link)`].join('\n');
    if (text.length <= maxLength) {
      return text;
    }
  }
  return reviewTitle(review).slice(0, maxLength);
}

/** A review as a page. Nothing in it is active, whatever names and paths hold. */
export function reviewPage(review: Review): string {
  const sections = reviewSections(review).map(({ title, lines }) => (
    `<h2>${escapeHtml(title)}</h2>\n<ul>\n${lines.map((entry) => `<li>${escapeHtml(entry)}</li>`).join('\n')}\n</ul>`));
  const { release, live } = review;
  const about = `Commit <code>${escapeHtml(release.commitId)}</code>, execution <code>${escapeHtml(release.pipelineExecutionId)}</code>. ${live
    ? `Live now: release ${live.sequence}, commit <code>${escapeHtml(live.commitId)}</code>.` : 'Nothing is live yet.'}`;
  return htmlPage(reviewTitle(review), [`<p class="soft">${about}</p>`, ...sections].join('\n'));
}

function section(what: string, noun: string, lines: readonly string[]): ReviewSection {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return { title: `${lines.length} ${lines.length === 1 ? noun : plural} ${what}`, lines };
}

function line(change: ChangeSummary): string {
  return `${change.path} (${change.type}) ${describeChange(change)}`;
}
