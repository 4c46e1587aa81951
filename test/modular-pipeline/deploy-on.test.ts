import * as s3 from 'aws-cdk-lib/aws-s3';
import { DeployOn, ModularPipeline, PipelineSource } from '../../src';
import { actionsOf, environment, pipelineProps, resource, stagesOf, statementsOf, testPipeline, testStack } from '../support/constructs';

describe('what an environment takes', () => {
  const prod = { stackName: 'prod' };

  test('tags add a variable, rules that make the diff function look, and the rights to find their releases', () => {
    const { template } = testPipeline({ environments: [environment('test'), environment('prod', { ...prod, deployOn: DeployOn.tag('v*') })] });
    const { Variables } = resource(template, 'AWS::CodePipeline::Pipeline', 'Pipeline').Properties as { Variables: { Name: string; DefaultValue: string }[] };
    expect(Variables.map(({ Name, DefaultValue }) => [Name, DefaultValue])).toEqual([['Promotion', 'none'], ['Tag', 'none']]);
    const patterns = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => JSON.stringify((Properties as { EventPattern?: object }).EventPattern));
    expect(patterns.some((pattern) => pattern?.includes('"referenceType":["tag"]'))).toBe(true);
    expect(patterns.some((pattern) => pattern?.includes('"action":["Record"]'))).toBe(true);
    expect(actionsOf(statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineDiff')))).toEqual(expect.arrayContaining(['codecommit:GitPull', 'dynamodb:Query']));
    const plan = stagesOf(template).find(({ name }) => name === 'Plan')!.actions[0]!;
    expect(JSON.stringify(plan.Configuration.UserParameters)).toContain('#{variables.Tag}');
  });

  test('without tags there is none of it', () => {
    const { template } = testPipeline({ environments: [environment('test'), environment('prod', { ...prod, deployOn: DeployOn.demand() })] });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/GitPull|"Tag"|referenceType\\?":\[\\?"tag/);
    const record = stagesOf(template).find(({ name }) => name === 'prod')!.actions.at(-1)!;
    expect(JSON.parse(record.Configuration.UserParameters)).toMatchObject({ environment: 'prod', apart: 'true' });
  });

  test.each<[string, () => unknown, string]>([
    ['the first environment', () => testPipeline({ environments: [environment('test', { deployOn: DeployOn.demand() })] }), 'the first environment takes every release'],
    ['an environment that releases would reach past another', () => testPipeline({
      environments: [environment('test'), environment('prod', { ...prod, deployOn: DeployOn.demand() }), environment('more', { stackName: 'more' })],
    }), 'Environment "more" takes every release, and comes after "prod", which does not'],
    ['tags of an archive', () => {
      const stack = testStack();
      return new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
        source: PipelineSource.s3(new s3.Bucket(stack, 'Sources', { versioned: true }), 'source.zip'),
        environments: [environment('test'), environment('prod', { ...prod, deployOn: DeployOn.tag('v*') })],
      }));
    }, 'an archive in S3 is no repository'],
    ['what is no pattern', () => DeployOn.tag('v*.*'), 'DeployOn.tag: pattern is "v*.*": it holds more than one *'],
  ])('refuses %s', (_, make, message) => expect(make).toThrow(message));
});
