import { execFile } from 'node:child_process';
import { join } from 'node:path';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { clientEnvironment } from '../../local/client-environment';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, LocationParameter, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const COMMAND = join(__dirname, '../../assets/cli/cdk-modular-pipeline/index.js');

/** A synthesized pipeline on this machine, and the command line against it as against AWS. */
describe('promotion by hand, end to end', () => {
  let git: TestRepository;
  let system: LocalSystem;

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      const custom = (name: string) => Component.custom(name, {
        path: name, artifact: BuildArtifact.file('source'), parameters: [LocationParameter.key(`${name}Key`)],
      });
      new ModularPipeline(stack, 'Pipeline', {
        buildStrategy: BuildStrategy.actions(),
        solution: 'solution',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
        components: [custom('app'), custom('jobs'), Component.template('template', { path: 'template.yml' })],
        environments: [{ name: 'test', env }, { name: 'prod', env, stackName: 'prod' }],
      });
    });
    git = new TestRepository();
    git.commit({
      'app/source': 'app 1\n',
      'jobs/source': 'jobs 1\n',
      'template.yml': 'Parameters:\n  appKey: { Type: String }\n  jobsKey: { Type: String }\nResources:\n  T: { Type: AWS::SNS::Topic }\n',
    });
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1 });
    await release();
    git.commit({ 'app/source': 'app 2\n', 'jobs/source': 'jobs 2\n' });
    await release();
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(): Promise<void> {
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
  }

  async function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const result = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [COMMAND, ...args, '--pipeline', 'solution'], {
        env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(system.endpoint), AWS_REGION: env.region },
      }, (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });
    await system.waitUntilIdle();
    return result;
  }

  /** The builds whose locations an environment's stack was given. */
  function deployed(stackName: string): Record<string, number> {
    const { parameters } = system.stacks.find(({ name }) => name === stackName)!;
    return Object.fromEntries(Object.entries(parameters).map(([name, key]) => [name.replace(/Key$/, ''), Number(key.split('/')[3])]));
  }

  test('goes back to the whole release before, in one environment, without building', async () => {
    const { stderr, code } = await command('rollback', 'prod');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const execution = system.executions.at(-1)!;
    expect(execution.status).toBe('Succeeded');
    expect([...execution.skippedStages]).toEqual(['Build', 'test']);
    expect(system.builds(execution.id)).toEqual([]);
    expect(deployed('prod')).toEqual({ app: 1, jobs: 1 });
    expect(deployed('solution')).toEqual({ app: 2, jobs: 2 });
  });

  test('brings one component\'s build back', async () => {
    await command('promote', 'prod', '--component', 'app');
    expect(system.executions.at(-1)!.status).toBe('Succeeded');
    expect(deployed('prod')).toEqual({ app: 2, jobs: 1 });
  });

  test('tells what is live where, and what went live', async () => {
    const { stdout } = await command('status', '--json');
    const status = JSON.parse(stdout) as { environments: unknown[]; components: { component: string; environments: unknown }[] };
    expect(status.environments).toMatchObject([{ name: 'test', release: 2, promotion: null }, { name: 'prod', release: 4, promotion: 'prod/app=2' }]);
    expect(status.components.find(({ component }) => component === 'jobs')!.environments).toMatchObject({ test: { build: 2 }, prod: { build: 1 } });
    const releases = JSON.parse((await command('releases', '--json')).stdout) as { release: number; promotion: string | null }[];
    expect(releases.map(({ release: number, promotion }) => [number, promotion])).toEqual([[4, 'prod/app=2'], [3, 'prod=1'], [2, null], [1, null]]);
  });

  test('refuses what never was live in the environment before, and says so where somebody starts it by hand all the same', async () => {
    const { code, stderr } = await command('promote', 'prod', '--release', '9');
    expect(code).toBe(1);
    expect(stderr).toContain("Release 9 cannot be deployed to 'prod': it never was live in 'test', the environment before it");
    const [pipeline] = system.pipelines;
    const execution = pipeline.start({ variables: { Promotion: 'prod=9' }, trigger: { triggerType: 'StartPipelineExecution', triggerDetail: 'somebody' } });
    await system.waitUntilIdle();
    expect(execution.status).toBe('Failed');
    expect(execution.actionRuns.at(-1)).toMatchObject({ stage: 'Plan', status: 'Failed', message: expect.stringContaining('Release 9 cannot be deployed') as string });
  });

  test('the next release judges a pinned component by its content', async () => {
    await command('rollback', 'test', '--component', 'jobs', '--build', '1');
    expect(deployed('solution')).toEqual({ app: 2, jobs: 1 });
    git.commit({ 'app/source': 'app 3\n' });
    await release();
    expect(system.executions.at(-1)!.status).toBe('Succeeded');
    expect(deployed('solution')).toEqual({ app: 3, jobs: 2 });
    expect(deployed('prod')).toEqual({ app: 3, jobs: 2 });
  });
});
