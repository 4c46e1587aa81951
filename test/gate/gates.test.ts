import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  ApprovalMode, AwsHealthOptions, Gate, GateBindOptions, GateConfig, GatePosition, IntegrationTestsOptions, ModularPipeline, StateMachineGateOptions,
} from '../../src';
import { PlainAction } from '../../src/private/plain-action';
import { actionsOf, deliveryFile, environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, stagesOf, statementsOf, testPipeline, testStack } from '../support/constructs';

type Made = ReturnType<typeof testPipeline>;

const withGates = (...gates: Gate[]) => testPipeline({ environments: [environment('test', { gates })] });
const names = ({ template }: Made, stage = 'test') => stagesOf(template).find(({ name }) => name === stage)!.actions
  .map(({ Name, RunOrder }) => [Name, RunOrder]);

/** A gate as users write it: two actions one after the other. */
class OwnGate extends Gate {
  public readonly bound: GateBindOptions[] = [];

  constructor(public readonly position: GatePosition, private readonly prefix: string, private readonly config: Partial<GateConfig> = {}) {
    super();
  }

  public bind(_scope: Construct, options: GateBindOptions): GateConfig {
    this.bound.push(options);
    const action = (name: string, runOrder: number) => new PlainAction({
      actionName: `${this.prefix}${name}`,
      category: codepipeline.ActionCategory.INVOKE,
      provider: 'Lambda',
      artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 0, maxOutputs: 0 },
      runOrder,
      configuration: { FunctionName: 'f', UserParameters: `${options.changeSet.changes} of ${options.commitId}` },
    });
    return { actions: [action('First', options.runOrder), action('Second', options.runOrder + 1)], runOrders: 2, ...this.config };
  }
}

describe('Prepare and Deploy', () => {
  const made = testPipeline({
    environments: [environment('test'), environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION } })],
  });

  test('are in every environment, and get the release', () => {
    for (const name of ['test', 'prod']) {
      expect(names(made, name)).toEqual([['Prepare', 1], ['Deploy', 2], ['Record', 3]]);
    }
    const [prepare, deploy] = stagesOf(made.template).find(({ name }) => name === 'prod')!.actions;
    const parameters = { place: 'prod', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}' };
    expect(prepare).toMatchObject({ InputArtifacts: [{ Name: 'Release' }], Namespace: 'prod-Prepare' });
    expect(JSON.parse(prepare.Configuration.UserParameters)).toEqual({ action: 'prepare', ...parameters });
    expect(deploy).toMatchObject({ InputArtifacts: [{ Name: 'Release' }], Namespace: 'prod-Deploy' });
    expect(JSON.parse(deploy.Configuration.UserParameters)).toEqual({ action: 'deploy', ...parameters });
  });

  test('allow nothing by default', () => {
    expect(deliveryFile(made)).toEqual({
      places: {
        test: expect.objectContaining({ account: '111111111111', stackNames: ['shop-test'], refusedStackNames: ['CDKToolkit', 'Stack'] }),
        prod: {
          environment: 'prod',
          account: OTHER_ACCOUNT,
          region: REGION,
          stackNames: ['shop-prod'],
          refusedStackNames: ['CDKToolkit'],
          adopt: false,
          deployRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-deploy-role-${OTHER_ACCOUNT}-${REGION}`,
          executionRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${OTHER_ACCOUNT}-${REGION}`,
          allowTypes: [],
          allowLogicalIds: [],
          allowDestructiveChanges: false,
          gateOutputs: [],
          gatesDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
          gatesReadCommit: false,
        },
      },
    });
  });

  test('have a role that does what they call', () => {
    const statements = statementsOf(resource(made.template, 'AWS::IAM::Role', 'PipelineDelivery'));
    expect(actionsOf(statements)).toEqual([
      'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult', 'dynamodb:GetItem', 'dynamodb:PutItem', 'kms:Decrypt', 'kms:GenerateDataKey',
      'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket', 's3:PutObject', 'sts:AssumeRole',
    ]);
    expect(statements.find(({ Action }) => Action === 'sts:AssumeRole').Resource).toEqual([
      `arn:aws:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-${REGION}`,
      `arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-deploy-role-${OTHER_ACCOUNT}-${REGION}`,
    ]);
    const keys = statements.filter(({ Action }) => JSON.stringify(Action).includes('dynamodb')).map(({ Action, Condition }) => [Action, Condition]);
    expect(keys).toEqual([
      ['dynamodb:GetItem', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['shop##test#allow#*', 'shop##test', 'shop##prod#allow#*', 'shop##prod'] } }],
      [['dynamodb:GetItem', 'dynamodb:PutItem'], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['shop##test#delivery#test#*', 'shop##prod#delivery#prod#*'] },
      }],
    ]);
    expect(JSON.stringify(statements.find(({ Action }) => JSON.stringify(Action).includes('s3:PutObject')).Resource)).toContain('/shop/change-sets/*');
  });

  test('know what several gates allow', () => {
    const configured = deliveryFile(withGates(
      Gate.changeSetGuard({ allowTypes: ['AWS::SQS::Queue', 'Custom::Thing'] }),
      Gate.changeSetGuard({ allowTypes: ['AWS::SQS::Queue'], allowLogicalIds: ['Old', 'Data/Table'] }),
    ));
    expect(configured.places.test).toMatchObject({ allowTypes: ['AWS::SQS::Queue', 'Custom::Thing'], allowLogicalIds: ['Old', 'Data/Table'], allowDestructiveChanges: false });
    expect(deliveryFile(withGates(Gate.changeSetGuard({ allowDestructiveChanges: true }))).places.test.allowDestructiveChanges).toBe(true);
  });

  test.each<[string, () => Gate, string]>([
    ['what is no type', () => Gate.changeSetGuard({ allowTypes: ['Queue'] }), 'allowTypes holds "Queue": write a CloudFormation type'],
    ['what is no logical ID', () => Gate.changeSetGuard({ allowLogicalIds: ['a-b'] }), 'allowLogicalIds holds "a-b": write a logical ID'],
    ['all as a logical ID', () => Gate.changeSetGuard({ allowLogicalIds: ['*'] }), 'To allow everything, set allowDestructiveChanges.'],
    ['allowances beside everything', () => Gate.changeSetGuard({ allowDestructiveChanges: true, allowTypes: ['A::B::C'] }), 'allows everything'],
  ])('refuses %s', (_, gate, message) => expect(() => withGates(gate())).toThrow(message));
});

