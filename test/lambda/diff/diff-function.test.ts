import { CodeCommitServiceException } from '@aws-sdk/client-codecommit';
import { MAX_PAGES } from '../../../lambda/diff/comparison';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

describe('diff function', () => {
  let db: DynamoDb;
  let world: World;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  beforeEach(async () => {
    world = await World.create(db, [fileComponent('x'), fileComponent('y')]);
  });

  it('logs and throws what it cannot read', async () => {
    await expect(world.diff({ some: 'event' })).rejects.toThrow('its keys are ["some"]');
    expect(world.logs).toEqual([expect.objectContaining({ level: 'ERROR', error: expect.objectContaining({ name: 'MalformedEventError' }) as unknown })]);
  });

  it('throws what another attempt may not meet, and completes what was begun at that attempt', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    const throttled = new CodeCommitServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 400 } });
    world.repository.failure = throttled;
    await expect(world.diff()).rejects.toThrow(throttled);
    expect(await world.heads().read()).toMatchObject({ HeadNumber: 2, Status: 'Planning' });
    expect((await world.diff({ action: 'reconcile' }))?.id).toBe('execution-2');
  });

  it('reads differences to their end, page by page', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    const head = world.push({ ...Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`x/${index}`, 'new'])), 'y': 'y2', 'y/deleted': undefined });
    await world.diff();
    expect((await world.plans().diff(head, 'x'))!.Reasons).toMatchObject([{ kind: 'Direct', count: 7 }]);
    expect((await world.plans().diff(head, 'y'))!.Reasons).toMatchObject([{ kind: 'Direct', paths: ['y/source'] }]);
  });

  describe('of more differences than it pays to read', () => {
    const many = Object.fromEntries(Array.from({ length: 2 * MAX_PAGES + 1 }, (_, index) => [`x/${index}`, 'new']));

    it('stops reading, and goes by object IDs', async () => {
      await world.deploy({ x: 'x1', y: 'y1' });
      const read = world.repository.commands().length;
      const head = world.push(many);
      await world.diff();
      expect((await world.plans().diff(head, 'x'))!.Reasons).toEqual([{ kind: 'TreesDiffer' }]);
      expect(await world.plans().diff(head, 'y')).toBeUndefined();
      const commands = world.repository.commands().slice(read);
      expect(commands.filter((command) => command === 'GetDifferencesCommand')).toHaveLength(MAX_PAGES);
      // The root, which both components lie in, at both commits.
      expect(commands.filter((command) => command === 'GetFolderCommand')).toHaveLength(2);
    });

    it('reads on where every path counts', async () => {
      const strict = await World.create(db, [fileComponent('x')], { unownedPaths: 'error' });
      await strict.deploy({ x: 'x1' });
      const head = strict.push(many);
      await strict.diff();
      expect((await strict.plans().diff(head, 'x'))!.Reasons).toMatchObject([{ kind: 'Direct', count: 2 * MAX_PAGES + 1 }]);
    });
  });

  it('counts a deletion', async () => {
    await world.deploy({ 'x': 'x1', 'x/old': 'content', 'y': 'y1' });
    const head = world.push({ 'x/old': undefined });
    await world.diff();
    expect((await world.plans().diff(head, 'x'))!.Reasons).toEqual([{ kind: 'Direct', paths: ['x/old'], count: 1 }]);
  });

  it('asks for no more folders than changed components need', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    const before = world.repository.commands().length;
    await world.diff();
    const commands = world.repository.commands().slice(before);
    expect(commands.filter((name) => name === 'GetFolderCommand')).toHaveLength(1);
    expect(commands.filter((name) => name === 'GetDifferencesCommand')).toHaveLength(1);
  });

  it('plans the same head anew when the catalogue changed', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    world.catalogue = {
      ...world.catalogue,
      components: world.catalogue.components.map((component) => (
        component.name === 'x' ? { ...component, build: { ...component.build!, digest: 'another definition' } } : component
      )),
    };
    const execution = (await world.diff({ action: 'reconcile' }))!;
    expect(await world.reasons(execution.commitId)).toEqual({ x: ['DefinitionChanged'] });
    await world.run(execution);
    expect(world.built.get(execution.id)).toEqual(['x']);
  });

  it('refuses to force what the catalogue does not have, before anything is written', async () => {
    world.push({ x: 'x1', y: 'y1' });
    await expect(world.diff({ action: 'force', components: ['z'] })).rejects.toThrow('The catalogue has no component \'z\'');
    expect(await world.heads().read()).toBeUndefined();
  });

  it('forces all, and builds although the same was built before', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    const forced = (await world.diff({ action: 'force', components: ['*'] }))!;
    await world.run(forced);
    expect(world.built.get(forced.id)).toEqual(['template', 'x', 'y']);
    expect(world.releaseOf(forced).components.x!.buildNumber).toBe(2);
  });

  describe('Plan action', () => {
    it('plans a commit that was started by hand', async () => {
      const execution = world.pipeline.start(world.push({ x: 'x1', y: 'y1' }));
      const variables = await world.plan(execution);
      expect(variables).toEqual({
        planId: expect.stringMatching(/^[0-9a-f]{20}$/) as string,
        sequence: '1',
        builds: 'true',
        environments: ',test,,prod,',
        source: 'none',
        commitId: execution.commitId,
      });
      expect(await world.plans().marker(execution.commitId)).toMatchObject({ PlanId: variables.planId, PlannedFor: 'execution:execution-1' });
    });

    it('uses the plan that there is', async () => {
      world.push({ x: 'x1', y: 'y1' });
      const execution = (await world.diff())!;
      const { planId } = await world.plan(execution);
      const again = await world.plan(world.pipeline.start(execution.commitId));
      expect(again).toMatchObject({ planId, sequence: '2' });
    });

    it('plans anew where the plan is of another catalogue', async () => {
      world.push({ x: 'x1', y: 'y1' });
      const execution = (await world.diff())!;
      const { planId } = await world.plan(execution);
      world.catalogue = { ...world.catalogue, components: world.catalogue.components.slice(1) };
      expect((await world.plan(execution)).planId).not.toBe(planId);
    });

    it('answers with what is wrong', async () => {
      await expect(world.plan({ id: '', commitId: 'c', status: 'InProgress' })).rejects.toThrow('lack a text \'pipelineExecutionId\'');
      await expect(world.plan({ id: 'e', commitId: 'gone', status: 'InProgress' })).rejects.toThrow('gone does not exist');
    });
  });

  it('never logs credentials', async () => {
    await world.deploy({ x: 'x1', y: 'y1' });
    expect(JSON.stringify(world.logs)).not.toMatch(/secret|AKIA|token/i);
  });
});
