import { LivePlan } from './live-plan';
import { formatReason } from '../../src/core/explain';
import { PlannedChange } from '../../src/core/plan';
import { Reason } from '../../src/core/reasons';

/** Hosts refuse longer comments: GitHub 65,536 characters, Bitbucket 32,768. */
const LONGEST = 30_000;
const MOST_REASONS = 3;
const LONGEST_REASON = 300;

/** A plan as a comment on a pull request. Its first line is the same for each plan of the solution: by it, one comment is found and updated. */
export function planAsMarkdown({ solution, environment, live, head, plan, notes }: LivePlan): string {
  const { changed, unchanged, unowned, unread } = plan;
  const total = changed.length + unchanged.length;
  const head12 = code(head.slice(0, 12));
  const lines = [
    planMarker(solution),
    `### ${changed.length === 0 ? `Builds none of ${total} components` : `Builds ${changed.length} of ${total} components`} of ${code(solution)}`,
    '',
    live === undefined
      ? `Nothing is live in ${code(environment)} yet. Planned: ${head12}.`
      : `${head12}, compared with ${code(live.commitId.slice(0, 12))}, which is live in ${code(environment)} since ${minute(live.timestamp)}.`
        + (changed.length === 0 ? '' : ' A component whose content was built before reuses that build.'),
    '',
  ];
  const rest = [
    ...(unchanged.length > 0 ? ['', ...folded(`${unchanged.length} stay as they are`, unchanged)] : []),
    ...(unowned.count > 0 ? ['', ...folded(`${unowned.count} changed ${unowned.count === 1 ? 'file' : 'files'} that no component owns`, unowned.paths, unowned.count)] : []),
    ...(unread.count > 0 ? ['', ...folded(`${unread.count} changed ${unread.count === 1 ? 'file' : 'files'} that nothing reads`, unread.paths, unread.count)] : []),
    ...(notes.length > 0 ? ['', ...notes.slice(0, MOST_NOTES).map((note) => `- ${text(note)}`), ...more(notes.length, MOST_NOTES, 'further notes')] : []),
    '',
  ];
  return [...lines, ...table(changed, LONGEST - [...lines, ...rest].join('\n').length), ...rest].join('\n');
}

/** The first line of the comment. */
export function planMarker(solution: string): string {
  return `<!-- cdk-modular-pipeline plan: ${solution.replace(/[^\w.-]/g, '_')} -->`;
}

const MOST_NOTES = 20;
const MOST_NAMES = 100;
const MOST_NAMES_OF_ROW = 50;

/** Rows as far as there is room. Components that follow each other and change for the same reasons share one. */
function table(changed: readonly PlannedChange[], room: number): string[] {
  if (changed.length === 0) {
    return [];
  }
  const lines = ['| component | why |', '|---|---|'];
  let left = room - lines.join('\n').length - 100;
  let shown = 0;
  for (const { names, why } of rowsOf(changed)) {
    const row = `| ${names.map(code).join(', ')} | ${why} |`;
    left -= row.length + 1;
    if (left < 0) {
      break;
    }
    lines.push(row);
    shown += names.length;
  }
  return [...lines, ...(shown < changed.length ? ['', `… and ${changed.length - shown} more components.`] : [])];
}

interface Row {
  readonly names: string[];
  readonly why: string;
}

function rowsOf(changed: readonly PlannedChange[]): Row[] {
  const rows: Row[] = [];
  for (const { component, reasons } of changed) {
    const why = [...reasons.slice(0, MOST_REASONS).map(sentence), ...more(reasons.length, MOST_REASONS, 'more')].join('<br>');
    const last = rows.at(-1);
    if (last?.why === why && last.names.length < MOST_NAMES_OF_ROW) {
      last.names.push(component);
    } else {
      rows.push({ names: [component], why });
    }
  }
  return rows;
}

/** A reason in words: what comes from the repository is code. */
function sentence(reason: Reason): string {
  if (reason.kind === 'Dependency' || reason.kind === 'TestDependency') {
    return `${reason.kind === 'Dependency' ? 'depends on' : 'its tests depend on'} ${code(shortened(reason.via))}`;
  }
  const said = formatReason(reason);
  if (said.length > LONGEST_REASON) {
    return code(shortened(said));
  }
  const parts = said.split(/("(?:[^"\\]|\\.)*")/);
  // Hosts make links of addresses without any markup.
  return parts.some((part, index) => index % 2 === 0 && /:\/\/|www\./i.test(part)) ? code(said)
    : parts.map((part, index) => (index % 2 === 0 ? text(part) : code(JSON.parse(part) as string))).join('');
}

/** To the minute: `2026-03-01 12:00 UTC`. */
function minute(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)} UTC`;
}

function folded(summary: string, names: readonly string[], count = names.length): string[] {
  const shown = names.slice(0, MOST_NAMES).map((name) => code(shortened(name))).join(', ');
  return ['<details>', `<summary>${summary}</summary>`, '', `${shown}${count > Math.min(names.length, MOST_NAMES) ? `, and ${count - Math.min(names.length, MOST_NAMES)} more` : ''}`, '', '</details>'];
}

function more(count: number, shown: number, what: string): string[] {
  return count > shown ? [`… and ${count - shown} ${what}`] : [];
}

function shortened(value: string): string {
  return value.length > LONGEST_REASON ? `${value.slice(0, LONGEST_REASON)}…` : value;
}

/** Text of the repository as code: nothing in it is a link, a mention, a tag or the end of a cell. */
function code(value: string): string {
  // eslint-disable-next-line no-control-regex -- Git takes any character in a path but NUL.
  const line = value.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, '\ufffd').replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 || line === '' || line.startsWith(' ') ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A sentence of this program, in which names between quotes come from the repository. */
function text(note: string): string {
  return note.replace(/(?<!\w)'([^']*)'(?!\w)|[<>&@[\]`*_|]/g, (character, name?: string) => (name === undefined ? `&#${character.charCodeAt(0)};` : code(name)));
}
