import { catalogueChanges } from './catalogue-changes';
import { Catalogue, DIRTY } from '../../src/core/catalogue';
import { InputError } from '../errors';
import { Clone } from '../git/run';
import { analysis } from '../lazy/parts';

const DEFINITIONS = 'How components are built is as deployed: what is new is built once the pipeline\'s own stack is deployed with it.';

/**
 * What a commit changes in the catalogue that was deployed, where that was found in the repository: both are found again, at the commit that the deployed one
 * was found at and at this one, from files alone. Nothing of the repository is run.
 */
export function foundChanges({ foundAt }: Catalogue, head: string, repository: Clone): string[] {
  if (foundAt === undefined || foundAt === DIRTY) {
    return [];
  }
  const { catalogueAt } = analysis();
  try {
    const changes = catalogueChanges(catalogueAt(repository, foundAt), catalogueAt(repository, head));
    return changes.length === 0 ? [] : [...changes, DEFINITIONS];
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return [`What the commit changes in the catalogue cannot be said: ${error.message}`];
  }
}
