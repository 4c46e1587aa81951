import { Catalogue, CatalogueComponent, CatalogueError } from '../../src/core/catalogue';
import { BaselineState, PathChange, PlanInput } from '../../src/core/comparison';
import { makePlan, Plan, UnownedPathsError } from '../../src/core/plan';
import { Reason } from '../../src/core/reasons';

const BASE = 'b'.repeat(40);
const HEAD = 'f'.repeat(40);

interface Given extends Partial<Omit<Catalogue, 'components'>>, Partial<Pick<PlanInput, 'forced' | 'globalTrace'>> {
  readonly components: CatalogueComponent[];
  readonly baseline?: BaselineState['components'];
}

function plan({ components, forced, globalTrace, baseline, ...catalogue }: Given, ...paths: string[]): Plan {
  const changes = paths.map((path): PathChange => ({ path, type: 'M' }));
  return makePlan({
    catalogue: { version: 1, components, ...catalogue },
    head: HEAD,
    comparison: { kind: 'diff', baseline: { commit: BASE, components: baseline }, changes },
    forced,
    globalTrace,
  });
}

function reasons(made: Plan): Record<string, readonly Reason[]> {
  return Object.fromEntries(made.changed.map((change) => [change.component, change.reasons]));
}

const component = (name: string, more: Partial<CatalogueComponent> = {}): CatalogueComponent => ({ name, path: name, ...more });
const direct = (...paths: string[]): Reason => ({ kind: 'Direct', paths, count: paths.length });
const via = (name: string): Reason => ({ kind: 'Dependency', via: name });
const testVia = (name: string): Reason => ({ kind: 'TestDependency', via: name });

const chain = [component('app', { dependsOn: ['lib'] }), component('lib', { dependsOn: ['base'] }), component('base'), component('other')];

