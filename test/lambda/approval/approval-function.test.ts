import {
  ApprovalAlreadyCompletedException, CodePipelineClient, GetPipelineStateCommand, InvalidApprovalTokenException, PutApprovalResultCommand,
  PutJobFailureResultCommand, PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ApprovalFunction } from '../../../lambda/approval/approval-function';
import { zipTexts } from '../../../lambda/release/archive';
import { createLogger } from '../../../lambda/shared/logger';
import { ChangeReport } from '../../../src/contract/delivery';
import { diffKey, environmentKey, planMarkerKey } from '../../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeS3 } from '../../support/fake-s3';
import { ManualTiming } from '../../support/timing';

const COMMIT = 'c'.repeat(40);
const build = (component: string, buildNumber: number) => ({ component, buildNumber, commitId: COMMIT });
const release = (sequence: number, api: number) => ({ sequence, commitId: COMMIT, pipelineExecutionId: 'e', components: { api: build('api', api) } });
const REPORT: ChangeReport = {
  version: 3,
  commitId: COMMIT,
  stacks: [],
  leftBehind: [],
  changes: [{ path: 'Api', type: 'AWS::Lambda::Function', action: 'Modify', replacement: 'False', properties: ['Code'] }],
  destructive: [],
  broadenings: [],
};

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

async function setUp(report: ChangeReport = REPORT) {
  const tables = await db.createTables();
  const s3 = new FakeS3();
  const put = (key: string, body: Uint8Array | string) => s3.objects.set(key, { body: Buffer.from(body), input: { Bucket: '', Key: '' } });
  put('pipeline/Release/1', zipTexts({ 'release.json': JSON.stringify(release(7, 4)) }));
  put('artifacts/shop/change-sets/e1/prod.json', JSON.stringify(report));
  put('artifacts/shop/releases/e0.json', JSON.stringify(release(6, 3)));
  const item = async (TableName: string, Item: Record<string, unknown>) => db.client.send(new PutCommand({ TableName, Item }));
  await item(tables.deploymentsTable, { Component: environmentKey('shop', 'prod'), BuildNumber: 0, Release: 'shop/releases/e0.json', Sequence: 6 });
  const codePipeline = new CodePipelineClient({ region: 'eu-west-1' });
  const pipeline = mockClient(codePipeline);
  const sns = new SNSClient({ region: 'eu-west-1' });
  const published = mockClient(sns);
  const timing = new ManualTiming();
  const expires = timing.now().getTime() / 1000 + 1000;
  await item(tables.diffTable, { CommitId: COMMIT, Component: planMarkerKey('shop'), PlanId: 'p', Status: 'Complete', PlanVersion: 1, Changed: 1, ExpiresAt: expires });
  await item(tables.diffTable, {
    CommitId: COMMIT, Component: diffKey('shop', 'api'), Solution: 'shop', PlanId: 'p', PlanVersion: 1, ExpiresAt: expires, Reasons: [{ kind: 'Forced' }],
  });
  const approvals = new ApprovalFunction({
    solution: 'shop',
    pipeline: 'shop-pipeline',
    ...tables,
    artifactBucket: 'artifacts',
    codePipeline,
    dynamoDb: db.client,
    s3: s3.client,
    s3As: () => s3.client,
    sns,
    timing,
    logger: createLogger(() => undefined, () => timing.now()),
  });
  const run = async (parameters: Record<string, string>, continuationToken?: string) => {
    pipeline.resetHistory();
    await approvals.handle({
      'CodePipeline.job': {
        id: 'job',
        data: {
          actionConfiguration: { configuration: { UserParameters: JSON.stringify(parameters) } },
          inputArtifacts: [{ location: { s3Location: { bucketName: 'pipeline', objectKey: 'Release/1' } } }],
          artifactCredentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
          ...(continuationToken ? { continuationToken } : {}),
        },
      },
    });
    const success = pipeline.commandCalls(PutJobSuccessResultCommand)[0]?.args[0].input;
    return {
      variables: success?.outputVariables,
      token: success?.continuationToken,
      failure: pipeline.commandCalls(PutJobFailureResultCommand)[0]?.args[0].input.failureDetails?.message,
    };
  };
  return { run, s3, pipeline, published, timing };
}

