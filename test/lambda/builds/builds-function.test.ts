import { BuildsFunction } from '../../../lambda/builds/builds-function';
import { buildsEvent } from '../../../lambda/builds/event';
import { buildFailureCause } from '../../../lambda/builds/failure-cause';
import { failureReason } from '../../../lambda/builds/failure-reason';
import { runsInline } from '../../../lambda/builds/map-mode';
import { createLogger } from '../../../lambda/shared/logger';
import { OutcomeStore } from '../../../lambda/shared/outcome-store';
import { PlanStore } from '../../../lambda/shared/plan-store';
import { BuildStart, FailureAnswer, TrancheAnswer } from '../../../src/contract/fan-out';
import { CatalogueComponent } from '../../../src/core/catalogue';
import { catalogueDigest } from '../../../src/core/digest';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeCodePipeline } from '../../support/fake-code-pipeline';
import { FakeS3 } from '../../support/fake-s3';
import { FakeStepFunctions } from '../../support/fake-step-functions';
import { ManualTiming } from '../../support/timing';

const PLAN = { commitId: 'c1', planId: 'p1', pipelineExecutionId: 'e1', source: 's3://bucket/key' };

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

/** A builds function over a plan in which `changed` are changed. */
async function functionOver(components: readonly CatalogueComponent[], changed: readonly string[], maxConcurrency = 40) {
  const catalogue = { version: 1, components } as const;
  const tables = await db.createTables();
  const timing = new ManualTiming();
  const s3 = new FakeS3();
  const table = (tableName: string) => ({ client: db.client, tableName, solution: 'shop', timing });
  await new PlanStore(table(tables.diffTable)).write({
    commitId: PLAN.commitId,
    planId: PLAN.planId,
    plannedFor: 'head:1',
    catalogueDigest: catalogueDigest(catalogue),
    diffs: changed.map((component) => ({ component, reasons: [{ kind: 'NoBaseline' }], inputsDigest: 'i', forced: false })),
    unowned: { count: 0, paths: [] },
  }, 90);
  const outcomes = new OutcomeStore(table(tables.deploymentsTable), PLAN.pipelineExecutionId);
  const builds = new BuildsFunction({
    ...tables,
    solution: 'shop',
    catalogue,
    targets: Object.fromEntries(components.map(({ name }) => [name, { project: `project-of-${name}`, role: `role-of-${name}` }])),
    roleArnPrefix: 'arn:aws:iam::111111111111:role/path/',
    maxConcurrency,
    pipelineBucket: 'pipeline',
    dynamoDb: db.client,
    s3: s3.client,
    timing,
    pipeline: 'shop',
    stateMachine: 'arn:aws:states:eu-west-1:111111111111:stateMachine:shop',
    codePipeline: new FakeCodePipeline('shop').client,
    stepFunctions: new FakeStepFunctions().client,
    logger: createLogger(() => undefined, () => timing.now()),
  });
  return {
    builds,
    s3,
    ask: async (tranche: number) => builds.handle({ ...PLAN, tranche }),
    finish: async (...names: string[]) => {
      for (const component of names) {
        await outcomes.decide({ component, outcome: 'Built', build: 1 }, PLAN);
      }
    },
  };
}

const CHAIN: CatalogueComponent[] = [
  { name: 'a', path: 'a' },
  { name: '@x/b', path: 'b', dependsOn: ['a'] },
  { name: 'c', path: 'c', dependsOn: ['@x/b'] },
  { name: 'other', path: 'other' },
  { name: 'unchanged', path: 'unchanged' },
];
const CHANGED = ['a', '@x/b', 'c', 'other'];
const names = (answer: TrancheAnswer | FailureAnswer | undefined) => (answer?.step === 'inline' ? answer.builds.map(({ component }) => component) : answer);

test('each tranche has what its components\' builds need, and none that did not change', async () => {
  const { ask, finish } = await functionOver(CHAIN, CHANGED);
  const first = await ask(0);
  expect(names(first)).toEqual(['a', 'other']);
  expect(first).toMatchObject({ step: 'inline', next: 1 });
  await finish('a', 'other');
  const second = await ask(1);
  expect(second).toEqual({
    step: 'inline',
    next: 2,
    builds: [{
      ...PLAN, component: '@x/b', id: 'x-b', project: 'project-of-@x/b', role: 'arn:aws:iam::111111111111:role/path/role-of-@x/b', starts: 1,
    } satisfies BuildStart],
  });
  await finish('@x/b');
  expect(names(await ask(2))).toEqual(['c']);
  await finish('c');
  expect(await ask(3)).toEqual({ step: 'done' });
});

test('a plan without changes is done at once', async () => {
  const { ask } = await functionOver(CHAIN, []);
  expect(await ask(0)).toEqual({ step: 'done' });
});

