import { Catalogue } from '../../src/core/catalogue';
import { explainVerdict, formatExplanation, formatReason } from '../../src/core/explain';
import { makePlan, Plan } from '../../src/core/plan';

const catalogue: Catalogue = {
  version: 1,
  components: [
    { name: 'base', path: 'base', interface: ['base/src/**'] },
    { name: 'lib', path: 'lib', dependsOn: ['base'], interface: ['lib/src/**'] },
    { name: 'app', path: 'app', dependsOn: ['lib', 'long'] },
    { name: 'long', path: 'long', dependsOn: ['longer'] },
    { name: 'longer', path: 'longer', dependsOn: ['base'] },
    { name: 'e2e', path: 'e2e', testDependsOn: ['app'] },
    { name: 'suite', path: 'suite', dependsOn: ['e2e'] },
  ],
};

function planOf(...paths: string[]): Plan {
  return makePlan({
    catalogue, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes: paths.map((path) => ({ path, type: 'M' })) },
  });
}

function words(component: string, ...paths: string[]): string {
  return formatExplanation(explainVerdict(planOf(...paths), catalogue, component));
}

describe('explain', () => {
  it('gives the shortest chain from a changed path', () => {
    expect(explainVerdict(planOf('base/src/x'), catalogue, 'app')).toEqual({
      component: 'app',
      affected: true,
      chain: [
        { component: 'base', reason: { kind: 'Direct', paths: ['base/src/x'], count: 1 } },
        { component: 'lib', reason: { kind: 'Dependency', via: 'base' } },
        { component: 'app', reason: { kind: 'Dependency', via: 'lib' } },
      ],
    });
  });

  it('prefers the component\'s own change, even one outside its interface', () => {
    expect(words('lib', 'base/src/x', 'lib/test/y')).toBe('lib: "lib/test/y" changed (outside its interface)');
  });

  it('leads past a change that dependents do not see, to the one that they do', () => {
    expect(words('app', 'base/src/x', 'lib/test/y')).toBe('base: "base/src/x" changed\n  lib: depends on base\n    app: depends on lib');
  });

  it('starts from a path of the interface', () => {
    expect(words('app', 'lib/docs/a', 'lib/src/y')).toContain('lib: "lib/src/y" and 1 more changed');
  });

  it('ends with a test dependency, and leads through none', () => {
    expect(words('e2e', 'app/x')).toBe('app: "app/x" changed\n  e2e: its tests depend on app');
    expect(words('suite', 'app/x')).toBe('suite is not affected: the changes stop before it.\n  e2e is only re-tested, because of what its tests depend on');
  });

  it('says why a component is not affected', () => {
    expect(explainVerdict(planOf('lib/test/y'), catalogue, 'app')).toEqual({ component: 'app', affected: false, stopped: [{ via: 'lib', because: 'interface' }] });
    expect(words('app', 'lib/test/y')).toBe('app is not affected: the changes stop before it.\n  lib changed, but nothing that its dependents read');
    expect(words('base', 'app/y')).toBe('base is not affected: nothing it is made of or depends on changed.');
    expect(words('base', 'tools/gen.sh')).toBe('base is not affected: nothing it is made of or depends on changed.\n'
      + '  no component owns "tools/gen.sh", which affects nothing: unownedPaths is not "all"');
  });

  it('goes around cycles', () => {
    const ring: Catalogue = { version: 1, components: ['a', 'b', 'c'].map((name, index, all) => ({ name, path: name, dependsOn: [all[(index + 1) % 3]] })) };
    const plan = makePlan({ catalogue: ring, head: 'h', comparison: { kind: 'diff', baseline: { commit: 'b' }, changes: [{ path: 'c/x', type: 'A' }] } });
    expect(formatExplanation(explainVerdict(plan, ring, 'a'))).toBe('c: "c/x" changed\n  b: depends on c\n    a: depends on b');
  });

  it('starts from a state where there is no path', () => {
    const plan = makePlan({ catalogue, head: 'h', comparison: { kind: 'no-baseline' } });
    expect(formatExplanation(explainVerdict(plan, catalogue, 'app'))).toBe('app: nothing was ever released');
  });

  it('names an unknown component', () => {
    expect(() => explainVerdict(planOf(), catalogue, 'nope')).toThrow(/"nope" is no component of the catalogue/);
  });
});

describe('formatReason', () => {
  test.each([
    [{ kind: 'GlobalPath', paths: ['lock'], count: 1 }, '"lock" changed, a global path'],
    [{ kind: 'UnownedPath', paths: ['x'], count: 3 }, '"x" and 2 more changed, which no component owns'],
    [{ kind: 'NeverDeployed' }, 'it was never deployed'],
    [{ kind: 'DefinitionChanged' }, 'its definition changed'],
    [{ kind: 'BaselineMissing', commit: 'abc' }, "the baseline's commit abc is not in the repository any more"],
    [{ kind: 'DiffUnreadable', detail: 'throttled' }, 'what changed could not be read (throttled)'],
    [{ kind: 'Forced' }, 'somebody asked for it'],
  ] as const)('%j', (reason, text) => {
    expect(formatReason(reason)).toBe(text);
  });

  it('lets no path write to a terminal', () => {
    expect(formatReason({ kind: 'Direct', paths: ['a\u001b[2J\u009b1m\u202ex\n'], count: 1 })).toBe('"a\\u001b[2J\\u009b1m\\u202ex\\n" changed');
  });
});
