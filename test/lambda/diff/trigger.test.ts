import { MalformedEventError, planParameters, triggerOf } from '../../../lambda/diff/trigger';
import { Job } from '../../../lambda/shared/jobs';

describe('triggerOf', () => {
  it('looks for a hint, whatever else it says', () => {
    expect(triggerOf({ action: 'look', commitId: 'other' })).toEqual({ kind: 'look', why: 'event' });
    expect(triggerOf({ action: 'look', at: '2026-03-01T12:00:00.000Z' })).toEqual({ kind: 'look', why: 'event', at: new Date('2026-03-01T12:00:00Z') });
    expect(triggerOf({ action: 'look', at: 'soon' })).toEqual({ kind: 'look', why: 'event' });
  });

  it('looks for the schedule', () => {
    expect(triggerOf({ action: 'reconcile' })).toEqual({ kind: 'look', why: 'reconcile' });
  });

  it('forces each component once', () => {
    expect(triggerOf({ action: 'force', components: ['b', 'a', 'b'] })).toEqual({ kind: 'force', components: ['a', 'b'] });
  });

  it.each([
    [undefined], [null], ['text'], [{}], [{ action: 'other' }], [{ 'detail-type': 'CodeCommit Repository State Change' }],
    [{ action: 'force' }], [{ action: 'force', components: [] }], [{ action: 'force', components: 'a' }], [{ action: 'force', components: [''] }],
  ])('refuses %j', (event) => {
    expect(() => triggerOf(event)).toThrow(MalformedEventError);
  });

  const job = (userParameters: string) => ({ 'CodePipeline.job': { id: 'job', data: { actionConfiguration: { configuration: { UserParameters: userParameters } } } } });

  it.each(['{"commitId":"c"}', '{"action":"plan"}', '', 'null', '{'])('takes a job for one that plans: %j', (userParameters) => {
    expect(triggerOf(job(userParameters))).toEqual({ kind: 'plan', job: expect.objectContaining({ id: 'job', userParameters }) as Job });
  });

  it('looks for a job that rings', () => {
    expect(triggerOf(job('{"action":"look"}'))).toEqual({ kind: 'ring', job: expect.objectContaining({ id: 'job' }) as Job });
  });
});

describe('planParameters', () => {
  const job = (userParameters: string): Job => ({ id: 'job', userParameters, inputArtifacts: [], outputArtifacts: [] });

  it('reads them', () => {
    const parameters = { action: 'plan', commitId: 'c', pipelineExecutionId: 'e', promotion: 'none' };
    expect(planParameters(job(JSON.stringify(parameters)))).toMatchObject(parameters);
  });

  it.each([['', 'have to be JSON'], ['null', 'lack a text \'commitId\''], ['{"commitId":"c"}', 'lack a text \'pipelineExecutionId\'']])('refuses %j', (text, message) => {
    expect(() => planParameters(job(text))).toThrow(message);
  });
});
