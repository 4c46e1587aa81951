import * as fc from 'fast-check';
import { catalogue as anyCatalogue, path as anyPath } from './support/arbitraries';
import { MemoryFile, MemoryTree } from './support/memory-tree';
import { isGlobal, isUnowned, owns } from './support/naive';
import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import { ComponentInputs } from '../../src/core/inputs';

type Files = Record<string, string | MemoryFile>;

function catalogueOf(component: Partial<CatalogueComponent>, more: Partial<Catalogue> = {}): Catalogue {
  return { version: 1, components: [{ name: 'a', path: 'libs/a', ...component }], ...more };
}

function digest(files: Files, catalogue: Catalogue = catalogueOf({})): Promise<string> {
  return new ComponentInputs(catalogue, new MemoryTree(files)).digest('a');
}

const FILES: Files = {
  'libs/a/src/x.ts': '1', 'libs/a/src/deep/y.ts': '2', 'libs/a/README.md': '3', 'libs/b/z.ts': '4', 'package-lock.json': '5', 'notes.txt': '6',
};

/** Whether changing a file changes the digest of component `a`. */
async function reads(path: string, catalogue: Catalogue): Promise<boolean> {
  return await digest({ ...FILES, [path]: 'changed' }, catalogue) !== await digest(FILES, catalogue);
}