describe('alarms', () => {
  test('are watched in the environment\'s account and Region', () => {
    const gate = Gate.alarms({ alarmNames: ['errors'], compositeAlarmNames: ['all'], bakeTime: Duration.minutes(30) });
    const made = testPipeline({ environments: [environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION }, gates: [gate] })] });
    expect(deliveryFile(made).places.prod.rollback).toEqual({
      triggers: [
        { arn: `arn:aws:cloudwatch:${REGION}:${OTHER_ACCOUNT}:alarm:errors`, type: 'AWS::CloudWatch::Alarm' },
        { arn: `arn:aws:cloudwatch:${REGION}:${OTHER_ACCOUNT}:alarm:all`, type: 'AWS::CloudWatch::CompositeAlarm' },
      ],
      minutes: 30,
    });
  });

  const alarms = (alarmNames: string[], bakeTime = Duration.minutes(5)) => Gate.alarms({ alarmNames, bakeTime });
  test.each<[string, Gate[], string]>([
    ['no alarm', [alarms([])], 'Gate.alarms names no alarm'],
    ['an empty name', [alarms([''])], 'alarmNames holds ""'],
    ['more than CloudFormation takes', [alarms(['a', 'b', 'c']), alarms(['d', 'e', 'f'])], 'its gates watch 6 alarms, and CloudFormation takes at most 5'],
    ['more time than CloudFormation takes', [alarms(['a'], Duration.minutes(181))], 'bakeTime is 3 hours 1 minute: it takes whole minutes, at most 180'],
    ['parts of minutes', [alarms(['a'], Duration.seconds(90))], 'it takes whole minutes'],
  ])('refuses %s', (_, gates, message) => expect(() => withGates(...gates)).toThrow(message));
});

