import { CommitReport } from './commit-report';
import { Reason } from '../../src/core/reasons';

const SHOWN_PATHS = 2;

/** A report as text: a heading, one row for each component, the environments. */
export function formatReport(report: CommitReport): string {
  const heading = report.execution
    ? `${report.commit.slice(0, 12)}  ${report.execution.status}${report.plan?.baseline ? `, compared with ${report.plan.baseline.slice(0, 12)}` : ''}`
    : `${report.commit.slice(0, 12)}  not started: ${report.why}`;
  const builds = new Map(report.builds.map((build) => [build.component, build]));
  const rows = [
    ...(report.plan?.changed ?? []).map(({ component, reasons }) => {
      const build = builds.get(component);
      return [
        component, build?.action ?? (report.started ? 'not built' : 'changed'), reasons.map(formatReason).join('; '),
        build?.buildNumber?.toString() ?? '', formatLocation(build?.location ?? ''), build?.milliseconds == null ? '' : `${(build.milliseconds / 1000).toFixed(1)} s`,
      ];
    }),
    ...(report.plan?.unchanged ?? []).map((component) => [
      component, 'unchanged', '', report.release?.[component]?.toString() ?? '', formatLocation(report.locations?.[component] ?? ''), '',
    ]),
  ];
  const table = rows.length > 0 ? formatTable(['component', 'verdict', 'reason', 'build', 'location', 'time'], rows) : [];
  const failures = (report.execution?.failures ?? []).flatMap(({ stage, action, message }) => `${stage}/${action} failed: ${message}`.split('\n'));
  const summary = report.execution?.summary ? [report.execution.summary] : [];
  const environments = report.execution ? [report.environments.map(({ name, status }) => `${name}: ${status}`).join(', ')] : [];
  return [heading, ...[...table, ...failures, ...summary, ...environments].map((line) => `  ${line}`), ''].join('\n');
}

/** The part of a location that tells builds apart: an object's key, an image's digest. */
export function formatLocation(location: string): string {
  return location.replace(/^s3:\/\/[^/]+\//, '').replace(/^.*@(sha256:[0-9a-f]{12})[0-9a-f]*$/, '$1');
}

/** A reason in a few words. */
export function formatReason(reason: Reason): string {
  switch (reason.kind) {
    case 'Direct':
    case 'GlobalPath':
    case 'UnownedPath': {
      const shown = reason.paths.slice(0, SHOWN_PATHS).join(', ');
      const more = reason.count > SHOWN_PATHS ? ` and ${reason.count - SHOWN_PATHS} more` : '';
      return `${reason.kind} ${shown}${more}${reason.kind === 'GlobalPath' ? tracedBy(reason) : ''}`;
    }
    case 'Dependency':
    case 'TestDependency': return `${reason.kind} via ${reason.via}`;
    case 'BaselineMissing': return `${reason.kind} ${reason.commit.slice(0, 12)}`;
    case 'DiffUnreadable': return `${reason.kind} ${reason.detail}`;
    default: return reason.kind;
  }
}

/** What tracing a lockfile adds. */
function tracedBy({ packages, untraced }: Extract<Reason, { kind: 'GlobalPath' }>): string {
  return untraced !== undefined ? ` (not traced: ${untraced})` : packages !== undefined ? ` by ${packages.join(', ')}` : '';
}

/** Lines with columns under their titles. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd();
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
