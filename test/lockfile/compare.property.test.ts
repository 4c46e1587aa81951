import fc from 'fast-check';
import { FOLDERS, pairOfInstalls } from './support/arbitraries';
import { closureOf, Install } from './support/install';
import { bunLockfile } from './support/render-bun';
import { npmLockfile } from './support/render-npm';
import { pnpmLockfile, pnpmLockfileWithEnvironment } from './support/render-pnpm';
import { yarnBerryLockfile, yarnClassicLockfile } from './support/render-yarn';
import { parseYaml } from '../../cli/yaml';
import { parseBunLockfile } from '../../src/core/lockfile/bun-lockfile';
import { changedDependencies } from '../../src/core/lockfile/compare';
import { parseNpmLockfile } from '../../src/core/lockfile/npm-lockfile';
import { readPnpmLockfile } from '../../src/core/lockfile/pnpm-lockfile';
import { ResolvedGraph } from '../../src/core/lockfile/resolved-graph';
import { readYarnBerryLockfile } from '../../src/core/lockfile/yarn-berry-lockfile';
import { readYarnClassicLockfile } from '../../src/core/lockfile/yarn-classic-lockfile';

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
      const rendered = yarnClassicLockfile(model);
      return rendered && readYarnClassicLockfile(rendered.text, rendered.manifests);
    }],
    ['Yarn 2 and later', (model) => {
      const { text, manifest } = yarnBerryLockfile(model);
      return readYarnBerryLockfile(parseYaml(text)[0], manifest);
    }],
    ['bun', (model) => {
      const text = bunLockfile(model);
      return text === undefined ? undefined : parseBunLockfile(text);
    }],
  ])('%s', (name, graphOf) => {
    let compared = 0;
    let excessive = 0;
    // npm has no patches, and Yarn 1 neither these nor overrides that its lockfile tells of.
    const pairs = pairOfInstalls({ links: true, changes: name !== 'npm' && name !== 'Yarn 1' });
    fc.assert(fc.property(pairs, (pair) => {
      const [before, after] = [graphOf(pair[0]), graphOf(pair[1])];
      fc.pre(before !== undefined && after !== undefined);
      compared += 1;
      const found = importersFound(before, after);
      expect(found).toEqual(expect.arrayContaining(importersThatDiffer(pair)));
      excessive += found.length > importersThatDiffer(pair).length ? 1 : 0;
    }), { numRuns: 300 });
    expect(compared).toBe(300);
    // Builds too many are harmless where they are rare: a patched package in Yarn's lockfile, for one, is told apart by less than what is installed.
    expect(excessive).toBeLessThan(10);
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
