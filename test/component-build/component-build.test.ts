import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Component, ComponentBuild, ComponentCatalogue, CustomComponentProps, DeploymentsTable, DiffTable } from '../../src';
import { ACCOUNT, actionsOf, REGION, resource, statementsOf, testStack } from '../support/constructs';

interface Made { stack: Stack; build: ComponentBuild; template: () => Template; project: () => any; statements: () => any[] }

function make(component: Component, others: Component[] = [], props: { key?: boolean; stack?: Stack } = {}): Made {
  const stack = props.stack ?? testStack();
  const encryptionKey = props.key ? kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/abc') : undefined;
  const build = new ComponentBuild(stack, 'Build', {
    catalogue: new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components: [component, ...others] }),
    component: component.name,
    diffTable: DiffTable.fromTableName(stack, 'Diffs', 'diffs'),
    deploymentsTable: DeploymentsTable.fromTableName(stack, 'Deployments', 'deployments'),
    artifactBucket: s3.Bucket.fromBucketAttributes(stack, 'Artifacts', { bucketName: 'artifacts', encryptionKey }),
  });
  const template = () => Template.fromStack(stack);
  return {
    stack,
    build,
    template,
    project: () => resource(template(), 'AWS::CodeBuild::Project').Properties,
    statements: () => [
      ...statementsOf(resource(template(), 'AWS::IAM::Role', 'Build')),
      ...resource(template(), 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument.Statement,
    ],
  };
}

function custom(props: Partial<CustomComponentProps> = {}, name = 'web'): Component {
  return Component.custom(name, { path: name, ...props });
}

function variables(project: any): { [name: string]: unknown } {
  return Object.fromEntries(project.Environment.EnvironmentVariables.map(({ Name, Value }: any) => [Name, Value]));
}

/** Statements with an action, as the texts of their resources. */
function resourcesOf(statements: any[], action: string): string[] {
  return statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => [Resource].flat().map((value) => JSON.stringify(value)));
}

describe('the project', () => {
  test('knows by its environment what it builds and where it works', () => {
    expect(variables(make(custom()).project())).toEqual({
      MODULAR_SOLUTION: 'shop',
      MODULAR_COMPONENT: 'web',
      MODULAR_DIFF_TABLE: 'diffs',
      MODULAR_DEPLOYMENTS_TABLE: 'deployments',
      MODULAR_ARTIFACT_BUCKET: 'artifacts',
      MODULAR_AGENT: expect.stringMatching(/^s3:\/\/cdk-hnb659fds-assets-111111111111-eu-west-1\/[0-9a-f]{64}\.js$/),
      MODULAR_CATALOGUE: expect.stringMatching(/^s3:\/\/cdk-hnb659fds-assets-111111111111-eu-west-1\/[0-9a-f]{64}\.json$/),
    });
  });

  test('has its user\'s variables too', () => {
    expect(variables(make(custom({ environmentVariables: { LEVEL: { value: 'high' } } })).project()).LEVEL).toBe('high');
  });

  test('learns the name of its buildspec as data', () => {
    const project = make(custom({ buildspecFile: 'web/$(id).yml' })).project();
    expect(variables(project).MODULAR_BUILDSPEC).toBe('web/$(id).yml');
    expect(project.Source.BuildSpec).not.toContain('$(id)');
  });

  test('has the defaults that are documented', () => {
    const project = make(custom()).project();
    expect(project.Environment).toMatchObject({ Image: 'aws/codebuild/standard:8.0', ComputeType: 'BUILD_GENERAL1_SMALL', PrivilegedMode: false });
    expect(project.TimeoutInMinutes).toBe(60);
    expect(project.VpcConfig).toBeUndefined();
  });

  test('takes image, size and privilege', () => {
    const project = make(custom({
      buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5, computeType: codebuild.ComputeType.LARGE, privileged: true,
    })).project();
    expect(project.Environment).toMatchObject({
      Image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0', ComputeType: 'BUILD_GENERAL1_LARGE', PrivilegedMode: true,
    });
  });

  test('runs in a VPC where it is given one', () => {
    const stack = testStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0123456789abcdef0'] });
    const made = make(custom({ vpc }), [], { stack });
    expect(made.project().VpcConfig).toMatchObject({ VpcId: 'vpc-0123456789abcdef0', Subnets: ['subnet-0123456789abcdef0'] });
  });

  test('runs tests before the build', () => {
    const spec = JSON.parse(make(custom({ testCommands: ['make test'], buildCommands: ['make'] })).project().Source.BuildSpec);
    const [, test_, build] = spec.phases.build.commands;
    expect(test_).toContain('\nmake test\n');
    expect(build).toContain('\nmake\n');
  });

  test('logs where it is told, under the component\'s id', () => {
    const made = make(custom({}, 'a.b'));
    expect(made.project().LogsConfig.CloudWatchLogs).toMatchObject({ Status: 'ENABLED', StreamName: 'a-b' });
    expect(resource(made.template(), 'AWS::Logs::LogGroup').Properties.RetentionInDays).toBe(365);
  });
});

