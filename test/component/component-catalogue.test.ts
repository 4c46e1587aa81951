import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, CfnWaitConditionHandle, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { BuildArtifact, Component, ComponentCatalogue, ComponentCatalogueProps, ComponentProps, CustomComponentProps, LocationParameter, UnownedPaths } from '../../src';
import { testStack } from '../support/constructs';

const token = () => Lazy.string({ produce: () => 'late' });

function catalogue(components: Component[], props: Partial<ComponentCatalogueProps> = {}, stack: Stack = testStack()): ComponentCatalogue {
  return new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components, ...props });
}

function custom(name: string, props: Partial<CustomComponentProps> = {}): Component {
  return Component.custom(name, { path: name.replace(/[^a-z]/g, ''), ...props });
}

function digest(props: Partial<CustomComponentProps>): string {
  return catalogue([custom('a', props)])._catalogue.components[0].build!.digest;
}

describe('what is written', () => {
  test('every field of a component', () => {
    const [, a] = catalogue([custom('lib'), custom('a', {
      path: 'src/a',
      include: ['shared/**'],
      exclude: ['**/*.md'],
      dependsOn: ['lib'],
      testDependsOn: ['lib'],
      testPackages: ['mocha'],
      interfacePaths: ['src/a/api/**'],
      rebuildEvery: Duration.days(7),
      artifact: BuildArtifact.zip('dist'),
      parameters: [LocationParameter.key('AKey')],
    })])._catalogue.components;
    expect(a).toEqual({
      name: 'a',
      path: 'src/a',
      include: ['shared/**'],
      exclude: ['**/*.md'],
      dependsOn: ['lib'],
      testDependsOn: ['lib'],
      testPackages: ['mocha'],
      interface: ['src/a/api/**'],
      rebuildEveryHours: 168,
      build: {
        digest: expect.stringMatching(/^[0-9a-f]{64}$/), kind: 'custom', artifact: { type: 'zip', path: 'dist' }, parameters: [{ name: 'AKey', part: 'key' }],
      },
    });
  });

  test('the policies for other paths', () => {
    const made = catalogue([custom('a')], { globalPaths: ['package-lock.json'], unownedPaths: UnownedPaths.ERROR });
    expect(made._catalogue).toMatchObject({ version: 1, solution: 'shop', globalPaths: ['package-lock.json'], unownedPaths: 'error' });
    expect(catalogue([custom('a')])._catalogue.unownedPaths).toBe('ignore');
  });

  test('what tracing needs, where lockfiles are traced', () => {
    const sharedPackages = { eslint: { tests: ['a'] }, esbuild: { builds: ['a'] }, husky: {} };
    expect(catalogue([custom('a')], { globalPaths: ['yarn.lock'], traceLockfiles: true, sharedPackages })._catalogue)
      .toMatchObject({ traceLockfiles: true, sharedPackages: { eslint: { test: ['a'] }, esbuild: { build: ['a'] }, husky: {} } });
    expect(catalogue([custom('a')], { globalPaths: ['yarn.lock'], traceLockfiles: false })._catalogue).not.toHaveProperty('traceLockfiles');
  });

  test('definitions do not depend on whether lockfiles are traced', () => {
    const traced = catalogue([custom('a')], { globalPaths: ['yarn.lock'], traceLockfiles: true, sharedPackages: { eslint: {} } });
    expect(traced._catalogue.components[0].build!.digest).toBe(digest({}));
  });

  test('is an asset that holds it', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new CfnWaitConditionHandle(stack, 'SomeResource');
    const made = catalogue([custom('a')], {}, stack);
    const file = path.join(app.synth().directory, `asset.${made.objectKey}`);
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(made._catalogue);
  });

  test('dependencies come first in the names', () => {
    expect(catalogue([custom('a', { dependsOn: ['z'] }), custom('b'), custom('z')]).componentNames).toEqual(['b', 'z', 'a']);
  });
});

describe('a buildspec of the repository', () => {
  const included = (props: Partial<CustomComponentProps>) => catalogue([custom('a', props)])._catalogue.components[0].include;

  test('elsewhere is part of what the component is made of', () => {
    expect(included({ path: 'src/a', buildspecFile: 'build/a.yml' })).toEqual(['build/a.yml']);
    expect(included({ path: 'src/a', include: ['x/**'], buildspecFile: 'build/a.yml' })).toEqual(['x/**', 'build/a.yml']);
  });

  test('in the component\'s folder already is', () => {
    expect(included({ path: 'src/a', buildspecFile: 'src/a/buildspec.yml' })).toBeUndefined();
    expect(included({ path: '.', buildspecFile: 'buildspec.yml' })).toBeUndefined();
  });

  test('is taken literally', () => {
    expect(included({ path: 'src/a', buildspecFile: 'build/[a]*.yml' })).toEqual(['build/\\[a\\]\\*.yml']);
  });
});

describe('the digest of a definition', () => {
  const base = digest({});

  test.each<[string, Partial<CustomComponentProps>]>([
    ['build commands', { buildCommands: ['make'] }],
    ['test commands', { testCommands: ['make test'] }],
    ['a buildspec', { buildspecFile: 'a/buildspec.yml' }],
    ['the image', { buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5 }],
    ['the size of the machine', { computeType: codebuild.ComputeType.LARGE }],
    ['privilege', { privileged: true }],
    ['an environment variable', { environmentVariables: { LEVEL: { value: 'x' } } }],
    ['the artifact', { artifact: BuildArtifact.zip('dist') }],
    ['the paths', { exclude: ['a/docs/**'] }],
  ])('changes with %s', (_, props) => {
    expect(digest(props)).not.toBe(base);
  });

  test.each<[string, Partial<CustomComponentProps>]>([
    ['the timeout', { timeout: Duration.hours(2) }],
    ['the interface', { interfacePaths: ['a/api/**'] }],
    ['packages of its tests', { testPackages: ['mocha'] }],
    ['how old it may get', { rebuildEvery: Duration.days(1) }],
  ])('does not change with %s, which makes no other artifact', (_, props) => {
    expect(digest(props)).toBe(base);
  });

  test('sees through tokens: equal references are equal, others are not', () => {
    const withValue = (produce: string) => digest({ environmentVariables: { LEVEL: { value: Lazy.string({ produce: () => produce }) } } });
    expect(withValue('x')).toBe(withValue('x'));
    expect(withValue('x')).not.toBe(withValue('y'));
  });
});

