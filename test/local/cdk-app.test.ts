import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { Component, ModularPipeline, PipelineSource } from '../../src';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';

const ROOT = join(__dirname, '..', '..');
const PIPELINE = '111111111111';
const TEST = '222222222222';
const PROD = '333333333333';
const REGION = 'eu-west-1';
const staging = (account: string) => `cdk-hnb659fds-assets-${account}-${REGION}`;

/** An application with the CDK of this checkout. Its two Stages differ. */
const APPLICATION = `
const { App, NestedStack, Stack, Stage } = require('aws-cdk-lib');
const { Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda');
const { Bucket } = require('aws-cdk-lib/aws-s3');
const app = new App();
for (const [name, account] of [['Test', '${TEST}'], ['Prod', '${PROD}']]) {
  const stage = new Stage(app, name, { env: { account, region: '${REGION}' } });
  const data = new Stack(stage, 'Data');
  const receipts = new Bucket(data, 'Receipts');
  const stack = new Stack(stage, 'Shop', { stackName: process.env.STACK_NAME });
  for (const id of ['orders', 'stock']) {
    new Function(stack, id, { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(__dirname + '/' + id), description: name, environment: { RECEIPTS: receipts.bucketName } });
  }
  new Bucket(new NestedStack(stack, 'Files'), 'Bucket');
  if (name === 'Prod') {
    new Bucket(stack, 'Archive');
  }
}
app.synth();
`;

describe('a CDK application', () => {
  let git: TestRepository;
  let system: LocalSystem;
  let approval: () => void;

  beforeAll(async () => {
    const app = new App({ outdir: join(temporaryFolder(), 'cdk.out'), analyticsReporting: false });
    const stack = new Stack(app, 'ShopPipeline', { env: { account: PIPELINE, region: REGION } });
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'shop',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
      components: [Component.cdkApp('shop', {
        path: 'shop',
        buildCommands: ['node app.js'],
        environmentVariables: { NODE_PATH: { value: join(ROOT, 'node_modules') }, CDK_OUTDIR: { value: 'cdk.out' } },
      })],
      environments: [
        { name: 'test', env: { account: TEST, region: REGION }, applications: { shop: { stage: 'Test' } } },
        { name: 'prod', env: { account: PROD, region: REGION }, applications: { shop: { stage: 'Prod' } }, approval: true },
      ],
    });
    const assembly = app.synth().directory;
    const judge = new Judge(new Policies(assembly));
    git = new TestRepository();
    approval = () => undefined;
    system = await LocalSystem.start({
      assembly,
      repository: git.directory,
      branch: 'main',
      standInsOnly: true,
      retryDelay: 1,
      // What the roles may not do ends the run. The judge knows no resource type of change sets, by which nested ones are read.
      authorizer: { judge: async (access) => (access.resource.includes(':changeSet/') ? undefined : judge.judge(access)) },
      approvals: () => {
        approval();
        return 'Approved';
      },
    });
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(files: Record<string, string | null>): Promise<Execution> {
    git.commit(files);
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  const stackOf = (account: string, id = 'Shop') => system.stacks.find(({ account: own, name }) => own === account && /^(Test|Prod)-/.test(name) && name.endsWith(`-${id}`))!;
  const published = (account: string) => system.objects.list(staging(account)).map(({ key }) => key);
  const builds = (execution: Execution) => system.builds(execution.id).length;
  const failureOf = (execution: Execution) => execution.actionRuns.filter(({ status }) => status === 'Failed').map(({ action, message }) => `${action}: ${message}`);
  const operations = () => [TEST, PROD].map((account) => stackOf(account).operations.events.filter(({ ResourceType, ResourceStatus }) => (
    ResourceType === 'AWS::CloudFormation::Stack' && ResourceStatus?.endsWith('_COMPLETE'))).length);

  test('is released to both environments, each with its own Stage, and its assets are there', async () => {
    const first = await release({
      'shop/app.js': APPLICATION, 'shop/orders/index.js': 'exports.handler = async () => 1;\n', 'shop/stock/index.js': 'exports.handler = async () => 2;\n',
    });
    expect(failureOf(first)).toEqual([]);
    expect(first.status).toBe('Succeeded');
    expect([TEST, PROD].map((account) => [stackOf(account).name, stackOf(account).operations.status])).toEqual([['Test-Shop', 'CREATE_COMPLETE'], ['Prod-Shop', 'CREATE_COMPLETE']]);
    // What others import is there before them.
    expect(stackOf(TEST, 'Data').operations.events.at(-1)!.Timestamp!.getTime()).toBeLessThanOrEqual(stackOf(TEST).operations.events.at(-1)!.Timestamp!.getTime());
    expect(stackOf(TEST).template).toContain('Fn::ImportValue');
    expect(stackOf(PROD).template).toContain('Archive');
    expect(stackOf(TEST).template).not.toContain('Archive');
    // Two functions and a nested template.
    expect([TEST, PROD].map((account) => published(account).length)).toEqual([3, 3]);
    for (const key of published(TEST).filter((one) => one.endsWith('.zip'))) {
      expect(stackOf(TEST).template).toContain(key);
    }
  });

  test('makes no change set where the assembly comes out the same', async () => {
    const before = [operations(), system.objects.list(staging(PROD)).map(({ lastModified }) => lastModified)];
    const same = await release({ 'shop/app.js': `// A comment.\n${APPLICATION}` });
    expect([same.status, builds(same)]).toEqual(['Succeeded', 1]);
    expect([operations(), system.objects.list(staging(PROD)).map(({ lastModified }) => lastModified)]).toEqual(before);
  });

  test('changes one function alone, after an approval during which the environment lost its assets', async () => {
    const before = published(TEST);
    approval = () => published(PROD).forEach((key) => system.objects.delete(staging(PROD), key));
    const changed = await release({ 'shop/orders/index.js': 'exports.handler = async () => 3;\n' });
    approval = () => undefined;
    expect([changed.status, failureOf(changed)]).toEqual(['Succeeded', []]);
    expect(published(TEST).filter((key) => !before.includes(key))).toHaveLength(1);
    expect(published(PROD)).toHaveLength(3);
    expect([TEST, PROD].map((account) => stackOf(account, 'Data').operations.status)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
  });

  test('ends before anything is deployed where the application names a stack that is not the environment\'s', async () => {
    const before = operations();
    const refused = await release({ 'shop/app.js': APPLICATION.replace('process.env.STACK_NAME', '"CDKToolkit"') });
    expect(failureOf(refused).join()).toMatch(/Release: .*Stack CDKToolkit \(Test\/Shop\) is of Stage 'Test', and environment 'test' may touch Test-\* only/);
    expect(operations()).toEqual(before);
  });

  test('goes back by a revert, with the build of then', async () => {
    const reverted = await release({ 'shop/app.js': APPLICATION, 'shop/orders/index.js': 'exports.handler = async () => 1;\n' });
    expect(builds(reverted)).toBe(1);
    expect([reverted.status, failureOf(reverted)]).toEqual(['Succeeded', []]);
    expect(stackOf(PROD).operations.status).toBe('UPDATE_COMPLETE');
  });
});