describe('gates of one\'s own', () => {
  test('stand where they say, in their order, and know what the guard saw', () => {
    const [before, after] = [new OwnGate(GatePosition.BEFORE_DEPLOY, 'Before'), new OwnGate(GatePosition.AFTER_DEPLOY, 'After')];
    const made = withGates(after, before, Gate.changeSetGuard({ allowLogicalIds: ['A'] }));
    expect(names(made)).toEqual([
      ['Prepare', 1], ['BeforeFirst', 2], ['BeforeSecond', 3], ['Deploy', 4], ['AfterFirst', 5], ['AfterSecond', 6], ['Record', 7],
    ]);
    const first = stagesOf(made.template).find(({ name }) => name === 'test')!.actions[1];
    expect(first.Configuration.UserParameters).toBe('#{test-Prepare.changes} of #{Source.CommitId}');
    expect(before.bound).toEqual([expect.objectContaining({ environmentName: 'test', stackName: 'shop-test', planId: '#{Plan.planId}', runOrder: 2 })]);
  });

  test('may tell the guard what to allow', () => {
    const gate = new OwnGate(GatePosition.BEFORE_DEPLOY, 'Own', { changeSetRules: { allowTypes: ['AWS::SQS::Queue'] } });
    expect(deliveryFile(withGates(gate)).places.test.allowTypes).toEqual(['AWS::SQS::Queue']);
  });

  test('are given to several environments', () => {
    const gate = new OwnGate(GatePosition.AFTER_DEPLOY, 'Own');
    testPipeline({ environments: [environment('a.b', { gates: [gate], stackName: 'a' }), environment('c', { gates: [gate] })] });
    expect(gate.bound.map(({ changeSet }) => changeSet.changes)).toEqual(['#{a@b-Prepare.changes}', '#{c-Prepare.changes}']);
  });

  test('are refused where a stage cannot hold them', () => {
    const gates = Array.from({ length: 24 }, (_, index) => new OwnGate(GatePosition.BEFORE_DEPLOY, `G${index}`));
    expect(() => withGates(...gates)).toThrow('Environment "test": with its gates it takes 51 actions, and a stage holds at most 50: give it fewer gates, or fewer Regions at once.');
  });
});

test('a stack is where its gates\' constructs are', () => {
  const scopes: Construct[] = [];
  class Scoped extends OwnGate {
    public bind(scope: Construct, options: GateBindOptions): GateConfig {
      scopes.push(scope);
      return super.bind(scope, options);
    }
  }
  const { stack } = withGates(new Scoped(GatePosition.AFTER_DEPLOY, 'A'), new Scoped(GatePosition.AFTER_DEPLOY, 'B'));
  expect(scopes.map((scope) => scope.node.path)).toEqual(['Stack/Pipeline/Gates/test/Gate1', 'Stack/Pipeline/Gates/test/Gate2']);
  expect(Stack.of(scopes[0])).toBe(stack);
});