describe('refused, by name', () => {
  const refusal = (components: Component[], props: Partial<ComponentCatalogueProps> = {}) => expect(() => catalogue(components, props));

  test('no component', () => refusal([]).toThrow('components is empty: add at least one component.'));
  test('a name twice', () => refusal([custom('a'), custom('a', { path: 'b' })]).toThrow('Component "a": the name is there more than once (paths "a", "b")'));
  test('an ill-formed name', () => refusal([custom('a b')]).toThrow('Component "a b"'));
  test('names with one id', () => refusal([custom('a.b'), custom('a-b')]).toThrow('Components "a-b", "a.b": their names all become the id'));
  test('an unknown dependency', () => refusal([custom('a', { dependsOn: ['lib'] })]).toThrow('Component "a": dependsOn "lib": no component has this name'));
  test('a cycle, printed', () => refusal([custom('a', { dependsOn: ['b'] }), custom('b', { dependsOn: ['a'] })]).toThrow('a -> b -> a'));
  test.each([Duration.minutes(59), Duration.minutes(90), Duration.days(367), Duration.hours(0)])('a build that may get %s old', (rebuildEvery) => (
    refusal([custom('a', { rebuildEvery })]).toThrow('Component "a": rebuildEvery is ')
  ));
  test.each([Duration.hours(1), Duration.days(366)])('no build that may get %s old', (rebuildEvery) => refusal([custom('a', { rebuildEvery })]).not.toThrow());
  test('a path that leaves the repository', () => refusal([custom('a', { path: '../a' })]).toThrow('Component "a": path "../a"'));
  test('a parameter of two components', () => {
    const taking = (name: string) => custom(name, { artifact: BuildArtifact.zip('.'), parameters: [LocationParameter.key('Key')] });
    refusal([taking('a'), taking('b')]).toThrow('Components "a", "b": build.parameters "Key" is given by more than one');
  });
  test('a parameter of nothing', () => refusal([custom('a', { parameters: [LocationParameter.key('Key')] })]).toThrow('the component leaves no artifact'));
  test('an image without a repository', () => refusal([custom('a', { artifact: BuildArtifact.image() })]).toThrow(
    'Component "a": its artifact is an image and it has no repository: give it the ECR repository to push to.'));
  test('an ill-formed solution', () => refusal([custom('a')], { solution: 'my shop' }).toThrow('solution "my shop"'));

  test.each<[string, Partial<ComponentProps>]>([
    ['path', { path: token() }],
    ['include[0]', { include: [token()] }],
    ['dependsOn[0]', { dependsOn: [token()] }],
    ['testPackages[0]', { testPackages: [token()] }],
    ['interfacePaths[0]', { interfacePaths: [token()] }],
    ['buildspecFile', { buildspecFile: token() }],
  ])('a token as %s', (field, props) => {
    refusal([custom('a', props)]).toThrow(new RegExp(`Component "a": ${field.replace(/[[\]]/g, '\\$&')} is ".*TOKEN.*", a value known only at deployment`));
  });
  test('a list that is a token', () => refusal([custom('a', { exclude: Lazy.list({ produce: () => ['x'] }) })]).toThrow(
    'Component "a": exclude is a list known only at deployment'));
  test('a token as solution', () => refusal([custom('a')], { solution: token() }).toThrow('solution is '));
  test('a token as name', () => refusal([Component.custom(token(), { path: 'a' })]).toThrow('The name of a component is '));

  test('a buildspec and commands', () => refusal([custom('a', { buildspecFile: 'b.yml', testCommands: ['x'] })]).toThrow(
    'Component "a": buildspecFile "b.yml" and testCommands: give either'));
  test('a buildspec outside the repository', () => refusal([custom('a', { buildspecFile: '../b.yml' })]).toThrow('Component "a": buildspecFile "../b.yml"'));
  test('an empty command', () => refusal([custom('a', { buildCommands: ['make', ' '] })]).toThrow('Component "a": buildCommands[1] is " ": write a command'));
  test.each(['MODULAR_X', 'CODEBUILD_SRC_DIR', 'AWS_REGION', 'COMPONENT', 'IMAGE_URI'])('the taken environment variable %s', (name) => {
    refusal([custom('a', { environmentVariables: { [name]: { value: 'x' } } })]).toThrow(`Component "a": environmentVariables "${name}": the name is taken`);
  });
  test('an ill-formed environment variable', () => refusal([custom('a', { environmentVariables: { '2X': { value: 'x' } } })]).toThrow(
    'Component "a": environmentVariables "2X": a name has letters'));
  test.each([Duration.minutes(4), Duration.hours(37)])('a timeout of %s', (timeout) => {
    refusal([custom('a', { timeout })]).toThrow(`Component "a": timeout is ${timeout.toHumanString()}: CodeBuild takes 5 minutes to 36 hours.`);
  });
  test('subnets without a VPC', () => refusal([custom('a', { subnets: { subnetType: ec2.SubnetType.PUBLIC } })]).toThrow('Component "a": subnets without vpc'));
});
