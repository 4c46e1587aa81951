import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import { BuildCache, BuildStrategy, Component, ModularPipeline } from '../../src';
import { ACCOUNT, pipelineProps, REGION, resource, statementsOf } from '../support/constructs';

const template = Component.template('template.yml', { path: 'template.yml' });
const custom = (name: string, more: object = {}) => Component.custom(name, { path: name, ...more });

function make(strategy: BuildStrategy, components: Component[]) {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components: [...components, template], buildStrategy: strategy }));
  const parts = stack.node.findAll().filter((child): child is NestedStack => NestedStack.isNestedStack(child));
  const main = Template.fromStack(stack);
  const templates = [main, ...parts.map((part) => Template.fromStack(part))];
  return { main, projects: templates.flatMap((each) => Object.values<any>(each.findResources('AWS::CodeBuild::Project'))), templates };
}

/** Who may touch caches, by role: what they may touch. */
function access(templates: Template[]): Record<string, string[]> {
  return Object.fromEntries(templates.flatMap((each) => Object.entries<any>(each.findResources('AWS::IAM::Role'))).flatMap(([id, role]) => {
    const paths = (role.Properties.Policies === undefined ? [] : statementsOf(role)).flatMap(({ Resource }) => [Resource].flat()).flatMap((each) => /\/(shop\/caches\/[^"]*)"/.exec(JSON.stringify(each))?.[1] ?? []);
    return paths.length > 0 ? [[id.replace(/[0-9A-F]{8}$/, ''), paths]] : [];
  }));
}

const S3 = BuildCache.s3('/root/.npm', '/root/.cache/go-build');

describe.each([['fan-out', BuildStrategy.fanOut()], ['actions', BuildStrategy.actions()]])('with %s', (_name, strategy) => {
  const made = make(strategy, [custom('@x/a', { cache: S3 }), custom('b', { cache: S3 }), custom('c'), custom('d')]);
  const cached = made.projects.filter(({ Properties }) => Properties.Cache?.Type === 'S3');

  test('each component\'s cache is a place of its own, that its own builds alone reach', () => {
    expect(cached.map(({ Properties }) => /shop\/caches\/[^"]+/.exec(JSON.stringify(Properties.Cache.Location))![0]).sort()).toEqual(['shop/caches/b', 'shop/caches/x-a']);
    expect(Object.values(access(made.templates)).flat().sort()).toEqual(['shop/caches/b/*', 'shop/caches/x-a/*']);
    expect(Object.values(access(made.templates)).every((paths) => paths.length === 1)).toBe(true);
  });

  test('the buildspec names its folders', () => {
    const buildspec = JSON.parse(cached[0].Properties.Source.BuildSpec);
    expect(buildspec.cache).toEqual({ paths: ['/root/.npm/**/*', '/root/.cache/go-build/**/*'] });
    const others = made.projects.filter((project) => !cached.includes(project));
    others.forEach(({ Properties }) => expect(JSON.parse(Properties.Source.BuildSpec).cache).toBeUndefined());
  });

  test('what no build writes any more is deleted', () => {
    const { LifecycleConfiguration } = resource(made.main, 'AWS::S3::Bucket', 'PipelineStorageArtifacts').Properties;
    expect(LifecycleConfiguration.Rules).toContainEqual({
      Id: 'Caches', Prefix: 'shop/caches/', Status: 'Enabled', ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    });
  });
});

test('without a cache, projects and bucket are what they were', () => {
  const { main, projects } = make(BuildStrategy.fanOut(), [custom('a'), custom('b')]);
  expect(projects).toHaveLength(2);
  projects.forEach(({ Properties }) => expect(Properties.Cache?.Type ?? 'NO_CACHE').toBe('NO_CACHE'));
  expect(JSON.stringify(resource(main, 'AWS::S3::Bucket', 'PipelineStorageArtifacts'))).not.toContain('Caches');
});

test('a cache on the machine is its project\'s, and needs no rights', () => {
  const { projects, templates } = make(BuildStrategy.fanOut(), [
    Component.lambdaImage('image', { path: 'image', cache: BuildCache.local({ dockerLayers: true, paths: ['/root/.npm'] }) }),
    custom('folders', { cache: BuildCache.local({ paths: ['/root/.m2'] }) }),
  ]);
  expect(projects.flatMap(({ Properties }) => (Properties.Cache?.Type === 'LOCAL' ? [Properties.Cache.Modes] : [])).sort()).toEqual([
    ['LOCAL_CUSTOM_CACHE'], ['LOCAL_CUSTOM_CACHE', 'LOCAL_DOCKER_LAYER_CACHE'],
  ]);
  expect(access(templates)).toEqual({});
});

test('a cache is no part of the definition', () => {
  const digests = (cache?: BuildCache) => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components: [custom('a', { cache }), template] }));
    return pipeline.catalogue._json();
  };
  expect(digests(S3)).toBe(digests());
});

test.each<[string, () => unknown, string]>([
  ['no folder', () => BuildCache.s3(), 'BuildCache.s3: name at least one folder'],
  ['nothing', () => BuildCache.local({}), 'BuildCache.local: give paths, dockerLayers, or both.'],
  ...['node_modules', '/', '/root/.npm/', '/root/**', '/root/../etc', '/a b', ''].map((path): [string, () => unknown, string] => [
    JSON.stringify(path), () => BuildCache.s3(path), 'BuildCache.s3: ',
  ]),
  ['Lambda compute', () => make(BuildStrategy.fanOut(), [custom('a', { cache: S3, buildImage: codebuild.LinuxLambdaBuildImage.AMAZON_LINUX_2023_NODE_20 })]), 'Component "a": cache: Lambda compute has none.'],
  ['Docker\'s layers without Docker', () => make(BuildStrategy.fanOut(), [custom('a', { cache: BuildCache.local({ dockerLayers: true }) })]), 'Component "a": cache: dockerLayers without Docker'],
  ['a machine that others use', () => {
    const fleet = codebuild.Fleet.fromFleetArn(new Stack(), 'Fleet', 'arn:aws:codebuild:eu-west-1:111111111111:fleet/f:1');
    return make(BuildStrategy.fanOut(), [custom('a', { fleet, cache: BuildCache.local({ paths: ['/root/.npm'] }) })]);
  }, 'builds of other projects use the machines of a fleet as well'],
])('is refused: %s', (_name, build, message) => expect(build).toThrow(message));
