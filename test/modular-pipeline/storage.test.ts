import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Component, Gate, ModularPipeline, ModularPipelineProps } from '../../src';
import { environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, testPipeline, testStack } from '../support/constructs';

const elsewhere = environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION } });
const DEPLOY_ROLE_ELSEWHERE = 'arn:aws:iam::222222222222:role/cdk-hnb659fds-deploy-role-222222222222-eu-west-1';
const crossAccount = { environments: [environment('test'), elsewhere] };

function inStack(make: (stack: Stack) => Partial<ModularPipelineProps>): { stack: Stack; template: Template } {
  const stack = testStack();
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, make(stack)));
  return { stack, template: Template.fromStack(stack) };
}

function buckets(template: Template): any[] {
  return ['PipelineStorageArtifacts', 'PipelineStoragePipelineArtifacts'].map((prefix) => resource(template, 'AWS::S3::Bucket', prefix).Properties);
}

function policy(template: Template, prefix: string): any[] {
  return resource(template, 'AWS::S3::BucketPolicy', prefix).Properties.PolicyDocument.Statement;
}

describe('the key', () => {
  test('is the customer\'s, with rotation, where an environment is in another account', () => {
    const { template } = testPipeline(crossAccount);
    expect(resource(template, 'AWS::KMS::Key').Properties.EnableKeyRotation).toBe(true);
    for (const { BucketEncryption } of buckets(template)) {
      expect(BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm).toBe('aws:kms');
    }
    const { ArtifactStore } = resource(template, 'AWS::CodePipeline::Pipeline').Properties;
    expect(ArtifactStore.EncryptionKey.Id['Fn::GetAtt'][0]).toMatch(/^PipelineStorageKey/);
  });

  test('is none of the customer\'s in one account', () => {
    const { template } = testPipeline();
    template.resourceCountIs('AWS::KMS::Key', 0);
    for (const { BucketEncryption } of buckets(template)) {
      expect(BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm).toBe('AES256');
    }
  });

  test('that is passed in is used for buckets and tables, in one account too', () => {
    const { template } = inStack((stack) => ({ encryptionKey: new kms.Key(stack, 'MyKey') }));
    template.resourceCountIs('AWS::KMS::Key', 1);
    expect(JSON.stringify(buckets(template)).match(/MyKey/g)).toHaveLength(2);
    expect(JSON.stringify(template.findResources('AWS::DynamoDB::GlobalTable')).match(/MyKey/g)!.length).toBeGreaterThanOrEqual(2);
  });

  test('opens for the environments\' accounts and roles, and for none else', () => {
    const [own, artifacts, templates, ofOthers, ...others] = resource(testPipeline(crossAccount).template, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
    expect(JSON.stringify(own.Principal)).toContain(':iam::111111111111:root');
    expect(artifacts).toMatchObject({ Sid: 'EnvironmentsReadArtifacts', Action: ['kms:Decrypt', 'kms:DescribeKey'] });
    expect(JSON.stringify(artifacts.Principal)).toContain(`:iam::${OTHER_ACCOUNT}:root`);
    expect(templates).toMatchObject({
      Sid: 'DeployRolesReadTemplates',
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Principal: { AWS: 'arn:aws:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-eu-west-1' },
    });
    expect(ofOthers).toMatchObject({
      Sid: 'DeployRolesReadTemplatesOfOtherAccounts',
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: { ArnEquals: { 'aws:PrincipalArn': [DEPLOY_ROLE_ELSEWHERE] } },
    });
    expect(JSON.stringify(ofOthers.Principal)).toContain(`:iam::${OTHER_ACCOUNT}:root`);
    expect(others).toEqual([]);
  });
});

describe('both buckets', () => {
  const { template } = testPipeline(crossAccount);

  test('are closed to the public and to plain HTTP', () => {
    for (const { PublicAccessBlockConfiguration } of buckets(template)) {
      expect(PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
      });
    }
    for (const prefix of ['PipelineStorageArtifacts', 'PipelineStoragePipelineArtifacts']) {
      expect(policy(template, prefix)[0]).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    }
  });

  test('are retained', () => {
    expect(Object.values<any>(template.findResources('AWS::S3::Bucket')).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['RetainExceptOnCreate', 'RetainExceptOnCreate']);
  });

  test('that are to be destroyed are emptied first, and so are image repositories, in every Region', () => {
    const { stack } = testPipeline({
      removalPolicy: RemovalPolicy.DESTROY,
      components: [Component.template('template.yml', { path: 'template.yml' }), Component.lambdaImage('image', { path: 'image' }), Component.cdkApp('app', { path: 'app', images: true })],
      environments: [environment('test', { furtherRegions: ['us-east-1'], gates: [Gate.integrationTests({ commands: ['true'], reports: ['*.xml'] })] })],
    });
    const stacks = (stack.node.root as App).synth().stacks.map(({ template: made }) => Object.entries<any>(made.Resources));
    expect(stacks).toHaveLength(2);
    for (const resources of stacks) {
      const emptied = resources.flatMap(([, { Type, Properties }]) => (Type === 'Custom::S3AutoDeleteObjects' ? [JSON.stringify(Properties.BucketName)] : []));
      const own = resources.filter(([, { Type }]) => Type === 'AWS::S3::Bucket');
      expect(own.length).toBe(2);
      own.forEach(([id, { DeletionPolicy, UpdateReplacePolicy }]) => {
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Delete', 'Delete']);
        expect(emptied).toContain(JSON.stringify({ Ref: id }));
      });
      const repositories = resources.filter(([, { Type }]) => Type === 'AWS::ECR::Repository').map(([, { DeletionPolicy, Properties }]) => [DeletionPolicy, Properties.EmptyOnDelete]);
      expect(repositories.length).toBeGreaterThan(0);
      expect(new Set(repositories.map((one) => JSON.stringify(one)))).toEqual(new Set(['["Delete",true]']));
    }
    const keptTypes = stacks.flat().flatMap(([, { Type, DeletionPolicy }]) => (/^Retain/.test(DeletionPolicy ?? '') ? [Type] : []));
    expect(keptTypes).toEqual([]);
  });

  test('write access logs where they are told, each under its own prefix', () => {
    const logged = inStack((stack) => ({ serverAccessLogsBucket: s3.Bucket.fromBucketName(stack, 'Logs', 'logs') })).template;
    expect(buckets(logged).map(({ LoggingConfiguration }) => LoggingConfiguration)).toEqual([
      { DestinationBucketName: 'logs', LogFilePrefix: 'shop/Artifacts/' }, { DestinationBucketName: 'logs', LogFilePrefix: 'shop/PipelineArtifacts/' },
    ]);
    expect(buckets(template)[0]).not.toHaveProperty('LoggingConfiguration');
  });
});

