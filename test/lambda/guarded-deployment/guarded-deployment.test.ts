import { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Template } from 'aws-cdk-lib/assertions';
import { mockClient } from 'aws-sdk-client-mock';
import { GuardedDeploymentFunction } from '../../../lambda/guarded-deployment/guarded-deployment';
import { Comparison, StackLifecycle } from '../../../local/engine/cloud-formation/lifecycle';
import { OperationFailure } from '../../../local/engine/cloud-formation/stack-operations';
import { StateMachine } from '../../../local/engine/step-functions/state-machine';
import * as constructs from '../../../src';
import { DeploymentConfiguration, DeploymentEvent } from '../../../src/contract/guarded-deployment';
import { cloudFormationClient } from '../../support/cloud-formation-client';
import { resource, testStack } from '../../support/constructs';
import { FakeS3 } from '../../support/fake-s3';
import { ManualTiming } from '../../support/timing';

const URL = 'https://bucket.s3.amazonaws.com/template.yml';
const CONFIGURATION: DeploymentConfiguration = {
  account: '222222222222',
  region: 'eu-west-1',
  stackName: 'lambda-app',
  deployRoleArn: 'arn:aws:iam::222222222222:role/deploy',
  executionRoleArn: 'arn:aws:iam::222222222222:role/exec',
  capabilities: ['CAPABILITY_NAMED_IAM'],
  parameters: { Size: '1' },
  allowTypes: [],
  allowLogicalIds: [],
};

const change = (logicalId: string, more: object): Change => ({
  Type: 'Resource', ResourceChange: { LogicalResourceId: logicalId, ResourceType: 'AWS::SQS::Queue', Scope: [], Details: [], ...more } as Change['ResourceChange'],
});

/** The state machine that the construct makes, over the function's own code and the states of CloudFormation's stacks. */
function setUp(configuration: Partial<DeploymentConfiguration> = {}) {
  const timing = new ManualTiming();
  const created: CreateChangeSetInput[] = [];
  const calls: string[] = [];
  let ids = 0;
  const world = {
    comparison: { kind: 'changes', changes: [change('Queue', { Action: 'Add' })] } as Comparison,
    failure: undefined as OperationFailure | undefined,
  };
  const stacks = new StackLifecycle({
    now: () => new Date(timing.milliseconds),
    newId: () => `id-${++ids}`,
    account: '222222222222',
    region: 'eu-west-1',
    compare: (_, input) => {
      created.push(input);
      return world.comparison;
    },
    outcome: () => ({ duration: 7_000, ...(world.failure === undefined ? {} : { failure: world.failure }) }),
    outputs: () => ({}),
  });
  const sts = new STSClient({ region: 'eu-west-1' });
  const assumed = mockClient(sts);
  assumed.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'k', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } });
  const s3 = new FakeS3();
  const client = cloudFormationClient(stacks, async (call, answer) => {
    calls.push(call);
    return answer();
  });
  const deployment = new GuardedDeploymentFunction({ configuration: { ...CONFIGURATION, ...configuration }, sts, s3: s3.client, region: 'eu-west-1', cloudFormationAs: () => client });
  const stack = testStack();
  new constructs.GuardedDeployment(stack, 'Deployment', { env: { account: '222222222222', region: 'eu-west-1' }, stackName: 'lambda-app' });
  const { DefinitionString: text } = resource(Template.fromStack(stack), 'AWS::StepFunctions::StateMachine').Properties;
  const whole = (text['Fn::Join'][1] as unknown[]).map((part) => (
    typeof part === 'string' ? part : JSON.stringify(part).includes('AWS::Partition') ? 'aws' : 'function')).join('');
  const steps: string[] = [];
  const machine = new StateMachine(
    {
      type: 'AWS::StepFunctions::StateMachine',
      logicalId: 'M',
      name: 'm',
      arn: 'a',
      account: '111111111111',
      region: 'eu-west-1',
      properties: { DefinitionString: whole.replaceAll('"Seconds":5', '"Seconds":0') },
    },
    {
      'lambda:invoke': async ({ Payload }) => {
        const event = Payload as DeploymentEvent;
        steps.push(event.step);
        timing.pass(5_000);
        // The clock of the test stands still while the machine's goes on.
        return { Payload: await deployment.handle({ ...event, started: new Date(timing.milliseconds - 60_000).toISOString() }) };
      },
    },
  );
  const run = async () => machine.run({ templateUrl: URL }, { pipelineExecutionId: 'e', stop: new AbortController().signal });
  const live = () => {
    stacks.updateByOthers({ StackName: 'lambda-app', ChangeSetName: 'theirs', TemplateBody: 'before' });
    timing.pass(60_000);
  };
  return { world, stacks, created, s3, calls, timing, assumed, deployment, run, steps, live };
}