describe('invariant 10: the role can do what a build calls, and nothing else', () => {
  test('of a component that leaves nothing in ECR', () => {
    expect(actionsOf(make(custom()).statements())).toEqual([
      'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem',
      'logs:CreateLogStream', 'logs:PutLogEvents',
      's3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject',
    ]);
  });

  test('it writes records of its own component only', () => {
    const writes = make(custom({ dependsOn: ['lib'] }), [custom({}, 'lib')]).statements()
      .filter(({ Action }) => [Action].flat().some((action: string) => ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'].includes(action)));
    expect(writes).toHaveLength(1);
    expect(writes[0].Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['shop#web', 'shop#web#*'] } });
    expect(JSON.stringify(writes[0].Resource)).toContain('table/deployments');
  });

  test('it stores objects under its own component\'s prefix only', () => {
    const put = resourcesOf(make(custom({ dependsOn: ['lib'] }), [custom({}, 'lib')]).statements(), 's3:PutObject');
    expect(put).toHaveLength(1);
    expect(put[0]).toContain(':s3:::artifacts/shop/components/web/*');
  });

  test('it reads releases, its own and its dependencies\' artifacts and records, not those of others', () => {
    const statements = make(custom({ dependsOn: ['lib'] }), [
      custom({ dependsOn: ['base'] }, 'lib'), custom({}, 'base'), custom({}, 'other'),
    ]).statements();
    const read = resourcesOf(statements, 's3:GetObject').join();
    for (const name of ['releases', 'components/web', 'components/lib', 'components/base']) {
      expect(read).toContain(`artifacts/shop/${name}/*`);
    }
    expect(read).not.toContain('components/other');
    const keys = statements.filter(({ Action, Condition }) => Condition && [Action].flat().includes('dynamodb:GetItem'))
      .flatMap(({ Condition }) => Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']);
    expect(keys).toEqual(['shop#web', 'shop#web#*', 'shop#base', 'shop#base#*', 'shop#lib', 'shop#lib#*']);
  });

  test('with very many dependencies it reads the whole solution, and its policy fits a role; what it writes stays its own', () => {
    const names = Array.from({ length: 60 }, (_, index) => `dependency-with-a-rather-long-name-${index}`);
    const statements = make(custom({ dependsOn: names }), names.map((name) => custom({}, name))).statements();
    expect(JSON.stringify(statements).length).toBeLessThan(10_240);
    expect(resourcesOf(statements, 's3:GetObject').join()).toContain('artifacts/shop/components/*/*');
    expect(resourcesOf(statements, 's3:PutObject').join()).not.toContain('components/*/');
  });

  test('with a dozen dependencies it still names each', () => {
    const names = Array.from({ length: 12 }, (_, index) => `library-of-the-shop-${index}`);
    const statements = make(custom({ dependsOn: names }), names.map((name) => custom({}, name))).statements();
    expect(resourcesOf(statements, 's3:GetObject').join()).not.toContain('components/*/*');
    expect(resourcesOf(statements, 's3:GetObject').join()).toContain('components/library-of-the-shop-11/*');
  });

  test('an image\'s build pushes to its own repository only', () => {
    const made = make(Component.lambdaImage('web', { path: 'web' }));
    const statements = made.statements();
    expect(resourcesOf(statements, 'ecr:PutImage')).toEqual([expect.stringContaining('CataloguewebRepository')]);
    expect(resourcesOf(statements, 'ecr:GetAuthorizationToken')).toEqual(['"*"']);
    expect(actionsOf(statements).filter((action) => action.startsWith('ecr:'))).toEqual([
      'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:CompleteLayerUpload', 'ecr:DescribeImages', 'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart',
    ]);
  });

  test('a build that depends on an image pulls it, and pushes nothing', () => {
    const statements = make(custom({ dependsOn: ['base'] }), [Component.lambdaImage('base', { path: 'base' })]).statements();
    expect(resourcesOf(statements, 'ecr:BatchGetImage')).toEqual([expect.stringContaining('CataloguebaseRepository')]);
    expect(actionsOf(statements)).not.toContain('ecr:PutImage');
  });

  test('a bucket\'s key is used where there is one', () => {
    const statements = make(custom(), [], { key: true }).statements();
    expect(statements.find(({ Action }) => [Action].flat().includes('kms:Decrypt'))).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: 'arn:aws:kms:eu-west-1:111111111111:key/abc',
    });
  });

  test('no action is a pattern', () => {
    expect(actionsOf(make(Component.lambdaImage('web', { path: 'web' }), [], { key: true }).statements()).filter((action) => action.includes('*'))).toEqual([]);
  });
});