describe('approval', () => {
  const made = testPipeline({ environments: [environment('test'), environment('prod.eu', { approval: true, stackName: 'prod' })] });
  const prod = stagesOf(made.template).find(({ name }) => name === 'prod.eu')!.actions;
  const action = (name: string) => prod.find(({ Name }) => Name === name);

  test('shows what the review says, and links to its page', () => {
    expect(names(made, 'prod.eu')).toEqual([['Prepare', 1], ['Review', 2], ['Approve', 3], ['Waive', 3], ['Deploy', 4], ['Record', 5]]);
    expect(action('Approve').Configuration.CustomData).toBe('#{prod@eu-Review.text}');
    const link = JSON.stringify(action('Approve').Configuration.ExternalEntityLink);
    expect(link).toContain('https://eu-west-1.console.aws.amazon.com/s3/object/');
    expect(link).toContain('?region=eu-west-1&prefix=shop/reviews/#{codepipeline.PipelineExecutionId}/prod.eu.html');
    expect(action('Review')).toMatchObject({ Namespace: 'prod@eu-Review', InputArtifacts: [{ Name: 'Release' }] });
    expect(JSON.parse(action('Waive').Configuration.UserParameters)).toEqual({
      action: 'waive', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}', stage: 'prod.eu', approval: 'Approve', waiver: '#{prod@eu-Review.waiver}',
    });
  });

  test('has one function for all environments, which may answer its approvals and no others', () => {
    const statements = statementsOf(resource(made.template, 'AWS::IAM::Role', 'PipelineGatesApprovals'));
    expect(actionsOf(statements)).toEqual([
      'codepipeline:GetPipelineState', 'codepipeline:PutApprovalResult', 'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult',
      'dynamodb:GetItem', 'dynamodb:Query', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket', 's3:PutObject',
    ]);
    const answers = statements.filter(({ Action }) => Action === 'codepipeline:PutApprovalResult');
    expect(answers).toHaveLength(1);
    expect(JSON.stringify(answers[0].Resource)).toContain(':shop/prod.eu/Approve"');
    const keys = statements.filter(({ Condition }) => Condition).map(({ Condition }) => Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']);
    expect(keys).toEqual([['shop##prod.eu']]);
  });

  test('may be several, each answered by its own roles', () => {
    const stack = testStack();
    const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
    new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
      environments: [environment('test', {
        gates: [Gate.approval({ name: 'Security', approvers: [role('Security')] }), Gate.approval({ approvers: [role('Owners')] })],
      })],
    }));
    const template = Template.fromStack(stack);
    const { actions } = stagesOf(template).find(({ name }) => name === 'test')!;
    expect(actions.map(({ Name }) => Name)).toEqual(['Prepare', 'Review-Security', 'Approve-Security', 'Waive-Security', 'Review', 'Approve', 'Waive', 'Deploy', 'Record']);
    expect(JSON.parse(actions[3]!.Configuration.UserParameters)).toMatchObject({ approval: 'Approve-Security', waiver: '#{test-Review-Security.waiver}' });
    const granted = Object.values(template.findResources('AWS::IAM::Policy')).map(({ Properties }) => JSON.stringify([Properties.Roles, Properties.PolicyDocument]));
    const approvalOf = (id: string) => granted.find((policy) => policy.startsWith(`[[{"Ref":"${id}`))!;
    expect(approvalOf('Security')).toContain(':shop/test/Approve-Security"');
    expect(approvalOf('Security')).not.toContain(':shop/test/Approve"');
    expect(approvalOf('Owners')).toContain(':shop/test/Approve"');
    expect(() => withGates(Gate.approval({ name: 'the team' }))).toThrow('Gate.approval: name is "the team"');
  });

  test('tells a topic', () => {
    const topic = (mode: ApprovalMode) => {
      const stack = testStack();
      new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
        environments: [environment('test', { gates: [Gate.approval({ mode, topic: new sns.Topic(stack, 'Topic') })] })],
      }));
      return Template.fromStack(stack);
    };
    const told = topic(ApprovalMode.REPLACEMENTS);
    expect(actionsOf(statementsOf(resource(told, 'AWS::IAM::Role', 'PipelineGatesApprovals')))).toContain('sns:Publish');
    expect(JSON.stringify(stagesOf(told)[4].actions[1].Configuration.UserParameters)).toContain('REPLACEMENTS');
    expect(actionsOf(statementsOf(resource(told, 'AWS::IAM::Role', 'PipelineGatesApprovals')))).not.toContain('kms:GenerateDataKey');
    expect(stagesOf(topic(ApprovalMode.NEVER))[4].actions.map(({ Name }) => Name)).toEqual(['Prepare', 'Deploy', 'Record']);
  });
});

test('a topic that is encrypted with a key can be told', () => {
  const stack = testStack();
  const topic = new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'Key') });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { environments: [environment('test', { gates: [Gate.approval({ topic })] })] }));
  const role = resource(Template.fromStack(stack), 'AWS::IAM::Role', 'PipelineGatesApprovals');
  expect(actionsOf(statementsOf(role))).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey', 'sns:Publish']));
});

