import { planExecution, PlanActionProps } from '../../../lambda/diff/plan-action';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

const PARAMETERS = { commitId: 'c', pipelineExecutionId: 'e', promotion: 'none' };

/** The action's surroundings, which note in which order they are asked. */
function surroundings(more: { existing?: object; byCreation?: boolean; adopted?: boolean; pinned?: boolean } = {}) {
  const asked: string[] = [];
  const note = <T>(name: string, answer: T) => async () => {
    asked.push(name);
    return answer;
  };
  const props = {
    source: more.pinned === true ? { pins: { commitOf: note('commitOf', 's3-c') } } : {},
    planner: { existing: note('existing', more.existing), plan: note('plan', { PlanId: 'made' }) },
    promoter: { promote: note('promote', 9) },
    executions: { sequence: note('sequence', 4) },
    follower: { adopt: note('adopt', more.adopted ?? false) },
    pipeline: { isByCreation: note('isByCreation', more.byCreation ?? false), stop: note('stop', undefined) },
    live: { lastSequence: note('lastSequence', 3) },
    environments: ['test', 'prod'],
  } as unknown as PlanActionProps;
  return { asked, props };
}

describe('the Plan action', () => {
  it('numbers the execution before it looks for a plan: one that is under way and has no number is not overlooked', async () => {
    const { asked, props } = surroundings();
    expect(await planExecution(props, PARAMETERS)).toEqual({ commitId: 'c', planId: 'made', sequence: '4', builds: 'true', environments: ',test,,prod,' });
    expect(asked.indexOf('sequence')).toBeLessThan(asked.indexOf('existing'));
    expect(asked.indexOf('existing')).toBeLessThan(asked.indexOf('plan'));
  });

  it('takes the plan that there is', async () => {
    const { asked, props } = surroundings({ existing: { PlanId: 'known' } });
    expect(await planExecution(props, PARAMETERS)).toMatchObject({ planId: 'known' });
    expect(asked).not.toContain('plan');
  });

  it('says which commit a version is that the source action took, and plans that; a promotion does not ask', async () => {
    const { asked, props } = surroundings({ pinned: true });
    expect(await planExecution(props, PARAMETERS)).toMatchObject({ commitId: 's3-c', planId: 'made' });
    expect(asked.indexOf('sequence')).toBeLessThan(asked.indexOf('commitOf'));
    const promoted = surroundings({ pinned: true });
    expect(await planExecution(promoted.props, { ...PARAMETERS, promotion: 'prod=4' })).toMatchObject({ commitId: 'c', planId: 'promotion' });
    expect(promoted.asked).toEqual(['promote']);
  });

  it('ends an execution that is nobody\'s, without a number', async () => {
    const { asked, props } = surroundings({ byCreation: true });
    expect(await planExecution(props, PARAMETERS)).toMatchObject({ builds: 'false', environments: '' });
    expect(asked).toContain('stop');
    expect(asked).not.toContain('sequence');
  });

  it('goes on with one that is the head\'s', async () => {
    const { asked, props } = surroundings({ byCreation: true, adopted: true });
    expect(await planExecution(props, PARAMETERS)).toMatchObject({ builds: 'true' });
    expect(asked).not.toContain('stop');
  });
});

describe('where an environment takes tags', () => {
  const promotion = { tag: 'v2', release: 7 };
  const tagged = (state?: object) => {
    const { asked, props } = surroundings();
    return { asked, props: { ...props, deployOn: { prod: { kind: 'tag', pattern: 'v*' } }, tagStates: { read: async () => state && { version: 1, state } } } as unknown as PlanActionProps };
  };

  it('reaches the others by itself, and says that no tag asked', async () => {
    expect(await planExecution(tagged().props, { ...PARAMETERS, tag: 'none' })).toMatchObject({ environments: ',test,', tag: 'none', tagRest: 'none' });
  });

  it('promotes what the tag asks for, and says which', async () => {
    expect(await planExecution(tagged({ promotion }).props, { ...PARAMETERS, promotion: 'prod=7', tag: 'v2' })).toMatchObject({ environments: ',prod,', tag: 'v2', tagRest: '2' });
  });

  it.each([
    ['another release', { promotion: { ...promotion, release: 8 } }], ['another tag', { promotion: { ...promotion, tag: 'v3' } }], ['nothing', {}], ['nothing that is known', undefined],
  ])('stops a promotion where the tags ask for %s by now', async (_, state) => {
    const { asked, props } = tagged(state);
    expect(await planExecution(props, { ...PARAMETERS, promotion: 'prod=7', tag: 'v2' })).toMatchObject({ environments: '', builds: 'false' });
    expect(asked).toEqual(['stop']);
  });

  it('promotes what a person asks for, whatever tag they name', async () => {
    for (const tag of ['none', 'x', 'v"']) {
      expect(await planExecution(tagged({ promotion }).props, { ...PARAMETERS, promotion: 'prod=6', tag })).toMatchObject({ environments: ',prod,', tag: 'none' });
    }
    expect(await planExecution(tagged({ promotion }).props, { ...PARAMETERS, promotion: 'prod/x=6', tag: 'none' })).toMatchObject({ environments: ',prod,' });
  });
});

describe('what a plan\'s ID stands for', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('is the baseline as well: a plan of the same commit against another release is another plan', async () => {
    const world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
    await world.deploy({ x: 'x1', y: 'y1' });
    const head = world.push({ x: 'x2' });
    const planId = async () => {
      await world.plan({ id: 'by-hand', commitId: head } as never);
      return (await world.plans().marker(head))!.PlanId;
    };
    const before = await planId();
    const marker = (await world.plans().marker(head))!;
    await world.deleteItem('diffTable', { CommitId: marker.CommitId, Component: marker.Component });
    expect(await planId()).toBe(before);
    await world.deleteItem('diffTable', { CommitId: marker.CommitId, Component: marker.Component });
    const live = (await world.item('deploymentsTable', { Component: 'shop##test', BuildNumber: 0 }))!;
    await world.putItem('deploymentsTable', { ...live, PipelineExecutionId: 'another' });
    expect(await planId()).not.toBe(before);
  });
});
