import { CodePipelineClient, GetPipelineCommand, GetPipelineExecutionCommand, ListPipelineExecutionsCommand, PipelineNotFoundException, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { run, runJson } from './support/run';
import { AttemptStore } from '../../lambda/shared/attempt-store';
import { StageAttemptStore } from '../../lambda/shared/stage-attempt-store';
import type { Report } from '../../src/core/report/report';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { ManualTiming } from '../support/timing';
import { BUCKET, ENVIRONMENTS, fileComponent, SOLUTION, World } from '../support/world';

const PIPELINE = ['--pipeline', 'shop-pipeline'];
const COMMIT = expect.stringMatching(/^[0-9a-f]{40}$/) as string;

describe('status, releases, rollback, promote', () => {
  const saved = { ...process.env };
  const pipeline = mockClient(CodePipelineClient);
  const s3 = mockClient(S3Client);
  let db: DynamoDb;
  let world: World;

  beforeAll(async () => {
    db = await startDynamoDb();
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    });
    world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    await world.deploy({ x: 'x2' });
    world.push({ y: 'y2' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
    // In the environments now: release 3 in test, release 2 in prod.
  });

  afterAll(async () => {
    process.env = saved;
    await db.stop();
  });

  beforeEach(() => {
    pipeline.reset();
    s3.reset();
    s3.on(GetObjectCommand).callsFake(async ({ Bucket, Key }) => ({ Body: { transformToString: async () => world.s3.text(`${Bucket}/${Key}`) } }));
    const record = (environment: string) => JSON.stringify({ environment, pipelineExecutionId: '#{codepipeline.PipelineExecutionId}' });
    const plan = JSON.stringify({
      action: 'plan',
      commitId: 'c',
      pipelineExecutionId: 'e',
      promotion: '#{variables.Promotion}',
      solution: SOLUTION,
      deploymentsTable: world.tables.deploymentsTable,
      diffTable: world.tables.diffTable,
      artifactBucket: BUCKET,
    });
    pipeline.on(GetPipelineCommand, { name: 'shop-pipeline' }).resolves({
      pipeline: {
        name: 'shop-pipeline',
        roleArn: 'arn:aws:iam::111111111111:role/role',
        stages: [['Plan', plan], ['Custom', 'not JSON'], ['Own', record('test')], ...ENVIRONMENTS.map((name) => ['Record', record(name)])].map(([name, parameters]) => ({
          name: 'stage', actions: [{ name, actionTypeId: undefined, configuration: { FunctionName: 'diff', UserParameters: parameters } }],
        })),
      },
    });
    pipeline.on(StartPipelineExecutionCommand).resolves({ pipelineExecutionId: 'started' });
    lastStarted('none');
  });

  function lastStarted(promotion: string, more: object = {}): void {
    pipeline.on(ListPipelineExecutionsCommand, { pipelineName: 'shop-pipeline', maxResults: 1 }).resolves({ pipelineExecutionSummaries: [{ pipelineExecutionId: 'last' }] });
    pipeline.on(GetPipelineExecutionCommand).resolves({ pipelineExecution: { variables: [{ name: 'Promotion', resolvedValue: promotion }], ...more } });
  }

  it('status says that the branch is held, and resume lets it flow again', async () => {
    expect((await runJson(['status', ...PIPELINE, '--json']) as { held: unknown }).held).toBeNull();
    lastStarted('prod=1');
    expect((await run(['status', ...PIPELINE])).out).toContain('The branch is held: last came the promotion prod=1. The next merge, or the command resume, lets it flow again.');
    lastStarted('none', { rollbackMetadata: { rollbackTargetPipelineExecutionId: 'e1' } });
    expect((await runJson(['status', ...PIPELINE, '--json']) as { held: unknown }).held).toBe('the rollback to execution e1');
    const lambda = mockClient(LambdaClient).on(InvokeCommand).resolves({ StatusCode: 200 });
    expect(await run(['resume', ...PIPELINE])).toMatchObject({ code: 0, out: 'The branch\'s head is on its way through pipeline \'shop-pipeline\'.\n' });
    expect(lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => [input.FunctionName, JSON.parse(input.Payload as unknown as string)])).toEqual([['diff', { action: 'resume' }]]);
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: new TextEncoder().encode('{"errorMessage":"no branch"}') as never });
    expect(await run(['resume', ...PIPELINE])).toMatchObject({ code: 1, err: 'The branch\'s head could not be released: no branch\n' });
  });

  it('status says what does not reach the template', async () => {
    world.s3.objects.set(`${BUCKET}/shop/releases/execution-2.undeclared.json`, { body: Buffer.from('{"parameters":["XKey"],"left":["XKeyy"]}'), input: {} as never });
    expect((await run(['status', ...PIPELINE])).out).toContain('The template does not declare XKey: what these components build does not reach it. It keeps the defaults of XKeyy.');
    world.s3.objects.set(`${BUCKET}/shop/releases/execution-2.undeclared.json`, { body: Buffer.from('{"parameters":[],"left":[]}'), input: {} as never });
  });

  const started = () => pipeline.commandCalls(StartPipelineExecutionCommand).map(({ args: [{ input }] }) => input);

  it('allow lets one release destroy, and says until when', async () => {
    const commit = 'c'.repeat(40);
    const { out, code } = await run(['allow', 'prod', ...PIPELINE, '--commit', commit, '--resources', 'Old,Data/Table', '--reason', 'moved', '--days', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Until \\S+, the release of commit ${commit} may delete or replace Old, Data/Table in 'prod'\\.`));
    const item = await world.item('deploymentsTable', { Component: `${SOLUTION}##prod#allow#${commit}`, BuildNumber: 0 });
    expect(item).toMatchObject({ Environment: 'prod', CommitId: commit, LogicalIds: ['Old', 'Data/Table'], Reason: 'moved' });
    const lifetime = (item as { ExpiresAt: number }).ExpiresAt - Date.parse((item as { Timestamp: string }).Timestamp) / 1000;
    // DynamoDB expires by whole seconds.
    expect(Math.ceil(lifetime)).toBe(2 * 86_400);
    expect((await run(['allow', 'test', ...PIPELINE, '--commit', commit])).out).toContain("may delete or replace any resource in 'test'");
  });

  it.each([
    [['allow', 'prod', '--commit', 'abc'], "--commit takes a commit's ID in full"],
    [['allow', 'prod', '--commit', 'c'.repeat(40), '--days', '91'], '--days takes a whole number from 1 to 90'],
    [['allow', 'prod', '--commit', 'c'.repeat(40), '--resources', 'a b'], "not 'a b'"],
    [['allow', 'stage', '--commit', 'c'.repeat(40)], "There is no environment 'stage'. There are 'test', 'prod'."],
  ])('%j is refused', async (args, message) => {
    const { err, code } = await run([...args, ...PIPELINE]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('report tells what is live, what came last and why, and how deliveries go', async () => {
    pipeline.on(ListPipelineExecutionsCommand, { pipelineName: 'shop-pipeline' }).resolves({
      pipelineExecutionSummaries: [{ pipelineExecutionId: 'execution-2', startTime: new Date('2026-03-01T11:00:00.000Z') }],
    });
    lastStarted('none');
    const found = await runJson(['report', ...PIPELINE, '--json', '--days', '100000']) as Report;
    expect(found.environments.map(({ name, release }) => [name, release])).toEqual([['test', 3], ['prod', 2]]);
    expect(found.components.filter(({ component }) => component !== 'template').map(({ component, environments }) => [component, environments.map(({ build, behind }) => [build, behind])])).toEqual([
      ['x', [[2, undefined], [2, undefined]]], ['y', [[2, undefined], [1, 'test']]],
    ]);
    expect(found.releases.map(({ release, changes }) => [release, changes!.filter(({ component }) => component !== 'template').map(({ component, reasons }) => [component, reasons.map(({ kind }) => kind)])])).toEqual([
      [3, [['y', ['Direct']]]], [2, [['x', ['Direct']]]], [1, [['x', ['NoBaseline']], ['y', ['NoBaseline']]]],
    ]);
    expect(found.figures).toMatchObject({ environment: 'prod', deployments: 2, leadTime: 3_600, leadTimesKnown: 1, failures: 0 });
    expect((await run(['report', ...PIPELINE, '--html'])).out).toMatch(/^<!doctype html>[^]*<h1>shop: what is live<\/h1>/);
    expect((await run(['report', ...PIPELINE, '--days', '100000'])).out).toContain('lead time              1 hour\n');
  });

  it('report refuses what it cannot do', async () => {
    expect(await run(['report', ...PIPELINE, '--html', '--json'])).toMatchObject({ code: 2, err: expect.stringContaining('Pass one of --html, --json.') as string });
    expect(await run(['report', ...PIPELINE, '--days', '0'])).toMatchObject({ code: 2, err: expect.stringContaining("--days takes a whole number from 1 up, not '0'.") as string });
  });

  it('status prints each component in each environment', async () => {
    expect(await runJson(['status', ...PIPELINE, '--json'])).toEqual({
      held: null,
      environments: [
        { name: 'test', release: 3, commit: COMMIT, since: '2026-03-01T12:00:00.000Z', promotion: null, undeclared: [], stacks: [], unfinished: [], partly: [], leftBehind: [] },
        { name: 'prod', release: 2, commit: COMMIT, since: '2026-03-01T12:00:00.000Z', promotion: null, undeclared: [], stacks: [], unfinished: [], partly: [], leftBehind: [] },
      ],
      components: ['template', 'x', 'y'].map((component) => expect.objectContaining({ component }) as unknown),
    });
    const { out, code } = await run(['status', ...PIPELINE]);
    expect(code).toBe(0);
    expect(out).toMatch(/^test: release 3, commit [0-9a-f]{12}, since 2026/);
    expect(out).toMatch(/^y +#2 {2}[0-9a-f]{8} {2}2026\S+ +#1 {2}[0-9a-f]{8} {2}2026\S+$/m);
  });

  it('status says what each stack of a place has, where one failed, and which left the release', async () => {
    const commit = 'c'.repeat(40);
    const table = { client: db.client, tableName: world.tables.deploymentsTable, solution: SOLUTION, timing: new ManualTiming() };
    const attempts = new AttemptStore(table);
    const attempt = { Number: 1, PipelineExecutionId: 'e', CommitId: commit, Digest: 'd', Token: 't', Timestamp: '' };
    const delivered = {
      Digest: 'd', Attempt: 1, PipelineExecutionId: 'e', CommitId: commit, StackId: 's', Status: 'S', Updated: 'u', OutputsDigest: 'o', Timestamp: '2026-03-01T12:00:00.000Z',
    };
    const address = (stackName: string) => ({ environment: 'prod', place: 'prod', stackName });
    await attempts.write(address('shop-network'), undefined, { ...attempt, Phase: 'Succeeded' }, delivered);
    await attempts.write(address('shop-data'), undefined, { ...attempt, Phase: 'Failed', Reason: 'Table: no\nmore' });
    await new StageAttemptStore(table).start('prod', 'prod', {
      executionId: 'e',
      contentDigest: 'c',
      gatesDigest: 'g',
      testsDigest: 't',
      stacks: ['shop-network', 'shop-data', 'shop-api'],
      leftBehind: ['shop-old'],
      partly: { executionId: 'e', commitId: commit, with: ['shop-network'], without: ['shop-data'], notBegun: ['shop-api'] },
    });
    const { out } = await run(['status', ...PIPELINE]);
    expect(out).toContain([
      '  prod: the last release to come here was not recorded: gates, or stacks, failed or go on',
      `  prod: execution e delivered commit ${commit.slice(0, 12)} in part: with it shop-network; failed shop-data; not begun shop-api`,
      `  prod: stack shop-network: commit ${commit.slice(0, 12)}, since 2026-03-01T12:00:00.000Z`,
      '  prod: stack shop-data: nothing was delivered; the last attempt is Failed: Table: no',
      '  prod: stack shop-api: nothing was delivered',
      '  prod: stack shop-old left the release and stays; the command delete-stack deletes it',
    ].join('\n'));
    expect((await runJson(['status', ...PIPELINE, '--json']) as { environments: object[] }).environments[1]).toMatchObject({
      unfinished: ['prod'],
      leftBehind: [{ place: 'prod', stack: 'shop-old' }],
      stacks: [{ stack: 'shop-network', commit: commit, last: 'Succeeded' }, { last: 'Failed' }, { last: null }],
    });
  });

  it('releases lists what went live, the newest first, and marks what is', async () => {
    const found = await runJson<object[]>(['releases', ...PIPELINE, '--json']);
    expect(found).toEqual([
      { release: 3, commit: COMMIT, promotion: null, environments: [expect.objectContaining({ name: 'test', isLive: true })] },
      { release: 2, commit: COMMIT, promotion: null, environments: [expect.objectContaining({ name: 'test', isLive: false }), expect.objectContaining({ name: 'prod', isLive: true })] },
      { release: 1, commit: COMMIT, promotion: null, environments: [expect.objectContaining({ name: 'test', isLive: false }), expect.objectContaining({ name: 'prod', isLive: false })] },
    ]);
    expect(await runJson<object[]>(['releases', ...PIPELINE, '--json', '--last', '1'])).toHaveLength(1);
    expect((await run(['releases', ...PIPELINE])).out).toMatch(/^2 .*, \*prod 2026/m);
  });

  it('rollback goes to the release before, pinned to its commit', async () => {
    const { out, code } = await run(['rollback', 'prod', ...PIPELINE]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}x +2 +1$/m);
    expect(out).not.toMatch(/^ {2}y/m);
    expect(out).toContain("Execution started of pipeline 'shop-pipeline' was started.");
    expect(started()).toEqual([{
      name: 'shop-pipeline',
      variables: [{ name: 'Promotion', value: 'prod=1' }],
      sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: COMMIT }],
    }]);
  });

  it.each([
    [['rollback', 'test', '--to', '1'], 'test=1'],
    [['rollback', 'prod', '--component', 'x'], 'prod/x=1'],
    [['rollback', 'prod', '--component', 'x', '--build', '1'], 'prod/x=1'],
    [['promote', 'prod'], 'prod=3'],
    [['promote', 'prod', '--release', '1'], 'prod=1'],
    [['promote', 'prod', '--component', 'y'], 'prod/y=2'],
  ])('%j promotes %s', async (args, promotion) => {
    const { err, code } = await run([...args, ...PIPELINE]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(started()).toMatchObject([{ variables: [{ value: promotion }] }]);
  });

  it('starts nothing in a dry run, and says what would change', async () => {
    expect(await runJson(['promote', 'prod', ...PIPELINE, '--dry-run', '--json'])).toEqual({
      promotion: 'prod=3', environment: 'prod', commit: COMMIT, changes: [{ component: 'y', from: 1, to: 2 }], execution: null,
    });
    expect(started()).toEqual([]);
  });

  it.each(['Succeeded', 'Failed'] as const)('waits for the end: %s', async (status) => {
    pipeline.on(GetPipelineExecutionCommand).resolves({ pipelineExecution: { status } });
    const { out, code } = await run(['promote', 'prod', ...PIPELINE, '--wait', '--json']);
    expect(JSON.parse(out)).toMatchObject({ execution: 'started', status });
    expect(code).toBe(status === 'Succeeded' ? 0 : 1);
  });

  it.each([
    [['promote', 'prod', '--release', '9'], 1, "Release 9 cannot be deployed to 'prod': it never was live in 'test'"],
    [['rollback', 'prod', '--component', 'z', '--build', '1'], 1, "has no component 'z'"],
    [['rollback', 'prod', '--component', 'y'], 1, "'prod' never had another build of component 'y'"],
    [['promote', 'test'], 1, "'test' is the first environment"],
    [['rollback', 'live'], 2, "There is no environment 'live'. There are 'test', 'prod'."],
    [['rollback', 'prod', '--to', 'last'], 2, "--to takes a whole number from 1 up, not 'last'"],
    [['rollback', 'prod', '--build', '1'], 2, 'add --component NAME'],
    [['rollback', 'prod', '--to', '1', '--component', 'x'], 2, 'not both'],
    [['rollback'], 2, 'rollback takes ENVIRONMENT; received none'],
  ])('%j is refused with its reason', async (args, expected, message) => {
    const { code, out, err } = await run([...args, ...PIPELINE]);
    expect({ code, out }).toEqual({ code: expected, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
    expect(started()).toEqual([]);
  });

  it('tells what AWS answers, without a stack', async () => {
    pipeline.on(GetPipelineCommand).rejects(new PipelineNotFoundException({ message: 'gone', $metadata: {} }));
    expect(await run(['status', '--pipeline', 'other'])).toMatchObject({ code: 2, err: "There is no pipeline 'other' in this account and Region.\n" });
    pipeline.on(GetPipelineCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException', $metadata: {} }));
    expect(await run(['status', ...PIPELINE])).toMatchObject({ code: 1, err: 'AccessDeniedException: not authorized\n' });
    expect(await run(['status'])).toMatchObject({ code: 2, err: expect.stringContaining('Pass --pipeline NAME.') as string });
  });

  it('refuses a pipeline of another kind', async () => {
    pipeline.on(GetPipelineCommand).resolves({ pipeline: { name: 'other', roleArn: undefined, stages: [{ name: 'Source', actions: [] }] } });
    expect(await run(['status', ...PIPELINE])).toMatchObject({ code: 2, err: expect.stringContaining('is not a modular pipeline') as string });
  });
});
