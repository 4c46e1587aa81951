import * as fc from 'fast-check';
import { catalogue } from './support/arbitraries';
import { CatalogueComponent, CatalogueError } from '../../src/core/catalogue';
import { ComponentGraph } from '../../src/core/graph';
import { toDot, toMermaid } from '../../src/core/graph-print';

type Edges = Record<string, string[]>;

function graphOf(dependsOn: Edges, testDependsOn: Edges = {}): ComponentGraph {
  const components: CatalogueComponent[] = Object.keys({ ...dependsOn, ...testDependsOn })
    .map((name) => ({ name, path: name, dependsOn: dependsOn[name], testDependsOn: testDependsOn[name] }));
  return ComponentGraph.of({ components });
}

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('ComponentGraph', () => {
  const diamond = graphOf({ top: ['right', 'left'], left: ['base'], right: ['base'], base: [], alone: [] });

  it('knows dependencies and dependents, sorted', () => {
    expect(diamond.dependencies('top')).toEqual(['left', 'right']);
    expect(diamond.dependents('base')).toEqual(['left', 'right']);
    expect(diamond.transitiveDependencies('top')).toEqual(['base', 'left', 'right']);
    expect(diamond.transitiveDependents('base')).toEqual(['left', 'right', 'top']);
    expect(diamond.transitiveDependents('alone')).toEqual([]);
  });

  it('keeps test dependencies apart, and counts one that is both as a dependency', () => {
    const graph = graphOf({ a: ['b'], b: [], c: [] }, { a: ['b', 'c'] });
    expect(graph.dependencies('a')).toEqual(['b']);
    expect(graph.testDependencies('a')).toEqual(['c']);
    expect(graph.testDependents('c')).toEqual(['a']);
    expect(graph.testDependents('b')).toEqual([]);
  });

  it('says what a build reads: not what the tests of its dependencies read', () => {
    const graph = graphOf({ app: ['lib'], lib: ['base'], base: [], tool: ['toolbase'], toolbase: [], libtest: [] }, { app: ['tool'], lib: ['libtest'] });
    expect(graph.buildDependencies('app')).toEqual(['base', 'lib', 'tool', 'toolbase']);
  });

  it('puts components into tranches, each sorted', () => {
    expect(diamond.tranches()).toEqual([['alone', 'base'], ['left', 'right'], ['top']]);
  });

  it('orders test dependencies before what they test', () => {
    expect(graphOf({ a: [], z: [] }, { a: ['z'] }).tranches()).toEqual([['z'], ['a']]);
  });

  it('refuses tranches of a cycle and prints it', () => {
    const graph = graphOf({ a: ['b'], b: ['c'], c: ['a', 'x'], x: [], d: ['a'] });
    const error = thrownBy(() => graph.tranches());
    expect(error).toBeInstanceOf(CatalogueError);
    expect(error.message.split('\n').filter((line) => line.startsWith('  '))).toEqual(['  a -> b -> c -> a']);
  });

  it('prints a cycle over test dependencies, and each of several cycles', () => {
    const error = thrownBy(() => graphOf({ p: ['q'], q: [], m: ['n'], n: ['m'] }, { q: ['p'] }).tranches());
    expect(error.message).toContain('p -> q -> p');
    expect(error.message).toContain('m -> n -> m');
  });

  it('orders the members of a cycle alike, after what they depend on and before their dependents', () => {
    const graph = graphOf({ z: [], b: ['a', 'z'], a: ['b'], app: ['b'] });
    expect(graph.order()).toEqual(['z', 'a', 'b', 'app']);
    expect(graph.cycles()).toEqual([['a', 'b']]);
  });

  it('reaches through a cycle without the component itself', () => {
    const graph = graphOf({ a: ['b'], b: ['a', 'c'], c: [] });
    expect(graph.transitiveDependencies('a')).toEqual(['b', 'c']);
    expect(graph.transitiveDependents('a')).toEqual(['b']);
  });

  it('names an unknown dependency, a double name and an unknown component', () => {
    expect(() => graphOf({ a: ['nope'] })).toThrow(/"a": dependsOn names "nope"/);
    expect(() => graphOf({ a: [] }, { a: ['nope'] })).toThrow(/"a": testDependsOn names "nope"/);
    expect(() => ComponentGraph.of({ components: [{ name: 'a', path: 'x' }, { name: 'a', path: 'y' }] })).toThrow(/"a" is in the catalogue twice/);
    expect(() => diamond.dependents('nope')).toThrow(/"nope" is no component/);
  });

  it('takes a chain and a cycle of 20,000 components in linear time', () => {
    const chain: Edges = {};
    for (let index = 0; index < 20_000; index++) {
      chain[`c${index}`] = index === 0 ? [] : [`c${index - 1}`];
    }
    expect(graphOf(chain).tranches()).toHaveLength(20_000);
    const ring = graphOf({ ...chain, c0: ['c19999'] });
    expect(ring.cycles().map((members) => members.length)).toEqual([20_000]);
    expect(ring.order()).toHaveLength(20_000);
    expect(ring.transitiveDependents('c7')).toHaveLength(19_999);
  }, 10_000);

  it('finds as a cycle exactly those that reach each other', () => {
    fc.assert(fc.property(catalogue, ({ components }) => {
      const next = new Map(components.map(({ name, dependsOn, testDependsOn }) => [name, [...dependsOn ?? [], ...testDependsOn ?? []]]));
      const reachable = (from: string): Set<string> => {
        const found = new Set(next.get(from));
        for (const name of found) {
          next.get(name)!.forEach((further) => found.add(further));
        }
        return found;
      };
      const graph = ComponentGraph.of({ components });
      const groupOf = new Map(graph.cycles().flatMap((group) => group.map((name) => [name, group])));
      for (const { name } of components) {
        const mutual = [...reachable(name)].filter((other) => other !== name && reachable(other).has(name));
        expect(groupOf.get(name) ?? [name]).toEqual([...mutual, name].sort());
      }
    }), { numRuns: 500 });
  });

  it('orders every component after its dependencies, but for cycles', () => {
    fc.assert(fc.property(catalogue, ({ components }) => {
      const graph = ComponentGraph.of({ components });
      const order = graph.order();
      const groupOf = new Map(graph.cycles().flatMap((group) => group.map((name) => [name, group])));
      expect([...order].sort()).toEqual(graph.names);
      for (const name of order) {
        for (const dependency of [...graph.dependencies(name), ...graph.testDependencies(name)]) {
          if (!groupOf.get(name)?.includes(dependency)) {
            expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(name));
          }
        }
      }
    }), { numRuns: 500 });
  });
});

