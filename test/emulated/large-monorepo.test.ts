import { join } from 'node:path';
import { describeEmulated } from './support/describe';
import { outcome } from './support/outcome';
import { ROOT } from './support/python-tools';
import { EmulatedSystem } from './support/system';
import { ExampleRepository } from '../../examples/large-monorepo/repository';
import { BUILD_ENV } from '../../src/contract/environment';
import { removeFolders, temporaryFolder } from '../local/support';

describeEmulated('large-monorepo on MiniStack, whose Step Functions fan its builds out', () => {
  const failing = new Set<string>();
  let git: ExampleRepository;
  let system: EmulatedSystem;
  beforeAll(async () => {
    git = new ExampleRepository(temporaryFolder());
    git.commit('Everything');
    system = await EmulatedSystem.start({
      assembly: join(ROOT, 'examples', 'large-monorepo', 'cdk.out'),
      repository: git.directory,
      branch: 'main',
      accounts: [{ account: '111111111111', regions: ['eu-west-1'] }],
      buildsWithoutCommands: { needsNoCommands: (component) => component !== 'template.yml', fails: (component) => failing.has(component) },
    });
  });
  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  const SUCCEEDED = [{ status: 'Succeeded', failed: [] }];

  /** What became of the executions that were started, and the components whose builds were. */
  async function during(action: () => Promise<unknown>) {
    const known = system.builds.length;
    await system.during(action);
    const started = system.builds.slice(known).map(({ environment }) => environment[BUILD_ENV.component]!).sort();
    return { executions: system.executions.slice(-1).map(outcome), started };
  }

  test('a first release in which one build fails says which, and what it cancelled', async () => {
    failing.add('lib-004');
    const { executions: [{ status, failed }], started } = await during(async () => system.moveBranch('HEAD'));
    expect(status).toBe('Failed');
    expect(failed).toEqual([expect.stringMatching(/ComponentsNotBuilt: 8 of 200 changed components have no build: 1 failed, 7 cancelled/)]);
    expect(failed[0]).toMatch(/- lib-004: build \S+ ended FAILED in BUILD: Error while executing command/);
    expect(started).toHaveLength(193);
  });

  test('the stage\'s retry builds what is missing alone', async () => {
    failing.clear();
    const { executions, started } = await during(async () => system.pipeline.retryStage('Build', system.executions[0].id, 'FAILED_ACTIONS'));
    expect(executions).toEqual(SUCCEEDED);
    expect(started).toEqual(['lib-004', 'lib-005', ...['004', '005', '053', '054', '102', '103'].map((number) => `service-${number}`)]);
  });

  test('a change of one service starts one build', async () => {
    git.append('services/service-007/index.js', '// changed\n');
    git.commit('A service');
    expect(await during(async () => system.moveBranch('HEAD'))).toEqual({ executions: SUCCEEDED, started: ['service-007'] });
  });

  test('a change of a library starts those of its dependents', async () => {
    git.append('libraries/lib-006/library.txt', 'changed\n');
    git.commit('A library');
    const { executions, started } = await during(async () => system.moveBranch('HEAD'));
    expect(executions).toEqual(SUCCEEDED);
    expect(started).toEqual(['lib-006', 'service-006', 'service-055', 'service-104']);
  });

  test('both kinds of map were used: lists too long for an inline one were read from objects, those of the first release alone', async () => {
    const lists = (await system.keys('/fan-out/')).filter((key) => /\/\d+\.json$/.test(key));
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.filter((key) => !key.includes(`/${system.executions[0].id}/`))).toEqual([]);
  });
});
