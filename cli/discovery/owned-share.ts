import { Catalogue } from '../../src/core/catalogue';
import { Ownership, Standing } from '../../src/core/ownership';

/** How many files have a component, have none, and are read by no one. */
export type FileCounts = Readonly<Record<Standing, number>>;

export function countFiles(catalogue: Catalogue, paths: Iterable<string>): FileCounts {
  const ownership = new Ownership(catalogue);
  const counts = { owned: 0, unowned: 0, unread: 0 };
  for (const path of paths) {
    counts[ownership.standing(path)]++;
  }
  return counts;
}

/** In words: what share of the files changes of which say whom they concern. */
export function describeFiles({ owned, unowned, unread }: FileCounts): string {
  const total = owned + unowned + unread;
  const share = (count: number) => `${count} (${total === 0 ? 0 : Math.round(100 * count / total)}%)`;
  return `Of ${total} files ${share(owned)} belong to a component. ${share(unowned)} belong to none: a change there affects all. ${share(unread)} are read by nothing.`;
}
