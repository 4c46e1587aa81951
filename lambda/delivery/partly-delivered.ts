import { shownName } from '../../src/core/delivery/deployer/names';
import { PartlyDelivered } from '../../src/core/delivery/skipping';

/** A delivery of several stacks, or others, that failed between them. */
export class PartlyDeliveredError extends Error {
  public constructor(message: string, public readonly partly: PartlyDelivered) {
    super(message);
  }
}

/**
 * What to throw where a delivery fails. Where nothing of the place has the release's content, nothing is new.
 * @param message what failed
 * @param stays what becomes of what failed, as the beginning of a sentence
 */
export function partlyError(message: string, place: string, stays: string, partly: PartlyDelivered): Error {
  if (partly.with.length === 0) {
    return new Error(message);
  }
  const listed = (list: readonly string[]) => (list.length === 0 ? 'none' : list.map(shownName).join(', '));
  return new PartlyDeliveredError(
    `${message}\n${place} is delivered in part. With the release: ${listed(partly.with)}. Not: ${listed(partly.without)}. Not begun: ${listed(partly.notBegun)}. `
    + `${stays}; a retry, the next execution and a rollback deliver all.`, partly);
}
