import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Component, ModularPipeline } from '../../src';
import { actionsOf, environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, statementsOf, testPipeline, testStack } from '../support/constructs';

const { stack, template } = testPipeline({
  components: [Component.lambdaImage('web', { path: 'web' }), Component.template('template.yml', { path: 'template.yml' })],
  environments: [environment('test'), environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION } })],
});

function role(name: string): any[] {
  return statementsOf(resource(template, 'AWS::IAM::Role', `Pipeline${name}Role`));
}

/** The files of the diff function's code. */
function codeOf(of: Stack, its: Template): string[] {
  const { S3Key: key } = resource(its, 'AWS::Lambda::Function', 'PipelineDiff').Properties.Code;
  return fs.readdirSync(path.join((of.node.root as App).synth().directory, `asset.${key.replace('.zip', '')}`)).sort();
}

function keysOf(statements: any[], table: string, action: string): string[] | 'all' {
  const found = statements.filter(({ Action, Resource }) => [Action].flat().includes(action) && JSON.stringify(Resource).includes(table));
  return found.length > 0 && found.every(({ Condition }) => Condition)
    ? found.flatMap(({ Condition }) => Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'])
    : 'all';
}

const pipelineStatements: any[] = resource(template, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;

describe('invariant 10: least privilege', () => {
  test('the diff function', () => {
    expect(actionsOf(role('Diff'))).toEqual([
      'codecommit:GetBranch', 'codecommit:GetDifferences', 'codecommit:GetFolder',
      'codepipeline:GetPipelineExecution', 'codepipeline:GetPipelineState', 'codepipeline:ListPipelineExecutions',
      'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult', 'codepipeline:StartPipelineExecution', 'codepipeline:StopPipelineExecution',
      'dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem',
      'kms:Decrypt', 'kms:GenerateDataKey', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket', 's3:PutObject', 'sqs:SendMessage',
    ]);
    expect(keysOf(role('Diff'), 'DeploymentsTable', 'dynamodb:GetItem')).toEqual(['shop##test', 'shop##prod']);
    expect(keysOf(role('Diff'), 'DeploymentsTable', 'dynamodb:BatchGetItem')).toEqual(['shop#*']);
  });

  test('the diff function changes nothing in the DeploymentsTable, and writes no object but releases', () => {
    const actions = role('Diff').filter(({ Resource }) => JSON.stringify(Resource).includes('DeploymentsTable')).map(({ Action }) => Action as string);
    expect(actions.sort()).toEqual(['dynamodb:BatchGetItem', 'dynamodb:GetItem']);
    const [put] = role('Diff').filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(JSON.stringify(put.Resource)).toContain('/shop/releases/*');
    expect(JSON.stringify(put.Resource)).not.toContain('components');
  });

  test('the delivery function notes which stacks have a release, where there are several', () => {
    const deliveryActions = (...paths: string[]) => {
      const { template: its } = testPipeline({ components: paths.map((one) => Component.template(one, { path: one })) });
      return actionsOf(statementsOf(resource(its, 'AWS::IAM::Role', 'PipelineDeliveryRole'))).filter((action) => action.startsWith('dynamodb:'));
    };
    expect(deliveryActions('template.yml')).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
    expect(deliveryActions('data.yml', 'api.yml')).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  });

  test('the release function', () => {
    expect(actionsOf(role('Release'))).toEqual([
      'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult',
      'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query',
      'ecr:DescribeImages', 'kms:Decrypt', 'kms:GenerateDataKey', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket', 's3:PutObject',
    ]);
    expect(keysOf(role('Release'), 'DeploymentsTable', 'dynamodb:BatchGetItem')).toEqual(['shop#*']);
    const [put] = role('Release').filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(JSON.stringify(put.Resource)).toContain('/shop/releases/*');
    expect(JSON.stringify(put.Resource)).not.toContain('components');
  });

  test('the record function', () => {
    expect(actionsOf(role('Record'))).toEqual([
      'codepipeline:GetPipelineExecution', 'codepipeline:GetPipelineState', 'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult',
      'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem',
      'kms:Decrypt', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket',
    ]);
    expect(keysOf(role('Record'), 'DeploymentsTable', 'dynamodb:PutItem')).toEqual(['shop##test', 'shop##prod']);
    expect(keysOf(role('Record'), 'DeploymentsTable', 'dynamodb:UpdateItem')).toEqual(['shop#*']);
    expect(keysOf(role('Record'), 'DiffTable', 'dynamodb:PutItem')).toEqual(['execution']);
  });

  test('the diff function reads files, and has what traces lockfiles beside it, only where lockfiles are traced', () => {
    const traced = testPipeline({ globalPaths: ['package-lock.json'], traceLockfiles: true });
    const added = actionsOf(statementsOf(resource(traced.template, 'AWS::IAM::Role', 'PipelineDiffRole'))).filter((action) => !actionsOf(role('Diff')).includes(action));
    expect(added).toEqual(['codecommit:GetFile']);
    expect(codeOf(traced.stack, traced.template)).toEqual(['catalogue.json', 'environments.json', 'index.js', 'tracing.js']);
    expect(codeOf(stack, template)).toEqual(['catalogue.json', 'environments.json', 'index.js']);
  });

  test('the pipeline', () => {
    expect(actionsOf(pipelineStatements)).toEqual([
      'codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild',
      'codecommit:CancelUploadArchive', 'codecommit:GetBranch', 'codecommit:GetCommit', 'codecommit:GetUploadArchiveStatus', 'codecommit:UploadArchive',
      'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
      'lambda:InvokeFunction', 'lambda:ListFunctions',
      's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject',
    ]);
  });

  test('deliveries assume the deploy roles of the environments, and no other; the pipeline assumes none', () => {
    const delivery = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineDelivery'));
    expect(delivery.find(({ Action }) => Action === 'sts:AssumeRole').Resource).toEqual([
      'arn:aws:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-eu-west-1',
      'arn:aws:iam::222222222222:role/cdk-hnb659fds-deploy-role-222222222222-eu-west-1',
    ]);
  });

  test('no role has an action that is a pattern, and "*" is a resource only where a service knows none', () => {
    const statements = [...pipelineStatements, ...Object.values<any>(template.findResources('AWS::IAM::Role')).filter(({ Properties }) => Properties.Policies).flatMap(statementsOf)];
    expect(actionsOf(statements).filter((action) => action.includes('*'))).toEqual([]);
    expect(actionsOf(statements.filter(({ Resource }) => [Resource].flat().includes('*')))).toEqual([
      'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult', 'ecr:GetAuthorizationToken', 'lambda:ListFunctions',
    ]);
  });
});

describe('functions', () => {
  const variables = (name: string) => resource(template, 'AWS::Lambda::Function', `Pipeline${name}`).Properties.Environment.Variables;

  test('run the newest long-term Node.js, with a log group and a role of their own', () => {
    for (const name of ['Diff', 'Release', 'Record']) {
      const { Runtime, Handler, LoggingConfig, Role } = resource(template, 'AWS::Lambda::Function', `Pipeline${name}`).Properties;
      expect({ Runtime, Handler }).toEqual({ Runtime: 'nodejs24.x', Handler: 'index.handler' });
      expect(LoggingConfig.LogGroup.Ref).toMatch(new RegExp(`^Pipeline${name}Logs`));
      expect(Role['Fn::GetAtt'][0]).toMatch(new RegExp(`^Pipeline${name}Role`));
    }
  });

  test('the diff function knows what it reads and starts', () => {
    expect(variables('Diff')).toEqual({
      SOLUTION: 'shop',
      DIFF_TABLE: { Ref: expect.stringMatching(/^PipelineDiffTable/) },
      DEPLOYMENTS_TABLE: { Ref: expect.stringMatching(/^PipelineDeploymentsTable/) },
      ARTIFACT_BUCKET: { Ref: expect.stringMatching(/^PipelineStorageArtifacts/) },
      SOURCE: '{"kind":"codecommit","repository":"shop"}',
      BRANCH: 'main',
      PIPELINE: 'shop',
      PLAN_RETENTION_DAYS: '90',
    });
  });

  test('the record function knows the pipeline, for rollbacks', () => {
    expect(Object.keys(variables('Record')).sort()).toEqual(['ARTIFACT_BUCKET', 'DEPLOYMENTS_TABLE', 'DIFF_TABLE', 'PIPELINE', 'SOLUTION']);
  });
});

test('a role that plans requests reads the pipeline, and what is live in the first environment', () => {
  const own = testStack();
  const pipeline = new ModularPipeline(own, 'Pipeline', pipelineProps(own, {
    environments: [environment('test'), environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION } })],
  }));
  const planner = new iam.Role(own, 'Planner', { assumedBy: new iam.AccountRootPrincipal() });
  pipeline.grantPlan(planner).assertSuccess();
  const statements = resource(Template.fromStack(own), 'AWS::IAM::Policy', 'PlannerDefaultPolicy').Properties.PolicyDocument.Statement as { Action: string; Resource: unknown; Condition?: unknown }[];
  expect(statements.map(({ Action }) => Action).sort()).toEqual(['codepipeline:GetPipeline', 'dynamodb:Query', 'kms:Decrypt', 's3:GetObject', 's3:ListBucket']);
  expect(statements.find(({ Action }) => Action === 'dynamodb:Query')!.Condition).toEqual({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['shop##test'] } });
  expect(JSON.stringify(statements.find(({ Action }) => Action === 's3:GetObject')!.Resource)).toContain('/shop/releases/*');
});
