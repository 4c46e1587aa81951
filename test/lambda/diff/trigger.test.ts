import { MalformedEventError, planParameters, triggerOf } from '../../../lambda/diff/trigger';
import { Job } from '../../../lambda/shared/jobs';

const WATCHED = { repository: 'repository', branch: 'main' };
const stateChange = (detail: object) => ({
  'detail-type': 'CodeCommit Repository State Change',
  'detail': { event: 'referenceUpdated', repositoryName: 'repository', referenceType: 'branch', referenceName: 'main', ...detail },
});

describe('triggerOf', () => {
  it.each(['referenceCreated', 'referenceUpdated'])('looks at the head for %s of the branch', (event) => {
    expect(triggerOf(stateChange({ event }), WATCHED)).toEqual({ kind: 'look', why: 'event' });
  });

  it.each([
    ['another branch', { referenceName: 'other' }, 'branch \'other\''],
    ['a tag of the same name', { referenceType: 'tag' }, 'tag \'main\''],
    ['another repository', { repositoryName: 'other' }, 'repository \'other\''],
    ['a deletion', { event: 'referenceDeleted' }, '\'referenceDeleted\''],
  ])('ignores %s and says why', (_name, detail, reason) => {
    expect(triggerOf(stateChange(detail), WATCHED)).toEqual({ kind: 'ignore', reason: expect.stringContaining(reason) as string });
  });

  it('looks for the schedule', () => {
    expect(triggerOf({ action: 'reconcile' }, WATCHED)).toEqual({ kind: 'look', why: 'reconcile' });
  });

  it('forces each component once', () => {
    expect(triggerOf({ action: 'force', components: ['b', 'a', 'b'] }, WATCHED)).toEqual({ kind: 'force', components: ['a', 'b'] });
  });

  it.each([
    [undefined], [null], ['text'], [{}], [{ action: 'other' }], [{ 'detail-type': 'Other' }],
    [{ 'detail-type': 'CodeCommit Repository State Change' }], [stateChange({ referenceName: 7 })],
    [{ action: 'force' }], [{ action: 'force', components: [] }], [{ action: 'force', components: 'a' }], [{ action: 'force', components: [''] }],
  ])('refuses %j', (event) => {
    expect(() => triggerOf(event, WATCHED)).toThrow(MalformedEventError);
  });

  it('names the field that is missing', () => {
    expect(() => triggerOf(stateChange({ referenceName: undefined }), WATCHED)).toThrow('lacks a text detail.referenceName');
  });

  it('reads a job', () => {
    const event = { 'CodePipeline.job': { id: 'job', data: { actionConfiguration: { configuration: { UserParameters: '{"commitId":"c"}' } } } } };
    expect(triggerOf(event, WATCHED)).toEqual({ kind: 'plan', job: expect.objectContaining({ id: 'job', userParameters: '{"commitId":"c"}' }) as Job });
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
