import { Unbuilt } from '../../src/core/build-order';

/** Components that the cause of a failure names, and names that each of them lists. */
export const LISTED_COMPONENTS = 40;
const LISTED_NAMES = 3;

/** Step Functions cuts a cause at 32,768 characters; CodePipeline shows less. */
const LONGEST_CAUSE = 16_000;

/**
 * Why a plan's builds failed, component by component, failed ones first.
 * @param reasons - what is known of failed builds, by component
 */
export function buildFailureCause(unbuilt: readonly Unbuilt[], changed: number, reasons: ReadonlyMap<string, string>): string {
  const failed = failedComponents(unbuilt);
  const cancelled = unbuilt.filter(({ waitsFor }) => waitsFor.length > 0);
  const lines = [
    ...failed.map((component) => `${component}: ${reasons.get(component) ?? 'its build failed'}`),
    ...cancelled.map(({ component, waitsFor }) => `${component}: cancelled, because of ${list(waitsFor)}`),
  ];
  const more = lines.length - LISTED_COMPONENTS;
  return [
    `${unbuilt.length} of ${changed} changed components have no build: ${failed.length} failed, ${cancelled.length} cancelled.`,
    'Retry the stage once the cause is gone: it builds these and no others.',
    ...lines.slice(0, LISTED_COMPONENTS).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n').slice(0, LONGEST_CAUSE);
}

/** Those that nothing stood in the way of. */
export function failedComponents(unbuilt: readonly Unbuilt[]): string[] {
  return unbuilt.filter(({ waitsFor }) => waitsFor.length === 0).map(({ component }) => component);
}

function list(names: readonly string[]): string {
  const more = names.length - LISTED_NAMES;
  return names.slice(0, LISTED_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
