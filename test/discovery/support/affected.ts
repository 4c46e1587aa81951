import { Contents, memoryFiles } from './memory-files';
import { discoverCatalogue } from '../../../cli/discovery/discover';
import { makePlan } from '../../../src/core/plan';
import { validateCatalogue } from '../../../src/core/validate';

/** The components that a change of the paths affects, by the catalogue that is found in the contents; sorted. */
export function affectedBy(contents: Contents, ...changed: readonly string[]): string[] {
  const { catalogue } = discoverCatalogue(memoryFiles(contents));
  expect(validateCatalogue(catalogue)).toEqual([]);
  const changes = changed.map((path) => ({ path, type: 'M' as const }));
  const { unownedPaths: _, ...owned } = catalogue;
  return makePlan({ catalogue: owned, head: 'head', comparison: { kind: 'diff', baseline: { commit: 'base' }, changes } }).changed.map(({ component }) => component).sort();
}

/** With a package at the repository's root that is more than what holds the workspace together. */
export function withRootPackage(contents: Contents): Contents {
  const manifest = typeof contents['package.json'] === 'object' ? contents['package.json'] : {};
  return { ...contents, 'package.json': { name: 'root-package', ...manifest, main: 'src/main.js', dependencies: { left: '1', ...(manifest as { dependencies?: object }).dependencies } }, 'src/main.js': '' };
}
