import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, TestRepository } from './support';
import { clientEnvironment } from '../../local/client-environment';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'three-stacks');
const TEST = '111111111111';
const PROD = '222222222222';
const COMMAND = join(__dirname, '../../assets/cli/cdk-modular-pipeline/index.js');

/** The story of the example: what each release brings to which stack. */
describe('three stacks in two environments', () => {
  let git: TestRepository;
  let system: LocalSystem;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    const app = loadExample('three-stacks');
    git = new TestRepository();
    for (const name of ['network/template.yml', 'data/template.yml', 'api/template.yml', 'orders/src/index.js']) {
      files[name] = readFileSync(join(EXAMPLE, 'repository', name), 'utf8');
    }
    git.commit(files);
    system = await LocalSystem.start({ assembly: app.synth().directory, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1 });
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(): Promise<string> {
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!.status;
  }

  const stack = (account: string, name: string) => system.stacks.find((one) => one.account === account && one.name === name)!;
  const failure = () => system.executions.at(-1)!.actionRuns.at(-1)!;

  async function command(...args: string[]): Promise<string> {
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [COMMAND, ...args, '--pipeline', 'shop'], {
        env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(system.endpoint), AWS_REGION: 'eu-west-1' },
      }, (_, stdout, stderr) => resolve(stdout + stderr));
    });
    await system.waitUntilIdle();
    return output;
  }

  /** Writes what differs from the first release, and releases it. */
  async function releaseWith(changes: Record<string, (text: string) => string>): Promise<string> {
    git.commit(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, changes[name]?.(text) ?? text])));
    return release();
  }

  const events = () => system.stacks.map((one) => [`${one.account}/${one.name}`, one.operations.events.length] as const);

  test('the first release makes all, in their order, with each environment\'s own', async () => {
    expect(await release()).toBe('Succeeded');
    expect(system.stacks.map(({ account, name }) => `${account}/${name}`).sort()).toEqual([
      `${TEST}/shop-api`, `${TEST}/shop-data`, `${TEST}/shop-network`, `${PROD}/shop-api`, `${PROD}/shop-network`, `${PROD}/shop-records`,
    ].sort());
    expect(stack(PROD, 'shop-records').parameters).toMatchObject({ Stage: 'prod', RetentionDays: '14' });
    expect(stack(TEST, 'shop-api').parameters).toMatchObject({ Stage: 'test', QueueUrl: 'shop-data-Queue', TopicArn: 'shop-network-Topic' });
  });

  test('a function that changed changes one stack', async () => {
    const before = new Map(events());
    git.commit({ 'orders/src/index.js': `${files['orders/src/index.js']}// changed\n` });
    expect(await release()).toBe('Succeeded');
    const changed = events().filter(([name, count]) => count !== before.get(name)).map(([name]) => name);
    expect(changed.sort()).toEqual([`${TEST}/shop-api`, `${PROD}/shop-api`].sort());
  });

  const DATA = 'data/template.yml';
  const NETWORK = 'network/template.yml';
  const shown = (text: string) => text.replace('events of', 'all events of');

  test('an output that changed changes the stack that takes it', async () => {
    const before = new Map(events());
    expect(await releaseWith({ [DATA]: (text) => text.replace('{ Value: !Ref Queue }', '{ Value: !Sub "${Queue}?2" }') })).toBe('Succeeded');
    expect(stack(TEST, 'shop-api').parameters.QueueUrl).toBe('shop-data-Queue?2');
    expect(stack(PROD, 'shop-api').parameters.QueueUrl).toBe('shop-records-Queue?2');
    expect(events().filter(([name, count]) => count === before.get(name)).map(([name]) => name).sort()).toEqual([`${TEST}/shop-network`, `${PROD}/shop-network`]);
  });

  test('a failure in the second stack leaves the first with the release and the third as it was, and all that tell say so', async () => {
    const api = stack(TEST, 'shop-api').operations.events.length;
    // The code of the function is not there, which CloudFormation finds when it makes it.
    const failing = (text: string) => text.replace('Conditions:', [
      '  Broken:', '    Type: AWS::Lambda::Function', '    Properties:', '      Runtime: nodejs22.x', '      Handler: index.handler', '      Role: arn:aws:iam::111111111111:role/r',
      '      Code: { S3Bucket: gone, S3Key: gone }', 'Conditions:',
    ].join('\n'));
    expect(await releaseWith({ [NETWORK]: shown, [DATA]: failing })).toBe('Failed');
    expect(failure()).toMatchObject({ stage: 'test', action: 'Deploy' });
    expect(failure().message).toContain('test is delivered in part. With the release: shop-network. Not: shop-data. Not begun: shop-api.');
    expect([stack(TEST, 'shop-network').operations.status, stack(TEST, 'shop-data').operations.status]).toEqual(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
    expect(stack(TEST, 'shop-network').template).toContain('all events of');
    expect(stack(TEST, 'shop-api').operations.events).toHaveLength(api);
    expect(stack(PROD, 'shop-network').template).not.toContain('all events of');
    expect(await command('status')).toMatch(/in part: with it shop-network; failed shop-data; not begun shop-api/);
  });

  test('the next release delivers all, and nothing is in part any more', async () => {
    expect(await releaseWith({ [NETWORK]: shown })).toBe('Succeeded');
    expect([TEST, PROD].map((account) => stack(account, 'shop-network').template.includes('all events of'))).toEqual([true, true]);
    expect(stack(TEST, 'shop-api').parameters.QueueUrl).toBe('shop-data-Queue');
    expect(await command('status')).not.toContain('in part');
  });

  const exporting = (text: string) => `${text}  Name:\n    Value: !GetAtt Topic.TopicName\n    Export: { Name: !Sub "shop-\${Stage}-name" }\n`;
  const importing = (text: string) => `${text}  Name:\n    Value: { "Fn::ImportValue": !Sub "shop-\${Stage}-name" }\n`;

  test('a rollback past a release that added an export and its import takes the import back first', async () => {
    expect(await releaseWith({ [NETWORK]: (text) => exporting(shown(text)), [DATA]: importing })).toBe('Succeeded');
    expect(await command('rollback', 'test')).toContain('test');
    expect(system.executions.at(-1)!.status).toBe('Succeeded');
    expect(stack(TEST, 'shop-network').template).not.toContain('-name');
    const ended = (name: string) => stack(TEST, name).operations.events[0]!.Timestamp!.getTime();
    expect(ended('shop-data')).toBeLessThanOrEqual(ended('shop-network'));
  });

  test('an export that goes from under a stack which has to come later is refused before anything is deployed, with the two releases that do it', async () => {
    expect(await releaseWith({ [NETWORK]: exporting, 'api/template.yml': importing })).toBe('Succeeded');
    const before = events();
    expect(await releaseWith({})).toBe('Failed');
    expect(failure()).toMatchObject({ stage: 'test', action: 'Prepare' });
    expect(failure().message).toMatch(/Stack shop-network loses the export shop-test-name, which is in use by shop-api, .* Do it in two releases:/);
    expect(events()).toEqual(before);
    expect(await releaseWith({ [NETWORK]: exporting })).toBe('Succeeded');
    expect(await releaseWith({})).toBe('Succeeded');
  });
});
