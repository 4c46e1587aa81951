import { discoverCatalogue, Discovery, DiscoveryOptions } from './discover';
import { WorkTreeFiles } from './work-tree-files';

export type { Discovery, DiscoveryOptions } from './discover';

/**
 * The catalogue that the manifests in a work tree describe.
 *
 * @param folder the root of a Git work tree
 */
export function discoverWorkTree(folder: string, options?: DiscoveryOptions): Discovery {
  return discoverCatalogue(new WorkTreeFiles(folder), options);
}
