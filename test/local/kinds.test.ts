import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

let git: TestRepository;
let system: LocalSystem;

afterEach(async () => system?.stop());
afterAll(removeFolders);

function files(folder: string, below = folder): Record<string, string> {
  return Object.fromEntries(readdirSync(below).flatMap((name) => {
    const path = join(below, name);
    return statSync(path).isDirectory() ? Object.entries(files(folder, path)) : [[relative(folder, path), readFileSync(path, 'utf8')]];
  }));
}

/** Brings up an example with the content of its repository. */
async function start(example: string): Promise<void> {
  const assembly = loadExample(example).synth().directory;
  git = new TestRepository();
  git.commit(files(join(EXAMPLES_FOLDER, example, 'repository')));
  system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1 });
}

async function release(changed: Record<string, string> = {}): Promise<Execution> {
  git.commit(changed);
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  return system.executions.at(-1)!;
}

const parameters = () => system.stacks.map(({ account, region, name, parameters: given }) => ({ where: `${account}/${region}/${name}`, ...given })) as Record<string, string>[];

test('a layer is built once, and four Regions get the same under buckets of their own', async () => {
  await start('layer-many-regions');
  expect((await release()).status).toBe('Succeeded');
  const first = parameters();
  expect(first).toHaveLength(4);
  expect(new Set(first.map(({ CommonKey }) => CommonKey)).size).toBe(1);
  expect(new Set(first.map(({ CommonBucket }) => CommonBucket)).size).toBe(4);
  const second = await release({ 'common/common.py': 'def greeting(name: str) -> str:\n    return f"Hello, {name}"\n\n\nVERSION = 2\n' });
  expect([second.status, system.builds(second.id).filter(({ environment }) => environment.MODULAR_COMPONENT === 'common')]).toEqual(['Succeeded', [expect.objectContaining({ status: 'SUCCEEDED' })]]);
  expect(new Set(parameters().map(({ CommonKey }) => CommonKey.split('/')[3]))).toEqual(new Set(['2']));
});

test('a Flink application gets a JAR of its own with every release, and goes back to the one before', async () => {
  // Maven and its repository are not part of the machine: what stands in for it packs the source.
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'mvn'), '#!/bin/sh\n[ "$2" = test ] || { mkdir -p target && cat src/main/java/example/Clicks.java > target/clicks.jar; }\n');
  chmodSync(join(bin, 'mvn'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${bin}:${before}`;
  try {
    await start('flink-application');
    expect((await release()).status).toBe('Succeeded');
    expect((await release({ 'application/src/main/java/example/Clicks.java': '// 2\n' })).status).toBe('Succeeded');
  } finally {
    process.env.PATH = before;
  }
  expect(parameters().map(({ where, ClicksKey }) => [where.split('/')[2], ClicksKey])).toEqual([
    ['clicks-test', 'clicks/components/clicks/2/clicks.jar'], ['clicks-prod', 'clicks/components/clicks/2/clicks.jar'],
  ]);
});

test('a service on ECS rolls to what was tested, by digest; the template alone builds no image', async () => {
  await start('ecs-service');
  expect((await release()).status).toBe('Succeeded');
  const uri = () => [...new Set(parameters().map(({ WebImageUri }) => WebImageUri))];
  const [first, ...others] = uri();
  expect([first, others]).toEqual([expect.stringMatching(/@sha256:[0-9a-f]{64}$/), []]);
  expect((await release({ 'web/index.js': 'require("node:http").createServer().listen(8080);\n' })).status).toBe('Succeeded');
  expect(uri()).toEqual([expect.stringMatching(/@sha256:/)]);
  expect(uri()).not.toEqual([first]);
  const before = uri();
  const template = readFileSync(join(git.directory, 'template.yml'), 'utf8');
  expect((await release({ 'template.yml': template.replace('Memory: "512"', 'Memory: "1024"') })).status).toBe('Succeeded');
  expect(uri()).toEqual(before);
});
