import { Unbuilt } from '../../src/core/build-order';

/** Components that the cause of a failure names, and names that each of them lists. */
const LISTED_COMPONENTS = 40;
const LISTED_NAMES = 3;

/** Why the builds of a plan failed, by component: short enough for CodePipeline and Step Functions to show. Failed builds first. */
export function failureCause(unbuilt: readonly Unbuilt[], changed: number): string {
  const failed = unbuilt.filter(({ waitsFor }) => waitsFor.length === 0);
  const cancelled = unbuilt.filter(({ waitsFor }) => waitsFor.length > 0);
  const lines = [
    ...failed.map(({ component }) => `${component}: its build failed`),
    ...cancelled.map(({ component, waitsFor }) => `${component}: cancelled, because of ${list(waitsFor)}`),
  ];
  const more = lines.length - LISTED_COMPONENTS;
  return [
    `${unbuilt.length} of ${changed} changed components have no build: ${failed.length} failed, ${cancelled.length} cancelled.`,
    ...lines.slice(0, LISTED_COMPONENTS).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    'Retry the stage once the cause is gone: it builds these and no others.',
  ].join('\n');
}

function list(names: readonly string[]): string {
  const more = names.length - LISTED_NAMES;
  return names.slice(0, LISTED_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
