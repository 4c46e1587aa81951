import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { Records } from '../../local/report/records';
import { findSolution } from '../../local/report/solution';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, LocationParameter, ModularPipeline, PipelineSource } from '../../src';

const TEST = { account: '111111111111', region: 'eu-west-1' };
const PROD = { account: '222222222222', region: 'eu-west-1' };

/** Two accounts and three Regions; prod has its second Region before its third. */
describe('a release to several accounts and Regions', () => {
  let git: TestRepository;
  let system: LocalSystem;

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      new ModularPipeline(stack, 'Pipeline', {
        buildStrategy: BuildStrategy.actions(),
        solution: 'solution',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
        components: [
          Component.custom('app', {
            path: 'app', artifact: BuildArtifact.file('source'), parameters: [LocationParameter.bucket('AppBucket'), LocationParameter.key('AppKey')],
          }),
          Component.lambdaImage('worker', { path: 'worker' }),
          Component.template('template', { path: 'template.yml' }),
        ],
        environments: [
          { name: 'test', env: TEST },
          { name: 'prod', env: PROD, furtherRegions: ['us-east-1', 'ap-south-1'], approval: true, parameters: { Size: 'large' } },
        ],
      });
    });
    git = new TestRepository();
    git.commit({ 'app/source': 'app 1\n', 'worker/Dockerfile': 'FROM scratch\n', 'template.yml': template('A') });
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1 });
    await release();
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  function template(...resources: string[]): string {
    const parameters = ['AppBucket: { Type: String }', 'AppKey: { Type: String }', 'WorkerImageUri: { Type: String }', 'Size: { Type: String, Default: small }'];
    return ['Parameters:', ...parameters.map((line) => `  ${line}`), 'Resources:', ...resources.map((name) => `  ${name}: { Type: AWS::SNS::Topic }`), ''].join('\n');
  }

  async function release(): Promise<void> {
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
  }

  const stack = (account: string, region: string) => system.stacks.find((candidate) => candidate.account === account && candidate.region === region)!;

  function deployedApp({ account, region }: { readonly account: string; readonly region: string }): string {
    const { AppBucket, AppKey } = stack(account, region).parameters;
    return system.objects.read(AppBucket, AppKey).toString();
  }

  test('builds once, and gives each Region its own copy of the same', () => {
    const [execution] = system.executions;
    expect(execution.status).toBe('Succeeded');
    expect(system.builds(execution.id).map(({ status }) => status)).toHaveLength(3);
    const places = [TEST, PROD, { ...PROD, region: 'us-east-1' }, { ...PROD, region: 'ap-south-1' }];
    expect(places.map(deployedApp)).toEqual(['app 1\n', 'app 1\n', 'app 1\n', 'app 1\n']);
    const buckets = places.map(({ account, region }) => stack(account, region).parameters.AppBucket);
    expect(buckets[0]).toBe(buckets[1]);
    expect(new Set(buckets).size).toBe(3);
    const digests = buckets.map((bucket, index) => system.objects.get(bucket, stack(places[index].account, places[index].region).parameters.AppKey)!.etag);
    expect(new Set(digests).size).toBe(1);
  });

  test('gives each Region the same image from a repository of its own', () => {
    const uris = [TEST, PROD, { ...PROD, region: 'us-east-1' }, { ...PROD, region: 'ap-south-1' }].map(({ account, region }) => stack(account, region).parameters.WorkerImageUri);
    expect(uris.map((uri) => /^111111111111\.dkr\.ecr\.([^.]+)\./.exec(uri)![1])).toEqual(['eu-west-1', 'eu-west-1', 'us-east-1', 'ap-south-1']);
    expect(new Set(uris.map((uri) => uri.split('@')[1])).size).toBe(1);
    expect(new Set(uris).size).toBe(3);
  });

  test('gives each Region the environment\'s own parameters', () => {
    expect(stack(PROD.account, 'us-east-1').parameters.Size).toBe('large');
    expect(stack(TEST.account, TEST.region).parameters.Size).toBe('small');
  });

  test('goes to one Region after the other, and is recorded once, after the last', () => {
    const done = system.executions[0].latestRuns().filter(({ stage, action }) => stage.startsWith('prod') && /^(Deploy|Record)/.test(action)).map(({ action }) => action);
    expect(done).toEqual(['Deploy-eu-west-1', 'Deploy-us-east-1', 'Deploy-ap-south-1', 'Record']);
  });

  test('stops at the first Region that refuses: no further wave begins, and nothing is recorded', async () => {
    git.commit({ 'app/source': 'app 2\n', 'template.yml': template('A', 'B') });
    system.decideApprovals(({ action }) => (action === 'Approve-us-east-1' ? 'Rejected' : 'Approved'));
    await release();
    const execution = system.executions.at(-1)!;
    expect(execution.status).toBe('Failed');
    expect(execution.stage).toBe('prod.wave2');
    expect([PROD, { ...PROD, region: 'us-east-1' }, { ...PROD, region: 'ap-south-1' }].map(deployedApp)).toEqual(['app 2\n', 'app 1\n', 'app 1\n']);
    expect(execution.latestRuns('prod.wave3')).toEqual([]);
    const records = new Records(system, findSolution(system, 'dev'));
    expect([await records.environment('test'), await records.environment('prod')]).toMatchObject([{ Sequence: 2 }, { Sequence: 1 }]);
  });
});