test('asked again it says the same; asked anew it leaves out what is built', async () => {
  const { ask, finish } = await functionOver(CHAIN, CHANGED);
  expect(await ask(0)).toEqual(await ask(0));
  await finish('a', '@x/b');
  expect(names(await ask(0))).toEqual(['other']);
  await finish('other');
  expect(await ask(0)).toMatchObject({ step: 'inline', next: 3, builds: [{ component: 'c' }] });
});

test('a failed build cancels what depends on it and nothing else, and is not started again', async () => {
  const { ask, finish, builds } = await functionOver(CHAIN, CHANGED);
  await finish('other');
  const cause = JSON.stringify({ Build: { Id: 'p:1', BuildStatus: 'FAILED', Phases: [{ PhaseType: 'BUILD', PhaseStatus: 'FAILED', Contexts: [{ Message: 'exit status 1' }] }] } });
  expect(await builds.handle({ failure: { component: 'a', pipelineExecutionId: 'e1', error: 'States.TaskFailed', cause, starts: 1 } })).toEqual({ step: 'failed' });
  expect(await ask(1)).toEqual({
    step: 'failed',
    cause: '3 of 4 changed components have no build: 1 failed, 2 cancelled.\n'
      + 'Retry the stage once the cause is gone: it builds these and no others.\n'
      + '- a: build p:1 ended FAILED in BUILD: exit status 1\n'
      + '- @x/b: cancelled, because of a\n'
      + '- c: cancelled, because of a',
  });
});

describe('a build that failed', () => {
  const said = (status: string, phase?: string, phaseStatus = status) => JSON.stringify({
    Build: { Id: 'p:1', BuildStatus: status, Phases: [{ PhaseType: 'SUBMITTED', PhaseStatus: phase === 'SUBMITTED' ? phaseStatus : 'SUCCEEDED' }, ...(phase ? [{ PhaseType: phase, PhaseStatus: phaseStatus }] : [])] },
  });
  const noted = async (cause: string, starts?: number) => (await functionOver(CHAIN, CHANGED)).builds.handle({
    failure: { component: 'a', pipelineExecutionId: 'e1', error: 'States.TaskFailed', cause, ...(starts === undefined ? {} : { starts }) },
  });

  it.each([
    ['FAILED', 'PROVISIONING'], ['FAILED', 'DOWNLOAD_SOURCE'], ['FAILED', 'QUEUED'], ['FAILED', 'SUBMITTED'], ['FAULT', 'BUILD'], ['FAULT', undefined],
  ])('before its commands ran, or by the service\'s fault, is started again: %s in %s', async (status, phase) => {
    expect(await noted(said(status, phase), 1)).toEqual({ step: 'again', seconds: 30, starts: 2 });
    expect(await noted(said(status, phase), 2)).toEqual({ step: 'again', seconds: 60, starts: 3 });
    expect(await noted(said(status, phase), 3)).toEqual({ step: 'failed' });
  });

  it.each([
    ['FAILED', 'INSTALL'], ['FAILED', 'PRE_BUILD'], ['FAILED', 'BUILD'], ['FAILED', 'POST_BUILD'], ['TIMED_OUT', 'BUILD'], ['TIMED_OUT', 'QUEUED'], ['STOPPED', 'PROVISIONING'], ['FAILED', undefined],
  ])('in its own commands, by its time or by a person is not: %s in %s', async (status, phase) => {
    expect(await noted(said(status, phase), 1)).toEqual({ step: 'failed' });
  });

  it('is not where nothing is known of it, or of how often it was started', async () => {
    expect(await noted('not allowed', 1)).toEqual({ step: 'failed' });
    expect(await noted(said('FAULT'))).toEqual({ step: 'failed' });
  });
});

test('a failure whose reason was not noted is named all the same', async () => {
  const { ask } = await functionOver(CHAIN, ['c']);
  expect(await ask(1)).toMatchObject({ step: 'failed', cause: expect.stringContaining('- c: its build failed') });
});

test('a tranche beyond an inline Map\'s limits is put into an object', async () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ name: `c${index}`, path: `c${index}` }));
  const { ask, s3 } = await functionOver(many, many.map(({ name }) => name), 100);
  const answer = await ask(0);
  expect(answer).toEqual({ step: 'distributed', bucket: 'pipeline', key: 'shop/fan-out/e1/0.json', next: 1 });
  const stored = s3.json('pipeline/shop/fan-out/e1/0.json') as BuildStart[];
  expect(stored).toHaveLength(50);
  expect(stored[0]).toMatchObject({ component: 'c0', project: 'project-of-c0', ...PLAN });
});

test('a plan that was replaced stops it', async () => {
  const { builds } = await functionOver(CHAIN, CHANGED);
  await expect(builds.handle({ ...PLAN, planId: 'p2', tranche: 0 })).rejects.toThrow('was planned again: this execution has plan p2');
});

