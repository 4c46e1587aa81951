import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, synthesize, TestRepository } from './support';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, ModularPipeline, PipelineSource, SourceCheckout } from '../../src';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';

const env = { account: '111111111111', region: 'eu-west-1' };
const CONNECTION = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

function synthesized(strategy: BuildStrategy, checkout?: SourceCheckout): string {
  return synthesize((stack) => {
    const custom = (name: string, path = name) => Component.custom(name, {
      path, buildCommands: ['cat source > artifact', 'cd .. && find a b template.yml -type f -not -name artifact -exec sha1sum {} + | sort'], artifact: BuildArtifact.file('artifact'),
    });
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'solution',
      source: PipelineSource.gitHub('my-org/shop', { connectionArn: CONNECTION, branch: 'dev', checkout }),
      components: [custom('a'), custom('b'), Component.template('template', { path: 'template.yml' })],
      environments: [{ name: 'test', env }],
      buildStrategy: strategy,
    });
  });
}

let system: LocalSystem;
let git: TestRepository;
afterEach(async () => system?.stop());
afterAll(removeFolders);

async function start(strategy: BuildStrategy, checkout?: SourceCheckout): Promise<void> {
  git = new TestRepository();
  git.commit({ 'a/source': 'a 1\n', 'b/source': 'b 1\n', 'template.yml': 'Resources:\n  T: { Type: AWS::SNS::Topic }\n' });
  const assembly = synthesized(strategy, checkout);
  system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1, authorizer: new Judge(new Policies(assembly)) });
}

async function move() {
  const known = system.executions.length;
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  const [execution] = system.executions.slice(known);
  const builds = execution === undefined ? [] : system.builds(execution.id);
  return {
    status: execution?.status,
    built: builds.map(({ environment }) => environment.MODULAR_COMPONENT).sort(),
    message: execution?.latestRuns('Build').find(({ status }) => status === 'Failed')?.message,
    builds,
  };
}

test('a pipeline on GitHub builds what changed, found by the schedule, signed and allowed all the way; an unchanged minute costs two requests', async () => {
  await start(BuildStrategy.fanOut());
  expect(await move()).toMatchObject({ status: 'Succeeded', built: ['a', 'b', 'template'] });
  git.commit({ 'b/source': 'b 2\n' });
  expect(await move()).toMatchObject({ status: 'Succeeded', built: ['b'] });
  const before = system.gitRequests;
  system.fireSchedules();
  await system.waitUntilIdle();
  expect(system.gitRequests - before).toBe(2);
  expect(system.executions).toHaveLength(2);
});

test('both strategies build the same bytes', async () => {
  const read: string[][] = [];
  for (const strategy of [BuildStrategy.actions(), BuildStrategy.fanOut()]) {
    await start(strategy);
    git.commit({ 'a/größe 1.txt': 'ü\r\n', 'b/deep/er/empty': '', 'b/.hidden': '1' });
    const { status, builds } = await move();
    expect(status).toBe('Succeeded');
    const log = readFileSync(builds.find(({ environment }) => environment.MODULAR_COMPONENT === 'b')!.logFile, 'utf8');
    read.push(log.split('\n').flatMap((line) => /[0-9a-f]{40} {2}.*$/.exec(line) ?? []));
    await system.stop();
  }
  expect(read[0]).toHaveLength(6);
  expect(read[1]).toEqual(read[0]);
});

test.each([['actions', BuildStrategy.actions()], ['fanOut', BuildStrategy.fanOut()]] as const)('%s: what a zip loses fails by name; a clone has it', async (_, strategy) => {
  const commit = () => {
    rmSync(join(git.directory, 'b/source'));
    writeFileSync(join(git.directory, 'b/tool'), '#!/bin/sh\n');
    chmodSync(join(git.directory, 'b/tool'), 0o755);
    symlinkSync('../a/source', join(git.directory, 'b/source'));
    git.commit({});
  };
  await start(strategy);
  commit();
  const { status, message, builds } = await move();
  expect([status, message !== undefined]).toEqual(['Failed', true]);
  const log = readFileSync(builds.find(({ environment }) => environment.MODULAR_COMPONENT === 'b')!.logFile, 'utf8');
  expect(log).toContain('The source of \'b\' is not what commit');
  expect(log).toContain('\'b/source\' is a symbolic link there. \'b/tool\' may be executed there. Let builds clone the repository');
  await system.stop();
  await start(strategy, SourceCheckout.gitClone());
  commit();
  expect(await move()).toMatchObject({ status: 'Succeeded', built: ['a', 'b', 'template'] });
});

test('a host that cannot be asked plans nothing, and the next look finds everything', async () => {
  await start(BuildStrategy.fanOut());
  expect(await move()).toMatchObject({ status: 'Succeeded' });
  git.commit({ 'b/source': 'b 2\n' });
  for (const faults of [{ status: 403 }, { cutAfter: 60 }]) {
    system.setGitFaults(faults);
    expect(await move()).toMatchObject({ status: undefined });
  }
  system.setGitFaults({ hidesProtocol2: true, hasNoFilter: true });
  expect(await move()).toMatchObject({ status: 'Succeeded', built: ['b'] });
});
