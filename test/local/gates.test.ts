import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CodePipelineClient, GetPipelineStateCommand, InvalidApprovalTokenException, PutApprovalResultCommand } from '@aws-sdk/client-codepipeline';
import { Duration } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { removeFolders, synthesize, TestRepository } from './support';
import { clientEnvironment } from '../../local/client-environment';
import { PendingApproval } from '../../local/engine/actions/approval';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import {
  ApprovalMode, BuildStrategy, Component, DeploymentEnvironment, Gate, GateBindOptions, GateConfig, GatePosition, ModularPipeline, PipelineSource,
} from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const prodEnv = { account: '222222222222', region: 'eu-west-1' };

/** A template with resources that a release may destroy. */
function template(resources: Record<string, object>): Record<string, string> {
  return { 'template.yml': JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' }, ...resources }, Outputs: { TopicName: { Value: { Ref: 'Topic' } } } }) };
}

const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name, DelaySeconds: name.length } });
const role = (action: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'p', Roles: ['r'], PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] } },
});

let git: TestRepository;
let system: LocalSystem;
let asked: PendingApproval[];

beforeEach(() => {
  git = new TestRepository();
  git.commit({ 'docs/index': 'text' });
  asked = [];
});
afterEach(async () => system?.stop());
afterAll(removeFolders);

/** Starts a system with these gates; with a component that no stack is made of, where a test changes it. Nobody answers an approval unless `decide` does. */
async function start(gates: (scope: Construct) => Partial<DeploymentEnvironment>, decide?: () => 'Approved' | 'Rejected', others: { testGates?: Gate[]; docs?: boolean } = {}) {
  const assembly = synthesize((stack) => {
    new ModularPipeline(stack, 'Pipeline', {
      buildStrategy: BuildStrategy.actions(),
      solution: 'shop',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
      components: [Component.template('template.yml', { path: 'template.yml' }), ...(others.docs ? [Component.custom('docs', { path: 'docs' })] : [])],
      environments: [{ name: 'test', env, gates: others.testGates }, { name: 'prod', env: prodEnv, ...gates(stack) }],
    });
  });
  system = await LocalSystem.start({
    assembly,
    repository: git.directory,
    branch: 'dev',
    standInsOnly: true,
    retryDelay: 1,
    approvals: (approval) => {
      asked.push(approval);
      return decide?.() ?? new Promise(() => undefined);
    },
  });
}

async function release(files: Record<string, string>): Promise<Execution> {
  git.commit(files);
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  return system.executions.at(-1)!;
}

/** Runs the command line as somebody with the account's credentials would. */
async function command(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, '../../assets/cli/cdk-modular-pipeline/index.js'), ...args], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(system.endpoint), AWS_REGION: env.region },
  });
  return stdout;
}

/** Resolves when the health gate has looked, and looked again, and holds the release. */
async function isHeld(): Promise<void> {
  const held = () => system.executions.at(-1)?.latestRuns('prod').find(({ action }) => action === 'Health')?.status;
  while (held() !== 'InProgress') {
    await sleep(50);
  }
  await sleep(1_000);
  expect(held()).toBe('InProgress');
}

const failureOf = (execution: Execution) => execution.actionRuns.filter(({ status }) => status === 'Failed').map(({ stage, action, message }) => [stage, action, message]);
const live = (stage: string) => system.stacks.find(({ account }) => account === (stage === 'test' ? env : prodEnv).account)!;

test('the guard lets a stack be created and changed, and refuses what would replace or delete', async () => {
  await start(() => ({}));
  expect((await release(template({ Queue: queue('a'), Other: queue('b') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: { ...queue('a'), Properties: { QueueName: 'a', DelaySeconds: 9 } }, Other: queue('b'), New: queue('c') }))).status).toBe('Succeeded');
  const before = live('test').template;

  const refused = await release(template({ Queue: queue('renamed') }));
  expect(refused.status).toBe('Failed');
  const [[stage, action, message], ...others] = failureOf(refused);
  expect([stage, action, others]).toEqual(['test', 'Prepare', []]);
  expect(message).toContain('would delete or replace 3 resources');
  expect(message).toContain('- Queue (AWS::SQS::Queue) is replaced (DelaySeconds, QueueName)');
  expect(message).toContain('- Other (AWS::SQS::Queue) is deleted');
  expect(live('test').template).toBe(before);
});

