import { mergeTraces, TraceSince } from '../../src/core/lockfile/merge-traces';
import { Trace } from '../../src/core/lockfile/trace';

const LOCK = 'package-lock.json';
const OWN = 'packages/core/package.json';

function since(changed: readonly string[], trace: Partial<Trace>): TraceSince {
  return { changed: new Set(changed), trace: { affected: new Map(), testOnly: new Map(), packages: new Map(), warnings: [], ...trace } };
}

test('a lockfile affects whom it does since any commit, and is tested where it affects nobody further', () => {
  const merged = mergeTraces([
    since([LOCK], {
      affected: new Map([[LOCK, new Set(['a'])]]), testOnly: new Map([[LOCK, new Set(['b', 'c'])]]), packages: new Map([['a', new Set(['left'])]]),
    }),
    since([LOCK], {
      affected: new Map([[LOCK, new Set(['b'])]]), testOnly: new Map([[LOCK, new Set(['a'])]]), packages: new Map([['a', new Set(['right'])]]),
    }),
    since([], {}),
  ]);
  expect(merged).toEqual({
    affected: new Map([[LOCK, new Set(['a', 'b'])]]),
    testOnly: new Map([[LOCK, new Set(['c'])]]),
    packages: new Map([['a', new Set(['left', 'right'])]]),
    warnings: [],
  });
});

test('one that is unreadable since one of them affects all', () => {
  const warning = { kind: 'LockfileUnreadable', path: LOCK, detail: 'it is not there at the baseline' } as const;
  const merged = mergeTraces([
    since([LOCK], { affected: new Map([[LOCK, new Set(['a'])]]), testOnly: new Map([[LOCK, new Set(['b'])]]) }),
    since([LOCK], { affected: new Map([[LOCK, 'all']]), warnings: [warning] }),
  ]);
  expect([merged.affected, merged.testOnly, merged.warnings]).toEqual([new Map([[LOCK, 'all']]), new Map([[LOCK, new Set()]]), [warning]]);
});

test.each<[string, Partial<Trace>, Partial<Trace>]>([
  ['a global manifest', { affected: new Map([['package.json', new Set<string>()]]) }, {}],
  ["a component's own", { testOnly: new Map([['package.json', new Set(['core'])]]) }, {}],
])('%s counts fully where it does since one of them', (_, one, other) => {
  const merged = mergeTraces([since(['package.json'], one), since(['package.json'], other)]);
  expect([merged.affected.size, merged.testOnly.size]).toEqual([0, 0]);
});

test('a manifest that concerns tests alone since all commits since which it changed concerns them alone', () => {
  const merged = mergeTraces([since([OWN], { testOnly: new Map([[OWN, new Set(['core'])]]) }), since(['packages/core/index.js'], {})]);
  expect(merged.testOnly).toEqual(new Map([[OWN, new Set(['core'])]]));
});
