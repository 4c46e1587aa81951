import * as fc from 'fast-check';
import { catalogue, path } from './support/arbitraries';
import { owns } from './support/naive';
import { CatalogueComponent } from '../../src/core/catalogue';
import { ComponentMatcher } from '../../src/core/matcher';

function owners(components: CatalogueComponent[], changed: string): string[] {
  return new ComponentMatcher(components).owners(changed);
}

describe('ComponentMatcher', () => {
  it('takes a folder with everything under it, and nothing that only begins alike', () => {
    const components = [{ name: 'a', path: 'libs/a' }];
    expect(owners(components, 'libs/a/src/x.ts')).toEqual(['a']);
    expect(owners(components, 'libs/a')).toEqual(['a']);
    expect(owners(components, 'libs/ab/x.ts')).toEqual([]);
    expect(owners(components, 'libs/A/x.ts')).toEqual([]);
    expect(owners(components, 'libs')).toEqual([]);
  });

  it('takes a path that is a file', () => {
    const components = [{ name: 't', path: 'template.yml' }];
    expect(owners(components, 'template.yml')).toEqual(['t']);
    expect(owners(components, 'template.yml.bak')).toEqual([]);
    expect(owners(components, 'sub/template.yml')).toEqual([]);
  });

  it('takes a path literally, whatever it looks like', () => {
    const components = [{ name: 'p', path: 'app/[slug]' }, { name: 'q', path: 'app/*' }];
    expect(owners(components, 'app/[slug]/page.ts')).toEqual(['p']);
    expect(owners(components, 'app/s/page.ts')).toEqual([]);
  });

  it('takes everything for a path at the repository\'s root', () => {
    expect(owners([{ name: 'root', path: '.' }], 'any/where.txt')).toEqual(['root']);
    expect(owners([{ name: 'root', path: '.' }], '.gitignore')).toEqual(['root']);
  });

  it('counts a nested component for both, unless the outer one excludes it', () => {
    const inner = { name: 'inner', path: 'a/b' };
    expect(owners([{ name: 'outer', path: 'a' }, inner], 'a/b/x')).toEqual(['outer', 'inner']);
    expect(owners([{ name: 'outer', path: 'a', exclude: ['a/b/**'] }, inner], 'a/b/x')).toEqual(['inner']);
    expect(owners([{ name: 'outer', path: 'a', exclude: ['a/b/**'] }, inner], 'a/c')).toEqual(['outer']);
  });

  it('lists a component once, however many of its rules select the path', () => {
    const components = [{ name: 'a', path: 'a', include: ['a/**', 'a/*', 'a/x'] }, { name: 'b', path: 'a/x' }];
    expect(owners(components, 'a/x')).toEqual(['a', 'b']);
  });

  it('lets exclude win over path and include', () => {
    const components = [{ name: 'a', path: 'a', include: ['docs/**'], exclude: ['**/*.md', 'docs/x.txt'] }];
    expect(owners(components, 'a/readme.md')).toEqual([]);
    expect(owners(components, 'docs/readme.md')).toEqual([]);
    expect(owners(components, 'docs/x.txt')).toEqual([]);
    expect(owners(components, 'docs/y.txt')).toEqual(['a']);
  });

  it('answers the same for one path after another in any order', () => {
    const matcher = new ComponentMatcher([{ name: 'a', path: 'p/a' }, { name: 'ab', path: 'p/ab' }, { name: 'deep', path: 'p/a/x/y' }]);
    expect(['p/a/1', 'p/ab/1', 'p/a/x/2', 'p/a/x/y/3', 'p/a/4', 'q', 'p/ab'].map((changed) => matcher.owners(changed)))
      .toEqual([['a'], ['ab'], ['a'], ['a', 'deep'], ['a'], [], ['ab']]);
  });

  it('does not loop over components: 100,000 paths against 1,000 of them with globs', () => {
    const components = Array.from({ length: 1_000 }, (_, index) => ({
      name: `c${index}`, path: `packages/c${index}`, include: [`protocols/c${index}/**/*.proto`], exclude: [`packages/c${index}/**/*.md`],
    }));
    const matcher = new ComponentMatcher(components);
    const start = performance.now();
    let owned = 0;
    for (let index = 0; index < 100_000; index++) {
      owned += matcher.match(`packages/c${(index * 7919) % 1_000}/src/lib/file-${index}.${index % 10 === 0 ? 'md' : 'ts'}`).length;
    }
    expect(owned).toBe(90_000);
    // About 0.1 s; a loop over all components takes a minute.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('agrees with a loop over every rule of every component', () => {
    fc.assert(fc.property(catalogue, fc.array(path, { minLength: 1, maxLength: 12 }), ({ components }, paths) => {
      const matcher = new ComponentMatcher(components);
      for (const changed of paths) {
        expect(matcher.owners(changed)).toEqual(components.filter((component) => owns(component, changed)).map(({ name }) => name));
      }
    }), { numRuns: 2_000 });
  });
});
