import { Catalogue } from '../../src/core/catalogue';
import { BaselineState } from '../../src/core/comparison';
import { globShape } from '../../src/core/globs';
import { Release } from '../../src/core/release';
import { TreeReader } from '../../src/core/tree-reader';

/**
 * The catalogue that a release was planned with, and what of it is gone at the head. A release that doesn't say was judged with nothing that was found.
 */
export async function baselineCatalogue(
  { catalogue: before }: Release, catalogue: Catalogue, head: TreeReader,
): Promise<Pick<BaselineState, 'catalogue' | 'goneUnread'>> {
  if (before === undefined) {
    return catalogue.foundAt === undefined ? {} : { catalogue: { version: 1, components: [] } };
  }
  const still = new Set(catalogue.unread);
  const dropped = (before.unread ?? []).filter((glob) => !still.has(glob));
  if (dropped.length === 0) {
    return { catalogue: before };
  }
  const root = await head.readFolder('.');
  const names = new Set([...root?.files ?? [], ...root?.folders ?? []].map(({ name }) => name));
  return { catalogue: before, goneUnread: new Set(dropped.filter((glob) => !names.has(globShape(glob).base))) };
}
