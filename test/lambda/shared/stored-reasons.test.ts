import { storedReasons } from '../../../lambda/shared/stored-reasons';
import { MAX_UNTRACED, Reason } from '../../../src/core/reasons';

const dependencies = (count: number) => Array.from({ length: count }, (_, index): Reason => ({ kind: 'Dependency', via: `component-${index}` }));

test('reasons are stored as they are', () => {
  const reasons: Reason[] = [{ kind: 'Direct', paths: ['a'], count: 1 }, ...dependencies(100)];
  expect(storedReasons(reasons)).toEqual({ Reasons: reasons });
});

test('of very many dependencies some are left out, and counted; every other reason stays', () => {
  const { Reasons, FurtherReasons } = storedReasons([{ kind: 'Direct', paths: ['a'], count: 1 }, ...dependencies(5_000), { kind: 'Forced' }]);
  expect(FurtherReasons).toBe(4_900);
  expect(Reasons).toHaveLength(102);
  expect(Reasons[0]).toEqual({ kind: 'Direct', paths: ['a'], count: 1 });
  expect(Reasons.at(-1)).toEqual({ kind: 'Forced' });
});

test('the longest fit an item of DynamoDB', () => {
  const paths = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(4_096, 'ü').slice(0, 4_096));
  const longest = dependencies(5_000).map((_, index): Reason => ({ kind: 'Dependency', via: `${index}`.padEnd(128, 'x') }));
  const packages = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(200, 'ü'));
  const untraced = 'ü'.repeat(MAX_UNTRACED);
  const stored = storedReasons([
    { kind: 'Direct', paths, count: 10 }, { kind: 'GlobalPath', paths, count: 10, packages, untraced }, { kind: 'UnownedPath', paths, count: 10 }, ...longest,
  ]);
  expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(400_000);
});