describe('makePlan', () => {
  it('says against what it was made', () => {
    expect(plan({ components: chain })).toEqual({
      baseline: BASE, head: HEAD, changed: [], unchanged: ['base', 'other', 'lib', 'app'], unowned: { count: 0, paths: [] }, unread: { count: 0, paths: [] },
    });
  });

  it('affects dependents transitively, each for its direct dependency\'s sake, dependencies first', () => {
    const made = plan({ components: chain }, 'base/x');
    expect(made.changed).toEqual([
      { component: 'base', reasons: [direct('base/x')] },
      { component: 'lib', reasons: [via('base')] },
      { component: 'app', reasons: [via('lib')] },
    ]);
    expect(made.unchanged).toEqual(['other']);
  });

  it('affects no dependency', () => {
    expect(Object.keys(reasons(plan({ components: chain }, 'app/x')))).toEqual(['app']);
  });

  it.each(['A', 'D', 'M'] as const)('counts a change of type %s', (type) => {
    const changes: PathChange[] = [{ path: 'base/gone', type }];
    const made = makePlan({ catalogue: { version: 1, components: chain }, head: HEAD, comparison: { kind: 'diff', baseline: { commit: BASE }, changes } });
    expect(made.changed[0]).toEqual({ component: 'base', reasons: [direct('base/gone')] });
  });

  it('gives a component all its reasons, one for each affected dependency', () => {
    const components = [component('a', { dependsOn: ['b', 'c', 'd'], testDependsOn: ['e'] }), ...['b', 'c', 'd', 'e'].map((name) => component(name))];
    expect(reasons(plan({ components, globalPaths: ['lock'], forced: ['a'], baseline: new Map() }, 'c/1', 'b/1', 'a/1', 'lock', 'e/1')).a).toEqual([
      direct('a/1'),
      via('b'), via('c'), via('d'), testVia('e'),
      { kind: 'GlobalPath', paths: ['lock'], count: 1 },
      { kind: 'NeverDeployed' },
      { kind: 'Forced' },
    ]);
    expect(reasons(plan({ components }, 'c/1', 'b/1')).a).toEqual([via('b'), via('c')]);
  });

  it('lists ten paths in order and counts all', () => {
    const paths = Array.from({ length: 25 }, (_, index) => `base/${String(index).padStart(2, '0')}`);
    const [first] = plan({ components: chain }, ...[...paths].reverse()).changed;
    expect(first.reasons).toEqual([{ kind: 'Direct', paths: paths.slice(0, 10), count: 25 }]);
  });

  it('reads the changes once and keeps none', () => {
    let given = 0;
    function* changes(): Generator<PathChange> {
      for (; given < 5_000; given++) {
        yield { path: `base/${given}`, type: 'A' };
      }
    }
    const made = makePlan({ catalogue: { version: 1, components: chain }, head: HEAD, comparison: { kind: 'diff', baseline: { commit: BASE }, changes: changes() } });
    expect(made.changed[0].reasons).toEqual([expect.objectContaining({ count: 5_000 })]);
    expect(given).toBe(5_000);
  });

  describe('with dependency cycles', () => {
    const ring = [component('a', { dependsOn: ['b'] }), component('b', { dependsOn: ['c'] }), component('c', { dependsOn: ['a'] }), component('user', { dependsOn: ['c'] })];

    it.each([['a'], ['b'], ['c']])('treats the members alike: %s', (changed) => {
      expect(Object.keys(reasons(plan({ components: ring }, `${changed}/x`)))).toEqual(['a', 'b', 'c', 'user']);
    });

    it('affects no member for its dependent\'s sake', () => {
      expect(Object.keys(reasons(plan({ components: ring }, 'user/x')))).toEqual(['user']);
    });
  });

  describe('with interfaces', () => {
    const components = [component('lib', { interface: ['lib/src/**'] }), component('app', { dependsOn: ['lib'] }), component('e2e', { testDependsOn: ['lib'] })];

    it('affects the component alone by a change outside', () => {
      expect(reasons(plan({ components }, 'lib/test/x'))).toEqual({ lib: [{ ...direct('lib/test/x'), internal: true }] });
    });

    it('affects dependents by a change inside', () => {
      expect(reasons(plan({ components }, 'lib/test/x', 'lib/src/y'))).toEqual({
        lib: [direct('lib/src/y', 'lib/test/x')], app: [via('lib')], e2e: [testVia('lib')],
      });
    });

    it('lists a path of the interface among the first ten', () => {
      const paths = Array.from({ length: 20 }, (_, index) => `lib/docs/${String(index).padStart(2, '0')}`);
      const [{ reasons: [reason] }] = plan({ components }, ...paths, 'lib/src/y', 'lib/src/z').changed;
      expect(reason).toEqual({ kind: 'Direct', paths: [...paths.slice(0, 9), 'lib/src/y'], count: 22 });
    });

    it('still passes on what comes from its own dependencies', () => {
      const deep = [component('base'), component('lib', { interface: ['lib/src/**'], dependsOn: ['base'] }), component('app', { dependsOn: ['lib'] })];
      expect(Object.keys(reasons(plan({ components: deep }, 'base/x')))).toEqual(['base', 'lib', 'app']);
    });

    it('passes nothing on where the interface is empty', () => {
      const sealed = [component('tool', { interface: [] }), component('app', { dependsOn: ['tool'] })];
      expect(Object.keys(reasons(plan({ components: sealed }, 'tool/x')))).toEqual(['tool']);
    });
  });

  describe('with test dependencies', () => {
    const components = [component('kit', { dependsOn: ['base'] }), component('base'), component('lib', { testDependsOn: ['kit'] }), component('app', { dependsOn: ['lib'] })];

    it('re-tests the component and goes no further', () => {
      expect(reasons(plan({ components }, 'kit/x'))).toEqual({ kit: [direct('kit/x')], lib: [testVia('kit')] });
    });

    it('re-tests for what the test dependency depends on', () => {
      expect(Object.keys(reasons(plan({ components }, 'base/x')))).toEqual(['base', 'kit', 'lib']);
    });

    it('does not re-test for a component that is only re-tested', () => {
      const tests = [component('a'), component('b', { testDependsOn: ['a'] }), component('c', { testDependsOn: ['b'] })];
      expect(Object.keys(reasons(plan({ components: tests }, 'a/x')))).toEqual(['a', 'b']);
    });
  });

  describe('with global paths', () => {
    const components = [component('a'), component('b', { dependsOn: ['a'] }), component('c')];
    const globalPaths = ['package-lock.json', '*.config.js'];

    it('affects every component and counts no path as unowned', () => {
      const made = plan({ components, globalPaths }, 'package-lock.json', 'x.config.js');
      const global: Reason = { kind: 'GlobalPath', paths: ['package-lock.json', 'x.config.js'], count: 2 };
      expect(reasons(made)).toEqual({ a: [global], b: [via('a'), global], c: [global] });
      expect(made.unowned.count).toBe(0);
    });

    it('affects the traced components and their dependents alone', () => {
      const globalTrace = new Map([['package-lock.json', new Set(['a'])]]);
      expect(reasons(plan({ components, globalPaths, globalTrace }, 'package-lock.json'))).toEqual({
        a: [{ kind: 'GlobalPath', paths: ['package-lock.json'], count: 1 }], b: [via('a')],
      });
    });

    it('affects nobody by a path that was traced to nobody, and does not call it unowned', () => {
      const made = plan({ components, globalPaths, globalTrace: new Map([['package-lock.json', new Set<string>()]]) }, 'package-lock.json');
      expect(made.changed).toEqual([]);
      expect(made.unowned.count).toBe(0);
    });

    it('affects all by one path that could not be traced', () => {
      const globalTrace = new Map<string, ReadonlySet<string> | 'all'>([['package-lock.json', 'all']]);
      expect(plan({ components, globalPaths, globalTrace }, 'package-lock.json').changed).toHaveLength(3);
      expect(reasons(plan({ components, globalPaths, globalTrace: new Map([['package-lock.json', new Set(['c'])]]) }, 'package-lock.json', 'x.config.js')).c)
        .toEqual([{ kind: 'GlobalPath', paths: ['package-lock.json', 'x.config.js'], count: 2 }]);
    });

    it('heeds the trace of no other path', () => {
      expect(plan({ components, globalTrace: new Map([['a/x', new Set(['c'])]]) }, 'a/x').changed.map((change) => change.component)).toEqual(['a', 'b']);
    });

    it('names a traced component that is not in the catalogue', () => {
      expect(() => plan({ components, globalPaths, globalTrace: new Map([['package-lock.json', new Set(['zz'])]]) }))
        .toThrow(/"zz" is no component of the catalogue and cannot be affected by "package-lock.json"/);
    });
  });

  describe('with paths that no component owns', () => {
    const components = [component('a'), component('b')];

    it('ignores and lists them where no policy is given', () => {
      const made = plan({ components }, 'README.md', 'docs/x', 'a/x');
      expect(Object.keys(reasons(made))).toEqual(['a']);
      expect(made.unowned).toEqual({ count: 2, paths: ['README.md', 'docs/x'] });
      expect(plan({ components, unownedPaths: 'ignore' }, 'README.md').changed).toEqual([]);
    });

    it('affects every component under the policy "all"', () => {
      const unowned: Reason = { kind: 'UnownedPath', paths: ['README.md'], count: 1 };
      expect(reasons(plan({ components, unownedPaths: 'all' }, 'README.md', 'a/x'))).toEqual({ a: [direct('a/x'), unowned], b: [unowned] });
      expect(Object.keys(reasons(plan({ components, unownedPaths: 'all' }, 'a/x')))).toEqual(['a']);
    });

    it('refuses them under the policy "error", naming them', () => {
      const paths = Array.from({ length: 12 }, (_, index) => `docs/${String(index).padStart(2, '0')}`);
      const attempt = () => plan({ components, unownedPaths: 'error' }, ...paths);
      expect(attempt).toThrow(UnownedPathsError);
      expect(attempt).toThrow(/^12 changed paths belong to no component:\n {2}"docs\/00"\n[^]*"docs\/09"\n {2}and 2 more\nAdd them/);
      expect(plan({ components, unownedPaths: 'error' }, 'a/x').changed).toHaveLength(1);
    });

    it('counts the files of a component that is gone among them, its dependents being affected by their own change', () => {
      const made = plan({ components }, 'gone/src/x', 'b/package.json');
      expect(made.unowned.paths).toEqual(['gone/src/x']);
      expect(Object.keys(reasons(made))).toEqual(['b']);
    });
  });

  describe('with the state of the baseline', () => {
    const build = (digest: string) => ({ build: { digest, kind: 'custom', artifact: { type: 'none' as const }, parameters: [] } });
    const components = [component('a', build('new')), component('b', { dependsOn: ['a'] }), component('c', build('same'))];

    it('builds what was never deployed, and its dependents', () => {
      expect(reasons(plan({ components, baseline: new Map([['b', {}], ['c', { definition: 'same' }]]) }))).toEqual({ a: [{ kind: 'NeverDeployed' }], b: [via('a')] });
    });

    it('builds what was deployed with another definition, and its dependents', () => {
      expect(reasons(plan({ components, baseline: new Map([['a', { definition: 'old' }], ['b', {}], ['c', { definition: 'same' }]]) })))
        .toEqual({ a: [{ kind: 'DefinitionChanged' }], b: [via('a')] });
    });

    it('takes an unknown definition for another', () => {
      expect(Object.keys(reasons(plan({ components, baseline: new Map([['a', { definition: 'new' }], ['b', {}], ['c', {}]]) })))).toEqual(['c']);
    });

    it('judges nothing where the state is not known', () => {
      expect(plan({ components }).changed).toEqual([]);
    });
  });

  it('builds what is forced, and its dependents', () => {
    expect(reasons(plan({ components: chain, forced: ['lib'] }))).toEqual({ lib: [{ kind: 'Forced' }], app: [via('lib')] });
    expect(plan({ components: chain, forced: ['*'] }).changed).toHaveLength(4);
    expect(() => plan({ components: chain, forced: ['lbi'] })).toThrow(new CatalogueError('"lbi" is no component of the catalogue and cannot be forced: check its name.'));
  });

  describe('Invariant 4: unknown means build', () => {
    test.each<[PlanInput['comparison'], Reason]>([
      [{ kind: 'no-baseline' }, { kind: 'NoBaseline' }],
      [{ kind: 'baseline-missing', commit: BASE }, { kind: 'BaselineMissing', commit: BASE }],
      [{ kind: 'unreadable', detail: 'out of time after 12 pages' }, { kind: 'DiffUnreadable', detail: 'out of time after 12 pages' }],
    ])('plans everything, dependencies first, and says why: %j', (comparison, reason) => {
      const made = makePlan({ catalogue: { version: 1, components: chain, unownedPaths: 'error' }, head: HEAD, comparison, forced: ['lib'] });
      expect(made.changed).toEqual([
        { component: 'base', reasons: [reason] },
        { component: 'other', reasons: [reason] },
        { component: 'lib', reasons: [reason, { kind: 'Forced' }] },
        { component: 'app', reasons: [reason] },
      ]);
      expect(made).toMatchObject({ baseline: undefined, unchanged: [], unowned: { count: 0 } });
    });
  });

  it('refuses a catalogue whose dependencies it cannot follow', () => {
    expect(() => plan({ components: [component('a', { dependsOn: ['nope'] })] })).toThrow(CatalogueError);
  });
});