it('path 1: creates a stack that does not exist', async () => {
  const { created, run, steps, stacks } = setUp();
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'execute', 'watch', 'watch']);
  expect(created).toEqual([{
    StackName: 'lambda-app',
    ChangeSetName: expect.stringMatching(/^guarded-deployment-[0-9a-f]{20}$/),
    ClientToken: expect.any(String),
    ChangeSetType: 'CREATE',
    RoleARN: CONFIGURATION.executionRoleArn,
    TemplateURL: URL,
    IncludeNestedStacks: true,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    Parameters: [{ ParameterKey: 'Size', ParameterValue: '1' }],
  }]);
  expect(stacks.status('lambda-app')).toBe('CREATE_COMPLETE');
});

it('path 2: updates a stack where nothing would be deleted or replaced', async () => {
  const { world, live, created, run, steps, stacks } = setUp();
  live();
  world.comparison = { kind: 'changes', changes: [change('Queue', { Action: 'Modify', Replacement: 'False' }), change('New', { Action: 'Add' })] };
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'execute', 'watch', 'watch']);
  expect(created[0].ChangeSetType).toBe('UPDATE');
  expect(stacks.live('lambda-app')?.TemplateURL).toBe(URL);
});

it('path 3: refuses an update that would delete or replace, deletes the change set and fails with the list', async () => {
  const { world, live, run, steps, stacks, calls } = setUp();
  live();
  world.comparison = {
    kind: 'changes',
    changes: [change('Fine', { Action: 'Add' }), change('Old', { Action: 'Remove' }), change('Queue', { Action: 'Modify', Replacement: 'Conditional' })],
  };
  await expect(run()).rejects.toThrow('Stack lambda-app stays as it is, because:\n- Old (AWS::SQS::Queue) is deleted\n- Queue (AWS::SQS::Queue) may be replaced');
  expect(steps).toEqual(['prepare', 'inspect', 'reject']);
  expect(calls).not.toContain('ExecuteChangeSet');
  expect(calls.at(-1)).toBe('DeleteChangeSet');
  expect(stacks.live('lambda-app')?.TemplateBody).toBe('before');
});

it('executes nothing where nothing changes', async () => {
  const { world, live, run, steps } = setUp();
  live();
  world.comparison = { kind: 'empty' };
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'reject']);
});

it('takes the end of its own operation for success, never the status of an earlier one', async () => {
  const { live, deployment, timing, stacks } = setUp();
  live();
  const step = async (name: DeploymentEvent['step']) => deployment.handle({
    step: name, execution: 'e1', started: new Date(timing.milliseconds).toISOString(), templateUrl: URL,
  });
  await step('prepare');
  expect(stacks.status('lambda-app')).toBe('CREATE_COMPLETE');
  expect(await step('watch')).toEqual({ verdict: 'pending' });
  await step('execute');
  // A retry of the step asks for nothing twice.
  await step('execute');
  expect(await step('watch')).toEqual({ verdict: 'pending' });
  timing.pass(10_000);
  expect(await step('watch')).toEqual({ verdict: 'done' });
});

it('fails where the stack rolls back, and says why', async () => {
  const { world, live, run } = setUp();
  live();
  world.failure = { logicalId: 'Queue', type: 'AWS::SQS::Queue', reason: 'Too many' };
  world.comparison = { kind: 'changes', changes: [change('Queue', { Action: 'Modify', Replacement: 'False' })] };
  await expect(run()).rejects.toThrow('Stack lambda-app was not deployed: Queue (AWS::SQS::Queue) UPDATE_FAILED: Too many');
});

