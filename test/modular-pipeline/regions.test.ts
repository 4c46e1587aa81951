import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Component, Gate, ModularPipeline } from '../../src';
import { ACCOUNT, actionsOf, environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, stagesOf, statementsOf } from '../support/constructs';

const PROD = environment('prod', {
  env: { account: OTHER_ACCOUNT, region: REGION }, furtherRegions: ['us-east-1', 'ap-south-1', 'us-west-2'], regionsAtOnce: 3, gates: [Gate.approval()],
});

function made(account = OTHER_ACCOUNT) {
  const app = new App();
  const stack = new Stack(app, 'Pipelines', { env: { account: ACCOUNT, region: REGION } });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    components: [Component.lambdaZip('web', { path: 'web' }), Component.lambdaImage('Train_er/Fn', { path: 'train' }), Component.template('template.yml', { path: 'template.yml' })],
    environments: [environment('test'), { ...PROD, env: { account, region: REGION } }],
  }));
  const assembly = app.synth();
  const support = (region: string) => Template.fromJSON(assembly.getStackByName(`Pipelines-support-${region}`).template as Record<string, unknown>);
  const template = Template.fromStack(stack);
  const files = (name: string): any[] => fs.readdirSync(assembly.directory).map((asset) => path.join(assembly.directory, asset, name))
    .filter((file) => fs.existsSync(file)).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')));
  return { app, assembly, support, template, files };
}

