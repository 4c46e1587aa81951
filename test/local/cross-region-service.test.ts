import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { Stack } from '../../local/engine/cloud-formation/stacks';
import { Execution } from '../../local/engine/pipeline/execution';
import { exampleEnvironment } from '../../local/example-context';
import { Records } from '../../local/report/records';
import { findSolution } from '../../local/report/solution';
import { LocalSystem } from '../../local/system';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';

const ROOT = join(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'cross-region-service');
const TEST = '222222222222';
const PROD = '333333333333';
const REGIONS = ['eu-west-1', 'us-east-1'];

/** No function answers on this machine: what the tests are given is tested instead, with the names that the local stacks give. */
const INTEGRATION = `import assert from 'node:assert';
import { test } from 'node:test';
test('the tests know what they test', () => {
  assert.equal(process.env.ORDERS_URL, 'orders-Url.FunctionUrl');
  assert.match(process.env.ENVIRONMENT, /^(test|prod)$/);
});
`;
const WRITES = {
  PolicyName: 'Orders', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: 'arn:aws:dynamodb:*:*:table/orders' }] },
};

describe('the example of a service in two Regions of two accounts', () => {
  let git: TestRepository;
  let system: LocalSystem;
  let asked: string[];

  beforeAll(async () => {
    const assembly = join(temporaryFolder(), 'cdk.out');
    // In a process of its own: the example imports the package by its name.
    execFileSync(process.execPath, [join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), '--tsconfig', join(ROOT, 'test', 'tsconfig.json'), join(EXAMPLE, 'app.ts')], {
      cwd: ROOT, env: { ...process.env, ...exampleEnvironment(EXAMPLE), CDK_OUTDIR: assembly }, stdio: 'ignore',
    });
    git = new TestRepository();
    cpSync(join(EXAMPLE, 'repository'), git.directory, { recursive: true });
    system = await LocalSystem.start({
      assembly,
      repository: git.directory,
      branch: 'main',
      standInsOnly: true,
      retryDelay: 1,
      alarmMinute: 10,
      // What the roles may not do ends the run.
      authorizer: new Judge(new Policies(assembly)),
      approvals: ({ action, text }) => {
        asked.push(`${action}: ${text}`);
        return 'Approved';
      },
    });
    expect((await release({ 'integration/orders.test.mjs': INTEGRATION })).status).toBe('Succeeded');
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(files: Record<string, string>): Promise<Execution> {
    asked = [];
    git.commit(files);
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  const stack = (account: string, region: string) => system.stacks.find((candidate) => candidate.account === account && candidate.region === region)!;
  const everywhere = [TEST, PROD].flatMap((account) => REGIONS.map((region) => stack.bind(undefined, account, region)));
  const code = ({ parameters }: Stack) => system.objects.get(parameters.OrdersBucket, parameters.OrdersKey)!;
  const failureOf = (execution: Execution) => execution.actionRuns.filter(({ status }) => status === 'Failed').map(({ stage, action }) => [stage, action]);

  async function releasesLive(): Promise<(number | undefined)[]> {
    const records = new Records(system, findSolution(system, 'main'));
    return [(await records.environment('test'))?.Sequence, (await records.environment('prod'))?.Sequence];
  }

  test('a release goes to both Regions of both accounts, tested in each, with the same code from the Region\'s own bucket', async () => {
    const given = everywhere.map((at) => at());
    expect(given.map(({ operations: { status } }) => status)).toEqual(everywhere.map(() => 'CREATE_COMPLETE'));
    expect(given.map(({ parameters }) => parameters.EnvironmentName)).toEqual(['test', 'test', 'prod', 'prod']);
    expect(new Set(given.map((one) => code(one).etag)).size).toBe(1);
    expect(new Set(given.map(({ parameters }) => parameters.OrdersBucket)).size).toBe(2);
    const [first] = system.executions;
    const order = first.latestRuns().filter(({ action }) => /^(Deploy|Test|Record)/.test(action)).map(({ action }) => action);
    const once = ['Deploy-eu-west-1', 'Test-eu-west-1', 'Deploy-us-east-1', 'Test-us-east-1', 'Record'];
    expect(order).toEqual([...once, ...once]);
    expect(await releasesLive()).toEqual([1, 1]);
  });

  test('somebody is asked, in each Region of prod, only where permissions broaden', async () => {
    expect((await release({ 'orders/src/index.mjs': 'export const handler = async () => ({ statusCode: 200 });\n' })).status).toBe('Succeeded');
    // Whoever is asked answers before a waiver does: what they were shown tells whether they were needed.
    expect(asked.filter((text) => text.includes('do more than before'))).toEqual([]);
    const template = git.git('show', 'HEAD:template.yml').replace('      ManagedPolicyArns:', `      Policies: [${JSON.stringify(WRITES)}]\n      ManagedPolicyArns:`);
    expect((await release({ 'template.yml': `${template}\n` })).status).toBe('Succeeded');
    expect(asked.map((text) => text.split(':')[0])).toEqual(['Approve-eu-west-1', 'Approve-us-east-1']);
    expect(asked.every((text) => text.includes('1 resource with broader permissions:\n- FunctionRole (AWS::IAM::Role)'))).toBe(true);
    expect(system.messages.at(-1)!.topicArn).toContain('Approvers');
  });

  test('an alarm of one Region takes this Region back, and the release goes to no further one', async () => {
    const before = await releasesLive();
    const [old, other] = REGIONS.map((region) => code(stack(PROD, region)).etag);
    system.setAlarm(`arn:aws:cloudwatch:eu-west-1:${PROD}:alarm:orders-errors`, 'ALARM');
    const failed = await release({ 'orders/src/index.mjs': 'export const handler = async () => ({ statusCode: 500 });\n' });
    system.setAlarm(`arn:aws:cloudwatch:eu-west-1:${PROD}:alarm:orders-errors`, 'OK');
    expect(failureOf(failed)).toEqual([[expect.stringContaining('prod'), 'Deploy-eu-west-1']]);
    expect(REGIONS.map((region) => code(stack(PROD, region)).etag)).toEqual([old, other]);
    expect(code(stack(TEST, 'us-east-1')).etag).not.toBe(old);
    expect(await releasesLive()).toEqual([before[0]! + 1, before[1]]);
  });

  test('tests that fail in the first Region of test keep a release from its second, and from prod', async () => {
    const before = await releasesLive();
    const old = everywhere.map((at) => code(at()).etag);
    const failed = await release({
      'orders/src/index.mjs': 'export const handler = async () => ({ statusCode: 418 });\n',
      'integration/orders.test.mjs': INTEGRATION.replace('orders-Url.FunctionUrl', 'elsewhere'),
    });
    expect(failureOf(failed)).toEqual([[expect.stringMatching(/^test/), 'Test-eu-west-1']]);
    const [first, ...others] = everywhere.map((at) => code(at()).etag);
    expect(first).not.toBe(old[0]);
    expect(others).toEqual(old.slice(1));
    expect(await releasesLive()).toEqual(before);
  });
});
