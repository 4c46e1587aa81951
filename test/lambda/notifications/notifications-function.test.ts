import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { NotificationsFunction } from '../../../lambda/notifications/notifications-function';
import { createLogger } from '../../../lambda/shared/logger';
import { ASK } from '../../../src/contract/gates';
import { ChannelConfiguration } from '../../../src/contract/notifications';
import { diffKey, environmentKey, planMarkerKey } from '../../../src/contract/tables';
import { ReleaseEventName } from '../../../src/core/notification/event';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeS3 } from '../../support/fake-s3';
import { ManualTiming } from '../../support/timing';

const COMMIT = 'c'.repeat(40);
const BUILD_ID = 'shop-builds:0f4a3f6e-1111-4222-8333-444444444444';
const ALL: readonly ReleaseEventName[] = ['BUILD_FAILED', 'REFUSED', 'FAILED', 'APPROVAL_ASKED', 'WENT_LIVE', 'ROLLED_BACK'];

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

async function setUp(types: readonly ChannelConfiguration['type'][] = ['topic', 'bus'], on: readonly ReleaseEventName[] = ALL) {
  const tables = await db.createTables();
  const s3 = new FakeS3();
  const timing = new ManualTiming();
  const clients = {
    sns: new SNSClient({ region: 'eu-west-1' }),
    eventBridge: new EventBridgeClient({ region: 'eu-west-1' }),
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    codeBuild: new CodeBuildClient({ region: 'eu-west-1' }),
    logs: new CloudWatchLogsClient({ region: 'eu-west-1' }),
  };
  const mocks = {
    sns: mockClient(clients.sns),
    eventBridge: mockClient(clients.eventBridge),
    secrets: mockClient(clients.secrets),
    codeBuild: mockClient(clients.codeBuild),
    logs: mockClient(clients.logs),
  };
  mocks.eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  mocks.secrets.on(GetSecretValueCommand).resolves({ SecretString: 'https://hooks.example.com/x' });
  const posted: [string, string][] = [];
  const answer = { status: 200 };
  const put = (key: string, body: object) => s3.objects.set(key, { body: Buffer.from(JSON.stringify(body)), input: { Bucket: '', Key: '' } });
  const item = async (TableName: string, Item: Record<string, unknown>) => db.client.send(new PutCommand({ TableName, Item }));
  /** Records that builds went live in prod. */
  let executionId = 'e3';
  const live = async (sequence: number, builds: Record<string, number>, promotion?: string) => {
    executionId = `e${sequence}`;
    put(`artifacts/shop/releases/e${sequence}.json`, {
      commitId: COMMIT,
      planId: 'p',
      sequence,
      components: Object.fromEntries(Object.entries(builds).map(([component, buildNumber]) => [component, { component, buildNumber, location: '', commitId: COMMIT }])),
    });
    await item(tables.deploymentsTable, {
      Component: environmentKey('shop', 'prod'),
      BuildNumber: sequence,
      Sequence: sequence,
      CommitId: COMMIT,
      Release: `shop/releases/e${sequence}.json`,
      PipelineExecutionId: `e${sequence}`,
      Timestamp: '2026-01-01T00:00:00.000Z',
      ...(promotion === undefined ? {} : { Promotion: promotion }),
    });
  };
  const expires = timing.now().getTime() / 1000 + 1000;
  await item(tables.diffTable, { CommitId: COMMIT, Component: planMarkerKey('shop'), PlanId: 'p', Status: 'Complete', PlanVersion: 1, Changed: 1, ExpiresAt: expires });
  await item(tables.diffTable, {
    CommitId: COMMIT, Component: diffKey('shop', 'training'), Solution: 'shop', PlanId: 'p', PlanVersion: 1, ExpiresAt: expires, Reasons: [{ kind: 'Direct', paths: ['a.py'], count: 1 }],
  });
  const notifications = new NotificationsFunction({
    configuration: {
      solution: 'shop',
      pipeline: 'shop',
      on,
      channels: types.map((type) => ({ type, variable: type })),
      stages: { prod: { environment: 'prod', places: { '-eu-west-1': 'prod', '-us-east-1': 'prod-us-east-1' } } },
      components: { training: 'training' },
    },
    pipelineArn: 'arn:aws:codepipeline:eu-west-1:111111111111:shop',
    ...tables,
    artifactBucket: 'artifacts',
    pipelineBucket: 'pipeline',
    dynamoDb: db.client,
    s3: s3.client,
    ...clients,
    post: async (url, body) => {
      posted.push([url, body]);
      return { status: answer.status, text: 'no_service' };
    },
    variable: (name) => `the-${name}`,
    timing,
    logger: createLogger(() => undefined, () => timing.now()),
  });
  const event = async (stage: string, action: string, state: string, more: object = {}) => notifications.handle({
    'detail-type': 'CodePipeline Action Execution State Change', 'detail': { stage, action, state, 'execution-id': executionId, 'type': { category: 'Invoke' }, ...more },
  });
  const told = () => mocks.sns.commandCalls(PublishCommand).map(({ args: [{ input }] }) => [input.Subject, input.Message]);
  const details = () => mocks.eventBridge.commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) => [input.Entries![0].DetailType, JSON.parse(input.Entries![0].Detail!)]);
  return { event, live, told, details, mocks, put, posted, answer, notifications };
}