describe('an environment of several Regions', () => {
  const { template, support, assembly, files } = made();
  const stage = (name: string) => stagesOf(template).find((each) => each.name === name)!.actions;

  test('is a stage for each wave, of as many Regions as may be deployed to at once', () => {
    expect(stagesOf(template).map(({ name }) => name)).toEqual(['Source', 'Plan', 'Build', 'Release', 'test', 'prod', 'prod.wave2']);
    const regionsOf = (name: string) => stage(name).filter(({ Name }) => Name.startsWith('Deploy')).map(({ Name }) => Name.slice('Deploy-'.length));
    expect(regionsOf('prod')).toEqual([REGION, 'us-east-1', 'ap-south-1']);
    expect(regionsOf('prod.wave2')).toEqual(['us-west-2']);
  });

  test('has the same actions in each Region, side by side, and is recorded after the last wave', () => {
    const orders = (name: string) => Object.fromEntries(stage(name).map(({ Name, RunOrder }) => [Name, RunOrder]));
    const inRegion = (region: string) => ({ [`Prepare-${region}`]: 1, [`Deploy-${region}`]: expect.any(Number) });
    expect(orders('prod')).toMatchObject({ ...inRegion(REGION), ...inRegion('us-east-1'), ...inRegion('ap-south-1') });
    expect(orders('prod')).not.toHaveProperty('Record');
    expect(orders('prod.wave2')).toMatchObject(inRegion('us-west-2'));
    const { Record: last, ...others } = orders('prod.wave2');
    expect(last).toBeGreaterThan(Math.max(...Object.values<number>(others)));
    expect(new Set(stage('prod').map(({ Name }) => Name)).size).toBe(stage('prod').length);
    expect(stage('prod').filter(({ Name }) => Name.startsWith('Approve')).length).toBe(3);
  });

  test('leaves the names of an environment of one Region as they are', () => {
    expect(stage('test').map(({ Name }) => Name)).toEqual(['Prepare', 'Deploy', 'Record']);
  });

  test('is skipped as a whole', () => {
    const { Stages } = resource(template, 'AWS::CodePipeline::Pipeline').Properties;
    const values = Stages.filter(({ Name }: any) => Name.startsWith('prod')).map(({ BeforeEntry }: any) => BeforeEntry.Conditions[0].Rules[0].Configuration.Value);
    expect(values).toEqual([',prod,', ',prod,']);
  });

  test('deploys with the roles of each Region', () => {
    const [{ places }] = files('delivery.json') as { places: Record<string, { region: string; deployRoleArn: string; executionRoleArn: string }> }[];
    expect(places['prod.us-east-1']).toMatchObject({
      region: 'us-east-1',
      deployRoleArn: 'arn:aws:iam::222222222222:role/cdk-hnb659fds-deploy-role-222222222222-us-east-1',
      executionRoleArn: 'arn:aws:iam::222222222222:role/cdk-hnb659fds-cfn-exec-role-222222222222-us-east-1',
    });
    const prepare = stage('prod').find(({ Name }) => Name === 'Prepare-us-east-1');
    expect(JSON.parse(prepare.Configuration.UserParameters)).toMatchObject({ action: 'prepare', place: 'prod.us-east-1' });
  });

  test('is one environment for plans and records, and a place in each Region for releases and deliveries', () => {
    const [environments] = files('environments.json') as { name: string; environment: string; artifacts?: { region: string; bucket: string } }[][];
    expect(environments.map(({ name, environment: of, artifacts }) => [name, of, artifacts?.region])).toEqual([
      ['test', 'test', undefined], ['prod', 'prod', undefined], ['prod.us-east-1', 'prod', 'us-east-1'], ['prod.ap-south-1', 'prod', 'ap-south-1'],
      ['prod.us-west-2', 'prod', 'us-west-2'],
    ]);
    const [{ places }] = files('delivery.json');
    expect(places['prod.us-east-1']).toMatchObject({ region: 'us-east-1', artifactBucket: environments[2].artifacts!.bucket });
    expect(places.prod).not.toHaveProperty('artifactBucket');
  });

  test('has storage in each other Region, in a stack that is deployed before the pipeline\'s', () => {
    expect(assembly.stacks.map(({ stackName }) => stackName).sort()).toEqual([
      'Pipelines', 'Pipelines-support-ap-south-1', 'Pipelines-support-us-east-1', 'Pipelines-support-us-west-2',
    ]);
    expect(assembly.getStackByName('Pipelines').dependencies.map(({ id }) => id).filter((id) => id.includes('us-east-1'))).not.toEqual([]);
    expect(assembly.getStackByName('Pipelines-support-us-east-1').environment).toMatchObject({ account: ACCOUNT, region: 'us-east-1' });
    const buckets = Object.values<any>(support('us-east-1').findResources('AWS::S3::Bucket'));
    expect(buckets).toHaveLength(2);
    buckets.forEach(({ Properties }) => expect(Properties.BucketName).toMatch(/^[a-z0-9-]{3,63}$/));
  });

  test('names the environment\'s account and roles in the policies of that storage, and no others', () => {
    const statements = Object.values<any>(support('us-east-1').findResources('AWS::S3::BucketPolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.filter(({ Effect }: any) => Effect === 'Allow'));
    const principals = JSON.stringify(statements.map(({ Principal }: any) => Principal));
    expect(new Set(principals.match(/\d{12}/g))).toEqual(new Set([OTHER_ACCOUNT]));
    expect(JSON.stringify(statements.map(({ Condition }: any) => Condition))).toContain('cdk-hnb659fds-deploy-role-222222222222-us-east-1');
    const { KeyPolicy, EnableKeyRotation } = resource(support('us-east-1'), 'AWS::KMS::Key').Properties;
    expect(EnableKeyRotation).toBe(true);
    expect(new Set(JSON.stringify(KeyPolicy.Statement.map(({ Principal }: any) => Principal)).match(/\d{12}/g))).toEqual(new Set([ACCOUNT, OTHER_ACCOUNT]));
  });

  test('can be created again after a first try that failed: what has a name comes last, and is not left behind', () => {
    const stored = support('us-east-1');
    const [alias] = Object.keys(stored.findResources('AWS::KMS::Alias'));
    const buckets = Object.entries<any>(stored.findResources('AWS::S3::Bucket'));
    buckets.forEach(([, bucket]) => expect(bucket).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', DependsOn: [alias] }));
    const repository = resource(stored, 'AWS::ECR::Repository');
    expect(repository).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', DependsOn: expect.arrayContaining(buckets.map(([id]) => id)) });
  });

  test('has a repository for each image in each other Region, from which its accounts and their functions may pull', () => {
    const { RepositoryName, ImageTagMutability, RepositoryPolicyText } = resource(support('us-east-1'), 'AWS::ECR::Repository').Properties;
    expect(RepositoryName).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(ImageTagMutability).toBe('IMMUTABLE');
    const [accounts, service] = RepositoryPolicyText.Statement;
    expect(new Set(JSON.stringify(accounts.Principal).match(/\d{12}/g))).toEqual(new Set([OTHER_ACCOUNT]));
    expect(JSON.stringify(service.Condition)).toContain(':lambda:us-east-1:222222222222:function:*');
    const places = files('environments.json')[0] as { name: string; artifacts?: { images: Record<string, string> } }[];
    expect(places.find(({ name }) => name === 'prod.us-east-1')!.artifacts!.images).toEqual({
      'Train_er/Fn': `111111111111.dkr.ecr.us-east-1.amazonaws.com/${RepositoryName}`,
    });
    const statements = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineReleaseRole'));
    const putting = statements.filter(({ Action }) => [Action].flat().includes('ecr:PutImage'));
    expect(JSON.stringify(putting.map(({ Resource }) => Resource))).toContain(`:ecr:us-east-1:111111111111:repository/${RepositoryName}`);
    expect(putting.flatMap(({ Resource }) => Resource)).toHaveLength(3);
  });

  test('adds to the pipeline\'s role and the release function\'s what they do there, by name of the action', () => {
    const pipelineStatements: any[] = Object.values<any>(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const release = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineReleaseRole'));
    expect(actionsOf([...pipelineStatements, ...release]).filter((action) => action.includes('*'))).toEqual([]);
    const alias = Object.values<any>(support('us-east-1').findResources('AWS::KMS::Alias'))[0].Properties.AliasName;
    const ofKey = [...pipelineStatements, ...release].filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes(alias));
    expect(ofKey).toHaveLength(2);
    expect(ofKey.every(({ Resource }) => JSON.stringify(Resource).includes(':kms:us-east-1:111111111111:key/*'))).toBe(true);
  });
});

test('has no finding of cdk-nag\'s AwsSolutions that is not acknowledged with its reason', () => {
  const { app } = made();
  const findings = () => new AwsSolutionsChecks(app).validateScope(app).violations
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ resourceLogicalId }) => `${ruleName} ${resourceLogicalId}`));
  expect(findings()).toEqual([]);
  new s3.Bucket(app.node.findChild('Pipelines'), 'Bare');
  expect(findings()).not.toEqual([]);
});

test('all Regions in the pipeline\'s own account need no customer\'s key', () => {
  const { support } = made(ACCOUNT);
  support('us-east-1').resourceCountIs('AWS::KMS::Key', 0);
  support('us-east-1').resourceCountIs('AWS::S3::Bucket', 2);
});

test('one Region needs no storage beside', () => {
  const app = new App();
  const stack = new Stack(app, 'Pipelines', { env: { account: ACCOUNT, region: REGION } });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack));
  expect(app.synth().stacks).toHaveLength(1);
});
