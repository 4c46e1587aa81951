import { ArtifactDefinition, Catalogue, CatalogueComponent, CatalogueError, ParameterBinding } from '../../src/core/catalogue';
import { assertCatalogue, pathProblem, validateCatalogue } from '../../src/core/validate';

function problems(component: Partial<CatalogueComponent>, catalogue: Partial<Catalogue> = {}): string[] {
  return validateCatalogue({ version: 1, components: [{ name: 'a', path: 'a', ...component }, { name: 'b', path: 'b' }], ...catalogue });
}

function build(artifact: ArtifactDefinition, ...parameters: ParameterBinding[]): Pick<CatalogueComponent, 'build'> {
  return { build: { digest: 'd', kind: 'custom', artifact, parameters } };
}

describe('validateCatalogue', () => {
  it('has nothing against a catalogue that uses everything', () => {
    const catalogue: Catalogue = {
      version: 1,
      solution: 'ml-training',
      components: [
        {
          name: '@scope/a',
          path: '.',
          include: ['x/**'],
          exclude: ['**/*.md', '!(a)'],
          dependsOn: ['b'],
          testDependsOn: ['c'],
          interface: ['src/**'],
          ...build({ type: 'files', files: [{ path: 'out', name: 'm.zip', zip: true }] }, { name: 'ModulesLocation', part: { file: 'm.zip' } }),
        },
        { name: 'b', path: 'lib/[b]', ...build({ type: 'zip', path: 'dist' }, { name: 'BBucket', part: 'bucket' }, { name: 'BKey', part: 'key' }) },
        { name: 'c', path: 'c.yml', dependsOn: ['b'], ...build({ type: 'image' }, { name: 'Image', part: 'location' }) },
      ],
      globalPaths: ['package-lock.json'],
      unownedPaths: 'all',
    };
    expect(validateCatalogue(catalogue)).toEqual([]);
    expect(() => assertCatalogue(catalogue)).not.toThrow();
  });

  it('leaves cycles to whoever needs an order', () => {
    expect(validateCatalogue({ version: 1, components: [{ name: 'a', path: 'a', dependsOn: ['b'] }, { name: 'b', path: 'b', dependsOn: ['a'] }] })).toEqual([]);
  });

  test.each<[string, Partial<CatalogueComponent>, string]>([
    ['ill-formed name', { name: 'a#b' }, 'Component "a#b" (path "a"): name "a#b": use letters'],
    ['double name', { name: 'b' }, 'Component "b": the name is there more than once (paths "a", "b")'],
    ['colliding id', { name: '@B' }, 'Components "@B", "b": their names all become the id "B"'],
    ['absolute path', { path: '/srv/a' }, 'Component "a": path "/srv/a": it is absolute'],
    ['bad include', { include: ['!a/**'] }, 'Component "a": include "!a/**": a glob cannot take away'],
    ['bad exclude', { exclude: ['a/[x'] }, 'Component "a": exclude "a/[x": it cannot be read'],
    ['bad interface', { interface: ['/a'] }, 'Component "a": interface "/a": globs are relative'],
    ['unknown dependency', { dependsOn: ['b', 'nope'] }, 'Component "a": dependsOn "nope": no component has this name'],
    ['unknown test dependency', { testDependsOn: ['nope'] }, 'Component "a": testDependsOn "nope": no component has this name'],
    ['itself', { dependsOn: ['a'] }, 'Component "a": dependsOn "a": it names the component itself'],
    ['itself in tests', { testDependsOn: ['a'] }, 'Component "a": testDependsOn "a": it names the component itself'],
    ['artifact outside', build({ type: 'zip', path: '../x' }), 'Component "a": build.artifact path "../x": it may leave'],
    ['artifact name outside', build({ type: 'files', files: [{ path: 'x', name: '/x' }] }), 'Component "a": build.artifact path "/x": it is absolute'],
    ['parameter name', build({ type: 'image' }, { name: 'My-Image', part: 'location' }), 'Component "a": build.parameters name "My-Image": CloudFormation takes'],
    ['bucket of an image', build({ type: 'image' }, { name: 'B', part: 'bucket' }), 'Component "a": build.parameters "B" takes the "bucket": an image has neither'],
    ['part of nothing', build({ type: 'none' }, { name: 'B', part: 'location' }), 'Component "a": build.parameters "B" takes the "location": the component leaves no artifact'],
    ['file of a zip', build({ type: 'zip', path: '.' }, { name: 'B', part: { file: 'x' } }), 'takes the {"file":"x"}: its artifact is of type "zip"'],
    ['unknown file', build({ type: 'files', files: [{ path: 'y', name: 'y' }] }, { name: 'B', part: { file: 'x' } }), 'its artifact has no such file: take one of "y"'],
  ])('finds: %s', (_, component, problem) => {
    const found = problems(component);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  test.each<[string, Partial<Catalogue>, string]>([
    ['version', { version: 2 as unknown as 1 }, 'version 2 is not known'],
    ['solution', { solution: 'a/b' }, 'solution "a/b": use letters'],
    ['policy', { unownedPaths: 'some' as unknown as 'all' }, 'unownedPaths "some": use "ignore"'],
    ['global path', { globalPaths: ['/lock'] }, 'globalPaths "/lock": globs are relative'],
    ['unread path', { unread: ['docs/'] }, 'unread "docs/": it matches no file'],
    ['excluded path', { excludedPaths: ['../x'] }, 'excludedPaths "../x": no part between slashes'],
    ['source of facts', { foundFrom: ['!a'] }, 'foundFrom "!a": a glob cannot take away'],
    ['revision', { foundAt: 'main' }, 'foundAt "main": use the whole ID of a commit, or "dirty"'],
    ['reference', { references: { lib: ['gone'] } }, 'references "lib": "gone": no component has this name'],
    ['no component', { components: [] }, 'components is empty'],
  ])('finds: %s', (_, catalogue, problem) => {
    const found = problems({}, catalogue);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  it('finds a parameter that two components give', () => {
    const found = validateCatalogue({
      version: 1,
      components: [
        { name: 'a', path: 'a', ...build({ type: 'image' }, { name: 'Image', part: 'location' }) },
        { name: 'b', path: 'b', ...build({ type: 'image' }, { name: 'Image', part: 'location' }) },
      ],
    });
    expect(found).toEqual(['Components "a", "b": build.parameters "Image" is given by more than one: name each parameter once.']);
  });

  it('names a user of a shared package that is no component', () => {
    const components = [{ name: 'a', path: 'a' }];
    expect(validateCatalogue({ version: 1, components, sharedPackages: { eslint: { build: ['a'], test: ['a', 'gone'] } } }))
      .toEqual(['sharedPackages "eslint": test "gone": no component has this name: correct it, or add the component.']);
  });

  it('throws all problems at once', () => {
    const broken: Catalogue = { version: 1, components: [{ name: 'a', path: '/a', dependsOn: ['x', 'y'] }] };
    expect(() => assertCatalogue(broken)).toThrow(CatalogueError);
    expect(() => assertCatalogue(broken)).toThrow(/has 3 problems:\n- .*path "\/a".*\n- .*"x".*\n- .*"y"/);
  });
});

describe('pathProblem', () => {
  test.each(['.', 'a', 'a/b.c', '.github', 'a b', '[x]', 'a..b'])('admits %p', (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  test.each([
    ['', /write "\."/],
    ['/a', /absolute/],
    ['C:/a', /absolute/],
    ['a\\b', /with "\/"/],
    ['../a', /without ".."/],
    ['a/..', /without ".."/],
    ['a/', /write it as "a"/],
    ['./a//b/', /write it as "a\/b"/],
    ['./', /write it as "\."/],
  ])('refuses %p', (path, problem) => {
    expect(pathProblem(path)).toMatch(problem);
  });
});