describe('a release that is live', () => {
  it('is told with what is another than before, in words and as an event', async () => {
    const { event, live, told, details } = await setUp();
    await live(2, { training: 12, evaluation: 7 });
    await live(3, { training: 13, evaluation: 7 });
    await event('prod', 'Record', 'SUCCEEDED');
    expect(told()[0][0]).toBe('shop: release 3 is live in prod');
    expect(told()[0][1]).toContain('training 12 → 13 ("a.py" changed)\nunchanged: evaluation');
    expect(details()).toEqual([['Release Went Live', expect.objectContaining({ release: 3, previousRelease: 2, rolledBack: false })]]);
  });

  it('is told without what was before where nothing was', async () => {
    const { event, live, details } = await setUp();
    await live(3, { training: 1 });
    await event('prod', 'Record', 'SUCCEEDED');
    expect(details()[0][1]).toMatchObject({ release: 3, changed: [{ component: 'training', to: 1 }] });
    expect(details()[0][1].previousRelease).toBeUndefined();
  });

  it.each<[string, (live: (sequence: number, builds: Record<string, number>, promotion?: string) => Promise<void>) => Promise<void>, boolean]>([
    ['a rollback to the release before', async (live) => { await live(1, { training: 1 }); await live(2, { training: 2 }); await live(3, { training: 1 }, 'prod=1'); }, true],
    ['a promotion of what was live in the environment before alone', async (live) => { await live(2, { training: 2 }); await live(3, { training: 1 }, 'prod=1'); }, false],
    ['going forward again after a rollback', async (live) => {
      await live(1, { training: 1 });
      await live(2, { training: 2 });
      await live(3, { training: 1 }, 'prod=1');
      await live(4, { training: 2 }, 'prod=2');
    }, false],
    ['one component\'s earlier build', async (live) => { await live(2, { training: 2 }); await live(3, { training: 1 }, 'prod/training=1'); }, true],
    ['one component\'s later build', async (live) => { await live(2, { training: 1 }); await live(3, { training: 2 }, 'prod/training=2'); }, false],
  ])('%s: went back is %#', async (_, history, rolledBack) => {
    const { event, live, details } = await setUp();
    await history(live);
    await event('prod', 'Record', 'SUCCEEDED');
    expect(details()[0][1].rolledBack).toBe(rolledBack);
  });

  it('is an error where it is not recorded: Lambda tries again', async () => {
    const { event } = await setUp();
    await expect(event('prod', 'Record', 'SUCCEEDED')).rejects.toThrow('its release is not to be found there');
  });
});

describe('an approval', () => {
  const started = { type: { category: 'Approval' } };

  it('is told with what would change, by its own Region\'s review', async () => {
    const { event, put, told } = await setUp();
    put('artifacts/shop/reviews/e3/prod-us-east-1.json', { waiver: ASK, text: 'Queue is replaced', page: 'https://page' });
    await event('prod', 'Approve-us-east-1', 'STARTED', started);
    expect(told()[0]).toEqual(['shop: prod waits for approval', expect.stringContaining('Queue is replaced\n\nhttps://page')]);
  });

  it('is not told where nobody is asked', async () => {
    const { event, put, told } = await setUp();
    put('artifacts/shop/reviews/e3/prod.json', { waiver: 'there is nothing to deploy', text: '', page: '' });
    await event('prod', 'Approve-eu-west-1', 'STARTED', started);
    expect(told()).toEqual([]);
  });

  it('of one\'s own is told, too', async () => {
    const { event, told } = await setUp();
    await event('Own', 'Ask', 'STARTED', started);
    expect(told()[0][1]).toContain('codesuite/codepipeline/pipelines/shop/executions/e3');
  });
});

