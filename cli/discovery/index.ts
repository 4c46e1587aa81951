import { discoverCatalogue } from './discover';
import { WorkTreeFiles } from './work-tree-files';
import { DiscoveryProgram } from '../../src/contract/discovery';

/** The catalogue that the manifests in a work tree describe, for synth. */
export const discoverWorkTree: DiscoveryProgram['discoverWorkTree'] = (directory, options) => discoverCatalogue(WorkTreeFiles.around(directory), options);
