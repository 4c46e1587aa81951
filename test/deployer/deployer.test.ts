import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import {
  BuildArtifact, Component, DeliveryReportForm, Deployer, DeployerConfig, DeploymentEnvironment, Gate, ModularPipeline, PipelineSource, RollbackPolicy,
} from '../../src';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const OTHER = { account: '222222222222', region: 'eu-west-1' };
const ROLE = 'arn:aws:iam::222222222222:role/deployer';
const TEMPLATE = Component.template('template', { path: 'template.yml' });
const DB = Component.custom('db', { path: 'db', artifact: BuildArtifact.zip('.') });

function pipeline(environment: Partial<DeploymentEnvironment> | ((stack: Stack) => Partial<DeploymentEnvironment>), components = [TEMPLATE, DB]): Template {
  const stack = new Stack(new App(), 'Pipeline', { env: ENV });
  const given = typeof environment === 'function' ? environment(stack) : environment;
  new ModularPipeline(stack, 'Pipeline', {
    solution: 'shop',
    source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
    components,
    environments: [{ name: 'test', env: ENV, ...given }],
  });
  return Template.fromStack(stack);
}

const SITE = Component.custom('site', { path: 'site', artifact: BuildArtifact.zip('.') });
const ecs = (options = {}) => Deployer.codeDeployEcs('db', { applicationName: 'shop', deploymentGroupName: 'web', switchApproval: true, ...options });

const commands = (options = {}) => Deployer.commands('db', { commands: ['./migrate.sh'], ...options });