test('a closed change calendar blocks a release until it is open, or until somebody lets it pass', async () => {
  await start(() => ({ gates: [Gate.calendar('freeze')] }));
  system.setCalendar('freeze', { state: 'CLOSED', next: '2026-12-28T06:00:00Z' });
  const topics = (count: number) => template(Object.fromEntries(Array.from({ length: count }, (_, index) => [`Topic${index}`, { Type: 'AWS::SNS::Topic' }])));
  const blocked = await release(topics(1));
  const [[stage, action, message]] = failureOf(blocked);
  expect([blocked.status, stage, action]).toEqual(['Failed', 'prod', 'Calendar']);
  expect(message).toContain('closed for changes until 2026-12-28T06:00:00Z');

  const allowed = git.commit(topics(2));
  expect(await command('allow', 'prod', '--pipeline', 'shop', '--commit', allowed, '--calendar', '--reason', 'a hotfix')).toContain('while change calendars are closed');
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  expect(failureOf(system.executions.at(-1)!)).toEqual([]);

  expect((await release(topics(3))).status).toBe('Failed');
  system.setCalendar('freeze', { state: 'OPEN' });
  expect((await release(topics(4))).status).toBe('Succeeded');
});

test('the approver reads what changes, in the approval, on its page and in a message', async () => {
  await start((scope) => ({ gates: [Gate.approval({ topic: new sns.Topic(scope, 'Approvers') })] }), () => 'Approved');
  await release(template({ Queue: queue('a') }));
  expect(asked).toHaveLength(1);
  const [{ text, link, executionId }] = asked;
  expect(text).toContain('Release 1 of shop for prod, commit ');
  expect(text).toContain('- template.yml: build 1, commit ');
  expect(text).toContain('nothing was ever released');
  expect(text).toContain('- Queue (AWS::SQS::Queue) is created');
  expect(link).toContain(`/reviews/${executionId}/prod.html`);
  expect(system.messages).toEqual([{
    topicArn: expect.stringContaining('Approvers'), subject: expect.stringMatching(/^Approve: Release 1 of shop for prod/), text: expect.stringContaining(link),
  }]);
  const bucket = /object\/([^?]+)/.exec(link)![1];
  expect(system.objects.read(bucket, `shop/reviews/${executionId}/prod.html`).toString()).toContain('<li>Queue (AWS::SQS::Queue) is created</li>');
});

test('nobody is asked where there is nothing to deploy', async () => {
  let answer: 'Approved' | undefined = 'Approved';
  await start((scope) => ({ gates: [Gate.approval({ topic: new sns.Topic(scope, 'Approvers') })] }), () => answer!, { docs: true });
  await release({ ...template({}), 'docs/index': 'text' });
  answer = undefined;
  // Nobody answers: without a waiver, the execution would wait.
  const { status, actionRuns } = await release({ 'docs/index': 'another text' });
  expect(status).toBe('Succeeded');
  expect(actionRuns.filter(({ stage }) => stage === 'prod').map(({ action }) => action)).toEqual(['Prepare', 'Review', 'Approve', 'Waive', 'Deploy', 'Record']);
  expect(system.messages).toHaveLength(1);
});

test('somebody is asked only where permissions broaden', async () => {
  await start(() => ({ gates: [Gate.approval({ mode: ApprovalMode.BROADENING_PERMISSIONS })] }));
  expect((await release(template({ Queue: queue('a') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: queue('a'), Policy: role('s3:GetObject') }))).status).toBe('InProgress');
  expect(asked.at(-1)!.text).toContain('with broader permissions');
});

test('somebody is asked only where a resource is replaced, which the guard has to allow as well', async () => {
  await start(() => ({ gates: [Gate.changeSetGuard({ allowLogicalIds: ['Queue'] }), Gate.approval({ mode: ApprovalMode.REPLACEMENTS })] }), undefined, {
    testGates: [Gate.changeSetGuard({ allowDestructiveChanges: true })],
  });
  expect((await release(template({ Queue: queue('a'), Policy: role('s3:*') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: queue('renamed'), Policy: role('s3:*') }))).status).toBe('InProgress');
  expect(asked.at(-1)!.text).toContain('1 resource deleted or replaced:\n- Queue (AWS::SQS::Queue) is replaced (DelaySeconds, QueueName)');
});

test('nobody is ever asked where that is the mode', async () => {
  await start(() => ({ gates: [Gate.changeSetGuard({ allowTypes: ['AWS::SQS::Queue'] }), Gate.approval({ mode: ApprovalMode.NEVER })] }), undefined, {
    testGates: [Gate.changeSetGuard({ allowDestructiveChanges: true })],
  });
  expect((await release(template({ Queue: queue('a') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: queue('renamed'), Policy: role('s3:*') }))).status).toBe('Succeeded');
  expect(asked).toEqual([]);
});

