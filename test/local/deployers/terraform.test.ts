import { execFileSync } from 'node:child_process';
import { Story } from './story';
import { removeFolders } from '../support';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../../src'), { virtual: true });

const BUCKETS = { test: 'network-terraform-111111111111', prod: 'network-terraform-222222222222' };

/** With the real Terraform, whose state is in the local S3. */
describe('examples/terraform', () => {
  let story: Story;
  let module: string;

  beforeAll(async () => {
    // Without Terraform, nothing here would be shown.
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
    story = await Story.begin('terraform', {
      // The local S3 takes buckets as paths.
      machineVariables: { TF_CLI_ARGS_init: '-backend-config=use_path_style=true -backend-config=skip_region_validation=true', CHECKPOINT_DISABLE: '1' },
    }, 'network');
    Object.values(BUCKETS).forEach((bucket) => story.system.objects.createBucket(bucket));
    module = story.git.git('show', 'HEAD:infra/main.tf');
  });

  afterAll(async () => {
    await story?.system.stop();
    removeFolders();
  });

  const stateFile = (environment: keyof typeof BUCKETS) => (
    JSON.parse(story.system.objects.read(BUCKETS[environment], `network/${environment}/infra.tfstate`).toString()) as {
      serial: number; resources: { name: string; instances: { attributes: { input: { value: unknown } } }[] }[];
    });
  /** Grows whenever something is applied. */
  const serial = (environment: keyof typeof BUCKETS) => stateFile(environment).serial;
  /** The resources of an environment's state. */
  const state = (environment: keyof typeof BUCKETS) => {
    const { resources } = stateFile(environment);
    return Object.fromEntries(resources.map(({ name, instances: [instance] }) => [name, instance!.attributes.input.value]));
  };
  const texts = () => story.asked.map(({ text }) => text).join('\n');

  test('the first release plans, asks for prod, and applies', async () => {
    await story.succeeds();
    expect(state('test').network).toMatchObject({ environment: 'test', cidr: '10.0.0.0/16' });
    expect(state('prod').network).toMatchObject({ environment: 'prod' });
    expect(texts()).toContain('infra@terraform_data.network (terraform_data) is created');
    expect(story.system.stacks).toEqual([]);
  });

  test('where a new build changes nothing, a plan says so, and nothing is applied', async () => {
    const [steps, states] = [story.steps().length, [serial('test'), serial('prod')]];
    await story.succeeds({ 'infra/main.tf': `# The network.\n${module}` });
    expect(story.steps().slice(steps)).toEqual(['test report SUCCEEDED', 'prod report SUCCEEDED']);
    expect([serial('test'), serial('prod')]).toEqual(states);
    expect(texts()).toContain('no resource changes');
  });

  test('a change is shown resource by resource', async () => {
    await story.succeeds({ 'infra/main.tf': module.replace('10.0.0.0/16', '10.1.0.0/16') });
    expect(texts()).toContain('infra@terraform_data.network (terraform_data) is modified');
    expect(state('prod').network).toMatchObject({ cidr: '10.1.0.0/16' });
  });

  test('a replacement is refused before anything is applied', async () => {
    const changed = module.replace('10.0.0.0/16', '10.1.0.0/16');
    expect(await story.release({ 'infra/main.tf': changed.replace('["1"]', '["2"]').replace('10.1.0.0/16', '10.2.0.0/16') })).toBe('Failed');
    expect(story.failure).toContain('infra@terraform_data.gateway (terraform_data) is replaced');
    expect(state('test').network).toMatchObject({ cidr: '10.1.0.0/16' });
    await story.succeeds({ 'infra/main.tf': changed });
  });

  test('rejected, the plan is not applied', async () => {
    story.approver.answer = 'Rejected';
    expect(await story.release({ 'infra/main.tf': module.replace('10.0.0.0/16', '10.3.0.0/16') })).toBe('Failed');
    expect([state('test').network, state('prod').network]).toMatchObject([{ cidr: '10.3.0.0/16' }, { cidr: '10.1.0.0/16' }]);
    story.approver.answer = 'Approved';
    await story.succeeds({ 'README.md': 'The network\n' });
    expect(state('prod').network).toMatchObject({ cidr: '10.3.0.0/16' });
  });

  test('a rollback applies the older build', async () => {
    await story.command('rollback', 'prod');
    expect(story.system.executions.at(-1)!.status).toBe('Succeeded');
    expect([state('test').network, state('prod').network]).toMatchObject([{ cidr: '10.3.0.0/16' }, { cidr: '10.1.0.0/16' }]);
  });
});
