import { PipelineNotFoundException } from '@aws-sdk/client-codepipeline';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeExecution } from '../../support/fake-code-pipeline';
import { fileComponent, World } from '../../support/world';

describe('a pipeline that is created', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const RECONCILE = { action: 'reconcile' };
  const create = (world: World, commitId: string): FakeExecution => world.pipeline.start(commitId, { trigger: 'CreatePipeline' });

  it('releases the head once, by the execution that CodePipeline starts by itself', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const created = create(world, world.push({ x: 'x1' }));
    await world.run(created);
    expect(world.live).toEqual({ test: { x: 'x1' }, prod: { x: 'x1' } });
    expect(await world.diff(RECONCILE)).toBeUndefined();
    expect(await world.diff()).toBeUndefined();
  });

  it('ends that execution where the head has one already', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const created = create(world, world.push({ x: 'x1' }));
    const own = (await world.diff())!;
    expect(await world.plan(created)).toMatchObject({ planId: 'none', sequence: '0', builds: 'false', environments: '' });
    expect(created).toMatchObject({ status: 'Stopping', stopReason: expect.stringContaining('has an execution of its own') as string });
    await world.run(own);
    expect(own.status).toBe('Succeeded');
  });

  it('ends it where another came after it, and would deploy after it', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    world.push({ x: 'x1' });
    const first = (await world.diff())!;
    const head = world.push({ x: 'x2' });
    world.pipeline.executions.unshift({ id: 'created', commitId: head, status: 'InProgress', trigger: 'CreatePipeline' });
    await world.plan(world.pipeline.executions[0]!);
    expect(world.pipeline.executions[0]!.status).toBe('Stopping');
    await world.run(first);
    expect((await world.diff())!.commitId).toBe(head);
  });

  it('ends it where its commit is not the branch\'s head any more', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const created = create(world, world.push({ x: 'x1' }));
    world.push({ x: 'x2' });
    await world.plan(created);
    expect(created.status).toBe('Stopping');
    expect(await world.diff(RECONCILE)).toBeDefined();
  });

  it('plans the same when its Plan action is retried', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const created = create(world, world.push({ x: 'x1' }));
    expect(await world.plan(created)).toEqual(await world.plan(created));
    expect(created.status).toBe('InProgress');
  });

  describe('anew, with the tables of before', () => {
    async function recreated(end?: (world: World) => Promise<unknown>) {
      const world = await World.create(db, [fileComponent('x')]);
      await world.deploy({ x: 'x1' });
      const last = await world.deploy({ x: 'x2' });
      await end?.(world);
      world.pipeline.recreate();
      return { world, head: last.commitId };
    }

    it('releases nothing that is live', async () => {
      const { world, head } = await recreated();
      const created = world.pipeline.start(head, { id: 'created', trigger: 'CreatePipeline' });
      await world.plan(created);
      expect(created.status).toBe('Stopping');
      expect(await world.diff(RECONCILE)).toBeUndefined();
    });

    it('takes an execution that it does not know any more for lost, unless it is live', async () => {
      const { world } = await recreated(async (before) => {
        before.push({ x: 'x3' });
        await before.diff();
      });
      const again = (await world.diff(RECONCILE))!;
      await world.run(again);
      expect(world.live.prod).toEqual({ x: 'x3' });
      expect(await world.diff(RECONCILE)).toBeUndefined();
    });

    it('takes one for lost that reached the first environment only', async () => {
      const { world } = await recreated(async (before) => {
        before.push({ x: 'x3' });
        await expect(before.run((await before.diff())!, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
      });
      await world.run((await world.diff(RECONCILE))!);
      expect(world.live.prod).toEqual({ x: 'x3' });
    });

    it('adopts its own execution instead, where that comes first', async () => {
      let head = '';
      const { world } = await recreated(async (before) => {
        head = before.push({ x: 'x3' });
        await before.diff();
      });
      const created = world.pipeline.start(head, { id: 'created', trigger: 'CreatePipeline' });
      await world.run(created);
      expect(created.status).toBe('Succeeded');
      expect(await world.diff(RECONCILE)).toBeUndefined();
    });

    it('leaves what was promoted', async () => {
      const { world, head } = await recreated(async (before) => before.promote('prod=1'));
      const created = world.pipeline.start(head, { id: 'created', trigger: 'CreatePipeline' });
      await world.plan(created);
      expect(created.status).toBe('Stopping');
      expect(await world.diff(RECONCILE)).toBeUndefined();
      expect(world.live.prod).toEqual({ x: 'x1' });
    });
  });

  describe('before it is there', () => {
    it('there is nothing to do: no event is lost, and none fails', async () => {
      const world = await World.create(db, [fileComponent('x')]);
      world.push({ x: 'x1' });
      world.pipeline.exists = false;
      expect(await world.diff(RECONCILE)).toBeUndefined();
      expect(await world.diff()).toBeUndefined();
      world.pipeline.exists = true;
      expect(await world.diff(RECONCILE)).toBeDefined();
    });

    it('there is nothing to do without a branch', async () => {
      const world = await World.create(db, [fileComponent('x')]);
      expect(await world.diff(RECONCILE)).toBeUndefined();
      expect(world.logs).toContainEqual(expect.objectContaining({ level: 'INFO', message: expect.stringContaining('Nothing to do yet') as string }));
    });

    it('a pipeline or a branch that was there and is gone is an error', async () => {
      const world = await World.create(db, [fileComponent('x')]);
      await world.deploy({ x: 'x1' });
      world.push({ x: 'x2' });
      world.pipeline.exists = false;
      await expect(world.diff()).rejects.toThrow(PipelineNotFoundException);
      world.pipeline.exists = true;
      world.repository.branches.delete('main');
      await expect(world.diff(RECONCILE)).rejects.toThrow('main');
    });
  });
});