describe('review', () => {
  const REVIEW = {
    action: 'review', environment: 'prod', place: 'prod', pipelineExecutionId: 'e1', planId: 'p', mode: 'ALWAYS', page: 'https://page', topicArn: 'arn:topic',
  };

  it('writes the page, tells the topic, and gives the approval its text', async () => {
    const { run, s3, published } = await setUp();
    const { variables } = await run(REVIEW);
    expect(variables).toEqual({ waiver: 'ask', text: expect.stringContaining('- api: build 3 → 4, commit cccccccc: somebody asked for it') });
    expect(s3.text('artifacts/shop/reviews/e1/prod.html')).toContain('<li>Api (AWS::Lambda::Function) is modified (Code)</li>');
    expect(s3.objects.get('artifacts/shop/reviews/e1/prod.html')!.input.ContentType).toBe('text/html; charset=utf-8');
    expect(published.commandCalls(PublishCommand)[0].args[0].input).toEqual({
      TopicArn: 'arn:topic',
      Subject: 'Approve: Release 7 of shop for prod, commit cccccccc',
      Message: expect.stringMatching(/build 3 → 4[^]*https:\/\/page\n$/),
    });
  });

  describe('with an approval that holds for all Regions', () => {
    const stack = (changes: ChangeReport['changes']): ChangeReport['stacks'][number] => ({
      id: 'shop', stackName: 'shop', attempt: 1, releasedDigest: 'r', outcome: 'changes', approvedDigest: `${changes.length}`, changes, destructive: [], broadenings: [],
    });
    const further = { ...REVIEW, place: 'prod.us-east-1', approvedIn: 'prod' };
    const waiverOf = async (approved: ChangeReport | undefined, own: ChangeReport) => {
      const { run, s3 } = await setUp(approved);
      if (approved === undefined) {
        s3.objects.delete('artifacts/shop/change-sets/e1/prod.json');
      }
      s3.objects.set('artifacts/shop/change-sets/e1/prod.us-east-1.json', { body: Buffer.from(JSON.stringify(own)), input: { Bucket: '', Key: '' } });
      return (await run(further)).variables?.waiver;
    };
    const report = (changes: ChangeReport['changes']) => ({ ...REPORT, changes, stacks: [stack(changes)] });
    const other = { path: 'Table', type: 'AWS::DynamoDB::Table', action: 'Modify', replacement: 'False', properties: [] };

    it('asks nobody where the first Region\'s report covers the further one\'s', async () => {
      expect(await waiverOf(report([...REPORT.changes, other]), report(REPORT.changes))).toBe('what was approved for prod covers it');
    });

    it('asks where the further Region would do more, or the first was not delivered by this execution', async () => {
      expect(await waiverOf(report(REPORT.changes), report([...REPORT.changes, other]))).toBe('ask');
      expect(await waiverOf(undefined, report(REPORT.changes))).toBe('ask');
    });
  });

  it('keeps to CodePipeline\'s 1,000 characters', async () => {
    const changes = Array.from({ length: 200 }, (_, index) => ({ ...REPORT.changes[0], path: `Function${index}` }));
    const { run, published } = await setUp({ ...REPORT, changes });
    const { variables } = await run(REVIEW);
    expect(variables!.text.length).toBeLessThanOrEqual(1000);
    expect(variables!.text).toContain('more lines are on the page behind the link');
    expect(published.commandCalls(PublishCommand)[0].args[0].input.Message).toContain('Function199');
  });

  it.each([
    ['there is nothing to deploy', 'ALWAYS', { ...REPORT, changes: [] }],
    ['no permissions broaden', 'BROADENING_PERMISSIONS', REPORT],
    ['no resource is deleted or replaced', 'REPLACEMENTS', REPORT],
  ])('tells nobody where %s', async (why, mode, report) => {
    const { run, published } = await setUp(report);
    expect((await run({ ...REVIEW, mode })).variables).toMatchObject({ waiver: why });
    expect(published.commandCalls(PublishCommand)).toEqual([]);
  });

  it('tells nobody without a topic', async () => {
    const { run, published } = await setUp();
    expect((await run({ ...REVIEW, topicArn: '' })).variables).toMatchObject({ waiver: 'ask' });
    expect(published.commandCalls(PublishCommand)).toEqual([]);
  });

  it.each(['promotion', 'another'])('shows builds without reasons for the plan %s', async (planId) => {
    const { run } = await setUp();
    expect((await run({ ...REVIEW, planId })).variables!.text).toContain('- api: build 3 → 4, commit cccccccc\n');
  });

  it('refuses a mode that it does not know', async () => {
    const { run } = await setUp();
    expect((await run({ ...REVIEW, mode: 'SOMETIMES' })).failure).toContain("mode is 'SOMETIMES'");
  });
});

