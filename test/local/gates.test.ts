import { Duration } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as sns from 'aws-cdk-lib/aws-sns';
import { removeFolders, synthesize, TestRepository } from './support';
import { PendingApproval } from '../../local/engine/actions/approval';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { ApprovalMode, Component, DeploymentEnvironment, Gate, ModularPipeline, PipelineSource } from '../../src';

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
  asked = [];
});
afterEach(async () => system?.stop());
afterAll(removeFolders);

/** Starts a system with these gates. Nobody answers an approval unless `decide` does. */
async function start(gates: (scope: ConstructorParameters<typeof sns.Topic>[0]) => Partial<DeploymentEnvironment>, decide?: () => 'Approved' | 'Rejected') {
  const assembly = synthesize((stack) => {
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'shop',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
      components: [Component.template('template.yml', { path: 'template.yml' }), Component.custom('docs', { path: 'docs' })],
      environments: [{ name: 'test', env }, { name: 'prod', env: prodEnv, ...gates(stack) }],
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
  expect([stage, action, others]).toEqual(['test', 'Guard', []]);
  expect(message).toContain('would delete or replace 3 resources');
  expect(message).toContain('- Queue (AWS::SQS::Queue) is replaced (DelaySeconds, QueueName)');
  expect(message).toContain('- Other (AWS::SQS::Queue) is deleted');
  expect(live('test').template).toBe(before);
});

test('the approver reads what changes, in the approval, on its page and in a message', async () => {
  await start((scope) => ({ gates: [Gate.approval({ topic: new sns.Topic(scope as never, 'Approvers') })] }), () => 'Approved');
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
  await start((scope) => ({ gates: [Gate.approval({ topic: new sns.Topic(scope as never, 'Approvers') })] }), () => answer!);
  await release({ ...template({}), 'docs/index': 'text' });
  answer = undefined;
  // Nobody answers: without a waiver, the execution would wait.
  const { status, actionRuns } = await release({ 'docs/index': 'another text' });
  expect(status).toBe('Succeeded');
  expect(actionRuns.filter(({ stage }) => stage === 'prod').map(({ action }) => action)).toEqual(['Prepare', 'Guard', 'Review', 'Approve', 'Waive', 'Deploy', 'Record']);
  expect(system.messages).toHaveLength(1);
});

test('somebody is asked only where permissions broaden', async () => {
  await start(() => ({ gates: [Gate.approval({ mode: ApprovalMode.BROADENING_PERMISSIONS })] }));
  expect((await release(template({ Queue: queue('a') }))).status).toBe('Succeeded');
  expect((await release(template({ Queue: queue('a'), Policy: role('s3:GetObject') }))).status).toBe('InProgress');
  expect(asked.at(-1)!.text).toContain('that lets somebody do more than before');
});

test('a rejection deploys nothing', async () => {
  await start(() => ({ approval: true }), () => 'Rejected');
  const rejected = await release(template({ Queue: queue('a') }));
  expect(failureOf(rejected)).toEqual([['prod', 'Approve', 'Rejected by approver']]);
  expect(live('prod').status).toBe('REVIEW_IN_PROGRESS');
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
