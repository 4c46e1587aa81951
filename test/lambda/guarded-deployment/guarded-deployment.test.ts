import { Change } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Template } from 'aws-cdk-lib/assertions';
import { mockClient } from 'aws-sdk-client-mock';
import { GuardedDeployment } from '../../../lambda/guarded-deployment/guarded-deployment';
import { StateMachine } from '../../../local/engine/step-functions/state-machine';
import * as constructs from '../../../src';
import { DeploymentConfiguration, DeploymentEvent } from '../../../src/contract/guarded-deployment';
import { resource, testStack } from '../../support/constructs';
import { FakeCloudFormation } from '../../support/fake-cloud-formation';
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

/** The state machine that the construct makes, over the function's own code and a CloudFormation in memory. */
function setUp(configuration: Partial<DeploymentConfiguration> = {}) {
  const cloudFormation = new FakeCloudFormation(1);
  const sts = new STSClient({ region: 'eu-west-1' });
  const assumed = mockClient(sts);
  assumed.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'k', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } });
  const deployment = new GuardedDeployment({
    configuration: { ...CONFIGURATION, ...configuration }, sts, cloudFormationAs: () => cloudFormation.client, timing: new ManualTiming(),
  });
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
        steps.push((Payload as DeploymentEvent).step);
        return { Payload: await deployment.handle(Payload as DeploymentEvent) };
      },
    },
  );
  const run = async () => machine.run({ templateUrl: URL }, { pipelineExecutionId: 'e', stop: new AbortController().signal });
  return { cloudFormation, assumed, deployment, run, steps };
}

it('path 1: creates a stack that does not exist', async () => {
  const { cloudFormation, run, steps } = setUp();
  cloudFormation.stackStatus = undefined;
  cloudFormation.onCreate = () => {
    cloudFormation.stackStatus = 'CREATE_COMPLETE';
    return { Status: 'CREATE_COMPLETE', pendingFor: 1, changes: [change('Queue', { Action: 'Add' })] };
  };
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'inspect', 'execute', 'watch']);
  expect(cloudFormation.created).toEqual([{
    StackName: 'lambda-app',
    ChangeSetName: 'guarded-deployment',
    ChangeSetType: 'CREATE',
    RoleARN: CONFIGURATION.executionRoleArn,
    TemplateURL: URL,
    IncludeNestedStacks: true,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    Parameters: [{ ParameterKey: 'Size', ParameterValue: '1' }],
  }]);
  expect(cloudFormation.executed).toEqual(['guarded-deployment']);
});

it('path 2: updates a stack where nothing would be deleted or replaced', async () => {
  const { cloudFormation, run, steps } = setUp();
  cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', changes: [change('Queue', { Action: 'Modify', Replacement: 'False' }), change('New', { Action: 'Add' })] });
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'execute', 'watch']);
  expect(cloudFormation.created[0].ChangeSetType).toBe('UPDATE');
});

it('path 3: refuses an update that would delete or replace, deletes the change set and fails with the list', async () => {
  const { cloudFormation, run, steps } = setUp();
  cloudFormation.onCreate = () => ({
    Status: 'CREATE_COMPLETE', changes: [change('Fine', { Action: 'Add' }), change('Old', { Action: 'Remove' }), change('Queue', { Action: 'Modify', Replacement: 'Conditional' })],
  });
  await expect(run()).rejects.toThrow('Stack lambda-app stays as it is, because:\n- Old (AWS::SQS::Queue) is deleted\n- Queue (AWS::SQS::Queue) may be replaced');
  expect(steps).toEqual(['prepare', 'inspect', 'reject']);
  expect(cloudFormation.executed).toEqual([]);
  expect(cloudFormation.changeSets.size).toBe(0);
});

it('executes nothing where nothing changes', async () => {
  const { cloudFormation, run, steps } = setUp();
  cloudFormation.onCreate = () => ({ Status: 'FAILED', StatusReason: 'No updates are to be performed.' });
  await run();
  expect(steps).toEqual(['prepare', 'inspect', 'reject']);
});

it('waits for the stack, and fails where it rolls back', async () => {
  const { cloudFormation, deployment } = setUp();
  const watch = async (status: string | undefined) => {
    cloudFormation.stackStatus = status;
    return deployment.handle({ step: 'watch' });
  };
  expect(await watch('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')).toEqual({ verdict: 'pending' });
  expect(await watch('UPDATE_ROLLBACK_IN_PROGRESS')).toEqual({ verdict: 'pending' });
  expect(await watch('UPDATE_COMPLETE')).toEqual({ verdict: 'done' });
  await expect(watch('UPDATE_ROLLBACK_COMPLETE')).rejects.toThrow('Stack lambda-app was not deployed: it is UPDATE_ROLLBACK_COMPLETE.');
  await expect(watch(undefined)).rejects.toThrow('it is gone');
});

it('destroys what it is allowed to', async () => {
  const { cloudFormation, run } = setUp({ allowLogicalIds: ['Old'] });
  cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', changes: [change('Old', { Action: 'Remove' })] });
  await run();
  expect(cloudFormation.executed).toEqual(['guarded-deployment']);
});

it('refuses what is no template\'s location, and steps that it does not know', async () => {
  const { deployment } = setUp();
  await expect(deployment.handle({ step: 'prepare', templateUrl: 's3://bucket/key' })).rejects.toThrow("but is 's3://bucket/key'");
  await expect(deployment.handle({ step: 'other' } as unknown as DeploymentEvent)).rejects.toThrow("'other' is no step");
});

it('holds the deploy role to this stack', async () => {
  const { assumed, deployment } = setUp();
  await deployment.handle({ step: 'watch' });
  const { RoleArn, Policy } = assumed.commandCalls(AssumeRoleCommand)[0].args[0].input;
  expect(RoleArn).toBe(CONFIGURATION.deployRoleArn);
  const [own, nested] = (JSON.parse(Policy!) as { Statement: { Action: string[]; Resource: string[] }[] }).Statement;
  expect(own.Resource[0]).toBe('arn:aws:cloudformation:eu-west-1:222222222222:stack/lambda-app/*');
  expect(nested).toMatchObject({
    Action: ['cloudformation:DescribeChangeSet'], Resource: ['arn:aws:cloudformation:eu-west-1:222222222222:changeSet/guarded-deployment-*/*'],
  });
});
