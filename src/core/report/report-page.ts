import { formatDuration, secondsBetween } from './durations';
import { DeliveryFigures } from './figures';
import { GraphEdge, GraphNode, layOut, shortName } from './graph-layout';
import { Report, ReportBuild, ReportChange, ReportRelease } from './report';
import { Catalogue } from '../catalogue';
import { formatReason } from '../explain';
import { escapeHtml, htmlPage } from '../page';

/** A report as a page: one file that loads nothing. */
export function reportPage(report: Report): string {
  const { solution, pipeline, at, held, catalogue, affected, figures } = report;
  return htmlPage(`${solution}: what is live`, [
    `<p class="soft">Pipeline <code>${escapeHtml(pipeline)}</code>, as of ${time(at)}.</p>`,
    ...(held === undefined ? [] : [`<p class="marked note">The branch is held: last came ${escapeHtml(held)}.</p>`]),
    environments(report),
    `<h2>Deliveries to ${escapeHtml(figures.environment)}, last ${figures.days} days</h2>`,
    figuresList(figures),
    '<h2>Components</h2>',
    matrix(report),
    ...(catalogue === undefined ? [] : ['<h2>Dependencies</h2>', graph(catalogue, new Set(affected))]),
    '<h2>Releases</h2>',
    ...(report.releases.length === 0 ? ['<p>Nothing went live yet.</p>'] : report.releases.map((release, index) => releaseDetails(release, index === 0))),
  ].join('\n'));
}

function environments({ environments: all, at }: Report): string {
  const rows = all.map(({ name, release, commit, since, promotion }) => `<tr><th scope="row">${escapeHtml(name)}</th>${release === undefined
    ? '<td colspan="3">nothing was ever deployed</td>'
    : `<td>${release}${promotion === undefined ? '' : ` <span class="soft">promoted as ${escapeHtml(promotion)}</span>`}</td><td>${shortCommit(commit!)}</td><td>${age(since!, at)}</td>`}</tr>`);
  return table(['environment', 'release', 'commit', 'live for'], rows);
}

function figuresList(figures: DeliveryFigures): string {
  const { deployments, deploymentsPerWeek, leadTime, leadTimesKnown, failures, changeFailureRate, timeToRestore } = figures;
  const none = 'none';
  return `<dl class="figures">\n${[
    ['Deployment frequency', deployments === 0 ? none : `${round(deploymentsPerWeek)} a week`, `${deployments} deployments`],
    ['Lead time for changes', leadTime === undefined ? 'not known' : formatDuration(leadTime), `median of ${leadTimesKnown}, from the start of the execution`],
    ['Change failure rate', changeFailureRate === undefined ? none : `${round(changeFailureRate * 100)} %`, `${failures} rolled back`],
    ['Time to restore', timeToRestore === undefined ? none : formatDuration(timeToRestore), 'median, until the rollback was live'],
  ].map(([title, value, about]) => `<div><dt>${title}</dt><dd>${value}</dd><dd>${about}</dd></div>`).join('\n')}\n</dl>`;
}

function matrix({ components, environments: all, at }: Report): string {
  if (components.length === 0) {
    return '<p>Nothing is live yet.</p>';
  }
  const rows = components.map(({ component, environments: builds }) => (
    `<tr><th scope="row">${escapeHtml(component)}</th>${builds.map((build) => cell(build, at)).join('')}</tr>`));
  return table(['component', ...all.map(({ name }) => name)], rows);
}

function cell({ build, commit, since, behind }: ReportBuild, at: string): string {
  const what = build === undefined ? '–' : `build ${build}<br><span class="soft">${shortCommit(commit!)}${since === undefined ? '' : `, ${age(since, at)}`}</span>`;
  return behind === undefined ? `<td>${what}</td>` : `<td class="marked">${what}<br>differs from ${escapeHtml(behind)}</td>`;
}

function graph(catalogue: Catalogue, affected: ReadonlySet<string>): string {
  const { width, height, nodes, edges, left } = layOut(catalogue, affected);
  const legend = `An arrow leads to what is built on a component; a dashed one to what only tests against it. Marked: what the newest release changed.${
    left === 0 ? '' : ` ${left} other components are left out.`}`;
  const picture = `<svg width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-label="Dependencies of the components">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8"/></marker></defs>
${edges.map(edge).join('\n')}
${nodes.map((node) => box(node, affected.has(node.component))).join('\n')}
</svg>`;
  return `<p class="soft">${legend}</p>\n${nodes.length === 0 ? '' : `<div class="scroll">${picture}</div>`}`;
}

function edge({ from, to, test }: GraphEdge): string {
  const [startX, startY, endX, endY] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const middle = (startX + endX) / 2;
  return `<path d="M${startX} ${startY} C${middle} ${startY} ${middle} ${endY} ${endX} ${endY}" marker-end="url(#arrow)"${test ? ' stroke-dasharray="4 3"' : ''}/>`;
}

function box({ component, x, y, width, height }: GraphNode, isAffected: boolean): string {
  return `<g${isAffected ? ' class="marked"' : ''}><title>${escapeHtml(component)}${isAffected ? ', changed' : ''}</title>`
    + `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><text x="${x + 10}" y="${y + height / 2 + 4.5}">${escapeHtml(shortName(component))}</text></g>`;
}

function releaseDetails({ release, commit, promotion, environments: places, changes }: ReportRelease, open: boolean): string {
  const where = places.map(({ name, since, live, seconds }) => (
    `<li>${escapeHtml(name)}: ${time(since)}${seconds === undefined ? '' : `, ${formatDuration(seconds)} after the execution started`}${live ? ', <strong>live now</strong>' : ''}</li>`));
  const what = changes === undefined ? ['<li>Its content is not kept any more.</li>']
    : changes.length === 0 ? ['<li>No build differs from what was live before.</li>'] : changes.map(changeLine);
  const live = places.filter((place) => place.live).map(({ name }) => name);
  return `<details${open ? ' open' : ''}><summary>Release ${release}, commit ${shortCommit(commit)}${promotion === undefined ? '' : `, promoted as ${escapeHtml(promotion)}`}`
    + `${live.length === 0 ? '' : `, <strong>live in ${escapeHtml(live.join(', '))}</strong>`}</summary>\n<ul>\n${[...where, ...what].join('\n')}\n</ul></details>`;
}

function changeLine({ component, from, to, reasons }: ReportChange): string {
  const builds = to === undefined ? `left the release (build ${from})` : `build ${from === undefined ? '' : `${from} → `}${to}`;
  const why = reasons.map(formatReason).join('; ');
  return `<li>${escapeHtml(component)}: ${builds}${why === '' ? '' : `: ${escapeHtml(why)}`}</li>`;
}

function table(titles: readonly string[], rows: readonly string[]): string {
  const head = titles.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  return `<div class="scroll"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table></div>`;
}

function shortCommit(commit: string): string {
  return `<code title="${escapeHtml(commit)}">${escapeHtml(commit.slice(0, 8))}</code>`;
}

function age(since: string, at: string): string {
  return `<time datetime="${escapeHtml(since)}" title="${escapeHtml(since)}">${formatDuration(secondsBetween(since, at))}</time>`;
}

function time(at: string): string {
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