describe('ComponentInputs', () => {
  it('reads the component\'s folder and nothing beside it', async () => {
    expect(await reads('libs/a/src/deep/y.ts', catalogueOf({}))).toBe(true);
    expect(await reads('libs/a/new', catalogueOf({}))).toBe(true);
    expect(await reads('libs/b/z.ts', catalogueOf({}))).toBe(false);
    expect(await reads('package-lock.json', catalogueOf({}))).toBe(false);
  });

  it('reads what include adds and exclude leaves', async () => {
    const catalogue = catalogueOf({ include: ['libs/b/*.ts', 'notes.txt'], exclude: ['**/*.md', 'libs/a/src/deep/**'] });
    expect(await reads('libs/b/z.ts', catalogue)).toBe(true);
    expect(await reads('libs/b/other.ts', catalogue)).toBe(true);
    expect(await reads('libs/b/other.js', catalogue)).toBe(false);
    expect(await reads('notes.txt', catalogue)).toBe(true);
    expect(await reads('libs/a/src/x.ts', catalogue)).toBe(true);
    expect(await reads('libs/a/README.md', catalogue)).toBe(false);
    expect(await reads('libs/a/src/deep/y.ts', catalogue)).toBe(false);
  });

  it('takes no folder whole for a glob that matches its name alone', async () => {
    expect(await reads('libs/b/z.ts', catalogueOf({ path: 'notes.txt', include: ['libs|x/**'] }))).toBe(false);
  });

  it('reads a component that is a file', async () => {
    const catalogue = catalogueOf({ path: 'notes.txt' });
    expect(await reads('notes.txt', catalogue)).toBe(true);
    expect(await reads('package-lock.json', catalogue)).toBe(false);
  });

  it('reads everything of a component at the root', async () => {
    expect(await reads('libs/b/z.ts', catalogueOf({ path: '.' }))).toBe(true);
    expect(await reads('libs/b/z.ts', catalogueOf({ path: '.', exclude: ['libs/b/**'] }))).toBe(false);
    expect(await reads('notes.txt', catalogueOf({ path: '.', exclude: ['libs/b/**'] }))).toBe(true);
  });

  it('tells an executable file, a link and a submodule from a file', async () => {
    const modes = ['100644', '100755', '120000', '160000'] as const;
    for (const catalogue of [catalogueOf({}), catalogueOf({ exclude: ['**/*.md'] })]) {
      const digests = await Promise.all(modes.map((mode) => digest({ 'libs/a/x': { content: '1', mode } }, catalogue)));
      expect(new Set(digests).size).toBe(4);
    }
  });

  it('tells where a file lies', async () => {
    const catalogue = catalogueOf({ exclude: ['**/*.md'] });
    expect(await digest({ 'libs/a/x': '1', 'libs/a/y': '2' }, catalogue)).not.toBe(await digest({ 'libs/a/x': '2', 'libs/a/y': '1' }, catalogue));
  });

  it('reads global paths, whatever the component excludes: a change there affects every component', async () => {
    expect(await reads('package-lock.json', catalogueOf({ exclude: ['package-lock.json'] }, { globalPaths: ['package-lock.json'] }))).toBe(true);
    expect(await reads('notes.txt', catalogueOf({}, { globalPaths: ['*.json'] }))).toBe(false);
  });

  it('reads what no component owns under the policy "all", and nothing that another component owns', async () => {
    const catalogue: Catalogue = {
      version: 1, unownedPaths: 'all', components: [{ name: 'a', path: 'libs/a' }, { name: 'b', path: 'libs/b', exclude: ['**/*.md'] }],
    };
    expect(await reads('notes.txt', catalogue)).toBe(true);
    expect(await reads('tools/new', catalogue)).toBe(true);
    expect(await reads('libs/b/new.md', catalogue)).toBe(true);
    expect(await reads('libs/b/z.ts', catalogue)).toBe(false);
    expect(await reads('notes.txt', { ...catalogue, unownedPaths: 'ignore' })).toBe(false);
  });

  it('has a digest for a path that is not there', async () => {
    expect(await digest({ other: '1' })).toBe(await digest({ 'libs/b/x': '2' }));
    expect(await digest({ other: '1' })).not.toBe(await digest(FILES));
  });

  it('names an unknown component', async () => {
    await expect(new ComponentInputs(catalogueOf({}), new MemoryTree({})).digest('nope')).rejects.toThrow(/"nope" is no component/);
  });

  describe('reads few folders:', () => {
    test.each<[string, Catalogue, string[]]>([
      ['a folder that is taken whole: the one above', catalogueOf({}), ['libs']],
      ['a file: the one above', catalogueOf({ path: 'notes.txt' }), ['.']],
      ['a literal exclude: only the way to it', catalogueOf({ exclude: ['libs/a/src/deep/**'] }), ['libs', 'libs/a', 'libs/a/src']],
      ['an excluded file: only the folder it is in', catalogueOf({ exclude: ['libs/a/*.md'] }), ['libs', 'libs/a']],
      ['an exclude of folders by name: not these', catalogueOf({ exclude: ['libs/a/**/deep/**'] }), ['libs', 'libs/a', 'libs/a/src']],
      ['an include in one folder: not what is under it', catalogueOf({ path: 'notes.txt', include: ['libs/*/*.md', 'libs/a/*.ts'] }), ['.', 'libs', 'libs/a', 'libs/b']],
      ['global paths: from their literal base', catalogueOf({}, { globalPaths: ['libs/b/**/*.ts'] }), ['libs', 'libs', 'libs/b']],
    ])('%s', async (_, catalogue, folders) => {
      const tree = new MemoryTree(FILES);
      await new ComponentInputs(catalogue, tree).digest('a');
      expect([...tree.reads].sort()).toEqual(folders);
    });

    it('global and unowned files once for all components', async () => {
      const components = Array.from({ length: 50 }, (_, index) => ({ name: `c${index}`, path: `libs/c${index}` }));
      const tree = new MemoryTree({ ...Object.fromEntries(components.map(({ path }) => [`${path}/x`, path])), 'tools/x/y': '1' });
      const inputs = new ComponentInputs({ version: 1, components, globalPaths: ['lock'], unownedPaths: 'all' }, tree);
      await Promise.all(components.map(({ name }) => inputs.digest(name)));
      // Once the root and once 'libs' for what is shared, and 'libs' for each component: readers keep folders.
      expect(tree.reads.filter((path) => path === '.')).toHaveLength(2);
      expect(tree.reads.filter((path) => path === 'libs')).toHaveLength(51);
      expect(tree.reads).toHaveLength(53);
    });
  });

  it('digests alike exactly where all that a component reads is alike, whatever else there is', async () => {
    const files = fc.array(fc.tuple(anyPath, fc.constantFrom('1', '2')), { maxLength: 8 }).map((entries) => withoutFilesAsFolders(Object.fromEntries(entries)));
    await fc.assert(fc.asyncProperty(anyCatalogue, files, files, fc.boolean(), async (catalogue, one, two, share) => {
      const [component] = catalogue.components;
      const isRead = (path: string) => owns(component, path) || isGlobal(catalogue, path)
        || (catalogue.unownedPaths === 'all' && isUnowned(catalogue, path));
      // Half the time the same inputs among other files, the rest of the time any others.
      const other = share ? withoutFilesAsFolders({
        ...Object.fromEntries(Object.entries(one).filter(([path]) => isRead(path))),
        ...Object.fromEntries(Object.entries(two).filter(([path]) => !isRead(path))),
      }) : two;
      const inputs = (given: Record<string, string>) => JSON.stringify(Object.entries(given).filter(([path]) => isRead(path)).sort());
      const [first, second] = await Promise.all([one, other].map((given) =>
        new ComponentInputs(catalogue, new MemoryTree(given)).digest(component.name)));
      expect(first === second).toBe(inputs(one) === inputs(other));
    }), { numRuns: 3_000 });
  });
});

/** Git has no path that is both a file and a folder. */
function withoutFilesAsFolders(files: Record<string, string>): Record<string, string> {
  const paths = Object.keys(files);
  return Object.fromEntries(Object.entries(files).filter(([path]) => !paths.some((other) => other.startsWith(`${path}/`))));
}
