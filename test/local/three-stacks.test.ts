import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, TestRepository } from './support';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'three-stacks');
const TEST = '111111111111';
const PROD = '222222222222';

/** The story of the example: what each release brings to which stack. */
describe('three stacks in two environments', () => {
  let git: TestRepository;
  let system: LocalSystem;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    const app = loadExample('three-stacks');
    git = new TestRepository();
    for (const name of ['network/template.yml', 'data/template.yml', 'api/template.yml', 'orders/src/index.js']) {
      files[name] = readFileSync(join(EXAMPLE, 'repository', name), 'utf8');
    }
    git.commit(files);
    system = await LocalSystem.start({ assembly: app.synth().directory, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1 });
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(): Promise<string> {
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!.status;
  }

  const stack = (account: string, name: string) => system.stacks.find((one) => one.account === account && one.name === name)!;
  const events = () => system.stacks.map((one) => [`${one.account}/${one.name}`, one.operations.events.length] as const);

  test('the first release makes all, in their order, with each environment\'s own', async () => {
    expect(await release()).toBe('Succeeded');
    expect(system.stacks.map(({ account, name }) => `${account}/${name}`).sort()).toEqual([
      `${TEST}/shop-api`, `${TEST}/shop-data`, `${TEST}/shop-network`, `${PROD}/shop-api`, `${PROD}/shop-network`, `${PROD}/shop-records`,
    ].sort());
    expect(stack(PROD, 'shop-records').parameters).toMatchObject({ Stage: 'prod', RetentionDays: '14' });
    expect(stack(TEST, 'shop-api').parameters).toMatchObject({ Stage: 'test', QueueUrl: 'shop-data-Queue', TopicArn: 'shop-network-Topic' });
  });

  test('a function that changed changes one stack', async () => {
    const before = new Map(events());
    git.commit({ 'orders/src/index.js': `${files['orders/src/index.js']}// changed\n` });
    expect(await release()).toBe('Succeeded');
    const changed = events().filter(([name, count]) => count !== before.get(name)).map(([name]) => name);
    expect(changed.sort()).toEqual([`${TEST}/shop-api`, `${PROD}/shop-api`].sort());
  });
});
