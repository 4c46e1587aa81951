import * as fc from 'fast-check';
import { formatReason } from '../../src/core/explain';
import { makePlan } from '../../src/core/plan';
import { dueRebuilds, isRebuildDue, mayRebuild } from '../../src/core/rebuilds';

const HOUR = 3_600_000;
const BUILT = '2026-03-01T12:00:00.000Z';
const after = (milliseconds: number) => new Date(Date.parse(BUILT) + milliseconds);
const component = (rebuildEveryHours?: number) => ({ name: 'x', path: 'x', ...(rebuildEveryHours === undefined ? {} : { rebuildEveryHours }) });

test.each([[2 * HOUR - 1, false], [2 * HOUR, true], [20 * HOUR, true], [-HOUR, false]])('a build of 2 hours, %d ms old, is due: %s', (age, due) => {
  expect(isRebuildDue(component(2), BUILT, after(age))).toBe(due);
});

test.each([undefined, '', 'yesterday'])('a build whose time is %p is due', (builtAt) => {
  expect(isRebuildDue(component(2), builtAt, after(0))).toBe(true);
});

test('a component that does not ask for it is never due', () => {
  expect(isRebuildDue(component(), undefined, after(0))).toBe(false);
  expect(mayRebuild({ components: [component()] }, BUILT, after(1e12))).toBe(false);
});

test('only what the release holds is due', () => {
  const components = [{ ...component(1), name: 'a' }, { ...component(1), name: 'b' }, { ...component(3), name: 'c' }];
  expect(dueRebuilds({ components }, new Map([['a', BUILT], ['c', BUILT]]), after(2 * HOUR))).toEqual(['a']);
});

test.each([
  [[168], 24 * HOUR - 1, false], [[168], 24 * HOUR, true], [[168, 6], 6 * HOUR - 1, false], [[168, 6], 6 * HOUR, true],
])('where builds may get %p hours old, another look %d ms after the last plan is worth it: %s', (hours, age, worth) => {
  expect(mayRebuild({ components: hours.map((one) => component(one)) }, BUILT, after(age))).toBe(worth);
});

describe('a plan', () => {
  const catalogue = { version: 1 as const, components: [component(24), { name: 'y', path: 'y', dependsOn: ['x'] }, { name: 'z', path: 'z' }] };
  const comparison = {
    kind: 'diff' as const, changes: [], baseline: { commit: 'b', components: new Map(['x', 'y', 'z'].map((name) => [name, { builtAt: BUILT }])) },
  };

  test('builds what is due, and what depends on it, and says why', () => {
    const { changed } = makePlan({ catalogue, head: 'h', comparison, now: after(24 * HOUR) });
    expect(changed).toEqual([
      { component: 'x', reasons: [{ kind: 'RebuildDue', builtAt: BUILT, everyHours: 24 }] },
      { component: 'y', reasons: [{ kind: 'Dependency', via: 'x' }] },
    ]);
    expect(formatReason(changed[0]!.reasons[0]!)).toBe(`its build of ${BUILT} is older than 1 day`);
    expect(formatReason({ kind: 'RebuildDue', everyHours: 36 })).toBe('its build of an unknown time is older than 36 hours');
  });

  test('judges no ages where it does not say when it is made', () => {
    expect(makePlan({ catalogue, head: 'h', comparison }).changed).toEqual([]);
  });

  test('contains a component without other reasons exactly where it, or what it depends on, is due', () => {
    fc.assert(fc.property(
      fc.array(fc.record({
        every: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        age: fc.integer({ min: 0, max: 100 }),
        dependsOn: fc.array(fc.nat(9)),
      }), { minLength: 1, maxLength: 10 }),
      (given) => {
        const components = given.map(({ every, dependsOn }, index) => ({
          ...component(every), name: `c${index}`, path: `c${index}`, dependsOn: [...new Set(dependsOn.filter((other) => other < index))].map((other) => `c${other}`),
        }));
        const now = after(0);
        const built = new Map(given.map(({ age }, index) => [`c${index}`, { builtAt: after(-age * HOUR).toISOString() }]));
        const expected = new Set<string>();
        components.forEach(({ name, dependsOn }, index) => {
          const { every, age } = given[index]!;
          if (every !== undefined && age >= every || dependsOn.some((other) => expected.has(other))) {
            expected.add(name);
          }
        });
        const { changed } = makePlan({ catalogue: { version: 1, components }, head: 'h', comparison: { kind: 'diff', changes: [], baseline: { commit: 'b', components: built } }, now });
        expect(new Set(changed.map(({ component: name }) => name))).toEqual(expected);
      },
    ));
  });
});
