import fc from 'fast-check';
import { FOLDERS, NAMES, pairOfInstalls } from './support/arbitraries';
import { closureOf, Install } from './support/install';
import { bunLockfile } from './support/render-bun';
import { npmLockfile } from './support/render-npm';
import { pnpmLockfile } from './support/render-pnpm';
import { parseYaml } from '../../cli/yaml';
import { readToml } from '../../lambda/shared/toml';
import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import { PathChange } from '../../src/core/comparison';
import { traceLockfiles } from '../../src/core/lockfile/trace';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';
import { makePlan } from '../../src/core/plan';

/** One component per importer, one in a folder of an importer that has no manifest, one that is none of the workspace's. */
const PATHS = [...FOLDERS.filter((folder) => folder !== '.'), 'packages/y/assets', 'glue'];

const names = fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 3 });
const components = fc.tuple(...PATHS.map((path) => fc.record({
  name: fc.constant(path), path: fc.constant(path), dependsOn: names, testPackages: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }),
}))).map((all) => all.map((one): CatalogueComponent => ({ ...one, dependsOn: one.dependsOn.filter((name) => name !== one.name) })));
const sharedPackages = fc.dictionary(fc.constantFrom(...NAMES), fc.record({ build: names, test: names }), { maxKeys: 3 });

/** By the model of what is installed: the direct dependencies that give an importer something else. */
function changedDependencies([before, after]: readonly [Install, Install], folder: string): string[] {
  const gives = (install: Install, name: string): string | undefined => {
    const key = install.importers[folder]?.[name];
    return key === undefined ? undefined : closureOf({ ...install, importers: { [folder]: { [name]: key } } }, folder);
  };
  return NAMES.filter((name) => gives(before, name) !== gives(after, name));
}

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** By the rules as the documents state them: whom the change affects together with its dependents, and whom alone. */
function expected(pair: readonly [Install, Install], catalogue: Catalogue): { built: Set<string>; tested: Set<string> } {
  const built = new Set<string>();
  const tested = new Set<string>();
  for (const { name, path, testPackages } of catalogue.components) {
    for (const folder of FOLDERS.filter((one) => one !== '.' && (isWithin(one, path) || isWithin(path, one)))) {
      const changed = changedDependencies(pair, folder);
      if (changed.length > 0) {
        (folder === path && changed.every((dependency) => testPackages!.includes(dependency)) ? tested : built).add(name);
      }
    }
    for (const dependency of changedDependencies(pair, '.')) {
      const users = catalogue.sharedPackages![dependency];
      if (users === undefined || users.build!.includes(name)) {
        built.add(name);
      } else if (users.test!.includes(name)) {
        tested.add(name);
      }
    }
  }
  for (const name of built) {
    catalogue.components.filter(({ dependsOn }) => dependsOn!.includes(name)).forEach((dependent) => built.add(dependent.name));
  }
  return { built, tested };
}

test.each<[string, (install: Install) => string | undefined]>([
  ['package-lock.json', npmLockfile],
  ['pnpm-lock.yaml', (install) => pnpmLockfile(install, '9.0')],
  ['bun.lock', bunLockfile],
])('a change of %s affects those whose installs differ, their dependents, and no others', async (path, lockfileOf) => {
  let compared = 0;
  await fc.assert(fc.asyncProperty(pairOfInstalls({ links: false, changes: false }), components, sharedPackages, async (pair, all, shared) => {
    const [before, after] = pair.map(lockfileOf);
    fc.pre(before !== undefined && after !== undefined);
    compared += 1;
    const catalogue: Catalogue = { version: 1, components: all, globalPaths: [path], traceLockfiles: true, sharedPackages: shared };
    const changes: PathChange[] = before === after ? [] : [{ path, type: 'M' }];
    const input = { catalogue, head: 'head', comparison: { kind: 'diff' as const, baseline: { commit: 'base' }, changes } };
    const trace = await traceLockfiles({ catalogue, paths: changes.map((change) => change.path), parseYaml, parseToml: readToml, read: async (side) => (side === 'before' ? before : after) });
    const affected = makeTracedPlan(input, trace).changed.map(({ component }) => component).sort();
    const { built, tested } = expected(pair, catalogue);
    expect(affected).toEqual([...new Set([...built, ...tested])].sort());
    const plain = makePlan(input).changed.map(({ component }) => component);
    expect(affected.filter((component) => !plain.includes(component))).toEqual([]);
  }), { numRuns: 300 });
  expect(compared).toBe(300);
});