test('an approval is answered with the token of this very approval, and with no earlier one', async () => {
  await start(() => ({ approval: true }));
  const client = new CodePipelineClient({
    region: env.region, endpoint: system.endpoint, credentials: { accessKeyId: 'AKIAAPPROVER', secretAccessKey: 'local' }, maxAttempts: 1,
  });
  const name = system.pipelines[0].definition.name;
  const token = async () => {
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name }));
    return stageStates!.find(({ stageName }) => stageName === 'prod')!.actionStates!.find(({ actionName }) => actionName === 'Approve')!.latestExecution!.token!;
  };
  const answer = async (given: string, status: 'Approved' | 'Rejected') => client.send(new PutApprovalResultCommand({
    pipelineName: name, stageName: 'prod', actionName: 'Approve', token: given, result: { status, summary: 'by hand' },
  }));

  const first = await release(template({ Queue: queue('a') }));
  const stale = await token();
  await answer(stale, 'Rejected');
  await system.waitUntilIdle();
  expect(failureOf(first)).toEqual([['prod', 'Approve', 'Rejected by approver']]);
  const second = await release(template({ Queue: queue('a'), Other: queue('b') }));
  expect(await token()).not.toBe(stale);
  await expect(answer(stale, 'Approved')).rejects.toThrow(InvalidApprovalTokenException);
  await system.waitUntilIdle();
  expect([second.status, live('prod').operations.status]).toEqual(['InProgress', 'REVIEW_IN_PROGRESS']);
  await answer(await token(), 'Approved');
  await system.waitUntilIdle();
  expect(second.status).toBe('Succeeded');
  client.destroy();
});

test('a gate of one\'s own lets a release pass, or stops it, by what the guard saw', async () => {
  class FourEyes extends Gate {
    public readonly position = GatePosition.BEFORE_DEPLOY;

    public bind(_scope: Construct, { runOrder, changeSet }: GateBindOptions): GateConfig {
      return { actions: [new actions.ManualApprovalAction({ actionName: 'FourEyes', runOrder, additionalInformation: `${changeSet.changes} resources change` })] };
    }
  }
  let answer: 'Approved' | 'Rejected' = 'Approved';
  await start(() => ({ gates: [new FourEyes()] }), () => answer);
  expect((await release(template({}))).status).toBe('Succeeded');
  answer = 'Rejected';
  expect(failureOf(await release(template({ A: queue('a'), B: queue('b') })))).toEqual([['prod', 'FourEyes', 'Rejected by approver']]);
  expect(asked.map(({ text }) => text)).toEqual(['1 resources change', '2 resources change']);
  expect(live('prod').template).not.toContain('Queue');
});

test('a rejection deploys nothing', async () => {
  await start(() => ({ approval: true }), () => 'Rejected');
  const rejected = await release(template({ Queue: queue('a') }));
  expect(failureOf(rejected)).toEqual([['prod', 'Approve', 'Rejected by approver']]);
  expect(live('prod').operations.status).toBe('REVIEW_IN_PROGRESS');
});

test('integration tests read the stack\'s outputs, and stop a release before the next environment', async () => {
  const tests = Gate.integrationTests({
    commands: ['echo "$ENVIRONMENT $TOPIC $COMMIT_ID" > seen', 'cat seen', '[ "$TOPIC" = shop-Topic ]', '! grep --quiet broken docs/index'],
    outputs: { TOPIC: 'TopicName' },
    reports: ['reports/*.xml'],
  });
  await start(() => ({ approval: false }), undefined, { testGates: [tests], docs: true });
  const passed = await release({ ...template({}), 'docs/index': 'text' });
  expect(failureOf(passed)).toEqual([]);
  expect(passed.status).toBe('Succeeded');
  const failed = await release({ ...template({ Queue: queue('a') }), 'docs/index': 'broken' });
  expect(failureOf(failed)).toEqual([['test', 'Test', expect.stringContaining('FAILED')]]);
  expect(live('prod').template).not.toContain('Queue');
  // Deployed to test, but never recorded: what comes next is compared with the release before.
  const next = await release({ 'docs/index': 'text again' });
  expect(next.status).toBe('Succeeded');
  expect(live('prod').template).toContain('Queue');
});

