import { Catalogue } from './catalogue';
import { ComponentInputs } from './inputs';
import { NOT_STALE, Staleness } from './staleness/staleness';
import { TreeReader } from './tree-reader';

/** Components that are compared at the same time. */
const CONCURRENCY = 16;

/**
 * The components whose inputs differ between two commits, by Git's object IDs alone: the cost grows with the folders that components lie in,
 * not with what changed. Finds whatever the paths of the differences would: what a component owns, global paths and, under the policy `all`,
 * what no component owns.
 */
export async function differingComponents(catalogue: Catalogue, before: TreeReader, after: TreeReader, staleness: Staleness = NOT_STALE): Promise<Set<string>> {
  const [inputsBefore, inputsAfter] = [new ComponentInputs(catalogue, before, staleness), new ComponentInputs(catalogue, after, staleness)];
  const names = catalogue.components.map(({ name }) => name);
  const differing = new Set<string>();
  const compare = async (name: string): Promise<void> => {
    const [old, now] = await Promise.all([inputsBefore.digest(name), inputsAfter.digest(name)]);
    if (old !== now) {
      differing.add(name);
    }
  };
  for (let start = 0; start < names.length; start += CONCURRENCY) {
    await Promise.all(names.slice(start, start + CONCURRENCY).map(compare));
  }
  return differing;
}
