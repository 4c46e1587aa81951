import * as fc from 'fast-check';
import { Catalogue, CatalogueComponent } from '../../../src/core/catalogue';
import { PathChange } from '../../../src/core/comparison';
import { globProblem } from '../../../src/core/globs';

const folder = fc.constantFrom('a', 'b', 'c', 'A', '.d', '@s', '[x]', '(g)');
const file = fc.constantFrom('x.ts', 'y.md', '.z', 'a', 'b', 'new\nline.ts', 'quo"te.ts', 'x.test.ts');

/** Paths as Git knows them, few enough that rules meet them. */
export const path: fc.Arbitrary<string> = fc.tuple(fc.array(folder, { maxLength: 3 }), file).map(([folders, name]) => [...folders, name].join('/'));

export const literalPath: fc.Arbitrary<string> = fc.oneof(
  fc.constant('.'),
  fc.array(folder, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/')),
  path,
);

const globSegment = fc.constantFrom(
  '*', '**', '**', '*', 'a', 'b', 'c', '.d', '*.ts', '*.md', '?', '{a,b}', '{a,b/c}', '[ab]', '[!a]', '\\[x\\]', '@s', '.*', '!(a)', '@(a|b)', '+(a)', 'x.{ts,md}', '*.test.*', '!(a/b)', 'a|b',
);

export const glob: fc.Arbitrary<string> = fc.oneof(
  fc.array(globSegment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
  literalPath.filter((literal) => literal !== '.').map((literal) => `${literal}/**`),
  path,
).filter((candidate) => globProblem(candidate) === undefined);

const globs = fc.option(fc.array(glob, { maxLength: 3 }), { nil: undefined });

/** Catalogues of up to eight components with any dependencies, cycles included. */
export const catalogue: fc.Arbitrary<Catalogue> = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const names = Array.from({ length: size }, (_, index) => `c${index}`);
  const others = (name: string) => fc.subarray(names.filter((other) => other !== name), { maxLength: Math.min(3, size - 1) });
  const component = (name: string): fc.Arbitrary<CatalogueComponent> => fc.record({
    name: fc.constant(name),
    path: literalPath,
    include: globs,
    exclude: globs,
    dependsOn: others(name),
    testDependsOn: others(name),
    interface: globs,
  });
  return fc.record({
    version: fc.constant(1 as const),
    components: fc.tuple(...names.map(component)),
    globalPaths: fc.option(fc.array(fc.oneof(glob, fc.constant('lock')), { maxLength: 1 }), { nil: undefined, freq: 2 }),
    unownedPaths: fc.constantFrom('ignore' as const, 'ignore' as const, 'all' as const),
  });
});

export const change: fc.Arbitrary<PathChange> = fc.record({
  path: fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: fc.constant('lock') }),
  type: fc.constantFrom('A', 'D', 'M'),
});

export const changes: fc.Arbitrary<PathChange[]> = fc.array(change, { maxLength: 6 });