test('nothing that is released ever expires; what actions hand on does', () => {
  const [artifacts, pipelineArtifacts] = buckets(testPipeline().template);
  expect(artifacts.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(JSON.stringify(artifacts.LifecycleConfiguration)).not.toContain('Expiration');
  expect(pipelineArtifacts.LifecycleConfiguration.Rules).toContainEqual({ ExpirationInDays: 90, Status: 'Enabled' });
});

describe('artifacts', () => {
  test('are read by the accounts of the environments, under the solution\'s components only', () => {
    const [, statement, ...others] = policy(testPipeline(crossAccount).template, 'PipelineStorageArtifacts')
      .filter(({ Sid }) => Sid !== 'DeployRolesReadTemplates');
    expect(statement).toMatchObject({ Sid: 'EnvironmentsReadArtifacts', Action: ['s3:GetObject', 's3:GetObjectVersion'] });
    expect(JSON.stringify(statement.Principal)).toContain(`:iam::${OTHER_ACCOUNT}:root`);
    expect(JSON.stringify(statement.Principal)).not.toContain('111111111111');
    expect(JSON.stringify(statement.Resource)).toContain('/shop/components/*');
    expect(others).toEqual([]);
  });

  test('are read by nobody else in one account, except the template by the role that deploys it', () => {
    const [, statement, ...others] = policy(testPipeline().template, 'PipelineStorageArtifacts');
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Action: 's3:GetObject', Principal: { AWS: 'arn:aws:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-eu-west-1' },
    });
    expect(JSON.stringify(statement.Resource)).toContain('/shop/components/template-yml/*');
  });

  test('go to the bucket that is passed in, with a warning where its policy can\'t be changed', () => {
    const { stack, template } = inStack((scope) => ({ ...crossAccount, artifactBucket: s3.Bucket.fromBucketName(scope, 'Mine', 'my-artifacts') }));
    template.resourceCountIs('AWS::S3::Bucket', 1);
    expect(resource(template, 'AWS::Lambda::Function', 'PipelineRelease').Properties.Environment.Variables.ARTIFACT_BUCKET).toBe('my-artifacts');
    const [warning] = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('Bucket my-artifacts is imported'));
    expect(warning.entry.data).toContain(`let the accounts ${OTHER_ACCOUNT} read shop/components/*`);
  });
});

test('the pipeline\'s artifacts are read by the roles that deploy: this account\'s by name, others when they ask, whether or not they exist yet', () => {
  const [, own, others, ownSees, othersSee, ...further] = policy(testPipeline(crossAccount).template, 'PipelineStoragePipelineArtifacts');
  expect(own.Principal).toEqual({ AWS: 'arn:aws:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-eu-west-1' });
  expect(JSON.stringify(others.Principal)).toContain(`:iam::${OTHER_ACCOUNT}:root`);
  for (const statement of [others, othersSee]) {
    expect(statement.Condition).toEqual({ ArnEquals: { 'aws:PrincipalArn': [DEPLOY_ROLE_ELSEWHERE] } });
  }
  expect([own, others].map(({ Action }) => Action)).toEqual(Array(2).fill(['s3:GetObject', 's3:GetObjectVersion']));
  expect([ownSees, othersSee].map(({ Action }) => Action)).toEqual(Array(2).fill(['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket']));
  expect(further).toEqual([]);
});

test('no policy names a role of another account or of another Region, which may not exist yet', () => {
  const { template } = testPipeline({ environments: [environment('test', { furtherRegions: ['us-east-1'] }), elsewhere] });
  for (const type of ['AWS::S3::BucketPolicy', 'AWS::KMS::Key']) {
    const text = JSON.stringify(Object.values<any>(template.findResources(type))
      .flatMap(({ Properties: { PolicyDocument, KeyPolicy } }) => (PolicyDocument ?? KeyPolicy).Statement.map(({ Principal }: any) => Principal)));
    expect(text.match(/role\/[\w-]+/g)?.filter((name) => !name.endsWith('-111111111111-eu-west-1')) ?? []).toEqual([]);
  }
});
