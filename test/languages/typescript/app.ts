/** What every language's application defines: `.ci/languages.sh` compares their templates. */
import { App, Stack, StackProps, Duration, RemovalPolicy, Environment, Tags } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as cpactions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  ApprovalMode, Baseline, BuildArtifact, BuildStrategy, Component, ComponentBindOptions, ComponentCode, ComponentConfig, ComponentDiscovery, ComponentFunction,
  ComponentProps,
  DeploymentsTable, DiffTable, Gate, GateBindOptions, GateConfig, GatePosition, LocationParameter, ModularPipeline, ModularPipelineAlarms,
  ModularPipelineDashboard,
  PipelineSource, UnownedPaths,
} from 'cdk-modular-pipeline';

const env: Environment = { account: '111111111111', region: 'eu-west-1' };

class QuickStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const repository = new codecommit.Repository(this, 'Repository', { repositoryName: 'ml' });
    new ModularPipeline(this, 'Pipeline', {
      source: PipelineSource.codeCommit(repository, { branch: 'dev' }),
      components: [
        Component.custom('shared', { path: 'libs/shared' }),
        Component.lambdaImage('Training-Lambda-Function', { path: 'Training-Lambda-Function', dependsOn: ['shared'] }),
        Component.glueJob('Preprocessing-Glue-Job', { path: 'glue/preprocessing' }),
        Component.template('template.yml', { path: 'template.yml' }),
      ],
      environments: [
        { name: 'test', env: { account: '111111111111', region: 'eu-west-1' } },
        { name: 'prod', env: { account: '222222222222', region: 'eu-west-1' }, approval: true },
      ],
    });
  }
}

/** A gate of one's own: an approval of codepipeline-actions, and what the guard allows. */
class ManualGate extends Gate {
  public readonly position = GatePosition.BEFORE_DEPLOY;
  constructor(private readonly question: string) {
    super();
  }

  public bind(scope: Construct, options: GateBindOptions): GateConfig {
    const topic = new sns.Topic(scope, 'Asked', { displayName: `${options.solution} ${options.environmentName} ${options.region}` });
    return {
      actions: [new cpactions.ManualApprovalAction({
        actionName: `Ask${options.actionNameSuffix}`,
        runOrder: options.runOrder,
        notificationTopic: topic,
        additionalInformation: [
          this.question, options.commitId, options.changeSet.changes, options.changeSet.destructive, options.stackName, options.outputsNamespace,
        ].join(' '),
      })],
      runOrders: 1,
      changeSetRules: { allowTypes: ['AWS::SQS::Queue'] },
    };
  }
}

/** A component of one's own. */
class Wheel extends Component {
  constructor(name: string, props: ComponentProps) {
    super(name, props);
  }

  public bind(scope: Construct, options: ComponentBindOptions): ComponentConfig {
    const repository = new ecr.Repository(scope, 'Extra', { imageTagMutability: ecr.TagMutability.IMMUTABLE, repositoryName: `n${options.accounts.length}` });
    return {
      kind: 'wheel',
      artifact: BuildArtifact.files({ path: 'dist/a.whl', name: 'a.whl' }, { path: 'conf', name: 'conf.zip', zip: true }),
      parameters: [LocationParameter.file('WheelLocation', 'a.whl')],
      buildCommands: ['python -m build --wheel'],
      privileged: false,
      repository,
    };
  }
}

class RichStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const repository = codecommit.Repository.fromRepositoryName(this, 'Repository', 'rich');
    const topic = new sns.Topic(this, 'Approvers');
    const key = new kms.Key(this, 'Key', { enableKeyRotation: true });
    const diffTable = new DiffTable(this, 'Diffs', { encryptionKey: key, removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false });
    const deploymentsTable = new DeploymentsTable(this, 'Deployments', { tableName: 'deployments', encryptionKey: key, pointInTimeRecovery: false });
    const reader = new iam.Role(this, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    diffTable.grantRead(reader);
    deploymentsTable.grantReadWrite(reader);
    const imported = DeploymentsTable.fromTableName(this, 'Imported', 'other');
    imported.grantRead(reader);
    DiffTable.fromTableArn(this, 'ImportedDiffs', 'arn:aws:dynamodb:eu-west-1:111111111111:table/d').grantRead(reader);
    const images = new ecr.Repository(this, 'Images', { imageTagMutability: ecr.TagMutability.IMMUTABLE });
    const machine = new sfn.StateMachine(this, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(this, 'Pass')) });
    const tests = Gate.integrationTests({
      commands: ['./integration.sh'],
      outputs: { API_URL: 'ApiUrl' },
      reports: ['reports/*.xml'],
      environmentVariables: { LEVEL: { value: '1' }, TOKEN: { type: codebuild.BuildEnvironmentVariableType.PARAMETER_STORE, value: '/token' } },
      computeType: codebuild.ComputeType.MEDIUM,
      timeout: Duration.minutes(20),
    });
    const pipeline = new ModularPipeline(this, 'Pipeline', {
      solution: 'rich',
      pipelineName: 'rich-pipeline',
      source: PipelineSource.codeCommit(repository, { branch: 'main' }),
      baseline: Baseline.branch('test'),
      globalPaths: ['package-lock.json'],
      unownedPaths: UnownedPaths.ERROR,
      traceLockfiles: true,
      sharedPackages: { esbuild: { builds: ['zip'], tests: [] } },
      diffTable,
      deploymentsTable,
      encryptionKey: key,
      buildStrategy: BuildStrategy.fanOut({ maxConcurrency: 10, nestedStacks: 1 }),
      executionMode: codepipeline.ExecutionMode.QUEUED,
      reconcileInterval: Duration.minutes(30),
      logRetention: logs.RetentionDays.ONE_MONTH,
      components: [
        Component.lambdaImage('image', {
          path: 'image',
          repository: images,
          dockerfile: 'docker/Dockerfile',
          buildArgs: { MIRROR: '1', EXTRAS: '2', PYTHON: '3' },
          target: 'prod',
          platform: 'linux/arm64',
          dependsOn: ['shared'],
          buildImage: codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        }),
        Component.lambdaZip('zip', {
          path: 'zip',
          artifactPath: 'dist',
          testCommands: ['npm test'],
          buildCommands: ['npm ci', 'npm run build'],
          environmentVariables: { STAGE: { value: 'x' }, LEVEL: { value: 'y' } },
          timeout: Duration.minutes(10),
        }),
        Component.glueJob('glue', { path: 'glue', script: 'job.py', modules: 'modules', exclude: ['glue/docs/**'] }),
        Component.stateMachine('machine', { path: 'machine/definition.asl.json', testDependsOn: ['zip'] }),
        Component.template('template.yml', { path: 'template.yml' }),
        Component.buildspec('buildspec.yml', { path: 'buildspec.yml', parameters: [LocationParameter.location('BuildspecLocation')] }),
        Component.custom('shared', {
          path: 'shared',
          artifact: BuildArtifact.zip('dist'),
          parameters: [LocationParameter.bucket('SharedBucket'), LocationParameter.key('SharedKey')],
          interfacePaths: ['shared/index.js'],
          computeType: codebuild.ComputeType.LARGE,
        }),
        new Wheel('wheel', { path: 'wheel', include: ['pyproject.toml'], testPackages: ['mocha'] }),
      ],
      environments: [
        { name: 'test', env, gates: [tests], parameters: { EnvironmentName: 'test' }, tags: { environment: 'test' } },
        {
          name: 'prod',
          env: { account: '222222222222', region: 'eu-west-1' },
          furtherRegions: ['us-east-1'],
          regionsAtOnce: 2,
          stackName: 'rich-prod',
          gates: [
            Gate.changeSetGuard({ allowTypes: ['AWS::SNS::Topic'], allowLogicalIds: ['Queue'] }),
            Gate.awsHealth({ services: ['LAMBDA', 'DYNAMODB'], maxWait: Duration.hours(2) }),
            Gate.stateMachine(machine, { position: GatePosition.AFTER_DEPLOY, input: { hello: 'world' } }),
            new ManualGate('Sure?'),
            Gate.approval({ mode: ApprovalMode.BROADENING_PERMISSIONS, topic }),
            Gate.alarms({ alarmNames: ['errors'], bakeTime: Duration.minutes(10) }),
            tests,
          ],
          parameters: { EnvironmentName: 'prod' },
        },
      ],
    });
    pipeline.buildRole('zip').addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::reference/columns.csv'] }));
    const alarms = new ModularPipelineAlarms(this, 'Alarms', { pipeline, actions: [new SnsAction(topic)], unreleasedAfter: Duration.hours(48) });
    new ModularPipelineDashboard(this, 'Dashboard', { pipeline, alarms, dashboardName: 'rich' });
    pipeline.metricUnstarted({ label: 'x' }).createAlarm(this, 'Mine', { threshold: 5, evaluationPeriods: 1 });
    Tags.of(this).add('count', `${alarms.all.length}`);
  }
}

class FoundStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    new ModularPipeline(this, 'Pipeline', {
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(this, 'Repository', 'found'), { branch: 'main' }),
      environments: [{ name: 'test', env }],
      discovery: ComponentDiscovery.workTree({ directory: process.env.WORKSPACE!, exclude: ['infrastructure'], builds: { testCommands: ['npm test'] } }),
      components: [
        Component.lambdaZip('api', { path: 'services/api', buildCommands: ['npm ci', 'npm run build'], artifactPath: 'dist' }),
        Component.template('template.yml', { path: 'template.yml' }),
      ],
    });
  }
}

class ServiceStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const fn = new ComponentFunction(this, 'Training', {
      code: ComponentCode.image('Training-Lambda-Function'),
      deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      environment: { A: 'b' },
      memorySize: 512,
    });
    fn.alias.addFunctionUrl();
    const zip = new ComponentFunction(this, 'Zip', { code: ComponentCode.zip('zip'), runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', alarms: [] });
    zip.function.addEnvironment('X', 'y');
  }
}

const app = new App();
new QuickStack(app, 'Quick', { env });
new RichStack(app, 'Rich', { env });
new FoundStack(app, 'Found', { env });
new ServiceStack(app, 'Service');
app.synth();
