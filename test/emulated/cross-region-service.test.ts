import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEFT_OUT } from './support/assembly';
import { describeEmulated } from './support/describe';
import { outcome } from './support/outcome';
import { ROOT } from './support/python-tools';
import { EmulatedSystem } from './support/system';
import { removeFolders, TestRepository } from '../local/support';

const EXAMPLE = join(ROOT, 'examples', 'cross-region-service');
const REGIONS = ['eu-west-1', 'us-east-1'];

describeEmulated('cross-region-service on MiniStack, in two Regions of three accounts', () => {
  let git: TestRepository;
  let system: EmulatedSystem;
  beforeAll(async () => {
    git = new TestRepository();
    cpSync(join(EXAMPLE, 'repository'), git.directory, { recursive: true });
    // The function's URL leads to AWS: the tests of each Region are to be given one, and call it nowhere.
    git.commit({
      'integration/orders.test.mjs': `import assert from 'node:assert';
import test from 'node:test';
test('the URL', () => assert.match(process.env.ORDERS_URL, /lambda-url[.](eu-west-1|us-east-1)[.]/));
`,
    });
    system = await EmulatedSystem.start({
      assembly: join(EXAMPLE, 'cdk.out'),
      repository: git.directory,
      branch: 'main',
      accounts: ['111111111111', '222222222222', '333333333333'].map((account) => ({ account, regions: REGIONS })),
    });
  });
  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  test('both stacks are deployed, each in its Region, but for what MiniStack lacks', async () => {
    expect(new Set(system.leftOut.map((resource) => resource.split(' ')[0]))).toEqual(new Set(Object.keys(LEFT_OUT)));
    expect(system.deployed.map(({ region }) => region).sort()).toEqual(REGIONS);
    const statuses = (await Promise.all(system.deployed.map(async (stack) => system.resourceStatuses(stack.name, stack)))).flat();
    expect(statuses.length).toBeGreaterThan(50);
    expect(new Set(statuses)).toEqual(new Set(['CREATE_COMPLETE']));
  });

  test('what is left out is named in the documentation', () => {
    const text = readFileSync(join(ROOT, 'docs', 'local-run.md'), 'utf8');
    expect(Object.keys(LEFT_OUT).filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
  });

  const TARGETS = ['222222222222', '333333333333'].flatMap((account) => REGIONS.map((region) => ({ account, region })));
  const SUCCEEDED = [{ status: 'Succeeded', failed: [] }];

  /** Which build each place runs, of which Region's bucket. */
  async function live(): Promise<string[]> {
    return Promise.all(TARGETS.map(async (place) => {
      const { OrdersBucket: bucket, OrdersKey: key } = await system.parameters('orders', place);
      const stack = system.deployed.find(({ region }) => region === place.region)!;
      const inRegion = await system.hasResource(stack.name, bucket!, stack);
      return `${inRegion ? place.region : 'elsewhere'} ${/\/orders\/(\d+)\//.exec(key!)![1]}`;
    }));
  }

  test('the first release goes to one Region after the other, with copies of what was built', async () => {
    expect((await system.moveBranch('HEAD')).map(outcome)).toEqual(SUCCEEDED);
    expect(await live()).toEqual(['eu-west-1 1', 'us-east-1 1', 'eu-west-1 1', 'us-east-1 1']);
  });

  test('the second and the third as well', async () => {
    for (const number of [2, 3]) {
      git.commit({ 'orders/src/index.mjs': `export const handler = async () => ({ statusCode: 200, body: '${number}' });\n` });
      expect((await system.moveBranch('HEAD')).map(outcome)).toEqual(SUCCEEDED);
      expect(await live()).toEqual([`eu-west-1 ${number}`, `us-east-1 ${number}`, `eu-west-1 ${number}`, `us-east-1 ${number}`]);
    }
  });

  test('a rollback of one environment deploys the release before in both of its Regions', async () => {
    const executions = await system.during(async () => {
      expect(await system.cli('rollback', 'prod', '--pipeline', system.pipeline.definition.name)).toMatchObject({ code: 0 });
    });
    expect(executions.map(outcome)).toEqual(SUCCEEDED);
    expect(await live()).toEqual(['eu-west-1 3', 'us-east-1 3', 'eu-west-1 2', 'us-east-1 2']);
  });
});
