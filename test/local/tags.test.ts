import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { Component, DeployOn, ModularPipeline, PipelineSource } from '../../src';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'releases-by-tag');
const env = { account: '111111111111', region: 'eu-west-1' };

let system: LocalSystem | undefined;
let git: TestRepository;
afterEach(async () => system?.stop());
afterAll(removeFolders);

async function start(assembly: string, files: Record<string, string>): Promise<LocalSystem> {
  git = new TestRepository();
  git.commit(files);
  system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1, authorizer: new Judge(new Policies(assembly)) });
  return system;
}

/** What the executions since then did: where each deployed, and by which promotion. */
async function after(work: () => Promise<unknown>): Promise<string[]> {
  const known = system!.executions.length;
  await work();
  await system!.waitUntilIdle();
  return system!.executions.slice(known).map((execution) => {
    const places = ['test', 'prod', 'demo'].filter((stage) => recorded(execution, stage));
    return `${execution.status} ${places.join(' ')} ${execution.variables.get('variables')?.Promotion ?? ''} ${system!.builds(execution.id).length}`;
  });
}

function recorded(execution: Execution, stage: string): boolean {
  return execution.latestRuns(stage).some(({ action, status }) => action.startsWith('Record') && status === 'Succeeded');
}

async function push(files: Record<string, string>): Promise<string> {
  const commit = git.commit(files);
  await system!.moveBranch('HEAD');
  return commit;
}

async function tag(name: string, revision: string, annotated = false): Promise<void> {
  git.git('tag', '--force', ...(annotated ? ['--annotate', '--message', 'A release'] : []), name, revision);
  await system!.pushTag(name, git.git('rev-parse', `refs/tags/${name}`));
}

test('the example: merges go to test, tags to prod, and what somebody asks for to demo', async () => {
  const read = (name: string) => readFileSync(join(EXAMPLE, 'repository', name), 'utf8');
  const files = Object.fromEntries(['template.yml', 'orders/index.js', 'stock/index.js'].map((name) => [name, read(name)]));
  await start(loadExample('releases-by-tag').synth().directory, files);
  // What is tagged before anything was ever looked at is left alone.
  git.git('tag', 'prod_eu-west-1/0.9');
  await system!.pushTag('prod_eu-west-1/0.9', git.git('rev-parse', 'HEAD'));
  await system!.waitUntilIdle();
  expect(await after(async () => system!.moveBranch('HEAD'))).toEqual(['Succeeded test none 3']);
  const first = git.git('rev-parse', 'HEAD');

  expect(await after(async () => tag('prod_eu-west-1/1.0.0', first, true))).toEqual(['Succeeded prod prod=1 0']);
  // The tag is there before its commit is built: it waits for the release.
  expect(await after(async () => {
    const second = git.commit({ 'orders/index.js': 'exports.handler = async () => 2;\n' });
    await tag('prod_eu-west-1/1.1.0', second);
    await system!.waitUntilIdle();
    await system!.moveBranch('HEAD');
  })).toEqual(['Succeeded test none 1', 'Succeeded prod prod=3 0']);
  // Nothing of this commit differs: it has the release that it was compared with.
  expect(await after(async () => tag('prod_eu-west-1/1.1.1', await push({ 'NOTES.md': 'Nothing that is built.\n' }))))
    .toEqual(['Succeeded prod prod=3 0']);
  expect(await after(async () => tag('prod_eu-west-1/1.0.1', first))).toEqual(['Succeeded prod prod=1 0']);
  // What was promoted to prod holds nothing: the branch flows on.
  expect(await after(async () => push({ 'stock/index.js': 'exports.handler = async () => 2;\n' }))).toEqual(['Succeeded test none 1']);
  expect(await after(async () => {
    await tag('v1', 'HEAD');
    await system!.pushTag('prod_eu-west-1/0.9', undefined);
    system!.fireSchedules();
  })).toEqual([]);
}, 300_000);

test('tags of CodeCommit are found by their events and read by Git, with the pipeline\'s own rights', async () => {
  const assembly = synthesize((stack) => {
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'solution',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
      components: [Component.template('template', { path: 'template.yml' })],
      environments: [{ name: 'test', env }, { name: 'prod', env, stackName: 'prod', deployOn: DeployOn.tag('v*') }],
    });
  });
  await start(assembly, { 'template.yml': 'Resources:\n  T: { Type: AWS::SNS::Topic }\n' });
  expect(await after(async () => system!.moveBranch('HEAD'))).toEqual(['Succeeded test none 1']);
  expect(await after(async () => tag('v1', 'HEAD', true))).toEqual(['Succeeded prod prod=1 0']);
}, 120_000);
