import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { removeFolders, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'notifications');

/** The story of the example: who is told what, and the branch that follows what is live. */
describe('notifications', () => {
  let git: TestRepository;
  let system: LocalSystem;

  beforeAll(async () => {
    const app = loadExample('notifications', { slack: 'off' });
    git = new TestRepository();
    git.commit(Object.fromEntries(['template.yml', 'orders/index.js', 'stock/index.js'].map((name) => [name, readFileSync(join(EXAMPLE, 'repository', name), 'utf8')])));
    system = await LocalSystem.start({ assembly: app.synth().directory, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1 });
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(orders: string): Promise<Execution> {
    git.commit({ 'orders/index.js': orders });
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }
  const subjects = () => system.messages.map(({ subject }) => subject);
  const marked = () => execFileSync('git', ['-C', join(system.directory, 'repository.git'), 'rev-parse', 'live-prod'], { encoding: 'utf8' }).trim();

  test('what is live is told by component, and its commit is marked', async () => {
    expect((await release('exports.handler = async () => 1;\n')).status).toBe('Succeeded');
    expect(subjects()).toEqual(['shop: release 1 is live in test', 'shop: prod waits for approval', 'shop: release 1 is live in prod']);
    expect(marked()).toBe(git.git('rev-parse', 'HEAD'));
    await release('exports.handler = async () => 2;\n');
    const { text } = system.messages.at(-1)!;
    expect(text).toContain('orders 1 → 2 ("orders/index.js" changed)');
    expect(text).toContain('unchanged: stock, template.yml');
    expect(marked()).toBe(git.git('rev-parse', 'HEAD'));
  });

  test('a page in the artifact bucket shows what is live where', async () => {
    const settings = { region: 'eu-west-1', endpoint: system.endpoint, credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'local' } };
    const [s3, codePipeline] = [new S3Client({ ...settings, forcePathStyle: true }), new CodePipelineClient(settings)];
    const { pipeline } = await codePipeline.send(new GetPipelineCommand({ name: 'shop' }));
    const plan = pipeline!.stages!.flatMap(({ actions }) => actions!).find(({ name }) => name === 'Plan')!;
    const { artifactBucket: Bucket } = JSON.parse(plan.configuration!.UserParameters) as { artifactBucket: string };
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key: 'shop/report.html' }));
    expect(ContentType).toBe('text/html; charset=utf-8');
    const page = await Body!.transformToString();
    expect(page).toContain('<h1>shop: what is live</h1>');
    expect(page).toContain('&#34;orders/index.js&#34; changed');
    s3.destroy();
    codePipeline.destroy();
  });

  test('a build that fails is told with the end of its log; the mark stays', async () => {
    const before = marked();
    expect((await release('exports.handler = (;\n')).status).toBe('Failed');
    const { subject, text } = system.messages.at(-1)!;
    expect(subject).toMatch(/^shop: (builds failed|the build of orders failed)$/);
    expect(text).toContain('SyntaxError');
    expect(marked()).toBe(before);
  });
});
