import { join } from 'node:path';
import { describeEmulated } from './support/describe';
import { outcome } from './support/outcome';
import { ROOT } from './support/python-tools';
import { EmulatedSystem } from './support/system';
import { DemoRepository } from '../../local/demo/repository';
import { removeFolders, temporaryFolder } from '../local/support';

const EXAMPLE = join(ROOT, 'examples', 'ml-training-pipeline');

describeEmulated('ml-training-pipeline on MiniStack, in two accounts', () => {
  let git: DemoRepository;
  let system: EmulatedSystem;
  beforeAll(async () => {
    const directory = join(temporaryFolder(), 'repository');
    git = DemoRepository.create(directory, join(EXAMPLE, 'repository'), 'dev');
    git.commit('A solution that trains a model');
    system = await EmulatedSystem.start({
      assembly: join(EXAMPLE, 'cdk.out'),
      repository: directory,
      branch: 'dev',
      accounts: [{ account: '111111111111', regions: ['eu-west-1'] }, { account: '222222222222', regions: ['eu-west-1'] }],
    });
  });
  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  const TEST = { account: '111111111111', region: 'eu-west-1' };
  const PROD = { account: '222222222222', region: 'eu-west-1' };
  const SUCCEEDED = [{ status: 'Succeeded', failed: [] }];
  const PIPELINE = ['--pipeline', 'ml-training'];

  /** Which build of the training function's image, and of the state machine, each account runs. */
  async function live(): Promise<string[][]> {
    return Promise.all([TEST, PROD].map(async (place) => {
      const { TrainingStateMachineDefinitionKey: key, TrainingLambdaFunctionImageUri: image } = await system.parameters('ml-training', place);
      return [key!.split('/').at(-2)!, image!.split('@')[1]!];
    }));
  }

  async function cli(...args: readonly string[]) {
    return system.during(async () => {
      expect(await system.cli(...args, ...PIPELINE)).toMatchObject({ code: 0 });
    });
  }

  test('the first release is built once and deployed to both accounts', async () => {
    expect((await system.moveBranch('HEAD')).map(outcome)).toEqual(SUCCEEDED);
    const [test, prod] = await live();
    expect(prod).toEqual(test);
    expect(test).toEqual(['1', expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  });

  test('the second release builds what changed, in both accounts', async () => {
    const before = await live();
    git.replace('statemachine/training.asl.json', '"Comment": "', '"Comment": "Nightly. ');
    git.commit('Run it every night');
    expect((await system.moveBranch('HEAD')).map(outcome)).toEqual(SUCCEEDED);
    expect(await live()).toEqual(before.map(([, image]) => ['2', image]));
  });

  test('a rollback of one environment leaves the other as it is', async () => {
    expect((await cli('rollback', 'prod')).map(outcome)).toEqual(SUCCEEDED);
    expect((await live()).map(([machine]) => machine)).toEqual(['2', '1']);
  });

  test('a promotion brings to it what the first has', async () => {
    expect((await cli('promote', 'prod')).map(outcome)).toEqual(SUCCEEDED);
    expect((await live()).map(([machine]) => machine)).toEqual(['2', '2']);
  });

  test('the third release is deployed to both', async () => {
    git.append('Training-Lambda-Function/app.py', '\n\nEPOCHS = 20\n');
    git.commit('Train for twenty epochs');
    const [[, before]] = await live();
    expect((await system.moveBranch('HEAD')).map(outcome)).toEqual(SUCCEEDED);
    const [test, prod] = await live();
    expect(prod).toEqual(test);
    expect(test![1]).not.toBe(before);
  });
});