describe('printing a graph', () => {
  const graph = graphOf({ '@s/app': ['lib'], 'lib': [] }, { '@s/app': [], 'lib': [], 'e2e': ['@s/app'] });

  it('prints dot', () => {
    expect(toDot(graph, { affected: new Set(['lib']) })).toBe([
      'digraph components {',
      '  rankdir=LR;',
      '  node [shape=box];',
      '  "@s/app";',
      '  "e2e";',
      '  "lib" [style=filled, fillcolor=orange];',
      '  "@s/app" -> "lib";',
      '  "e2e" -> "@s/app" [style=dashed];',
      '}',
      '',
    ].join('\n'));
  });

  it('prints Mermaid', () => {
    expect(toMermaid(graph, { affected: new Set(['lib']) })).toBe([
      'graph LR',
      '  c0["@s/app"]',
      '  c1["e2e"]',
      '  c2["lib"]:::affected',
      '  c0 --> c2',
      '  c1 -.-> c0',
      '  classDef affected fill:#f90,stroke:#333',
      '',
    ].join('\n'));
  });

  it('lets no name become markup', () => {
    const hostile = graphOf({ 'a"]\nb\\': [] });
    expect(toDot(hostile)).toContain('  "a\\"]\\nb\\\\";');
    expect(toMermaid(hostile)).toContain('["a#34;#93;#10;b#92;"]');
  });
});
