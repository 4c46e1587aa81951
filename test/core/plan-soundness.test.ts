import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import { BaselineState, PathChange } from '../../src/core/comparison';
import { makePlan, Plan } from '../../src/core/plan';
import { Staleness } from '../../src/core/staleness/staleness';

const FOUND = 'c'.repeat(40);

interface Given {
  readonly catalogue: Partial<Catalogue> & { readonly components: readonly CatalogueComponent[] };
  readonly baseline?: Partial<BaselineState>;
  readonly staleness?: Partial<Staleness>;
}

function plan({ catalogue, baseline, staleness }: Given, ...changes: (string | PathChange)[]): Plan {
  return makePlan({
    catalogue: { version: 1, unownedPaths: 'all', foundAt: FOUND, ...catalogue },
    head: 'f'.repeat(40),
    comparison: { kind: 'diff', baseline: { commit: 'b'.repeat(40), ...baseline }, changes: changes.map((change) => (typeof change === 'string' ? { path: change, type: 'M' } : change)) },
    staleness: staleness && { components: new Map(), unknown: new Set(), ...staleness },
  });
}

const names = ({ changed }: Plan) => changed.map(({ component }) => component).sort();
const kinds = ({ changed }: Plan, name: string) => changed.find(({ component }) => component === name)?.reasons.map(({ kind }) => kind);

const WEB = { name: 'web', path: 'web', dependsOn: ['ui'] };
const UI = { name: 'ui', path: 'ui', interface: ['ui/!(*.test.ts)'] };
const LIB = { name: 'lib', path: 'lib', interface: ['lib/src/**'] };
const COMPONENTS = [WEB, UI, LIB, { name: 'site', path: 'site' }];
const CAUSE = { paths: ['web/package.json'], count: 1 };

describe('a catalogue that does not hold for a component', () => {
  const stale = { catalogue: { components: COMPONENTS }, staleness: { components: new Map([['web', CAUSE]]) } };

  it('any change affects it, with the path that says so', () => {
    for (const path of ['lib/src/a.ts', 'lib/test/a.ts', 'site/a.ts']) {
      expect(plan(stale, path).changed).toContainEqual({ component: 'web', reasons: [{ kind: 'CatalogueStale', ...CAUSE }] });
    }
    expect(names(plan(stale, 'site/a.ts'))).toEqual(['site', 'web']);
  });

  it('so does what nothing changed about but a state', () => {
    const components = new Map([['web', {}], ['ui', {}], ['site', {}]]);
    expect(kinds(plan({ ...stale, baseline: { components } }), 'web')).toEqual(['CatalogueStale']);
  });

  it('nothing affects nothing', () => {
    expect(names(plan(stale))).toEqual([]);
  });

  it('its dependents may read all of it, and are affected by it', () => {
    const staleness = { components: new Map([['ui', CAUSE]]) };
    expect(names(plan({ catalogue: { components: COMPONENTS }, staleness }, 'ui/a.test.ts'))).toEqual(['ui', 'web']);
    expect(names(plan({ catalogue: { components: COMPONENTS } }, 'ui/a.test.ts'))).toEqual(['ui']);
    expect(names(plan({ catalogue: { components: COMPONENTS }, staleness }, 'site/a.ts'))).toEqual(['site', 'ui', 'web']);
  });

  it('of everything: every change affects all', () => {
    expect(names(plan({ catalogue: { components: COMPONENTS }, staleness: { everything: { paths: [], count: 0, detail: 'gone' } } }, 'site/a.ts'))).toEqual(['lib', 'site', 'ui', 'web']);
  });
});

describe('paths that no component owns', () => {
  const catalogue = { components: COMPONENTS, unread: ['docs/**', 'README.md'] };

  it('affect all, but for those that nothing reads', () => {
    expect(names(plan({ catalogue }, 'tools/gen.sh'))).toHaveLength(4);
    const made = plan({ catalogue }, 'docs/a.md', 'README.md');
    expect(names(made)).toEqual([]);
    expect(made.unread).toEqual({ count: 2, paths: ['README.md', 'docs/a.md'] });
    expect(made.unowned.count).toBe(0);
  });

  it('new ones may be read', () => {
    expect(names(plan({ catalogue, staleness: { unknown: new Set(['docs/new.md']) } }, 'docs/new.md'))).toHaveLength(4);
  });
});

describe('a component at the root', () => {
  const components = [{ name: 'root', path: '.', include: ['go.mod', 'cmd/**'], exclude: ['a/**'] }, { name: 'a', path: 'a' }, { name: 'b', path: 'b', dependsOn: ['root'] }];

  it('changes with the rest, which concerns all', () => {
    const made = plan({ catalogue: { components } }, 'tools/gen.sh');
    expect(kinds(made, 'root')).toEqual(['Direct', 'UnownedPath']);
    expect(names(made)).toEqual(['a', 'b', 'root']);
  });

  it('what its tool takes is its own', () => {
    expect(names(plan({ catalogue: { components } }, 'cmd/main.go'))).toEqual(['b', 'root']);
  });

  it('what nothing reads changes it and not its dependents', () => {
    expect(names(plan({ catalogue: { components, unread: ['.chloggen/**'] } }, '.chloggen/x.yaml'))).toEqual(['root']);
  });
});