test('a state machine lets a release pass, or fails it', async () => {
  const checks = (scope: Construct) => new sfn.StateMachine(scope, 'Checks', {
    definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Choice(scope, 'Small?')
      .when(sfn.Condition.stringEquals('$.changes', '1'), new sfn.Succeed(scope, 'Pass'))
      .otherwise(new sfn.Fail(scope, 'Refuse', { error: 'TooLarge', cause: 'More than one resource changes' }))),
  });
  await start((scope) => ({ gates: [Gate.stateMachine(checks(scope))] }));
  expect((await release(template({}))).status).toBe('Succeeded');
  const refused = await release(template({ A: queue('a'), B: queue('b') }));
  expect(failureOf(refused)).toEqual([['prod', 'StateMachine', expect.any(String)]]);
  expect(live('prod').template).not.toContain('Queue');
});

test('a release is held while AWS Health reports an issue, and goes on by itself', async () => {
  await start(() => ({ gates: [Gate.awsHealth({ services: ['LAMBDA'] })] }));
  const issue = { service: 'LAMBDA', eventTypeCode: 'AWS_LAMBDA_OPERATIONAL_ISSUE', region: 'eu-west-1' };
  system.reportIssues([{ ...issue, region: 'us-east-1' }, { ...issue, service: 'S3' }]);
  expect((await release(template({}))).status).toBe('Succeeded');
  system.reportIssues([issue]);
  git.commit(template({ Queue: queue('a') }));
  await system.moveBranch('HEAD');
  await isHeld();
  system.reportIssues([]);
  await system.waitUntilIdle();
  expect(system.executions.at(-1)!.status).toBe('Succeeded');
});

test('a release that AWS Health holds for longer than the gate waits is not deployed, until the stage is retried', async () => {
  await start(() => ({ gates: [Gate.awsHealth({ maxWait: Duration.hours(2) })] }));
  system.reportIssues([{ service: 'LAMBDA', eventTypeCode: 'AWS_LAMBDA_OPERATIONAL_ISSUE', region: 'eu-west-1' }]);
  git.commit(template({ Queue: queue('a') }));
  await system.moveBranch('HEAD');
  await isHeld();
  system.passTime(Duration.minutes(119).toMilliseconds());
  await isHeld();
  system.passTime(Duration.minutes(1).toMilliseconds());
  await system.waitUntilIdle();
  const given = system.executions.at(-1)!;
  expect(failureOf(given)).toEqual([['prod', 'Health', expect.stringMatching(/^AWS Health has reported open issues for 120 minutes, .*\n- LAMBDA in eu-west-1: AWS_LAMBDA_OPERATIONAL_ISSUE/)]]);
  expect(live('prod').operations.status).toBe('REVIEW_IN_PROGRESS');
  system.reportIssues([]);
  system.pipelines[0].retryStage('prod', given.id, 'FAILED_ACTIONS');
  await system.waitUntilIdle();
  expect(given.status).toBe('Succeeded');
  expect(live('prod').template).toContain('Queue');
});

test('what is allowed for one release may be destroyed by it, and by no other', async () => {
  await start(() => ({}));
  await release(template({ Old: queue('a'), Other: queue('b') }));
  const refused = await release(template({ Other: queue('b') }));
  const message = failureOf(refused)[0][2]!;
  const [, wayOut] = /"cdk-modular-pipeline (allow test --pipeline shop --commit [0-9a-f]{40})"/.exec(message)!;
  const allowed = await command(...wayOut.split(' '), '--resources', 'Old');
  expect(allowed).toContain("may delete or replace Old in 'test'");
  system.pipelines[0].retryStage('test', refused.id, 'ALL_ACTIONS');
  await system.waitUntilIdle();
  // Allowed in test alone.
  expect(failureOf(refused).at(-1)!.slice(0, 2)).toEqual(['prod', 'Prepare']);
  expect(live('test').template).not.toContain('Old');
  expect(live('prod').template).toContain('Old');
});

test('alarms roll a deployment back to what was live before', async () => {
  await start(() => ({ gates: [Gate.alarms({ alarmNames: ['errors'], bakeTime: Duration.minutes(3) })] }));
  expect((await release(template({ Queue: queue('a') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: queue('a'), More: queue('b') }))).status).toBe('Succeeded');
  const before = live('prod').template;
  system.setAlarm('arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors', 'ALARM');
  const failed = await release(template({ Queue: queue('a'), More: queue('b'), Worse: queue('c') }));
  expect(failureOf(failed)).toEqual([['prod', 'Deploy', expect.stringContaining('rollback trigger arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors breached')]]);
  expect(live('prod').template).toBe(before);
  expect(live('test').template).not.toBe(before);
});