describe('a place with another deployer', () => {
  test('needs no template, and its function reaches the project alone', () => {
    const template = pipeline({ deployers: [commands()] }, [DB]);
    template.hasResourceProperties('AWS::CodeBuild::Project', { Name: Match.stringLikeRegexp('^shop-delivery-[0-9a-f]{8}$'), Source: { Type: 'NO_SOURCE' } });
    const roles = JSON.stringify(template.findResources('AWS::IAM::Role'));
    expect(roles).toContain('codebuild:ListBuildsForProject');
    expect(roles).not.toContain('cdk-hnb659fds-deploy-role');
  });

  test('runs in a network, with secrets that the role may read', () => {
    const template = pipeline((stack) => ({
      deployers: [
        commands({
          vpc: new ec2.Vpc(stack, 'Vpc'),
          environmentVariables: { URL: { value: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf', type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER } },
        }),
        Deployer.cloudFormation(),
      ],
    }));
    template.hasResourceProperties('AWS::CodeBuild::Project', { VpcConfig: Match.anyValue(), Environment: { EnvironmentVariables: [{ Name: 'URL', Type: 'SECRETS_MANAGER' }] } });
    expect(JSON.stringify(template.toJSON())).toContain('secretsmanager:GetSecretValue');
  });

  test('acts in another account as the role that is given', () => {
    const template = pipeline({ env: OTHER, deployers: [commands({ roleArn: ROLE }), Deployer.cloudFormation()] });
    template.hasResourceProperties('AWS::CodeBuild::Project', { Environment: { EnvironmentVariables: [{ Name: 'DELIVERY_ROLE', Value: ROLE, Type: 'PLAINTEXT' }] } });
  });

  test('another definition is another delivery; the same one is the same', () => {
    const definition = (deployer: Deployer) => {
      const stack = new Stack(new App(), 'Stack', { env: ENV });
      const bucket = { arnForObjects: (key: string) => `arn:aws:s3:::bucket/${key}` } as never;
      return deployer.bind(stack, {
        environmentName: 'test', placeName: 'test', account: ENV.account, region: ENV.region, solution: 'shop', artifactBucket: bucket, logRetention: 365, removalPolicy: RemovalPolicy.RETAIN,
      }).delivery!.definition;
    };
    expect(definition(commands())).toBe(definition(commands({ rollback: RollbackPolicy.SKIP })));
    expect(definition(commands())).not.toBe(definition(commands({ commands: ['./other.sh'] })));
    expect(definition(commands())).not.toBe(definition(commands({ environmentVariables: { A: { value: 'a' } } })));
    expect(definition(commands())).not.toBe(definition(commands({ buildImage: codebuild.LinuxBuildImage.AMAZON_LINUX_2_5 })));
  });

  test('a switch has an approval before it, which is answered where nothing waits, and the tests after it', () => {
    const [{ Properties: { Stages } }] = Object.values(pipeline({
      deployers: [Deployer.cloudFormation(), ecs()], gates: [Gate.integrationTests({ commands: ['true'] })],
    }).findResources('AWS::CodePipeline::Pipeline')) as any[];
    const { Actions: actions } = Stages.find(({ Name }: { Name: string }) => Name === 'test');
    expect(actions.map(({ Name, RunOrder }: any) => [Name, RunOrder])).toEqual([
      ['Prepare', 1], ['Deploy', 2], ['ApproveSwitch', 3], ['WaiveSwitch', 3], ['Switch', 4], ['Test', 5], ['Record', 6],
    ]);
    expect(JSON.parse(actions[3].Configuration.UserParameters)).toMatchObject({ approval: 'ApproveSwitch', stage: 'test', waiver: '#{test-Deploy.switch-waiver}' });
    expect(actions[2].Configuration.CustomData).toContain('deployment group web of shop');
  });

  test('without it, nothing is asked', () => {
    expect(JSON.stringify(pipeline({ deployers: [Deployer.cloudFormation(), ecs({ switchApproval: false })] }).toJSON())).not.toContain('ApproveSwitch');
  });

  test('a deployer of one\'s own brings a project', () => {
    class Own extends Deployer {
      public bind(scope: Construct): DeployerConfig {
        const project = new codebuild.Project(scope, 'Project', { projectName: 'own', buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2', phases: { build: { commands: ['true'] } } }) });
        return { delivery: { component: 'db', project, projectName: 'own', definition: '1', report: DeliveryReportForm.CHANGES } };
      }
    }
    pipeline({ deployers: [new Own()] }, [DB]).hasResourceProperties('AWS::CodeBuild::Project', { Name: 'own' });
  });
});

describe('refused at synth, by name', () => {
  class Empty extends Deployer {
    public bind(): DeployerConfig {
      return {};
    }
  }

  const cases: readonly (readonly [string, Partial<DeploymentEnvironment>, string, Component[]?])[] = [
    ['no deployers', { deployers: [] }, 'deployers is empty'],
    ['stacks twice', { deployers: [Deployer.cloudFormation(), Deployer.cloudFormation()] }, 'has Deployer.cloudFormation() 2 times'],
    ['stacks\' settings without stacks', { deployers: [commands()], parameters: { A: 'a' } }, 'parameters is about stacks', [DB]],
    ['a template that nothing deploys', { deployers: [commands()] }, 'no environment has Deployer.cloudFormation()'],
    ['no template where there are stacks', {}, 'none of the components is of the kind Component.template', [DB]],
    ['a component that is not there', { deployers: [Deployer.commands('web', { commands: ['true'] }), Deployer.cloudFormation()] }, '"web", which is no component'],
    ['an artifact that is no zip', { deployers: [Deployer.commands('template', { commands: ['true'] }), Deployer.cloudFormation()] }, 'whose artifact is of the type "file"'],
    ['a component twice', { deployers: [commands(), commands(), Deployer.cloudFormation()] }, 'two deployers deliver component "db"'],
    ['another account without a role', { env: OTHER, deployers: [commands(), Deployer.cloudFormation()] }, 'give roleArn'],
    ['a role of another account', { deployers: [commands({ roleArn: ROLE }), Deployer.cloudFormation()] }, 'write the ARN of a role in account 111111111111'],
    ['outputs before stacks', { deployers: [commands({ outputs: { A: 'A' } }), Deployer.cloudFormation()] }, 'put it after Deployer.cloudFormation()'],
    ['an output that can\'t be one', { deployers: [Deployer.cloudFormation(), commands({ outputs: { A: 'A.B' } })] }, 'takes "A.B" for A'],
    ['a variable that is set', { deployers: [commands({ environmentVariables: { DELIVERY_STEP: { value: '' } } }), Deployer.cloudFormation()] }, 'has "DELIVERY_STEP", which is set already'],
    ['no commands', { deployers: [commands({ commands: [] }), Deployer.cloudFormation()] }, 'commands is empty'],
    ['no report commands', { deployers: [commands({ reportCommands: [] }), Deployer.cloudFormation()] }, 'reportCommands is empty'],
    ['a program with a space', { deployers: [Deployer.terraform('db', { stateBucket: 's', executable: 'sh -c' }), Deployer.cloudFormation()] }, 'executable is "sh -c"'],
    ['a variable of Terraform that can\'t be one', { deployers: [Deployer.terraform('db', { stateBucket: 's', variables: { 'a-b': '' } }), Deployer.cloudFormation()] }, 'variables has "a-b"'],
    ['what comes after a switch', { deployers: [ecs(), Deployer.commands('site', { commands: ['true'] })] }, 'component "db" is switched to after an approval', [DB, SITE]],
    ['stacks after a switch', { deployers: [ecs(), Deployer.cloudFormation()] }, 'put its deployer last'],
    ['a deployer that brings nothing', { deployers: [new Empty(), Deployer.cloudFormation()] }, 'deployer 1 (Empty) brings nothing'],
  ];

  test.each(cases.map((one) => ({ name: one[0], one })))('$name', ({ one: [, environment, message, components] }) => {
    expect(() => pipeline(environment, components)).toThrow(message);
  });
});
