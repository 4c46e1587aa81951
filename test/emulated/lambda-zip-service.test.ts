import { join } from 'node:path';
import { describeEmulated } from './support/describe';
import { outcome } from './support/outcome';
import { ROOT } from './support/python-tools';
import { EmulatedSystem } from './support/system';
import { removeFolders, TestRepository } from '../local/support';

const TEMPLATE = `Parameters:
  OrdersBucket: { Type: String }
  OrdersKey: { Type: String }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }]
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: { S3Bucket: !Ref OrdersBucket, S3Key: !Ref OrdersKey }
  Queue:
    Type: AWS::SQS::Queue
`;
const WITHOUT_QUEUE = TEMPLATE.slice(0, TEMPLATE.indexOf('  Queue:'));
const code = (body: string) => ({ 'orders/src/index.js': `exports.handler = async () => ({ statusCode: 200, body: '${body}' });\n` });

const STACK = 'orders-service';

let git: TestRepository;
let system: EmulatedSystem;
/** Moves the branch: what became of each execution, and the builds that were recorded meanwhile. */
async function move() {
  const known = await system.recordedBuilds();
  const executions = await system.moveBranch('HEAD');
  return { executions: executions.map(outcome), built: (await system.recordedBuilds()).filter((build) => !known.includes(build)) };
}

/** What the deployed function answers. */
async function answer(): Promise<unknown> {
  const { result, error } = await system.miniStack.invoke(system.home, await system.physicalId(STACK, 'Orders'), {});
  return error ?? (result as { body: string }).body;
}

/** Which build of the function is deployed. */
async function deployed(): Promise<number> {
  return Number(/\/orders\/(\d+)\//.exec((await system.parameters(STACK)).OrdersKey!)?.[1]);
}

const SUCCEEDED = [{ status: 'Succeeded', failed: [] }];

describeEmulated('lambda-zip-service on MiniStack, deployed by the CDK\'s command line', () => {
  beforeAll(async () => {
    git = new TestRepository();
    git.commit({ ...code('one'), 'orders/test/orders.test.js': "require('node:assert').ok(require('../src/index.js').handler);\n", 'template.yml': TEMPLATE });
    system = await EmulatedSystem.start({
      assembly: join(ROOT, 'examples', 'lambda-zip-service', 'cdk.out'),
      repository: git.directory,
      branch: 'main',
      accounts: [{ account: '111111111111', regions: ['eu-west-1'] }],
    });
  });
  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  test('is deployed but for its pipeline', async () => {
    expect(system.leftOut).toEqual([expect.stringMatching(/^AWS::CodePipeline::Pipeline /)]);
    const statuses = await system.resourceStatuses('ServicePipeline');
    expect(statuses.length).toBeGreaterThan(30);
    expect(new Set(statuses)).toEqual(new Set(['CREATE_COMPLETE']));
  });

  test('its first release builds everything, and is live', async () => {
    expect(await move()).toEqual({ executions: SUCCEEDED, built: ['orders 1', 'template.yml 1'] });
    expect([await answer(), await deployed()]).toEqual(['one', 1]);
  });

  test('the same event again starts nothing', async () => {
    expect(await move()).toEqual({ executions: [], built: [] });
  });

  test('the second release builds what changed, and updates the stack', async () => {
    git.commit(code('two'));
    expect(await move()).toEqual({ executions: SUCCEEDED, built: ['orders 2'] });
    expect([await answer(), await deployed()]).toEqual(['two', 2]);
  });

  test('a change that no component owns starts nothing', async () => {
    git.commit({ 'README.md': 'orders\n', 'orders/README.md': 'orders\n' });
    expect(await move()).toEqual({ executions: [], built: [] });
  });

  test('a change that deletes a resource is refused, and nothing is deployed', async () => {
    git.commit({ 'template.yml': WITHOUT_QUEUE });
    const { executions, built } = await move();
    expect(built).toEqual(['template.yml 2']);
    expect(executions).toEqual([{ status: 'Failed', failed: [expect.stringMatching(/Queue \(AWS::SQS::Queue\)/)] }]);
    expect(await system.resourceStatuses(STACK)).toHaveLength(3);
  });

  test('its revert is deployed from the build that is there, as the third release', async () => {
    git.git('revert', '--no-edit', 'HEAD');
    git.commit(code('three'));
    expect(await move()).toEqual({ executions: SUCCEEDED, built: ['orders 3'] });
    expect([await answer(), await deployed()]).toEqual(['three', 3]);
  });

  test('a rollback deploys the release before; the command line says so', async () => {
    const known = await system.recordedBuilds();
    const executions = await system.during(async () => {
      expect(await system.cli('rollback', 'live', '--pipeline', system.pipeline.definition.name)).toMatchObject({ code: 0 });
    });
    expect(executions.map(outcome)).toEqual(SUCCEEDED);
    expect(await system.recordedBuilds()).toEqual(known);
    expect([await answer(), await deployed()]).toEqual(['two', 2]);
    const { output } = await system.cli('status', '--pipeline', system.pipeline.definition.name);
    expect(output).toMatch(/^live: release 5, .* promoted as live=2\s/);
    expect(output).toMatch(/^orders +#2 /m);
  });

  test('the schedule does not undo a rollback', async () => {
    expect((await system.fireSchedules()).map(outcome)).toEqual([]);
    expect(await answer()).toBe('two');
  });

  test('after a rollback the branch flows again with the next change', async () => {
    git.commit(code('four'));
    expect((await move()).executions).toEqual(SUCCEEDED);
    expect(await answer()).toBe('four');
  });

  test('a history that was rewritten is built anew, because its baseline is gone', async () => {
    git.git('checkout', '--quiet', '--orphan', 'rewritten');
    const commit = git.commit(code('five'));
    git.git('branch', '--quiet', '-M', 'main');
    git.git('reflog', 'expire', '--expire=now', '--all');
    git.git('gc', '--quiet', '--prune=now');
    expect((await move()).executions).toEqual(SUCCEEDED);
    expect([await answer(), await deployed()]).toEqual(['five', 5]);
    const diffs = (await system.items('Diff')).filter(({ CommitId, Reasons }) => CommitId === commit && Reasons !== undefined);
    expect(diffs.map(({ Reasons }) => JSON.stringify(Reasons))).toEqual([expect.stringContaining('BaselineMissing'), expect.stringContaining('BaselineMissing')]);
  });
});
