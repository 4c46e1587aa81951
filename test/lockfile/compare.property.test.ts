import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { closureOf, Install, npmLockfile, pnpmLockfile, yarnBerryLockfile, yarnClassicLockfile } from './support/install';
import { changedDependencies } from '../../src/core/lockfile/compare';
import { parseNpmLockfile } from '../../src/core/lockfile/npm-lockfile';
import { readPnpmLockfile } from '../../src/core/lockfile/pnpm-lockfile';
import { ResolvedGraph } from '../../src/core/lockfile/resolved-graph';
import { readYarnBerryLockfile, readYarnClassicLockfile } from '../../src/core/lockfile/yarn-lockfile';

const NAMES = ['a', 'b', '@s/c', 'd', 'e'];
const VERSIONS = ['1.0.0', '2.0.0'];
const KEYS = NAMES.flatMap((name) => VERSIONS.map((version) => `${name}@${version}`));
const FOLDERS = ['.', 'packages/x', 'packages/y', 'packages/x/inner'];

/** Up to three names, each resolved to one of its versions. */
const resolutions = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VERSIONS), { maxKeys: 3 })
  .map((versions) => Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, `${name}@${version}`])));

const install: fc.Arbitrary<Install> = fc.record({
  packages: fc.tuple(...KEYS.map(() => fc.record({ integrity: fc.constantFrom('sha512-A', 'sha512-B'), dependencies: resolutions })))
    .map((packages) => Object.fromEntries(packages.map((one, index) => [KEYS[index]!, one]))),
  importers: fc.tuple(...FOLDERS.map(() => resolutions)).map((all) => Object.fromEntries(all.map((one, index) => [FOLDERS[index]!, one]))),
});

/** Two installs that differ in few things, so that some importers are the same in both. */
const pairOfInstalls = fc.tuple(install, fc.array(fc.tuple(fc.constantFrom(...KEYS, ...FOLDERS), resolutions, fc.constantFrom('sha512-A', 'sha512-B')), { maxLength: 2 }))
  .map(([before, edits]): [Install, Install] => {
    const after = structuredClone(before) as { packages: Record<string, object>; importers: Record<string, object> };
    for (const [target, dependencies, integrity] of edits) {
      if (FOLDERS.includes(target)) {
        after.importers[target] = dependencies;
      } else {
        after.packages[target] = { integrity, dependencies };
      }
    }
    return [before, after as Install];
  });

function importersThatDiffer([before, after]: readonly [Install, Install]): string[] {
  return FOLDERS.filter((folder) => closureOf(before, folder) !== closureOf(after, folder)).sort();
}

function importersFound(before: ResolvedGraph, after: ResolvedGraph): string[] {
  return [...changedDependencies(before, after, () => true).keys()].sort();
}

describe('the importers that two lockfiles resolve differently are those whose installs differ', () => {
  test.each<[string, (install: Install) => ResolvedGraph | undefined]>([
    ['npm', (model) => {
      const text = npmLockfile(model);
      return text === undefined ? undefined : parseNpmLockfile(text);
    }],
    ['pnpm 6', (model) => readPnpmLockfile(parseYaml(pnpmLockfile(model, '6.0')))],
    ['pnpm 9', (model) => readPnpmLockfile(parseYaml(pnpmLockfile(model, '9.0')))],
    ['Yarn 1', (model) => {
      const { text, manifests } = yarnClassicLockfile(model);
      return readYarnClassicLockfile(text, manifests);
    }],
    ['Yarn 2 and later', (model) => readYarnBerryLockfile(parseYaml(yarnBerryLockfile(model)))],
  ])('%s', (_, graphOf) => {
    let compared = 0;
    fc.assert(fc.property(pairOfInstalls, (pair) => {
      const [before, after] = [graphOf(pair[0]), graphOf(pair[1])];
      fc.pre(before !== undefined && after !== undefined);
      compared += 1;
      expect(importersFound(before, after)).toEqual(importersThatDiffer(pair));
    }), { numRuns: 300 });
    expect(compared).toBe(300);
  });

  test('a dependency is named where it, or anything below it, resolves differently, with the way there', () => {
    const before: Install = {
      packages: {
        'a@1.0.0': { integrity: 'A', dependencies: { b: 'b@1.0.0' } },
        'b@1.0.0': { integrity: 'A', dependencies: { a: 'a@1.0.0' } },
        'd@1.0.0': { integrity: 'A', dependencies: {} },
      },
      importers: { '.': {}, 'packages/x': { a: 'a@1.0.0', d: 'd@1.0.0' }, 'packages/y': { d: 'd@1.0.0' } },
    };
    const after: Install = { ...before, packages: { ...before.packages, 'b@1.0.0': { integrity: 'B', dependencies: { a: 'a@1.0.0' } } } };
    const [old, now] = [before, after].map((model) => parseNpmLockfile(npmLockfile(model)!));
    expect([...changedDependencies(old!, now!, () => true)]).toEqual([['packages/x', [['a', 'b']]]]);
  });
});