describe('waive', () => {
  const WAIVE = { action: 'waive', pipelineExecutionId: 'e1', stage: 'prod', approval: 'Approve', waiver: 'there is nothing to deploy' };
  const state = (status: string | undefined, token?: string, execution = 'e1') => ({
    stageStates: [
      { stageName: 'test', latestExecution: { pipelineExecutionId: 'e2', status: 'Succeeded' as const } },
      {
        stageName: 'prod',
        latestExecution: { pipelineExecutionId: execution, status: 'InProgress' as const },
        actionStates: [{ actionName: 'Approve', ...(status ? { latestExecution: { status: status as 'InProgress', token } } : {}) }],
      },
    ],
  });

  it('leaves the approval to a person where one is asked', async () => {
    const { run, pipeline } = await setUp();
    expect(await run({ ...WAIVE, waiver: 'ask' })).toEqual({ variables: {}, token: undefined, failure: undefined });
    expect(pipeline.commandCalls(PutApprovalResultCommand)).toEqual([]);
  });

  it('waits for the approval to begin, past an earlier execution\'s, and answers it saying why', async () => {
    const { run, pipeline, timing } = await setUp();
    pipeline.on(GetPipelineStateCommand).resolvesOnce(state(undefined)).resolvesOnce(state('Succeeded', 'old')).resolvesOnce(state('InProgress')).resolves(state('InProgress', 't'));
    expect((await run(WAIVE)).variables).toEqual({});
    expect(timing.slept).toEqual([3000, 3000, 3000]);
    expect(pipeline.commandCalls(PutApprovalResultCommand).map(({ args }) => args[0].input)).toEqual([{
      pipelineName: 'shop-pipeline',
      stageName: 'prod',
      actionName: 'Approve',
      token: 't',
      result: { status: 'Approved', summary: 'Nobody is asked: there is nothing to deploy.' },
    }]);
  });

  it('asks to be invoked again while there is no approval to answer; then success is its own', async () => {
    const { run, pipeline } = await setUp();
    pipeline.on(GetPipelineStateCommand).resolves(state('Succeeded'));
    const { token, variables } = await run(WAIVE);
    expect(variables).toBeUndefined();
    expect(token).toBe('waiting');
    expect((await run(WAIVE, token)).variables).toEqual({});
  });

  it('never answers for another execution', async () => {
    const { run, pipeline } = await setUp();
    pipeline.on(GetPipelineStateCommand).resolves(state('InProgress', 't', 'e9'));
    expect((await run(WAIVE)).failure).toContain('Execution e1 is not in stage prod any more');
    expect(pipeline.commandCalls(PutApprovalResultCommand)).toEqual([]);
  });

  it('takes an answer that is there already for its own, and a token that is another\'s for none', async () => {
    const { run, pipeline } = await setUp();
    pipeline.on(GetPipelineStateCommand).resolves(state('InProgress', 't'));
    pipeline.on(PutApprovalResultCommand)
      .rejectsOnce(new InvalidApprovalTokenException({ message: 'no', $metadata: {} }))
      .rejects(new ApprovalAlreadyCompletedException({ message: 'done', $metadata: {} }));
    expect((await run(WAIVE)).variables).toEqual({});
    expect(pipeline.commandCalls(PutApprovalResultCommand)).toHaveLength(2);
  });
});
