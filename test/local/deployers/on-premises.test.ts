import { Story } from './story';
import { removeFolders } from '../support';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../../src'), { virtual: true });

describe('examples/on-premises', () => {
  let story: Story;

  beforeAll(async () => {
    story = await Story.begin('on-premises', {}, 'service');
    ['111111111111', '222222222222'].forEach((account) => story.system.objects.createBucket(`service-revisions-${account}`));
  });

  afterAll(async () => {
    await story?.system.stop();
    removeFolders();
  });

  const made = () => story.system.deployments.map(({ revision, status }) => `${revision} ${status}`);
  const texts = () => story.asked.map(({ text }) => text).join('\n');

  test('the first release deploys one revision in both environments, and asks for prod', async () => {
    await story.succeeds();
    expect(made()).toEqual(['service-revisions-111111111111/service/service/1.zip Succeeded', 'service-revisions-222222222222/service/service/1.zip Succeeded']);
    expect(texts()).toContain('service@service/on-premises (AWS::CodeDeploy::DeploymentGroup) is modified');
    const [test, prod] = ['111111111111', '222222222222'].map((account) => story.system.objects.read(`service-revisions-${account}`, 'service/service/1.zip'));
    expect(test!.equals(prod!)).toBe(true);
  });

  test('where an environment has the build, no deployment is made', async () => {
    const executions = story.system.executions.length;
    await story.command('promote', 'prod');
    expect(story.system.executions.slice(executions).map(({ status }) => status)).toEqual(['Succeeded']);
    expect(made()).toHaveLength(2);
    expect(story.asked).toEqual([]);
  });

  test('a service that does not answer goes no further than test', async () => {
    expect(await story.release({ 'service/service.sh': '#!/usr/bin/env bash\necho broken\n' })).toBe('Failed');
    expect(made().at(-1)).toBe('service-revisions-111111111111/service/service/2.zip Failed');
    expect(story.failure).toContain("The delivery of component 'service' to test failed");
  });

  test('rejected, it reaches test alone; the next release asks again', async () => {
    story.approver.answer = 'Rejected';
    expect(await story.release({ 'service/service.sh': '#!/usr/bin/env bash\necho "service 2"\n' })).toBe('Failed');
    expect(made().slice(3)).toEqual(['service-revisions-111111111111/service/service/3.zip Succeeded']);
    story.approver.answer = 'Approved';
    await story.succeeds({ 'service/README.md': 'Service\n' });
    expect(made().slice(4)).toEqual(['111111111111', '222222222222'].map((account) => `service-revisions-${account}/service/service/4.zip Succeeded`));
  });

  test('a rollback deploys the revision before', async () => {
    await story.command('rollback', 'prod');
    expect(made().at(-1)).toBe('service-revisions-222222222222/service/service/1.zip Succeeded');
  });
});
