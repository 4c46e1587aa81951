import fc from 'fast-check';
import { prefixOfTags, restOfTag, tagPatternProblem } from '../../../src/core/tags/tag-pattern';

describe('a pattern of tags', () => {
  test.each(['prod_eu-west-1/*', 'v*', 'live', '*', 'release-*-prod', 'a/b.c+d@e/*'])('%s is one', (pattern) => {
    expect(tagPatternProblem(pattern)).toBeUndefined();
  });

  test.each(['', 'a*b*', 'a b', 'v?', '[v]*', '/v', 'v/', 'v//x', '.v', 'a..b', '-v', 'v.lock', 'a.lock/*', '@', 'ü*', `${'x'.repeat(256)}*`])('%j is none', (pattern) => {
    expect(tagPatternProblem(pattern)).toBeDefined();
  });

  test.each<[string, string, string | undefined]>([
    ['prod_eu-west-1/*', 'prod_eu-west-1/payments/1.4.2', 'payments/1.4.2'],
    ['prod_eu-west-1/*', 'prod_eu-west-1/', undefined],
    ['prod_eu-west-1/*', 'prod_eu-west-11/x', undefined],
    ['release-*-prod', 'release-7-prod', '7'],
    ['aa*aa', 'aaa', undefined],
    ['live', 'live', 'live'],
    ['live', 'live2', undefined],
    ['v*', 'v1"}', undefined],
    ['v*', 'v#{variables.x}', undefined],
    ['v*', `v${'1'.repeat(256)}`, undefined],
  ])('%s of %s leaves %s', (pattern, tag, rest) => {
    expect(restOfTag(pattern, tag)).toBe(rest);
  });

  test('what it leaves, put in its place, is the tag; all its tags begin with its prefix', () => {
    const text = fc.stringMatching(/^[a-z./-]{1,6}$/);
    fc.assert(fc.property(text, text, text, fc.boolean(), (prefix, suffix, tag, isOwn) => {
      const pattern = `${prefix}*${suffix}`;
      const name = isOwn ? `${prefix}${tag}${suffix}` : tag;
      const rest = restOfTag(pattern, name);
      expect(rest === undefined ? !isOwn : `${prefix}${rest}${suffix}` === name && rest.length > 0 && name.startsWith(prefixOfTags(pattern))).toBe(true);
    }), { numRuns: 500 });
  });
});
