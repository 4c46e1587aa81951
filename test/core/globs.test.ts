import * as fc from 'fast-check';
import { compileGlob, globProblem, globShape, isWithin } from '../../src/core/globs';

describe('globs', () => {
  // The table of docs/catalogue.md.
  test.each([
    ['a/**', 'a/.env', true, 'dotfiles are files'],
    ['**', '.github/workflows/ci.yml', true, 'also in folders that begin with a dot'],
    ['*.md', '.md', true, 'a wildcard matches a leading dot'],
    ['a/*', 'a/b/c', false, '* stays within a folder'],
    ['*', 'a/b', false, '* stays within a folder'],
    ['a/**', 'a/b/c', true, '** goes down any number of folders'],
    ['a/**', 'a', true, 'or none: the path itself'],
    ['a/**', 'ab/c', false, 'and nothing that only begins alike'],
    ['a/**/c', 'a/xc', false, '** ends at slashes'],
    ['a/**/c', 'a/c', true, '** in the middle matches no folder'],
    ['a/**/c', 'a/x/y/c', true, 'or several'],
    ['**/c', 'c', true, '** in front matches no folder'],
    ['a/**c', 'a/xc', true, '** beside other characters is *'],
    ['a/**c', 'a/x/c', false, '** beside other characters is *'],
    ['a/{b,c}/*.ts', 'a/c/x.ts', true, 'braces'],
    ['a/{b,c}/*.ts', 'a/d/x.ts', false, 'braces'],
    ['a/{b/x,c}.ts', 'a/b/x.ts', true, 'braces across folders'],
    ['a/{b/x,c}.ts', 'a/b.ts', false, 'braces across folders'],
    ['v{1..3}', 'v2', true, 'ranges'],
    ['v{1..3}', 'v4', false, 'ranges'],
    ['A/*', 'a/b', false, 'case counts'],
    ['[ab].ts', 'a.ts', true, 'brackets are a choice of characters'],
    ['[ab].ts', 'c.ts', false, 'brackets are a choice of characters'],
    ['app/[slug].ts', 'app/s.ts', true, 'brackets are a choice of characters'],
    ['app/[slug].ts', 'app/[slug].ts', true, 'a path always matches itself'],
    ['app/(auth)/page.ts', 'app/(auth)/page.ts', true, 'a path always matches itself'],
    ['app/(auth)/page.ts', 'app/auth/page.ts', true, 'parentheses group'],
    ['app/\\[slug\\]/*', 'app/[slug]/page.ts', true, 'a backslash takes a character literally'],
    ['app/\\[slug\\]/*', 'app/s/page.ts', false, 'a backslash takes a character literally'],
    ['a/!(b)', 'a/c', true, 'extended globs'],
    ['a/!(b)', 'a/b', false, 'extended globs'],
    ['a/b', 'a/b/c', false, 'no wildcard: that path alone'],
    ['a/**', 'a/line\nbreak', true, 'names with line breaks'],
    ['a/**/*.ts', 'a/line\nbreak/x\n.ts', true, 'names with line breaks'],
    ['\\!a', '!a', true, 'an escaped exclamation mark'],
  ])('%p and %p: %p (%s)', (glob, path, matches) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(compileGlob(glob)(path)).toBe(matches);
  });

  test.each([
    ['', /empty/],
    ['!a/**', /move it to "exclude" without the "!"/],
    ['/a/**', /remove the leading "\/"/],
    ['a/', /write "a\/\*\*"/],
    ['./a/**', /relative/],
    ['a/../b', /relative/],
    ['a//b', /between slashes/],
    ['a/[x', /cannot be read.*closing: "\]"/],
    ['a/{x', /cannot be read.*closing: "\}"/],
    ['a/[z-a]', /cannot be read.*out of order/],
    ['a+++', /cannot be read.*Nothing to repeat/],
    ['a/(x', /cannot be read.*closing: "\)"/],
    ['a'.repeat(70_000), /cannot be read/],
  ])('%p is refused', (glob, problem) => {
    expect(globProblem(glob)).toMatch(problem);
  });
});

describe('globShape', () => {
  test.each([
    ['a/b/**', 'a/b', 'subtree'],
    ['**', '', 'subtree'],
    ['a/b.ts', 'a/b.ts', 'exact'],
    ['packages/@scope/a+b/**', 'packages/@scope/a+b', 'subtree'],
    ['a/b/*.ts', 'a/b', 'pattern'],
    ['a/**/**', 'a', 'pattern'],
    ['{a,b}/**', '', 'pattern'],
    ['a/@(b|c)', '', 'pattern'],
    ['a/x|b', '', 'pattern'],
    ['a/libc++/**', 'a', 'pattern'],
    ['a/"b"/c', 'a', 'pattern'],
    ['app/\\[x\\]/**', 'app', 'pattern'],
  ])('of %p lies under %p as %p', (glob, base, kind) => {
    expect(globShape(glob)).toEqual({ base, kind });
  });

  it('holds for any glob that is admitted: nothing outside matches, and of a subtree or a single path everything inside', () => {
    const characters = fc.constantFrom(...'ab/*+@!?.|^$,-~#{}[]()"\\ ;');
    const globs = fc.string({ unit: characters, minLength: 1, maxLength: 8 }).filter((glob) => globProblem(glob) === undefined);
    const segment = fc.string({ unit: characters.filter((character) => character !== '/'), minLength: 1, maxLength: 3 });
    const isPath = (path: string) => !path.split('/').some((part) => ['', '.', '..'].includes(part));
    fc.assert(fc.property(globs, segment, fc.nat(8), (glob, name, cut) => {
      const { base, kind } = globShape(glob);
      const matches = compileGlob(glob);
      const [head, tail] = [glob.slice(0, cut), glob.slice(cut)];
      const near = [glob, `${glob}/${name}`, `${glob}${name}`, base, `${base}/${name}`, name, head, head + name + tail];
      for (const path of near.filter(isPath)) {
        const inside = isWithin(path, base);
        const expected = kind === 'exact' ? path === base : kind === 'subtree' ? inside : matches(path) && inside;
        expect([path, matches(path)]).toEqual([path, expected]);
      }
    }), { numRuns: 5_000 });
  });
});
