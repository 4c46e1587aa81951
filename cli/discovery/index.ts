import { discoverCatalogue } from './discover';
import { programDigest, rememberDiscovery } from './remembered-discovery';
import { WorkTreeFiles } from './work-tree-files';
import { DiscoveryProgram } from '../../src/contract/discovery';

/** The catalogue that the manifests in a work tree describe, for synth: kept in Git's own folder, it is found once for the same files. */
export const discoverWorkTree: DiscoveryProgram['discoverWorkTree'] = (directory, options = {}) => {
  const files = WorkTreeFiles.around(directory);
  return rememberDiscovery(files.state(), options, programDigest(__filename), (asked) => discoverCatalogue(files, asked));
};
