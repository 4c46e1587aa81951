import { owns } from './rules';
import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import type { Tree } from '../world/repository';

/** What facts are taken from: a component's own in its folder, those of all at the root. */
export const FACTS_FILE = 'facts.json';

interface Facts {
  readonly dependsOn?: readonly string[];
  readonly include?: readonly string[];
  readonly interface?: readonly string[];
  readonly globalPaths?: readonly string[];
}

/**
 * The catalogue as the tree has it: what components depend on, read, show to others and have in common. Of one that was found this is the truth for the
 * tree, and the deployed one is what was true when it was found; one that was written by hand is true of every tree.
 */
export function trueCatalogue(catalogue: Catalogue, tree: Tree): Catalogue {
  if (catalogue.foundAt === undefined) {
    return catalogue;
  }
  const { globalPaths = [] } = read(tree, FACTS_FILE);
  return {
    ...catalogue,
    globalPaths,
    components: catalogue.components.map((component, index) => withFacts(component, catalogue.components.slice(0, index), tree)),
  };
}

/** The catalogue that is found at a commit. */
export function foundCatalogue(catalogue: Catalogue, tree: Tree, commitId: string): Catalogue {
  return trueCatalogue({
    ...catalogue,
    unownedPaths: catalogue.unownedPaths === 'all' ? 'all' : 'ignore',
    foundAt: commitId,
    foundFrom: [`**/${FACTS_FILE}`],
    references: Object.fromEntries(catalogue.components.map(({ name }) => [name, [name]])),
  }, tree);
}

/** @param before components that it may depend on, so that none depends on itself */
function withFacts(
  { dependsOn: _dependsOn, include: _include, interface: _interface, testDependsOn: _testDependsOn, ...component }: CatalogueComponent,
  before: readonly CatalogueComponent[],
  tree: Tree,
): CatalogueComponent {
  const path = `${component.path}/${FACTS_FILE}`;
  const facts = owns(component, path) ? read(tree, path) : {};
  return {
    ...component,
    dependsOn: (facts.dependsOn ?? []).filter((name) => before.some((other) => other.name === name)),
    ...(facts.include && { include: facts.include }),
    ...(facts.interface && { interface: facts.interface }),
  };
}

/** A file that cannot be read has no facts. */
function read(tree: Tree, path: string): Facts {
  try {
    return JSON.parse(tree.get(path) ?? '{}') as Facts;
  } catch {
    return {};
  }
}