describe('integration tests', () => {
  const tests = (options: Partial<IntegrationTestsOptions> = {}) => withGates(Gate.integrationTests({ commands: ['bash test.sh'], ...options }));
  const made = tests({
    commands: ['npm ci', 'npm test'],
    outputs: { API_URL: 'ApiUrl' },
    reports: ['reports/*.xml'],
    environmentVariables: { DEBUG: { value: '1' } },
  });

  test('run after the deployment and before the record, on the commit\'s files', () => {
    expect(names(made)).toEqual([['Prepare', 1], ['Deploy', 2], ['Test', 3], ['Record', 4]]);
    const [, deploy, action] = stagesOf(made.template).find(({ name }) => name === 'test')!.actions;
    expect(action).toMatchObject({ ActionTypeId: { Category: 'Test', Provider: 'CodeBuild' }, InputArtifacts: [{ Name: 'Source' }] });
    expect(deploy.Namespace).toBe('test-Deploy');
    const parts = action.Configuration.EnvironmentVariables['Fn::Join'][1] as (string | { readonly Ref: string })[];
    expect(JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'artifacts')).join(''))).toEqual([
      { name: 'COMMIT_ID', type: 'PLAINTEXT', value: '#{Source.CommitId}' },
      { name: 'OUTPUTS_URI', type: 'PLAINTEXT', value: 's3://artifacts/shop/outputs/#{codepipeline.PipelineExecutionId}/test.json' },
      { name: 'API_URL', type: 'PLAINTEXT', value: '#{test-Deploy.ApiUrl}' },
    ]);
  });

  test('leave their reports in a report group', () => {
    const { Source: source, Environment: { EnvironmentVariables: variables } } = resource(made.template, 'AWS::CodeBuild::Project', 'PipelineGates').Properties;
    const buildspec = JSON.stringify(source.BuildSpec);
    expect(buildspec).toContain('npm ci');
    expect(buildspec).toContain('JUNITXML');
    expect(buildspec).toContain('reports/*.xml');
    expect(variables).toEqual([{ Name: 'DEBUG', Type: 'PLAINTEXT', Value: '1' }, { Name: 'ENVIRONMENT', Type: 'PLAINTEXT', Value: 'test' }]);
    expect(resource(made.template, 'AWS::CodeBuild::ReportGroup').Properties.Type).toBe('TEST');
    tests().template.resourceCountIs('AWS::CodeBuild::ReportGroup', 0);
  });

  test('have a role that does what CodeBuild needs', () => {
    const statements = statementsOf(resource(made.template, 'AWS::IAM::Role', 'PipelineGatestest'));
    expect(actionsOf(statements)).toEqual([
      'codebuild:BatchPutTestCases', 'codebuild:CreateReport', 'codebuild:UpdateReport', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject',
      's3:GetObjectVersion',
    ]);
    const readable = JSON.stringify(statements.filter(({ Action }) => Action.includes('s3:GetObject')).map(({ Resource }) => Resource));
    expect(readable).toContain('PipelineStoragePipelineArtifacts');
    expect(readable).toContain('/shop/outputs/*/test.json');
  });

  test.each<[string, Partial<IntegrationTestsOptions>, string]>([
    ['no command', { commands: [] }, 'commands is empty'],
    ['no report', { reports: [] }, 'reports is empty'],
    ['a variable that is none', { outputs: { '1A': 'ApiUrl' } }, 'outputs has the variable "1A"'],
    ['an output that is none', { outputs: { A: '#{x}' } }, 'outputs takes "#{x}" for A'],
    ['a variable twice', { outputs: { ENVIRONMENT: 'X' } }, 'the variable "ENVIRONMENT" would be there twice'],
  ])('refuse %s', (_, options, message) => expect(() => tests(options)).toThrow(`Gate.integrationTests of environment "test": ${message}`));
});