test('a component without a project stops it', async () => {
  const { builds } = await functionOver(CHAIN, CHANGED);
  (builds as unknown as { props: { targets: object } }).props.targets = {};
  await expect(builds.handle({ ...PLAN, tranche: 0 })).rejects.toThrow('Component \'a\' has no project to be built in.');
});

test('other definitions than the plan\'s stop it', async () => {
  const { builds } = await functionOver(CHAIN, CHANGED);
  const other = { version: 1, components: CHAIN.map((component) => (component.name === 'a' ? { ...component, build: { ...component.build!, digest: 'another' } } : component)) };
  const { props } = builds as unknown as { props: object };
  await expect(new BuildsFunction({ ...props, catalogue: other } as unknown as ConstructorParameters<typeof BuildsFunction>[0]).handle({ ...PLAN, tranche: 0 }))
    .rejects.toThrow('Plan p1 of commit c1 was made with other definitions of the components');
});

test.each([
  [{ changed: 1, tranche: 1, maxConcurrency: 1 }, true],
  [{ changed: 100, tranche: 200, maxConcurrency: 40 }, true],
  [{ changed: 101, tranche: 1, maxConcurrency: 40 }, false],
  [{ changed: 100, tranche: 41, maxConcurrency: 41 }, false],
  [{ changed: 100, tranche: 40, maxConcurrency: 1000 }, true],
])('inline for %j: %s', (size, inline) => expect(runsInline(size)).toBe(inline));

test.each([
  [undefined, 'with a text \'commitId\''],
  [{ ...PLAN }, 'needs a tranche'],
  [{ ...PLAN, tranche: -1 }, 'needs a tranche'],
  [{ ...PLAN, planId: 1, tranche: 0 }, 'with a text \'planId\''],
  [{ failure: { component: 'a' } }, 'with a text \'pipelineExecutionId\''],
])('refuses %j', (event, message) => expect(() => buildsEvent(event)).toThrow(message));

describe('failureReason', () => {
  it('is the build\'s, with a link to its log', () => {
    expect(failureReason('States.TaskFailed', JSON.stringify({ Build: { Id: 'p:1', BuildStatus: 'TIMED_OUT', Logs: { DeepLink: 'https://log' } } })))
      .toBe('build p:1 ended TIMED_OUT https://log');
  });
  it.each(['FAILED', 'TIMED_OUT', 'FAULT', 'CLIENT_ERROR', 'STOPPED'])('names the phase that ended %s', (status) => {
    const phases = [{ PhaseType: 'INSTALL', PhaseStatus: 'SUCCEEDED' }, { PhaseType: 'BUILD', PhaseStatus: status, Contexts: [{ Message: 'why' }] }, { PhaseType: 'COMPLETED' }];
    expect(failureReason('States.TaskFailed', JSON.stringify({ Build: { Id: 'p:1', BuildStatus: status, Phases: phases } }))).toBe(`build p:1 ended ${status} in BUILD: why`);
  });
  it('is the error, where there is no build', () => {
    expect(failureReason('CodeBuild.AccessDeniedException', 'not\nallowed')).toBe('CodeBuild.AccessDeniedException: not allowed');
    expect(failureReason('E', '"text"')).toBe('E: "text"');
  });
  it('is short', () => expect(failureReason('E', 'x'.repeat(10_000)).length).toBeLessThanOrEqual(400));
});

test('a cause is bounded, however many components have no build', () => {
  const unbuilt = Array.from({ length: 5_000 }, (_, index) => ({ component: `component-${index}`, waitsFor: index < 30 ? [] : ['component-0', 'x', 'y', 'z'] }));
  const cause = buildFailureCause(unbuilt, 5_000, new Map(unbuilt.map(({ component }) => [component, 'r'.repeat(600)])));
  expect(cause.length).toBeLessThanOrEqual(16_000);
  expect(cause).toMatch(/^5000 of 5000 changed components have no build: 30 failed, 4970 cancelled\./);
  expect(buildFailureCause(unbuilt.slice(30, 80), 50, new Map())).toContain('component-30: cancelled, because of component-0, x, y and 1 more');
  expect(buildFailureCause(unbuilt.slice(30, 80), 50, new Map())).toContain('- and 10 more');
  // All that fit are listed, and none is left out without a word.
  expect(buildFailureCause(unbuilt.slice(30, 70), 40, new Map())).toContain('component-69');
  expect(buildFailureCause(unbuilt.slice(30, 70), 40, new Map())).not.toContain('more components');
  expect(buildFailureCause(unbuilt.slice(30, 71), 41, new Map())).toMatch(/component-69: .*\n- and 1 more$/);
});
