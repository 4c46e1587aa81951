import fc from 'fast-check';
import { FOLDERS, pairOfInstalls } from './support/arbitraries';
import { closureOf, Install, npmLockfile, pnpmLockfile, pnpmLockfileWithEnvironment, yarnBerryLockfile, yarnClassicLockfile } from './support/install';
import { parseYaml } from '../../cli/yaml';
import { changedDependencies } from '../../src/core/lockfile/compare';
import { parseNpmLockfile } from '../../src/core/lockfile/npm-lockfile';
import { readPnpmLockfile } from '../../src/core/lockfile/pnpm-lockfile';
import { ResolvedGraph } from '../../src/core/lockfile/resolved-graph';
import { readYarnBerryLockfile, readYarnClassicLockfile } from '../../src/core/lockfile/yarn-lockfile';

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
    ['pnpm 11 and later', (model) => readPnpmLockfile(parseYaml(pnpmLockfileWithEnvironment(pnpmLockfile(model, '9.0'))))],
    ['Yarn 1', (model) => {
      const { text, manifests } = yarnClassicLockfile(model);
      return readYarnClassicLockfile(text, manifests);
    }],
    ['Yarn 2 and later', (model) => readYarnBerryLockfile(parseYaml(yarnBerryLockfile(model))[0])],
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
