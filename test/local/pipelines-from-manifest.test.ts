import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { readManifest } from '../../examples/pipelines-from-manifest/platform/manifest';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'pipelines-from-manifest');
afterAll(removeFolders);

test('what a team pushes passes the platform\'s check and calendar, or goes no further', async () => {
  const app = loadExample('pipelines-from-manifest', { team: 'pricing' });
  const git = new TestRepository();
  const read = (name: string) => readFileSync(join(EXAMPLE, 'repository', name), 'utf8');
  git.commit({ 'template.yml': read('template.yml'), 'api/index.js': read('api/index.js') });
  const system = await LocalSystem.start({ assembly: app.synth().directory, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1, approvals: () => 'Approved' });
  try {
    const release = async (files: Record<string, string | null>) => {
      git.commit(files);
      await system.moveBranch('HEAD');
      await system.waitUntilIdle();
      const execution = system.executions.at(-1)!;
      return [execution.status, ...execution.actionRuns.filter(({ status }) => status === 'Failed').map(({ stage, action }) => `${stage} ${action}`)];
    };
    system.setCalendar('company-freeze', { state: 'OPEN' });
    expect(await release({})).toEqual(['Succeeded']);
    expect(await release({ 'api/key.pem': `-----BEGIN RSA ${'PRIVATE'} KEY-----\n` })).toEqual(['Failed', 'Checks NoPrivateKeys']);
    system.setCalendar('company-freeze', { state: 'CLOSED', next: '2027-01-04T06:00:00Z' });
    expect(await release({ 'api/key.pem': null, 'api/index.js': 'exports.handler = async () => 2;\n' })).toEqual(['Failed', 'prod Calendar']);
  } finally {
    await system.stop();
  }
}, 300_000);

test('every team\'s pipeline has what the platform demands, and what its manifest adds', () => {
  // The other test's application is of one team.
  jest.resetModules();
  const stages = Object.fromEntries(loadExample('pipelines-from-manifest').synth().stacks.filter(({ stackName }) => stackName.startsWith('Team-')).map(({ stackName, template }) => {
    const { Resources } = template as { Resources: Record<string, { Type: string; Properties: { Stages: { Name: string; Actions: { Name: string }[] }[] } }> };
    const pipeline = Object.values(Resources).find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')!;
    const actions = (stage: string) => pipeline.Properties.Stages.find(({ Name }) => Name === stage)!.Actions.map(({ Name }) => Name);
    return [stackName, [actions('Checks').sort(), actions('prod')]];
  }));
  const prod = ['Prepare', 'Review', 'Approve', 'Waive', 'Calendar', 'Deploy', 'Record'];
  expect(stages).toEqual({ 'Team-pricing': [['NoPrivateKeys'], prod], 'Team-search': [['NoPrivateKeys', 'Spelling'], prod] });
});

test.each<[string, (manifest: Record<string, unknown>) => void, string]>([
  ['gates of its own', (manifest) => { manifest.gates = []; }, 'the manifest has "gates", which is no field of a manifest.'],
  ['an environment too many', (manifest) => { (manifest.environments as Record<string, unknown>).dev = {}; }, '"environments" has "dev"'],
  ['no production', (manifest) => { delete (manifest.environments as Record<string, unknown>).prod; }, '"environments" lacks "prod".'],
  ['an account that is none', (manifest) => { (manifest.environments as Record<string, unknown>).prod = { account: 'prod' }; }, 'the account of "prod" is "prod"'],
  ['a kind that there is not', (manifest) => { (manifest.components as Record<string, unknown>[])[0]!.kind = 'rocket'; }, 'the kind of component 1 is "rocket"'],
  ['components that are no list', (manifest) => { manifest.components = {}; }, '"components" has to be a list.'],
  ['commands that are no list', (manifest) => { manifest.checks = { Spelling: './spelling.sh' }; }, 'check "Spelling" has to be a list of texts.'],
])('a manifest with %s is refused by name', (_, change, message) => {
  const manifest = JSON.parse(readFileSync(join(EXAMPLE, 'teams', 'pricing.json'), 'utf8')) as Record<string, unknown>;
  change(manifest);
  const file = join(temporaryFolder(), 'team.json');
  writeFileSync(file, JSON.stringify(manifest));
  expect(() => readManifest(file)).toThrow(`${file}: `);
  expect(() => readManifest(file)).toThrow(message);
});