test('takes grants of its user\'s, for logs too', () => {
  const made = make(custom());
  made.build.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['logs:GetLogEvents'], resources: ['arn:aws:logs:x'] }));
  expect(resourcesOf(made.statements(), 'logs:GetLogEvents')).toEqual(['"arn:aws:logs:x"']);
});

describe('in a pipeline built by hand', () => {
  function pipeline(options: Partial<Parameters<ComponentBuild['action']>[0]> = {}): Made {
    const made = make(custom({}, 'a.b'), [], { stack: new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } }) });
    const input = new codepipeline.Artifact('Source');
    new codepipeline.Pipeline(made.stack, 'Pipeline', {
      pipelineType: codepipeline.PipelineType.V2,
      artifactBucket: s3.Bucket.fromBucketAttributes(made.stack, 'PipelineArtifacts', {
        bucketName: 'pipeline-artifacts', encryptionKey: kms.Key.fromKeyArn(made.stack, 'PipelineKey', 'arn:aws:kms:eu-west-1:111111111111:key/pipeline'),
      }),
      stages: [
        {
          stageName: 'Source',
          actions: [new actions.CodeCommitSourceAction({
            actionName: 'Source', repository: codecommit.Repository.fromRepositoryName(made.stack, 'Repository', 'shop'), output: input, trigger: actions.CodeCommitTrigger.NONE,
          })],
        },
        { stageName: 'Build', actions: [made.build.action({ input, commitId: '#{Source.CommitId}', planId: 'plan-1', ...options })] },
      ],
    });
    return made;
  }

  function action(made: Made): any {
    return resource(made.template(), 'AWS::CodePipeline::Pipeline').Properties.Stages[1].Actions[0];
  }

  test('the action hands on commit, plan and execution', () => {
    const made = pipeline({ runOrder: 3 });
    const { Configuration, InputArtifacts, RunOrder, Name } = action(made);
    expect(JSON.parse(Configuration.EnvironmentVariables)).toEqual([
      { name: 'MODULAR_COMMIT_ID', type: 'PLAINTEXT', value: '#{Source.CommitId}' },
      { name: 'MODULAR_PLAN_ID', type: 'PLAINTEXT', value: 'plan-1' },
      { name: 'MODULAR_PIPELINE_EXECUTION_ID', type: 'PLAINTEXT', value: '#{codepipeline.PipelineExecutionId}' },
    ]);
    expect(Configuration.EnvironmentVariables.length).toBeLessThanOrEqual(1000);
    expect(InputArtifacts).toEqual([{ Name: 'Source' }]);
    expect(RunOrder).toBe(3);
    expect(Name).toBe('a-b');
  });

  test('the action takes another name', () => {
    expect(action(pipeline({ actionName: 'Web' })).Name).toBe('Web');
  });

  test('the build may read the pipeline\'s artifacts', () => {
    const statements = pipeline().statements();
    expect(resourcesOf(statements, 's3:GetObjectVersion')).toEqual([expect.stringContaining(':s3:::pipeline-artifacts/*')]);
    expect(resourcesOf(statements, 'kms:Decrypt')).toEqual(['"arn:aws:kms:eu-west-1:111111111111:key/pipeline"']);
  });

  test('the action\'s role may run this build', () => {
    const policies = Object.values<any>(pipeline().template().findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const [statement] = policies.filter(({ Action }) => [Action].flat().includes('codebuild:StartBuild'));
    expect(statement.Action).toEqual(['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild']);
    expect(JSON.stringify(statement.Resource)).toContain('BuildProject');
  });

  test('a configuration value beyond CodePipeline\'s limit is refused', () => {
    expect(() => pipeline({ commitId: 'x'.repeat(1000) })).toThrow(/Action "a-b": EnvironmentVariables has 1\d{3} characters, and CodePipeline takes at most 1000/);
  });
});

test('an unknown component is refused, and the known ones are named', () => {
  const stack = testStack();
  const catalogue = new ComponentCatalogue(stack, 'Catalogue', { solution: 'shop', components: [custom({}, 'a'), custom({}, 'b')] });
  expect(() => new ComponentBuild(stack, 'Build', {
    catalogue,
    component: 'c',
    diffTable: DiffTable.fromTableName(stack, 'Diffs', 'diffs'),
    deploymentsTable: DeploymentsTable.fromTableName(stack, 'Deployments', 'deployments'),
    artifactBucket: s3.Bucket.fromBucketName(stack, 'Artifacts', 'artifacts'),
  })).toThrow('"c" is no component of the catalogue. It has "a", "b".');
});
