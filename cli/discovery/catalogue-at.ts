import { discoverCatalogue } from './discover';
import { Catalogue } from '../../src/core/catalogue';
import { CommittedFiles } from '../git/committed-files';
import { Clone } from '../git/run';

/** The catalogue that the manifests of a commit describe, read from Git's objects. @throws InputError where the commit is not there */
export function catalogueAt(repository: Clone, commit: string): Catalogue {
  return discoverCatalogue(new CommittedFiles(repository, commit)).catalogue;
}
