import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BuildStrategy, Component, ModularPipeline } from '../../src';
import { ACCOUNT, OTHER_ACCOUNT, environment, pipelineProps, REGION, resource, statementsOf, testStack } from '../support/constructs';

const template = Component.template('template.yml', { path: 'template.yml' });

function twoImages(buildStrategy: BuildStrategy) {
  const stack = testStack();
  const repository = new ecr.Repository(stack, 'Images', { imageTagMutability: ecr.TagMutability.IMMUTABLE });
  const components = [template, ...['training', 'evaluation'].map((name) => Component.lambdaImage(name, { path: name, repository }))];
  const environments = [environment('test', { env: { account: OTHER_ACCOUNT, region: REGION } })];
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components, environments, buildStrategy }));
  return { stack, pipeline, template: Template.fromStack(stack) };
}

describe('one repository for several components', () => {
  test.each([['actions', BuildStrategy.actions()], ['fan-out', BuildStrategy.fanOut()]])('says once who pulls, with %s', (_, strategy) => {
    const made = twoImages(strategy);
    made.template.resourceCountIs('AWS::ECR::Repository', 1);
    const { Statement: statements } = resource(made.template, 'AWS::ECR::Repository').Properties.RepositoryPolicyText;
    expect(statements.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['AccountsPull', 'LambdaPulls']);
  });

  test('the release function looks for images in it', () => {
    const looks = statementsOf(resource(twoImages(BuildStrategy.actions()).template, 'AWS::IAM::Role', 'PipelineRelease'))
      .filter(({ Action }) => Action === 'ecr:DescribeImages');
    expect(looks.map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [expect.stringContaining('Images'), 'Arn'] }]);
  });
});

describe('a repository of two solutions', () => {
  const synth = (other: string, name = 'images') => {
    const app = new App();
    for (const [solution, component, repositoryName] of [['shop', 'web', 'images'], ['stock', other, name]] as const) {
      const stack = new Stack(app, solution, { env: { account: ACCOUNT, region: REGION } });
      const repository = ecr.Repository.fromRepositoryName(stack, 'Images', repositoryName);
      const components = [template, Component.lambdaImage(component, { path: 'web', repository })];
      new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { solution, components }));
    }
    return () => app.synth();
  };

  test('is refused where components have the same tags', () => {
    expect(synth('web')).toThrow(/Component "web" pushes its images to a repository where component "web" of the solution "stock" has the same tags \(web-1, web-2, \.\.\.\)/);
  });

  test('is taken where they have not, and so are two repositories', () => {
    expect(synth('api')).not.toThrow();
    expect(synth('web', 'others')).not.toThrow();
  });
});