describe('the baseline\'s catalogue', () => {
  const before: Catalogue = { version: 1, unownedPaths: 'all', foundAt: FOUND, components: COMPONENTS };

  it('what it had as global counts', () => {
    expect(names(plan({ catalogue: { components: COMPONENTS, unread: ['.npmrc'] }, baseline: { catalogue: { ...before, globalPaths: ['.npmrc'] } } }, { path: '.npmrc', type: 'D' }))).toHaveLength(4);
  });

  it('what a component had counts', () => {
    const made = plan({
      catalogue: { components: COMPONENTS, unread: ['proto/**'] },
      baseline: { catalogue: { ...before, components: [{ ...WEB, include: ['proto/**'] }, UI, LIB, { name: 'site', path: 'old/site' }] } },
    }, 'proto/a.proto', { path: 'old/site/x', type: 'D' });
    expect(names(made)).toEqual(['site', 'web']);
  });

  it('deleted files of a component that is gone concern nobody; others in its folder all', () => {
    const baseline = { catalogue: { ...before, components: [...COMPONENTS, { name: 'old', path: 'old' }] } };
    expect(names(plan({ catalogue: { components: COMPONENTS }, baseline }, { path: 'old/a.ts', type: 'D' }))).toEqual([]);
    expect(names(plan({ catalogue: { components: COMPONENTS }, baseline }, { path: 'old/a.ts', type: 'M' }))).toHaveLength(4);
  });
});

describe('facts that no definition holds', () => {
  const deployed = new Map(COMPONENTS.map(({ name }) => [name, {}]));
  const first: Catalogue = {
    version: 1,
    unownedPaths: 'all',
    components: COMPONENTS,
    globalPaths: ['a.lock'],
    traceLockfiles: true,
    unread: ['docs/**'],
    sharedPackages: { tsc: { build: ['web'], test: ['ui'] } },
  };
  const changed = (now: Partial<Catalogue>, before: Partial<Catalogue> = {}) =>
    names(plan({ catalogue: { ...first, ...now }, baseline: { components: deployed, catalogue: { ...first, ...before } } }));
  const replaced = (name: string, more: Partial<CatalogueComponent>) => COMPONENTS.map((one) => (one.name === name ? { ...one, ...more } : one));

  it.each<[string, Partial<Catalogue>, string[]]>([
    ['a wider interface: dependents read more', { components: replaced('ui', { interface: undefined }) }, ['ui', 'web']],
    ['another interface that can\'t be compared', { components: replaced('ui', { interface: ['ui/api/**'] }) }, ['ui', 'web']],
    ['a package that is not of the tests alone any more', { components: COMPONENTS }, ['ui', 'web']],
    ['a package that more use', { sharedPackages: { tsc: { build: ['web', 'site'], test: ['ui'] } } }, ['site']],
    ['a package that is built with', { sharedPackages: { tsc: { build: ['web', 'ui'] } } }, ['ui', 'web']],
    ['a package whose users are not known any more', { sharedPackages: {} }, ['lib', 'site', 'ui', 'web']],
    ['a global path', { globalPaths: ['a.lock', 'b.lock'] }, ['lib', 'site', 'ui', 'web']],
    ['lockfiles that are not traced', { traceLockfiles: false }, ['lib', 'site', 'ui', 'web']],
    ['unowned paths', { unownedPaths: 'all' }, ['lib', 'site', 'ui', 'web']],
    ['what nothing read', { unread: [] }, ['lib', 'site', 'ui', 'web']],
  ])('%s', (title, now, expected) => {
    const before = title === 'unowned paths' ? { unownedPaths: 'ignore' as const }
      : title.startsWith('a package that is not of') ? { components: replaced('ui', { testPackages: ['mocha'] }) } : {};
    expect(changed(now, before)).toEqual(expected);
    // Nothing is planned where less concerns them.
    expect(changed({ ...first, ...before }, now)).toEqual(/can't be compared/.test(title) ? expected : []);
  });

  it('an interface that leaves out more, as discovery writes it, concerns nobody', () => {
    const wide = replaced('ui', { interface: ['ui/!(*.test.*)', 'ui/(?!test/)**/!(*.test.*)', 'tsconfig.json'] });
    const narrow = replaced('ui', { interface: ['ui/!(*.md|*.test.*)', 'ui/(?!test/|docs/)**/!(*.md|*.test.*)'] });
    expect(changed({ components: narrow }, { components: wide })).toEqual([]);
    expect(changed({ components: wide }, { components: narrow })).toEqual(['ui', 'web']);
  });

  it('what a component reads by now is part of its definition', () => {
    expect(changed({ unread: [], components: replaced('site', { include: ['docs/**'] }) })).toEqual([]);
  });
});
