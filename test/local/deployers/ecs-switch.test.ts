import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Story } from './story';
import { BuildArtifact, Component, Deployer, ModularPipeline, PipelineSource } from '../../../src';
import { removeFolders, synthesize } from '../support';

const GROUP = { applicationName: 'shop', deploymentGroupName: 'web' };

/** A task definition, with the image that a release brings. */
const taskDefinition = (tag: string) => JSON.stringify({ family: 'web', containerDefinitions: [{ name: 'web', image: `public.ecr.aws/nginx/nginx:${tag}` }] });

const APP_SPEC = `version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo: { ContainerName: "web", ContainerPort: 80 }
`;

describe('a service of ECS that is switched to after an approval', () => {
  let story: Story;

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      new ModularPipeline(stack, 'Pipeline', {
        solution: 'shop',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
        components: [Component.custom('service', { path: 'service', artifact: BuildArtifact.zip('.') })],
        environments: [
          { name: 'test', env: { account: stack.account, region: stack.region }, deployers: [Deployer.codeDeployEcs('service', { ...GROUP, deploymentGroupName: 'test' })] },
          { name: 'prod', env: { account: stack.account, region: stack.region }, deployers: [Deployer.codeDeployEcs('service', { ...GROUP, switchApproval: true })] },
        ],
      });
    });
    story = await Story.of({ assembly, solution: 'shop', files: { 'service/taskdef.json': taskDefinition('1.27'), 'service/appspec.yaml': APP_SPEC } }, {
      deploymentGroups: { 'shop/test': { platform: 'ECS', waits: false }, 'shop/web': { platform: 'ECS', waits: true } },
    });
  });

  afterAll(async () => {
    await story?.system.stop();
    removeFolders();
  });

  const made = () => story.system.deployments.map(({ group, description, status }) => `${group} ${description.replace(/,.*/, '')} ${status}`);
  const asked = () => story.asked.map(({ stage, action }) => `${stage}/${action}`);

  test('the revision names the task definition that was registered, and a person approves before it gets the traffic', async () => {
    await story.succeeds();
    expect(made()).toEqual(['shop/test service build 1 Succeeded', 'shop/web service build 1 Succeeded']);
    expect(story.system.taskDefinitions.map(({ images }) => images)).toEqual([['public.ecr.aws/nginx/nginx:1.27'], ['public.ecr.aws/nginx/nginx:1.27']]);
    expect(story.system.deployments[1]!.revision).toBe(APP_SPEC.replace('<TASK_DEFINITION>', story.system.taskDefinitions[1]!.arn).trimEnd());
    expect(asked()).toEqual(['prod/ApproveSwitch']);
    expect(story.steps()).toEqual(['test report SUCCEEDED', 'test deploy SUCCEEDED', 'prod report SUCCEEDED', 'prod deploy SUCCEEDED', 'prod switch SUCCEEDED']);
  });

  test('where the environment has the build, no deployment is made, and no one is asked', async () => {
    const executions = story.system.executions.length;
    await story.command('promote', 'prod');
    expect(story.system.executions.slice(executions).map(({ status }) => status)).toEqual(['Succeeded']);
    expect([made().length, asked()]).toEqual([2, []]);
  });

  test('rejected, it has no traffic; the next release stops it, and asks for its own', async () => {
    story.approver.answer = 'Rejected';
    expect(await story.release({ 'service/taskdef.json': taskDefinition('1.28') })).toBe('Failed');
    expect(made().slice(2)).toEqual(['shop/test service build 2 Succeeded', 'shop/web service build 2 Ready']);
    story.approver.answer = 'Approved';
    await story.succeeds({ 'service/taskdef.json': taskDefinition('1.29') });
    expect(made().slice(2)).toEqual([
      'shop/test service build 2 Succeeded', 'shop/web service build 2 Stopped', 'shop/test service build 3 Succeeded', 'shop/web service build 3 Succeeded',
    ]);
    expect(asked()).toEqual(['prod/ApproveSwitch']);
  });

  test('an artifact that lacks what the deployment needs is refused before anything is deployed', async () => {
    expect(await story.release({ 'service/appspec.yaml': null })).toBe('Failed');
    expect(story.failure).toContain("The delivery of component 'service' to test was not prepared, and nothing was delivered");
    expect(made()).toHaveLength(6);
    await story.succeeds({ 'service/appspec.yaml': APP_SPEC });
  });

  test('a rollback deploys the build before, and is switched to after an approval', async () => {
    await story.command('rollback', 'prod', '--component', 'service', '--build', '1');
    expect(story.system.executions.at(-1)!.status).toBe('Succeeded');
    expect(made().at(-1)).toBe('shop/web service build 1 Succeeded');
    expect(asked()).toEqual(['prod/ApproveSwitch']);
  });
});
