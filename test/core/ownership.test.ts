import { Catalogue } from '../../src/core/catalogue';
import { Ownership } from '../../src/core/ownership';

const found = (catalogue: Partial<Catalogue>): Catalogue => ({ version: 1, components: [{ name: 'api', path: 'api' }], foundAt: 'c'.repeat(40), ...catalogue });

describe('what a path is to a catalogue', () => {
  it.each<[string, string, Partial<Catalogue>]>([
    ['owned', 'api/a.ts', {}],
    ['unowned', 'tools/gen.sh', {}],
    ['unread', 'docs/a.md', { unread: ['docs/**'] }],
    ['unread', 'docs/a.md', { excludedPaths: ['docs/**'] }],
    ['owned', 'docs/a.md', { unread: ['docs/**'], components: [{ name: 'api', path: 'api', include: ['docs/a.md'] }] }],
    ['unowned', 'docs.md', { unread: ['docs/**'] }],
    ['unowned', 'tools/gen.sh', { components: [{ name: 'root', path: '.', include: ['go.mod', 'cmd/**'], exclude: ['a/**'] }, { name: 'a', path: 'a' }] }],
    ['owned', 'cmd/x.go', { components: [{ name: 'root', path: '.', include: ['go.mod', 'cmd/**'] }] }],
    ['owned', 'a/x.go', { components: [{ name: 'root', path: '.', exclude: ['a/**'] }, { name: 'a', path: 'a' }] }],
    ['unread', '.github/x.yml', { unread: ['.github/**'], components: [{ name: 'root', path: '.' }] }],
    ['owned', 'tools/gen.sh', { foundAt: undefined, components: [{ name: 'root', path: '.' }] }],
  ])('%s: %s', (standing, path, catalogue) => {
    expect(new Ownership(found(catalogue)).standing(path)).toBe(standing);
  });

  it('nothing is unread of which that is not known; what was excluded by hand stays so', () => {
    const ownership = new Ownership(found({ unread: ['docs/**'], excludedPaths: ['infrastructure/**'] }), new Set(['docs/new.md', 'infrastructure/new.ts']));
    expect(['docs/new.md', 'docs/old.md', 'infrastructure/new.ts'].map((path) => ownership.standing(path))).toEqual(['unowned', 'unread', 'unread']);
  });
});
