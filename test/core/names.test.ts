import * as fc from 'fast-check';
import {
  componentId, componentNameProblem, findIdCollisions, MAX_COMPONENT_ID_LENGTH, MAX_COMPONENT_NAME_LENGTH, MAX_SOLUTION_NAME_LENGTH,
  solutionNameProblem,
} from '../../src/core/names';

describe('component names', () => {
  test.each(['@scope/name', 'template.yml', 'Training-Lambda-Function', 'a', '7zip', 'snake_case', 'github.com/acme/tool', 'x'.repeat(128), 'a..b', 'constructor'])(
    'admit %p', (name) => {
      expect(componentNameProblem(name)).toBeUndefined();
    });

  test.each([
    ['', /empty/],
    ['a#b', /letters, digits/],
    ['a b', /letters, digits/],
    ['a\nb', /letters, digits/],
    ['*', /letters, digits/],
    ['$(id)', /letters, digits/],
    ['-rf', /begin with/],
    ['__proto__', /begin with/],
    ['@', /begin with/],
    ['@_a', /begin with/],
    ['/a', /begin with/],
    ['é', /letters, digits/],
    ['a/', /between slashes/],
    ['a//b', /between slashes/],
    ['a/../b', /between slashes/],
    ['a/./b', /between slashes/],
    ['x'.repeat(MAX_COMPONENT_NAME_LENGTH + 1), /129 characters: use at most 128/],
  ])('refuse %p', (name, problem) => {
    expect(componentNameProblem(name)).toMatch(problem);
  });
});

describe('solution names', () => {
  test.each(['ml-training', 'A_1.b', 'x'.repeat(64)])('admit %p', (name) => {
    expect(solutionNameProblem(name)).toBeUndefined();
  });

  test.each([
    ['', /empty/],
    ['a/b', /letters, digits/],
    ['a#b', /letters, digits/],
    ['-a', /begin with/],
    ['x'.repeat(MAX_SOLUTION_NAME_LENGTH + 1), /65 characters: use at most 64/],
  ])('refuse %p', (name, problem) => {
    expect(solutionNameProblem(name)).toMatch(problem);
  });
});

describe('componentId', () => {
  test.each([
    ['@scope/name', 'scope-name'],
    ['template.yml', 'template-yml'],
    ['Training-Lambda-Function', 'Training-Lambda-Function'],
    ['a/@b/c', 'a-b-c'],
    ['snake_case', 'snake_case'],
    ['a.', 'a'],
  ])('of %p is %p', (name, id) => {
    expect(componentId(name)).toBe(id);
  });

  it('of a long name is cut and told from others by a hash', () => {
    const [one, two] = [`${'long-'.repeat(20)}one`, `${'long-'.repeat(20)}two`].map(componentId);
    expect(one).toHaveLength(MAX_COMPONENT_ID_LENGTH);
    expect(one).not.toBe(two);
    expect(one.slice(0, 39)).toBe(two.slice(0, 39));
  });

  it('of any name that is admitted is safe', () => {
    const name = fc.stringMatching(/^@?[A-Za-z0-9][A-Za-z0-9._@/-]{0,126}$/).filter((candidate) => componentNameProblem(candidate) === undefined);
    fc.assert(fc.property(name, (candidate) => {
      expect(componentId(candidate)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/);
    }));
  });
});

describe('findIdCollisions', () => {
  it('finds names that differ in punctuation or case alone', () => {
    expect(findIdCollisions(['a/b', 'x', 'a.b', 'A-B', 'y', 'Y'])).toEqual([['A-B', 'a.b', 'a/b'], ['Y', 'y']]);
  });

  it('does not count one name twice', () => {
    expect(findIdCollisions(['a', 'a', 'b'])).toEqual([]);
  });
});
