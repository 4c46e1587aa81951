import fc from 'fast-check';
import { BuildOrder } from '../../src/core/build-order';
import { CatalogueComponent } from '../../src/core/catalogue';
import { ComponentGraph } from '../../src/core/graph';

type Edges = Readonly<Record<string, { readonly dependsOn?: string[]; readonly testDependsOn?: string[] }>>;

function order(edges: Edges, changed: string[]): BuildOrder {
  const components: CatalogueComponent[] = Object.entries(edges).map(([name, more]) => ({ name, path: name, ...more }));
  return new BuildOrder(ComponentGraph.of({ components }), new Set(changed));
}

const CHAIN: Edges = { a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] }, other: {} };

describe('tranches', () => {
  it('come one after the other along dependencies', () => {
    expect(order(CHAIN, ['a', 'b', 'c', 'other']).tranches()).toEqual([['a', 'other'], ['b'], ['c']]);
  });

  it('are of changed components alone', () => {
    expect(order(CHAIN, ['c']).tranches()).toEqual([['c']]);
    expect(order(CHAIN, []).tranches()).toEqual([]);
  });

  it('keep the order of two components that an unchanged one lies between', () => {
    expect(order(CHAIN, ['a', 'c']).tranches()).toEqual([['a'], ['c']]);
  });

  it('come after what tests depend on', () => {
    expect(order({ a: {}, b: { testDependsOn: ['a'] } }, ['a', 'b']).tranches()).toEqual([['a'], ['b']]);
  });

  it('refuse a component that the catalogue does not have', () => {
    expect(() => order(CHAIN, ['gone'])).toThrow('"gone" is no component of the catalogue and cannot be built');
  });
});

describe('unbuilt', () => {
  it('names what a component waits for: the first that has no build, not those in between', () => {
    expect(order(CHAIN, ['a', 'b', 'c', 'other']).unbuilt(new Set(['other']))).toEqual([
      { component: 'a', waitsFor: [] }, { component: 'b', waitsFor: ['a'] }, { component: 'c', waitsFor: ['a'] },
    ]);
  });

  it('sees through unchanged components', () => {
    expect(order(CHAIN, ['a', 'c']).unbuilt(new Set())).toEqual([{ component: 'a', waitsFor: [] }, { component: 'c', waitsFor: ['a'] }]);
  });

  it('lets a component start once all it reads is built', () => {
    expect(order(CHAIN, ['a', 'c']).unbuilt(new Set(['a']))).toEqual([{ component: 'c', waitsFor: [] }]);
    expect(order(CHAIN, ['a', 'c']).unbuilt(new Set(['a', 'c']))).toEqual([]);
  });

  it('takes no heed of what a dependency\'s tests depend on', () => {
    const edges: Edges = { a: {}, b: { testDependsOn: ['a'] }, c: { dependsOn: ['b'] } };
    expect(order(edges, ['a', 'c']).unbuilt(new Set())).toEqual([{ component: 'a', waitsFor: [] }, { component: 'c', waitsFor: [] }]);
  });
});

test('agrees with the plain definition: a build reads the transitive closure of its dependencies', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  // Each depends on earlier ones only, so there is no cycle.
  const graphs = fc.tuple(...names.map((_, index) => fc.record({
    dependsOn: fc.subarray(names.slice(0, index)), testDependsOn: fc.subarray(names.slice(0, index)),
  })));
  fc.assert(fc.property(graphs, fc.subarray(names), fc.subarray(names), (edges, changed, done) => {
    const components = names.map((name, index) => ({ name, path: name, ...edges[index]! }));
    const graph = ComponentGraph.of({ components });
    const built = new Set(done.filter((name) => changed.includes(name)));
    const build = new BuildOrder(graph, new Set(changed));
    const tranches = build.tranches();
    const position = new Map(tranches.flatMap((tranche, index) => tranche.map((name) => [name, index] as const)));
    expect([...position.keys()].sort()).toEqual([...changed].sort());
    expect(tranches.every((tranche) => tranche.length > 0)).toBe(true);
    for (const name of changed) {
      const reads = graph.buildDependencies(name).filter((read) => changed.includes(read));
      reads.forEach((read) => expect(position.get(read)!).toBeLessThan(position.get(name)!));
      const missing = reads.filter((read) => !built.has(read));
      const found = build.unbuilt(built).find(({ component }) => component === name);
      expect(found === undefined).toBe(built.has(name));
      // Whoever waits, waits for something; whoever doesn't, could start. One that is built already is taken as it is, whatever came of what it read.
      if (found && missing.length === 0) {
        expect(found.waitsFor).toEqual([]);
      }
      if (found && missing.some((read) => !built.has(read))) {
        expect(found.waitsFor.length).toBeGreaterThan(0);
        // Not always what its own build reads, but what keeps that from being built.
        found.waitsFor.forEach((waited) => expect(build.unbuilt(built)).toContainEqual({ component: waited, waitsFor: [] }));
      }
    }
  }), { numRuns: 300 });
});
