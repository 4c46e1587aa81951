import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { ModularPipeline } from '../../src';
import { EXAMPLES, EXAMPLES_FOLDER, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

// Here the CDK judges the templates, which other tests leave out.
process.env.CDK_VALIDATION = 'true';

test('there are examples', () => {
  expect(EXAMPLES).toEqual(expect.arrayContaining(['cross-region-service', 'lambda-zip-service', 'ml-training-pipeline']));
});

describe.each(EXAMPLES)('%s', (example) => {
  // With the same copy of the CDK as cdk-nag's, which asks for its classes: in another it would find nothing.
  const app = loadExample(example);

  test('has no finding of cdk-nag\'s AwsSolutions that is not acknowledged with its reason', () => {
    const { success, violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ resourceLogicalId }) => `${ruleName} ${resourceLogicalId}`))).toEqual([]);
    expect(success).toBe(true);
  });

  test('synthesizes without a message of the CDK\'s own checks', () => {
    const messages = jest.spyOn(console, 'error').mockImplementation();
    const assembly = app.synth();
    expect(messages).not.toHaveBeenCalled();
    expect(assembly.stacks.flatMap(({ messages: all }) => all.filter(({ level }) => level !== 'info'))).toEqual([]);
  });
});

test('the template of the machine-learning example takes what its components and environments give', () => {
  const stack = loadExample('ml-training-pipeline').node.findChild('MlTrainingPipeline') as Stack;
  const { components } = (stack.node.findChild('Pipeline') as ModularPipeline).catalogue._catalogue;
  const given = [...components.flatMap(({ build }) => build!.parameters.map(({ name }) => name)), 'EnvironmentName'];
  const template = fs.readFileSync(path.join(EXAMPLES_FOLDER, 'ml-training-pipeline', 'repository', 'template.yml'), 'utf8');
  const declared = [...template.split('\nResources:')[0].matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
  expect(declared.sort()).toEqual(given.sort());
  Template.fromStack(stack).resourceCountIs('AWS::CodePipeline::Pipeline', 1);
});

test('what is not acknowledged is found: of roles, and of buckets', () => {
  const app = loadExample('lambda-zip-service');
  const stack = app.node.findChild('ServicePipeline');
  new s3.Bucket(stack, 'Open');
  new iam.Role(stack, 'Mighty', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })
    .addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  const found = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
  expect(found).toEqual(expect.arrayContaining(['AwsSolutions-S10', 'AwsSolutions-IAM5[Action::s3:*]', 'AwsSolutions-IAM5[Resource::*]']));
});
