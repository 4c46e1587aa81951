import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { removeFolders, synthesize, temporaryFolder, TestRepository } from './support';
import { objectEvent } from '../../local/engine/events';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, ModularPipeline, PipelineSource } from '../../src';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';

const env = { account: '111111111111', region: 'eu-west-1' };
const BUCKET = 'sources-of-shop';
const KEY = 'shop/source.zip';

function synthesized(strategy: BuildStrategy): string {
  return synthesize((stack) => {
    const custom = (name: string) => Component.custom(name, {
      path: name, buildCommands: ['test -x tool', 'cat source > artifact'], artifact: BuildArtifact.file('artifact'),
    });
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'shop',
      source: PipelineSource.s3(new s3.Bucket(stack, 'Sources', { bucketName: BUCKET, versioned: true }), KEY),
      components: [custom('a'), custom('b'), Component.template('template', { path: 'template.yml' })],
      environments: [{ name: 'test', env }],
      buildStrategy: strategy,
    });
  });
}

const FILES = { 'a/source': 'a 1\n', 'a/tool': '#!/bin/sh\n', 'b/source': 'b 1\n', 'b/tool': '#!/bin/sh\n', 'template.yml': 'Resources:\n  T: { Type: AWS::SNS::Topic }\n' };

/** Packs files as `zip` does, with the time of now. */
function pack(files: Readonly<Record<string, string>>, further: readonly string[] = []): Buffer {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: path.endsWith('tool') ? 0o755 : 0o644 });
  }
  execFileSync('zip', ['-q', '-r', ...further, 'archive.zip', '.'], { cwd: folder });
  return readFileSync(join(folder, 'archive.zip'));
}

let system: LocalSystem;
afterEach(async () => system?.stop());
afterAll(removeFolders);

async function start(strategy: BuildStrategy): Promise<void> {
  const assembly = synthesized(strategy);
  system = await LocalSystem.start({
    assembly, repository: new TestRepository().directory, branch: 'none', standInsOnly: true, retryDelay: 1, authorizer: new Judge(new Policies(assembly)),
  });
}

/** What comes of whatever is done to the object. */
async function after(change: () => unknown) {
  const known = system.executions.length;
  change();
  await system.waitUntilIdle();
  const [execution] = system.executions.slice(known);
  const builds = execution === undefined ? [] : system.builds(execution.id);
  return {
    version: system.objects.get(BUCKET, KEY)?.versionId,
    status: execution?.status,
    revision: execution?.revisions[0]?.revisionId,
    // Under `actions`, the build of a component that did not change starts, and ends at once.
    built: builds.filter(({ logFile }) => /\] build \d+/.test(readFileSync(logFile, 'utf8'))).map(({ environment }) => environment.MODULAR_COMPONENT).sort(),
    commits: [...new Set(builds.map(({ environment }) => environment.MODULAR_COMMIT_ID))],
  };
}

const put = async (archive: Buffer) => after(() => system.objects.put(BUCKET, KEY, archive));

test.each([['actions', BuildStrategy.actions()], ['fanOut', BuildStrategy.fanOut()]] as const)('%s: what an archive changes is built, whichever way it was packed; equal content changes nothing', async (_, strategy) => {
  await start(strategy);
  const first = await put(pack(FILES));
  expect(first).toMatchObject({ status: 'Succeeded', built: ['a', 'b', 'template'], commits: [expect.stringMatching(/^s3-[0-9a-f]{64}$/)] });
  expect(first.revision).toBe(first.version);

  // Equal content, packed again, and in another way.
  expect(await put(pack(FILES))).toMatchObject({ status: undefined });
  expect(await put(pack(FILES, ['-0', '-X', '-D']))).toMatchObject({ status: undefined });

  const second = await put(pack({ ...FILES, 'b/source': 'b 2\n' }));
  expect(second).toMatchObject({ status: 'Succeeded', built: ['b'], revision: second.version });
  expect(second.commits).not.toEqual(first.commits);

  // A to B to A: the first content is deployed again, by the builds that it has, from the version that is current now.
  const third = await put(pack(FILES));
  expect(third).toMatchObject({ status: 'Succeeded', revision: third.version, commits: first.commits });
  expect(system.denied).toEqual([]);
});

test('an archive that is refused plans nothing, and says why; the next one finds everything', async () => {
  await start(BuildStrategy.actions());
  await put(pack(FILES));
  expect(await put(Buffer.from('no archive'))).toMatchObject({ status: undefined });
  expect(await put(pack({ 'shop-main/a/source': '1' }))).toMatchObject({ status: undefined });
  const log = readFileSync([...system.functions.values()].find(({ options }) => options.functionName.includes('Diff'))!.options.logFile, 'utf8');
  expect(log).toContain('it is not a zip archive, or is cut off');
  expect(log).toContain('everything in it is below the folder \\"shop-main\\", and no component is there');
  expect(await put(pack({ ...FILES, 'a/source': 'a 2\n' }))).toMatchObject({ status: 'Succeeded', built: ['a'] });
});

test('events of puts that arrive late, twice and out of order start nothing: what is current counts', async () => {
  await start(BuildStrategy.actions());
  await put(pack(FILES));
  const earlier = system.objects.get(BUCKET, KEY)!;
  const second = await put(pack({ ...FILES, 'b/source': 'b 2\n' }));
  expect(second).toMatchObject({ status: 'Succeeded', built: ['b'] });
  for (const object of [earlier, system.objects.get(BUCKET, KEY)!, earlier]) {
    expect(await after(() => system.sendEvent(objectEvent({ account: '111111111111', region: 'eu-west-1' }, { type: 'Object Created', bucket: BUCKET, object })))).toMatchObject({ status: undefined });
  }
  expect(system.executions).toHaveLength(2);
});

test('a delete marker plans nothing; an earlier version that becomes current again is released', async () => {
  await start(BuildStrategy.actions());
  await put(pack(FILES));
  const changed = pack({ ...FILES, 'b/source': 'b 2\n' });
  const second = await put(changed);
  expect(await after(() => system.objects.delete(BUCKET, KEY))).toMatchObject({ status: undefined, version: undefined });
  expect(await put(changed)).toMatchObject({ status: undefined });
  const third = await put(pack({ ...FILES, 'b/source': 'b 3\n' }));
  expect(third).toMatchObject({ status: 'Succeeded', built: ['b'] });
  const back = await after(() => system.objects.deleteVersion(BUCKET, KEY, third.version!));
  expect(back).toMatchObject({ status: 'Succeeded', built: [], commits: second.commits });
});

test('the version that was started from may expire: what is current counts, and the baseline\'s listing is kept', async () => {
  await start(BuildStrategy.actions());
  const first = await put(pack(FILES));
  await put(pack({ ...FILES, 'b/source': 'b 2\n' }));
  system.objects.deleteVersion(BUCKET, KEY, first.version!);
  await system.waitUntilIdle();
  // The first content again: its first version is gone, and the new one is taken.
  const again = await put(pack(FILES));
  expect(again).toMatchObject({ status: 'Succeeded', revision: again.version, commits: first.commits });
  const fourth = await put(pack({ ...FILES, 'a/source': 'a 2\n' }));
  expect(fourth).toMatchObject({ status: 'Succeeded', built: ['a'] });
});
