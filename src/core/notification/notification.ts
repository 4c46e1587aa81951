import { ReleaseEventName } from './event';
import { cut, plainText } from './text';
import { ChangedComponent, ReleaseWentLive } from './went-live';

/** What a channel carries: words for people, and the same as data. */
export interface Notification {
  readonly event: ReleaseEventName;
  /** In one line. */
  readonly title: string;
  /** Lines of text; none is empty. */
  readonly lines: readonly string[];
  /** Where to look. */
  readonly link?: string;
  /** Of the execution: messages with the same belong together. */
  readonly thread: string;
  readonly detail: object;
}

/** What is reported of an action that failed, or that waits for a person. Detail of the events other than `Release Went Live`. */
export interface ActionNotice {
  readonly version: 1;
  readonly solution: string;
  readonly pipeline: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly environment?: string;
  readonly component?: string;
  /** What CodePipeline, CloudFormation or the gate says; of builds, the last lines of the log. */
  readonly message: string;
  readonly link?: string;
}

/** More are counted. */
const MAX_LISTED = 20;
const MAX_NAMED = 10;

/** `training 12 → 13 ("a.py" changed)`, and which components stayed. */
export function wentLiveNotification(detail: ReleaseWentLive, link: string): Notification {
  const { solution, environment, release, rolledBack, changed, unchanged, omitted = 0, commitId, promotion } = detail;
  const more = changed.length - MAX_LISTED;
  const named = unchanged.slice(0, MAX_NAMED).join(', ');
  return {
    event: rolledBack ? 'ROLLED_BACK' : 'WENT_LIVE',
    title: `${solution}: ${rolledBack ? `${environment} went back, as release ${release}` : `release ${release} is live in ${environment}`}`,
    lines: [
      `commit ${commitId.slice(0, 8)}${promotion === undefined ? '' : `, promoted as ${promotion}`}`,
      ...changed.slice(0, MAX_LISTED).map(describe),
      ...(more > 0 ? [`and ${more} more changed`] : []),
      ...(unchanged.length === 0 ? [] : [`unchanged: ${named}${unchanged.length > MAX_NAMED ? ` and ${unchanged.length - MAX_NAMED} more` : ''}`]),
      ...(omitted > 0 ? [`${omitted} components are not listed`] : []),
    ],
    link,
    thread: detail.executionId,
    detail,
  };
}

function describe({ component, from, to, reasons = [] }: ChangedComponent): string {
  const numbers = from === undefined ? `${to}, new` : to === undefined ? `${from}, left the release` : `${from} → ${to}`;
  return `${component} ${numbers}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`;
}

const TITLES: Readonly<Record<'BUILD_FAILED' | 'REFUSED' | 'FAILED' | 'APPROVAL_ASKED', (notice: ActionNotice) => string>> = {
  BUILD_FAILED: ({ component }) => (component === undefined ? 'builds failed' : `the build of ${component} failed`),
  REFUSED: ({ environment, action }) => (environment === undefined ? `${action} refused the commit` : `${environment} refused the release (${action})`),
  FAILED: ({ environment, stage, action }) => `${environment ?? stage} failed (${action})`,
  APPROVAL_ASKED: ({ environment, stage }) => `${environment ?? stage} waits for approval`,
};

/** The reasons of 20 failed builds, and the ends of two logs. */
const MAX_MESSAGE_LINES = 60;
const MAX_LINE = 400;

export function noticeNotification(event: keyof typeof TITLES, notice: ActionNotice): Notification {
  const lines = notice.message.split('\n').map((line) => cut(plainText(line).trimEnd(), MAX_LINE)).filter((line) => line !== '').slice(0, MAX_MESSAGE_LINES);
  return {
    event,
    title: `${notice.solution}: ${TITLES[event](notice)}`,
    lines,
    ...(notice.link === undefined ? {} : { link: notice.link }),
    thread: notice.executionId,
    // An event holds 256 KB, and one line of a log may be longer.
    detail: { ...notice, message: lines.join('\n') },
  };
}