describe('a failure', () => {
  it('of a build is told with the end of its log and a link', async () => {
    const { event, mocks, told, details } = await setUp();
    mocks.codeBuild.on(BatchGetBuildsCommand, { ids: [BUILD_ID] }).resolves({ builds: [{ logs: { groupName: 'g', streamName: 's', deepLink: 'https://log' } }] });
    mocks.logs.on(GetLogEventsCommand, { logGroupName: 'g', logStreamName: 's', startFromHead: false }).resolves({ events: [{ message: 'E   assert 1 == 2\n' }, { message: '\n' }] });
    await event('Build', 'training', 'FAILED', { 'execution-result': { 'external-execution-id': BUILD_ID, 'external-execution-summary': 'Build terminated with state: FAILED' } });
    expect(told()).toEqual([['shop: the build of training failed', 'shop: the build of training failed\n\nBuild terminated with state: FAILED\nE   assert 1 == 2\n\nhttps://log\n']]);
    expect(details()[0]).toEqual(['Build Failed', expect.objectContaining({ component: 'training', link: 'https://log' })]);
  });

  it('of a build is reported with lines that come after a page without any', async () => {
    const { event, mocks, told } = await setUp();
    mocks.codeBuild.on(BatchGetBuildsCommand).resolves({ builds: [{ logs: { groupName: 'g', streamName: 's' } }] });
    const page = (nextToken: string | undefined) => mocks.logs.on(GetLogEventsCommand, { logGroupName: 'g', logStreamName: 's', limit: 15, startFromHead: false, nextToken }, true);
    page(undefined).resolves({ events: [], nextBackwardToken: 'b/1' });
    page('b/1').resolves({ events: [{ message: 'second' }], nextBackwardToken: 'b/2' });
    page('b/2').resolves({ events: [{ message: 'first' }], nextBackwardToken: 'b/3' });
    page('b/3').resolves({ events: [], nextBackwardToken: 'b/3' });
    await event('Build', 'training', 'FAILED', { 'execution-result': { 'external-execution-id': BUILD_ID } });
    expect(told()[0][1]).toContain('failed\n\nfirst\nsecond\n');
    expect(mocks.logs.commandCalls(GetLogEventsCommand)).toHaveLength(4);
  });

  it('of builds that are fanned out is told from their notes where the event does not say', async () => {
    const { event, put, mocks, told } = await setUp();
    put('pipeline/shop/fan-out/e3/failures/training.json', { component: 'training', reason: `build ${BUILD_ID} ended FAILED in BUILD: exit status 1` });
    mocks.codeBuild.on(BatchGetBuildsCommand).resolves({ builds: [] });
    // The link to the run of the state machine ends like a build's ID.
    const run = 'arn:aws:states:eu-west-1:111111111111:execution:shop-4fa621e1:0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
    const summary = `2 of 3 built. https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${run}`;
    await event('Build', 'Build', 'FAILED', { 'execution-result': { 'external-execution-id': run, 'external-execution-summary': summary } });
    expect(told()[0]).toEqual(['shop: builds failed', expect.stringContaining(`training: build ${BUILD_ID} ended FAILED`)]);
    expect(mocks.codeBuild.commandCalls(BatchGetBuildsCommand)[0].args[0].input).toEqual({ ids: [BUILD_ID] });
  });

  it('of the guard is a refusal, of a deployment it is not', async () => {
    const { event, details } = await setUp();
    const result = { 'execution-result': { 'external-execution-summary': 'Table is deleted' } };
    await event('prod', 'Prepare-eu-west-1', 'FAILED', result);
    await event('prod', 'Deploy-eu-west-1', 'FAILED', result);
    expect(details().map(([type, { message, environment }]) => [type, message, environment])).toEqual([
      ['Release Refused', 'Table is deleted', 'prod'], ['Execution Failed', 'Table is deleted', 'prod'],
    ]);
  });
});

describe('channels', () => {
  it('that fail keep no other from being told, and are tried again', async () => {
    const { event, mocks, posted, answer } = await setUp(['bus', 'webhook', 'topic']);
    mocks.eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }] });
    answer.status = 410;
    await expect(event('Source', 'Source', 'FAILED')).rejects.toThrow(/2 of 3 channels.*ThrottlingException.*answered 410: no_service/);
    expect(posted[0][0]).toBe('https://hooks.example.com/x');
    expect(mocks.sns.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it('take a webhook of https only', async () => {
    const { event, mocks, posted } = await setUp(['webhook']);
    mocks.secrets.on(GetSecretValueCommand).resolves({ SecretString: 'http://hooks' });
    await expect(event('Source', 'Source', 'FAILED')).rejects.toThrow('has to hold the https:// address');
    expect(posted).toEqual([]);
  });

  it('are told what was asked for, and nothing is read for the rest', async () => {
    const { event, told } = await setUp(['topic'], ['WENT_LIVE']);
    await event('prod', 'Prepare-eu-west-1', 'FAILED');
    await event('prod', 'Approve-eu-west-1', 'STARTED', { type: { category: 'Approval' } });
    await event('prod', 'Deploy-eu-west-1', 'SUCCEEDED');
    expect(told()).toEqual([]);
  });
});

it('refuses events of other kinds', async () => {
  const { notifications } = await setUp();
  await expect(notifications.handle({ 'detail-type': 'Scheduled Event', 'detail': {} })).rejects.toThrow("this one is 'Scheduled Event'");
});
