import { Template } from 'aws-cdk-lib/assertions';
import { Gate, GuardedDeployment, GuardedDeploymentProps, ModularPipeline } from '../../src';
import { ACCOUNT, actionsOf, environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, stagesOf, statementsOf, testStack } from '../support/constructs';

function made(props: Partial<GuardedDeploymentProps> = {}) {
  const stack = testStack();
  const deployment = new GuardedDeployment(stack, 'Deployment', { env: { account: OTHER_ACCOUNT, region: REGION }, stackName: 'network', ...props });
  return { stack, deployment };
}

test('may assume the deploy role of its account, and its state machine may run its function', () => {
  const template = Template.fromStack(made().stack);
  const steps = statementsOf(resource(template, 'AWS::IAM::Role', 'DeploymentSteps'));
  expect(actionsOf(steps)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents', 'sts:AssumeRole']);
  expect(steps.find(({ Action }) => Action === 'sts:AssumeRole').Resource)
    .toBe(`arn:aws:iam::${OTHER_ACCOUNT}:role/cdk-hnb659fds-deploy-role-${OTHER_ACCOUNT}-${REGION}`);
  expect(actionsOf(statementsOf(resource(template, 'AWS::IAM::Role', 'DeploymentRole')))).toContain('lambda:InvokeFunction');
});

test('is a gate like any state machine', () => {
  const { stack, deployment } = made();
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    environments: [environment('test', { gates: [Gate.stateMachine(deployment.stateMachine, { input: { templateUrl: 'https://b.s3.amazonaws.com/t.yml' } })] })],
  }));
  const action = stagesOf(Template.fromStack(stack)).find(({ name }) => name === 'test')!.actions[1];
  expect(JSON.stringify(action.Configuration.Input)).toContain('https://b.s3.amazonaws.com/t.yml');
});

test('as a gate with a component\'s template, gets the release and may read it', () => {
  const { stack, deployment } = made({ component: 'network' });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    environments: [environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION }, gates: [deployment.gate({ actionName: 'Network' })] })],
  }));
  const template = Template.fromStack(stack);
  const action = stagesOf(template).find(({ name }) => name === 'prod')!.actions[1];
  expect([action.Name, JSON.stringify(action.Configuration.Input)]).toEqual(['Network', expect.stringContaining('shop/releases/#{codepipeline.PipelineExecutionId}.json')]);
  const steps = statementsOf(resource(template, 'AWS::IAM::Role', 'DeploymentSteps'));
  expect(actionsOf(steps)).toEqual(['kms:Decrypt', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 'sts:AssumeRole']);
  expect(JSON.stringify(steps.find(({ Action }) => Action === 's3:GetObject').Resource)).toContain('/shop/releases/*');
  expect(JSON.stringify(resource(template, 'AWS::StepFunctions::StateMachine', 'Deployment').Properties.DefinitionString)).toContain('release.$');
});

test.each([
  ['of the pipeline\'s account, by its name', ACCOUNT, 'Principal'],
  ['of another account, by a condition', OTHER_ACCOUNT, 'Condition'],
])('lets CloudFormation read a component\'s template with the rights of a deploy role %s', (_, account, where) => {
  const { stack, deployment } = made({ component: 'network', env: { account, region: REGION } });
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { environments: [environment('test', { gates: [deployment.gate()] })] }));
  const { Statement: statements } = resource(Template.fromStack(stack), 'AWS::S3::BucketPolicy', 'PipelineStorageArtifacts').Properties.PolicyDocument;
  const [admitting, ...others] = statements.filter(({ Sid }: { Sid?: string }) => Sid?.includes('ReadsTemplates'));
  expect([admitting.Action, others]).toEqual(['s3:GetObject', []]);
  expect(JSON.stringify(admitting[where])).toContain(`arn:aws:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-${REGION}`);
  expect(JSON.stringify(admitting.Resource)).toContain('/shop/components/*');
});

test.each<[string, Partial<GuardedDeploymentProps>, string]>([
  ['no Region', { env: { account: OTHER_ACCOUNT } }, 'name both the account and the Region'],
  ['what is no stack\'s name', { stackName: 'a_b' }, 'stackName is "a_b"'],
  ['what is no type', { allowTypes: ['Queue'] }, 'allowTypes holds "Queue"'],
])('refuses %s', (_, props, message) => expect(() => made(props)).toThrow(message));
