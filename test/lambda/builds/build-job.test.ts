import { PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { BuildJob, progressText } from '../../../lambda/builds/build-job';
import { BuildRuns, STOPPED } from '../../../lambda/builds/build-runs';
import { endedExecution } from '../../../lambda/builds/event';
import { PlanProgress } from '../../../lambda/builds/plan-progress';
import { createLogger } from '../../../lambda/shared/logger';
import { Pipeline } from '../../../lambda/shared/pipeline';
import { FanOutRunInput } from '../../../src/contract/fan-out';
import { FakeCodePipeline } from '../../support/fake-code-pipeline';
import { FakeStepFunctions } from '../../support/fake-step-functions';
import { ManualTiming } from '../../support/timing';

const ARN = 'arn:aws:states:eu-west-1:111111111111:execution:shop';
const INPUT = { commitId: 'c1', planId: 'p1', source: 's3://bucket/key' };

/** A Build action of a pipeline with one execution, `execution-1`; of four changed components, `built` have their builds. */
function world(built: string[] = []) {
  const codePipeline = new FakeCodePipeline('shop');
  const execution = codePipeline.start('c1');
  const stepFunctions = new FakeStepFunctions();
  const timing = new ManualTiming();
  const answers: object[] = [];
  const closed = new Set<string>();
  const answer = (result: { readonly jobId?: string }) => {
    if (closed.has(result.jobId!)) {
      throw Object.assign(new Error('Job is over'), { name: 'InvalidJobStateException' });
    }
    closed.add(result.jobId!);
    answers.push(result);
    return {};
  };
  mockClient(codePipeline.client).on(PutJobSuccessResultCommand).callsFake(answer).on(PutJobFailureResultCommand).callsFake(answer);
  const statuses = new FakeCodePipeline('shop');
  statuses.executions.push(execution);
  const progress = { changed: async () => ['a', 'b', 'c', 'd'], built: async () => new Set(built) } as unknown as PlanProgress;
  const job = new BuildJob({
    codePipeline: codePipeline.client,
    pipeline: new Pipeline(statuses.client, 'shop'),
    runs: new BuildRuns(stepFunctions.client, ARN.replace(':execution:', ':stateMachine:'), timing),
    progress,
    timing,
    logger: createLogger(() => undefined, () => timing.now()),
  });
  const handle = async (id: string, continuationToken?: string) => job.handle({
    id, continuationToken, userParameters: JSON.stringify({ ...INPUT, pipelineExecutionId: execution.id }), inputArtifacts: [], outputArtifacts: [],
  });
  return { execution, stepFunctions, timing, answers, closed, handle, job, progress };
}

const running = (job: string) => ({ status: 'RUNNING' as const, input: JSON.stringify({ job }) });

test('the first invocation starts a run under the execution\'s name and asks to be invoked again', async () => {
  const { handle, stepFunctions, answers } = world(['b', 'a']);
  await handle('job-1');
  expect([...stepFunctions.runs]).toEqual([['execution-1', {
    status: 'RUNNING', input: JSON.stringify({ ...{ commitId: 'c1', planId: 'p1', pipelineExecutionId: 'execution-1', source: 's3://bucket/key' }, tranche: 0, job: 'job-1' } satisfies FanOutRunInput),
  }]]);
  expect(answers).toEqual([{
    jobId: 'job-1',
    continuationToken: 'execution-1',
    executionDetails: {
      summary: `2 of 4 built: a, b\nhttps://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${ARN}:execution-1`,
      externalExecutionId: `${ARN}:execution-1`,
      percentComplete: 50,
    },
  }]);
});

test('further invocations wait for the run\'s end, and ask again before their own', async () => {
  const { handle, stepFunctions, answers, timing } = world();
  stepFunctions.runs.set('execution-1', running('job-1'));
  await handle('job-2', 'execution-1');
  expect(answers[0]).toMatchObject({ continuationToken: 'execution-1' });
  const waited = timing.slept.reduce((sum, each) => sum + each, 0);
  // Less than the five minutes that the function has.
  expect([waited > 200_000, waited <= 240_000]).toEqual([true, true]);

  stepFunctions.onLook = (look) => { stepFunctions.runs.get('execution-1')!.status = look > stepFunctions.looks ? 'RUNNING' : 'SUCCEEDED'; };
  await handle('job-3', 'execution-1');
  expect(answers[1]).toMatchObject({ jobId: 'job-3', outputVariables: {}, executionDetails: { percentComplete: 100 } });
  expect(answers[1]).not.toHaveProperty('continuationToken');
});

test.each([
  [{ status: 'FAILED', error: 'ComponentsNotBuilt', cause: '1 of 4' }, 'ComponentsNotBuilt: 1 of 4\nhttps://'],
  [{ status: 'ABORTED', error: STOPPED, cause: 'why' }, `The run of the state machine ended ABORTED. ${STOPPED}: why\nhttps://`],
  [{ status: 'TIMED_OUT' }, 'The run of the state machine ended TIMED_OUT. Failed: no cause was given\nhttps://'],
] as const)('a run that ended %j fails the action, with a link to it', async (end, message) => {
  const { handle, stepFunctions, answers } = world();
  stepFunctions.runs.set('execution-1', { ...running('job-1'), ...end });
  await handle('job-2', 'execution-1');
  expect(answers).toEqual([{ jobId: 'job-2', failureDetails: { type: 'JobFailed', message: expect.stringContaining(message), externalExecutionId: `${ARN}:execution-1` } }]);
});

test('a link stays, however long the cause is', async () => {
  const { handle, stepFunctions, answers } = world();
  stepFunctions.runs.set('execution-1', { ...running('job-1'), status: 'FAILED', error: 'E', cause: 'x'.repeat(30_000) });
  await handle('job-2', 'execution-1');
  expect((answers[0] as { failureDetails: { message: string } }).failureDetails.message).toMatch(/…\nhttps:\S+execution-1$/);
});

describe('a retry of the stage', () => {
  test('adopts a run that is under way', async () => {
    const { handle, stepFunctions, answers } = world();
    stepFunctions.runs.set('execution-1', running('job-of-before'));
    await handle('job-2');
    expect([...stepFunctions.runs.keys()]).toEqual(['execution-1']);
    expect(answers[0]).toMatchObject({ continuationToken: 'execution-1' });
  });

  test.each(['FAILED', 'ABORTED', 'TIMED_OUT', 'SUCCEEDED'] as const)('starts another after one that is %s, under the next number', async (status) => {
    const { handle, stepFunctions, answers } = world();
    stepFunctions.runs.set('execution-1', { ...running('job-of-before'), status }).set('execution-1-2', { ...running('job-of-before'), status });
    await handle('job-2');
    expect(stepFunctions.runs.get('execution-1-3')).toMatchObject({ status: 'RUNNING' });
    expect(answers[0]).toMatchObject({ continuationToken: 'execution-1-3' });
  });

  test('invoked twice starts one run, also where the first has ended', async () => {
    const { handle, stepFunctions, closed } = world();
    await handle('job-1');
    stepFunctions.runs.get('execution-1')!.status = 'FAILED';
    await handle('job-1');
    expect([...stepFunctions.runs.keys()]).toEqual(['execution-1']);
    expect([...closed]).toEqual(['job-1']);
  });

  test('adopts what another worker starts at the same time', async () => {
    const { handle, stepFunctions, answers } = world();
    stepFunctions.beforeStart = () => stepFunctions.runs.set('execution-1', running('another'));
    await handle('job-1');
    expect([...stepFunctions.runs.keys()]).toEqual(['execution-1']);
    expect(answers[0]).toMatchObject({ continuationToken: 'execution-1' });
  });
});

describe('an execution that nobody waits for', () => {
  test.each(['Stopped', 'Cancelled', 'Superseded'] as const)('has its run stopped when it is %s', async (status) => {
    const { execution, job, stepFunctions } = world();
    stepFunctions.runs.set('execution-1', { ...running('job-1'), status: 'FAILED' }).set('execution-1-2', running('job-2'));
    execution.status = status;
    await job.ended('execution-1');
    expect(stepFunctions.runs.get('execution-1-2')).toMatchObject({ status: 'ABORTED', error: STOPPED });
    expect(stepFunctions.runs.get('execution-1')).toMatchObject({ status: 'FAILED' });
  });

  test('is not one whose stage was retried before the event came', async () => {
    const { job, stepFunctions } = world();
    stepFunctions.runs.set('execution-1', running('job-1'));
    await job.ended('execution-1');
    expect(stepFunctions.runs.get('execution-1')).toMatchObject({ status: 'RUNNING' });
  });

  test('may have no run', async () => {
    const { execution, job } = world();
    execution.status = 'Stopped';
    await expect(job.ended('execution-1')).resolves.toBeUndefined();
  });

  test('is found by a job that takes no answer, too', async () => {
    const { execution, handle, stepFunctions, closed } = world();
    execution.status = 'Stopped';
    closed.add('job-1');
    await handle('job-1');
    expect(stepFunctions.runs.get('execution-1')).toMatchObject({ status: 'ABORTED' });
  });

  test.each(['InProgress', 'Stopping', 'Failed'] as const)('is not one that is %s and whose job another worker answered', async (status) => {
    const { execution, handle, stepFunctions, closed } = world();
    execution.status = status;
    closed.add('job-1');
    await handle('job-1');
    expect(stepFunctions.runs.get('execution-1')).toMatchObject({ status: 'RUNNING' });
  });
});

test('builds go on where it cannot be read how far they are', async () => {
  const { handle, answers, progress } = world();
  Object.assign(progress, { built: async () => { throw new Error('throttled'); } });
  await handle('job-1');
  expect(answers[0]).toMatchObject({ continuationToken: 'execution-1', executionDetails: { externalExecutionId: `${ARN}:execution-1` } });
});

test('a run that is gone fails the action', async () => {
  const { handle, answers } = world();
  await handle('job-2', 'execution-1');
  expect(answers[0]).toMatchObject({ failureDetails: { message: expect.stringContaining('has no run \'execution-1\'') } });
});

test('a summary is bounded', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(120)}${index}`);
  expect(progressText(names, 2000)).toMatch(/^1000 of 2000 built: .* and 990 more$/);
  expect(progressText(names, 2000).length).toBeLessThan(1_600);
  expect(progressText([], 2)).toBe('0 of 2 built');
});

test.each([
  [{ 'detail-type': 'CodePipeline Pipeline Execution State Change', 'detail': { 'execution-id': 'e', 'state': 'STOPPED' } }, 'e'],
  [{ 'detail-type': 'Scheduled Event', 'detail': {} }, undefined],
  [undefined, undefined],
])('of %j ended %s', (event, id) => expect(endedExecution(event)).toBe(id));