it('fails where others took its change set, or the stack', async () => {
  const { live, deployment, stacks, timing } = setUp();
  live();
  const step = async (name: DeploymentEvent['step']) => deployment.handle({
    step: name, execution: 'e1', started: new Date(timing.milliseconds).toISOString(), templateUrl: URL,
  });
  await step('prepare');
  await step('reject');
  await expect(step('watch')).rejects.toThrow('others executed or deleted its change set');
  stacks.deleteByOthers('lambda-app');
  await expect(step('watch')).rejects.toThrow('it is gone');
});

it('destroys what it is allowed to', async () => {
  const { world, live, run, stacks } = setUp({ allowLogicalIds: ['Old'] });
  live();
  world.comparison = { kind: 'changes', changes: [change('Old', { Action: 'Remove' })] };
  await run();
  expect(stacks.live('lambda-app')?.TemplateURL).toBe(URL);
});

const EVENT = { execution: 'e1', started: '2026-01-01T00:00:00.000Z' };

it('refuses what is not the location of a template, and steps that it does not know', async () => {
  const { deployment } = setUp();
  await expect(deployment.handle({ ...EVENT, step: 'prepare', templateUrl: 's3://bucket/key' })).rejects.toThrow("but is 's3://bucket/key'");
  await expect(deployment.handle({ ...EVENT, step: 'other' } as unknown as DeploymentEvent)).rejects.toThrow("'other' is not a step");
});

describe('the template of a component\'s build', () => {
  const RELEASE = 's3://artifacts/shop/releases/e1.json';
  const prepare = async (location: string, release: string | undefined = RELEASE, component = 'network') => {
    const { deployment, s3, created } = setUp({ component });
    const body = Buffer.from(JSON.stringify({ components: { network: { component: 'network', buildNumber: 3, location } } }));
    s3.objects.set('artifacts/shop/releases/e1.json', { body, input: { Bucket: 'artifacts', Key: 'shop/releases/e1.json' } });
    await deployment.handle({ ...EVENT, step: 'prepare', release });
    return created[0].TemplateURL;
  };

  it('is the release\'s, wherever the bucket is', async () => {
    expect(await prepare('s3://artifacts/shop/components/network/3/template file.yml')).toBe('https://artifacts.s3.eu-west-1.amazonaws.com/shop/components/network/3/template%20file.yml');
  });

  it.each([
    ['a release that lacks it', prepare.bind(undefined, 's3://b/k', RELEASE, 'data'), "has no component 'data'; it has network"],
    ['an image', prepare.bind(undefined, '111111111111.dkr.ecr.eu-west-1.amazonaws.com/x@sha256:1'), 'is no file in S3'],
    ['several files', prepare.bind(undefined, 's3://artifacts/shop/components/network/3/'), 'is no file in S3'],
    ['no release', prepare.bind(undefined, 's3://b/k', 'https://x'), "but is 'https://x'"],
  ])('is refused of %s', async (_, run, message) => expect(run()).rejects.toThrow(message));
});

it('holds the deploy role to this stack', async () => {
  const { assumed, deployment } = setUp();
  await deployment.handle({ ...EVENT, step: 'reject' });
  const { RoleArn, Policy } = assumed.commandCalls(AssumeRoleCommand)[0].args[0].input;
  expect(RoleArn).toBe(CONFIGURATION.deployRoleArn);
  const [own, nested] = (JSON.parse(Policy!) as { Statement: { Action: string[]; Resource: string[] }[] }).Statement;
  expect(own.Resource[0]).toBe('arn:aws:cloudformation:eu-west-1:222222222222:stack/lambda-app/*');
  expect(nested).toMatchObject({
    Action: ['cloudformation:DescribeChangeSet'], Resource: ['arn:aws:cloudformation:eu-west-1:222222222222:changeSet/guarded-deployment-*/*'],
  });
});
