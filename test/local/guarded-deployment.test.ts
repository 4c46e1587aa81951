import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, Gate, GatePosition, GuardedDeployment, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const NETWORK = { account: '222222222222', region: 'eu-west-1', name: 'network' };

/** The state machine's stack gets its template from a bucket, before the pipeline's own is deployed. */
describe('a guarded deployment as a gate', () => {
  let git: TestRepository;
  let system: LocalSystem;

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      const legacy = new GuardedDeployment(stack, 'Legacy', { env, stackName: 'legacy', component: 'legacy' });
      const network = new GuardedDeployment(stack, 'Network', { env: { account: NETWORK.account, region: NETWORK.region }, stackName: NETWORK.name });
      new ModularPipeline(stack, 'Pipeline', {
        buildStrategy: BuildStrategy.actions(),
        solution: 'shop',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
        components: [
          Component.template('template.yml', { path: 'template.yml' }), Component.custom('legacy', { path: 'legacy', artifact: BuildArtifact.file('template.yml') }),
        ],
        environments: [{
          name: 'live',
          env,
          gates: [
            Gate.stateMachine(network.stateMachine, { input: { templateUrl: 'https://templates.s3.eu-west-1.amazonaws.com/network.yml' } }),
            legacy.gate({ actionName: 'Legacy', position: GatePosition.AFTER_DEPLOY }),
          ],
        }],
      });
    });
    git = new TestRepository();
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1 });
    system.objects.createBucket('templates');
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  const resources = (names: readonly string[]) => JSON.stringify({ Resources: Object.fromEntries(names.map((name) => [name, { Type: 'AWS::EC2::VPC' }])) });
  const network = () => system.stacks.find(({ account, name }) => account === NETWORK.account && name === NETWORK.name);
  const own: string[] = [];

  /** Releases one resource more, with a network of these before it. */
  async function release(...networks: string[]): Promise<Execution> {
    system.objects.put('templates', 'network.yml', Buffer.from(resources(networks)));
    own.push(`Resource${own.length}`);
    git.commit({ 'template.yml': resources(own), 'legacy/template.yml': resources(own.map((name) => `Legacy${name}`)) });
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  test('creates the stack, updates it, and refuses what would delete: the release stops there', async () => {
    expect((await release('A')).status).toBe('Succeeded');
    expect([network()!.operations.status, network()!.template]).toEqual(['CREATE_COMPLETE', resources(['A'])]);
    expect((await release('A', 'B')).status).toBe('Succeeded');
    expect([network()!.operations.status, network()!.template]).toEqual(['UPDATE_COMPLETE', resources(['A', 'B'])]);
    expect((await release('A', 'B')).status).toBe('Succeeded');

    // The other deployment took its template from the release's own build.
    expect(system.stacks.find(({ name }) => name === 'legacy')!.template).toBe(resources(own.map((name) => `Legacy${name}`)));

    const refused = await release('A');
    expect(refused.actionRuns.at(-1)).toMatchObject({
      stage: 'live', action: 'StateMachine', status: 'Failed', message: expect.stringContaining('- B (AWS::EC2::VPC) is deleted') as string,
    });
    expect(network()!.template).toBe(resources(['A', 'B']));
    expect(system.stacks.find(({ account }) => account === env.account)!.template).not.toContain(own.at(-1));
  });
});