describe('a state machine', () => {
  const gate = (options?: StateMachineGateOptions) => {
    const stack = testStack();
    const machine = sfn.StateMachine.fromStateMachineArn(stack, 'Machine', 'arn:aws:states:eu-west-1:111111111111:stateMachine:checks');
    new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { environments: [environment('test', { gates: [Gate.stateMachine(machine, options)] })] }));
    return Template.fromStack(stack);
  };

  /** The bucket's name is known only when it is made. */
  const inputOf = ({ Configuration: { Input: input } }: any) => (
    JSON.parse((input['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'BUCKET')).join('')) as object);

  test('runs before the deployment, and is told what would be deployed where', () => {
    const template = gate({ input: { policy: 'strict' } });
    const [, action] = stagesOf(template).find(({ name }) => name === 'test')!.actions;
    expect(action.ActionTypeId).toMatchObject({ Category: 'Invoke', Provider: 'StepFunctions' });
    expect(action.Configuration).toMatchObject({ StateMachineArn: 'arn:aws:states:eu-west-1:111111111111:stateMachine:checks', InputType: 'Literal' });
    expect(inputOf(action)).toEqual({
      environment: 'test',
      account: '111111111111',
      region: 'eu-west-1',
      stackName: 'shop-test',
      commitId: '#{Source.CommitId}',
      pipelineExecutionId: '#{codepipeline.PipelineExecutionId}',
      changes: '#{test-Prepare.changes}',
      release: 's3://BUCKET/shop/releases/#{codepipeline.PipelineExecutionId}.json',
      policy: 'strict',
    });
  });

  test('after it, is told which stacks have which outputs', () => {
    const [,, action] = stagesOf(gate({ position: GatePosition.AFTER_DEPLOY })).find(({ name }) => name === 'test')!.actions;
    expect(inputOf(action)).toMatchObject({
      stackId: '#{test-Deploy.stack-ids}', outputs: 's3://BUCKET/shop/outputs/#{codepipeline.PipelineExecutionId}/test.json',
    });
  });

  test('may run after it', () => {
    expect(stagesOf(gate({ position: GatePosition.AFTER_DEPLOY, actionName: 'Checks' }))[4].actions.map(({ Name }) => Name)).toEqual(['Prepare', 'Deploy', 'Checks', 'Record']);
  });

  test('is started by the pipeline\'s role, and no other is', () => {
    const policies = JSON.stringify(gate().findResources('AWS::IAM::Policy'));
    expect(policies).toContain('"states:StartExecution"],"Effect":"Allow","Resource":"arn:aws:states:eu-west-1:111111111111:stateMachine:checks"');
    expect(policies).toContain('execution:checks:*"');
  });

  test('keeps the fields of every input', () => {
    expect(() => gate({ input: { changes: '0' } })).toThrow('input has the field "changes", which every input has: rename it.');
  });
});

describe('AWS Health', () => {
  test('holds releases before their deployment, by one function', () => {
    const gate = Gate.awsHealth({ services: ['LAMBDA', 'DYNAMODB'], maxWait: Duration.hours(2) });
    const { template } = testPipeline({ environments: [environment('test', { gates: [gate] }), environment('prod', { gates: [Gate.awsHealth()] })] });
    const parameters = ['test', 'prod'].map((stage) => JSON.parse(stagesOf(template).find(({ name }) => name === stage)!.actions[1].Configuration.UserParameters));
    expect(parameters).toEqual([
      { region: 'eu-west-1', services: 'LAMBDA,DYNAMODB', maxWaitMinutes: '120' }, { region: 'eu-west-1', services: '', maxWaitMinutes: '720' },
    ]);
    expect(actionsOf(statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineGatesHealth')))).toEqual([
      'codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult', 'health:DescribeEvents', 'logs:CreateLogStream', 'logs:PutLogEvents',
    ]);
  });

  test.each<[string, AwsHealthOptions, string]>([
    ['more services than AWS Health takes', { services: Array.from({ length: 11 }, (_, index) => `S${index}`) }, 'services has 11 names'],
    ['what is no service', { services: ['Lambda'] }, 'services holds "Lambda"'],
    ['more time than an action has', { maxWait: Duration.hours(21) }, 'maxWait is 21 hours'],
  ])('refuses %s', (_, options, message) => expect(() => withGates(Gate.awsHealth(options))).toThrow(message));
});

describe('change calendars', () => {
  const company = 'arn:aws:ssm:eu-west-1:333333333333:document/company';

  test('are asked before the deployment by one function, which may read them and what people allow', () => {
    const { template } = testPipeline({
      environments: [environment('test', { gates: [Gate.calendar('nights')] }), environment('prod', { gates: [Gate.calendar('nights', company)] })],
    });
    const [first, second] = ['test', 'prod'].map((stage) => stagesOf(template).find(({ name }) => name === stage)!.actions[1]);
    expect(first!.Name).toBe('Calendar');
    expect(JSON.parse(second!.Configuration.UserParameters)).toEqual({ calendars: `nights,${company}`, environment: 'prod', commitId: '#{Source.CommitId}', pipeline: 'shop' });
    const statements = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineGatesCalendar'));
    const resources = statements.filter(({ Action }) => JSON.stringify(Action).includes('ssm:GetCalendarState')).flatMap(({ Resource }) => Resource);
    expect(JSON.stringify(resources)).toContain(company);
    expect(JSON.stringify(resources)).toContain('document/nights');
    expect(JSON.stringify(statements)).toContain('"shop##prod#allow#*"');
    expect(JSON.stringify(statements)).not.toContain('dynamodb:PutItem');
  });

  test.each<[string, string[], string]>([
    ['none', [], 'calendars has 0 names'],
    ['more than it asks', ['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'fff'], 'calendars has 6 names'],
    ['what is no name', ['the calendar'], 'calendars holds "the calendar"'],
  ])('refuses %s', (_, calendars, message) => expect(() => withGates(Gate.calendar(...calendars))).toThrow(message));
});
