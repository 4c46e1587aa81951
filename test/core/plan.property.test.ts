import * as fc from 'fast-check';
import { catalogue, change, changes } from './support/arbitraries';
import { affected as naivelyAffected, isGlobal, owns } from './support/naive';
import { Catalogue } from '../../src/core/catalogue';
import { PathChange, PlanInput } from '../../src/core/comparison';
import { explainVerdict } from '../../src/core/explain';
import { ComponentGraph } from '../../src/core/graph';
import { affectsDependents, makePlan, Plan } from '../../src/core/plan';

function planOf(given: Catalogue, changed: readonly PathChange[], more: Partial<PlanInput> = {}): Plan {
  return makePlan({ catalogue: given, head: 'head', comparison: { kind: 'diff', baseline: { commit: 'base' }, changes: changed }, ...more });
}

function affected(plan: Plan): string[] {
  return plan.changed.map(({ component }) => component).sort();
}

const RUNS = { numRuns: 1_000 };

describe('makePlan, whatever the catalogue and the changes', () => {
  it('finds what a model finds that shares nothing with it', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      expect(affected(planOf(given, changed))).toEqual(naivelyAffected(given, changed.map(({ path }) => path)));
    }), { numRuns: 3_000 });
  });

  it('finds with a trace what the model finds', () => {
    const traced = catalogue.chain((given) => fc.tuple(fc.constant({ ...given, globalPaths: ['lock'] }), fc.subarray(given.components.map(({ name }) => name))));
    fc.assert(fc.property(traced, changes, ([given, names], changed) => {
      const globalTrace = new Map([['lock', new Set(names)]]);
      const withLock: PathChange[] = [...changed, { path: 'lock', type: 'M' }];
      expect(affected(planOf(given, withLock, { globalTrace }))).toEqual(naivelyAffected(given, withLock.map(({ path }) => path), globalTrace));
    }), RUNS);
  });

  it('never un-affects by one more path', () => {
    fc.assert(fc.property(catalogue, changes, change, (given, changed, another) => {
      expect(affected(planOf(given, [...changed, another]))).toEqual(expect.arrayContaining(affected(planOf(given, changed))));
    }), RUNS);
  });

  it('does not depend on the order of the changes, nor on that of the catalogue', () => {
    const shuffled = changes.chain((changed) => fc.tuple(fc.constant(changed), fc.shuffledSubarray(changed, { minLength: changed.length })));
    fc.assert(fc.property(catalogue, shuffled, (given, [changed, other]) => {
      expect(planOf(given, other)).toEqual(planOf(given, changed));
      expect(planOf({ ...given, components: [...given.components].reverse() }, changed)).toEqual(planOf(given, changed));
    }), RUNS);
  });

  it('finds for two diffs together what it finds for each', () => {
    fc.assert(fc.property(catalogue, changes, changes, (given, one, two) => {
      const each = new Set([...affected(planOf(given, one)), ...affected(planOf(given, two))]);
      expect(affected(planOf(given, [...one, ...two]))).toEqual([...each].sort());
    }), RUNS);
  });

  it('is closed under dependents, but for interfaces and tests', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      const plan = planOf(given, changed);
      const names = new Set(affected(plan));
      const graph = ComponentGraph.of(given);
      for (const { component, reasons } of plan.changed.filter((entry) => entry.reasons.some(affectsDependents))) {
        expect(reasons.length).toBeGreaterThan(0);
        expect([...graph.dependents(component), ...graph.testDependents(component)].filter((name) => !names.has(name))).toEqual([]);
      }
    }), RUNS);
  });

  it('finds no more than the plain closure, and all of what is directly changed', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      const plain: Catalogue = {
        ...given,
        components: given.components.map(({ interface: _, testDependsOn, dependsOn, ...component }) =>
          ({ ...component, dependsOn: [...dependsOn ?? [], ...testDependsOn ?? []] })),
      };
      const precise = affected(planOf(given, changed));
      expect(affected(planOf(plain, changed))).toEqual(expect.arrayContaining(precise));
      const direct = given.components.filter((component) => changed.some(({ path }) => owns(component, path))).map(({ name }) => name);
      expect(precise).toEqual(expect.arrayContaining(direct));
    }), RUNS);
  });

  it('misses nothing that could matter: whatever reads an interface that changed is affected', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      const names = new Set(affected(planOf(given, changed)));
      const graph = ComponentGraph.of(given);
      const paths = changed.map(({ path }) => path);
      // What a build reads of another component: its interface, and so on down its dependencies.
      for (const component of given.components) {
        const read = graph.buildDependencies(component.name);
        const matters = read.some((name) => {
          const dependency = given.components.find((other) => other.name === name)!;
          const asRead = { ...dependency, testDependsOn: [], dependsOn: [] };
          return paths.some((path) => owns(dependency, path)
            && naivelyAffected({ ...given, globalPaths: [], unownedPaths: 'ignore', components: [asRead, { name: 'reader', path: 'nowhere/at/all', dependsOn: [name] }] }, [path])
              .includes('reader'));
        });
        if (matters) {
          expect(names).toContain(component.name);
        }
      }
    }), { numRuns: 300 });
  });

  it('lists every component once, as changed or unchanged, dependencies first', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      const plan = planOf(given, changed);
      const order = ComponentGraph.of(given).order();
      const listed = plan.changed.map(({ component }) => component);
      expect(order.filter((name) => listed.includes(name))).toEqual(listed);
      expect(order.filter((name) => !listed.includes(name))).toEqual(plan.unchanged);
    }), RUNS);
  });

  it('explains every verdict by a chain that holds', () => {
    fc.assert(fc.property(catalogue, changes, (given, changed) => {
      const plan = planOf(given, changed);
      const graph = ComponentGraph.of(given);
      const componentOf = (name: string) => given.components.find((component) => component.name === name)!;
      for (const name of plan.unchanged) {
        expect(explainVerdict(plan, given, name)).toMatchObject({ component: name, affected: false });
      }
      for (const { component } of plan.changed) {
        const explanation = explainVerdict(plan, given, component);
        const chain = explanation.affected ? explanation.chain : [];
        expect(chain.at(-1)?.component).toBe(component);
        const [{ reason }] = chain;
        expect(['Direct', 'GlobalPath', 'UnownedPath']).toContain(reason.kind);
        if (reason.kind === 'Direct') {
          expect(reason.paths.length).toBeGreaterThan(0);
          const start = componentOf(chain[0].component);
          expect(reason.paths.every((path) => owns(start, path))).toBe(true);
          // Whoever comes after the start is affected by these paths alone.
          expect(naivelyAffected({ ...given, globalPaths: [], unownedPaths: 'ignore' }, [reason.paths[0]])).toContain(component);
        } else if (reason.kind === 'GlobalPath') {
          expect(reason.paths.every((path) => isGlobal(given, path))).toBe(true);
        }
        chain.slice(1).forEach((link, index) => {
          const before = chain[index].component;
          expect(link.reason).toEqual({ kind: graph.dependencies(link.component).includes(before) ? 'Dependency' : 'TestDependency', via: before });
        });
      }
    }), RUNS);
  });
});
