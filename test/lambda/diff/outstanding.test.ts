import { environmentKey, NOT_A_BUILD } from '../../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeExecution } from '../../support/fake-code-pipeline';
import { BRANCH, fileComponent, RunOptions, SOLUTION, World } from '../../support/world';

/** A head that does not differ from what is live in the first environment, while a later environment lacks that. */
describe('a head without changes', () => {
  let db: DynamoDb;
  let world: World;
  let bringing: FakeExecution;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const RECONCILE = { action: 'reconcile' };
  const pushNothing = () => world.push({ 'notes.md': `changes nothing: ${Math.random()}` });

  /** x1 is live everywhere, and x2 goes as far as the options say. */
  async function release(options: RunOptions): Promise<void> {
    world = await World.create(db, [fileComponent('x')]);
    await world.deploy({ x: 'x1' });
    world.push({ x: 'x2' });
    bringing = (await world.diff())!;
    await world.run(bringing, options).catch(() => undefined);
    expect(world.live.test).toEqual({ x: 'x2' });
  }

  async function expectReleased(execution: FakeExecution | undefined): Promise<void> {
    expect(execution?.commitId).toBe(world.repository.branches.get(BRANCH));
    await world.run(execution!);
    expect(world.live.prod).toEqual({ x: 'x2' });
    expect(await world.diff(RECONCILE)).toBeUndefined();
    expect(await world.diff()).toBeUndefined();
  }

  it('needs no execution while another brings what it equals', async () => {
    await release({ until: 'test' });
    pushNothing();
    expect(await world.diff()).toBeUndefined();
    expect(await world.diff(RECONCILE)).toBeUndefined();
    bringing.status = 'Stopping';
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  it('is released where that one failed before', async () => {
    await release({ failingEnvironment: 'prod' });
    pushNothing();
    await expectReleased(await world.diff());
  });

  it.each(['Failed', 'Stopped', 'Cancelled', 'Superseded'] as const)('is released where that one is %s afterwards', async (status) => {
    await release({ until: 'test' });
    pushNothing();
    expect(await world.diff()).toBeUndefined();
    bringing.status = status;
    await expectReleased(await world.diff(RECONCILE));
  });

  it('is released where a person had started that one', async () => {
    await release({ failingEnvironment: 'prod' });
    const again = world.pipeline.start(bringing.commitId);
    await world.run(again, { until: 'test' });
    pushNothing();
    expect(await world.diff()).toBeUndefined();
    again.status = 'Cancelled';
    await expectReleased(await world.diff(RECONCILE));
  });

  it('asks no more than once: a failure is for people, until the branch moves', async () => {
    await release({ failingEnvironment: 'prod' });
    pushNothing();
    await expect(world.run((await world.diff())!, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
    expect(await world.diff(RECONCILE)).toBeUndefined();
    pushNothing();
    await expectReleased(await world.diff());
  });

  it('leaves it to people where one that succeeded left an environment as it was', async () => {
    await release({ until: 'test' });
    bringing.status = 'Succeeded';
    pushNothing();
    expect(await world.diff()).toBeUndefined();
    expect(await world.diff(RECONCILE)).toBeUndefined();
  });

  describe('where an environment was added since', () => {
    const addProd = async () => world.deleteItem('deploymentsTable', { Component: environmentKey(SOLUTION, 'prod'), BuildNumber: NOT_A_BUILD });
    beforeEach(async () => {
      await release({});
      bringing.status = 'Succeeded';
      await addProd();
    });

    it('gets what is live into it, without a commit, and once', async () => {
      await expectReleased(await world.diff(RECONCILE));
    });

    it('gets it there with the next commit, although that changes nothing', async () => {
      pushNothing();
      await expectReleased(await world.diff());
    });

    it('does so once: a failure is for people, until the branch moves', async () => {
      const execution = (await world.diff(RECONCILE))!;
      await expect(world.run(execution, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
      execution.status = 'Failed';
      expect(await world.diff(RECONCILE)).toBeUndefined();
    });
  });

  describe('once the pipeline was made anew', () => {
    beforeEach(async () => {
      await release({ until: 'test' });
      pushNothing();
      expect(await world.diff()).toBeUndefined();
    });

    it('is released', async () => {
      world.pipeline.recreate();
      await expectReleased(await world.diff(RECONCILE));
    });

    it('is released by the execution of the creation, where that comes first', async () => {
      world.pipeline.recreate();
      const created = world.pipeline.start(world.repository.branches.get(BRANCH)!, { id: 'created', trigger: 'CreatePipeline' });
      await expectReleased(created);
    });

    it('is released with the next commit, where that comes first', async () => {
      world.pipeline.recreate();
      pushNothing();
      await expectReleased(await world.diff());
    });

    it('is left alone where a person brought something else there afterwards', async () => {
      await world.promote('prod=1');
      world.pipeline.recreate();
      expect(await world.diff(RECONCILE)).toBeUndefined();
      expect(world.live).toEqual({ test: { x: 'x2' }, prod: { x: 'x1' } });
    });

    it('is left alone where a person took the first environment back', async () => {
      await world.promote('test=1');
      world.pipeline.recreate();
      expect(await world.diff(RECONCILE)).toBeUndefined();
      expect(world.live.test).toEqual({ x: 'x1' });
    });
  });

  describe('once the pipeline was made again while a promotion was being delivered, of which nothing is recorded', () => {
    const cutOff = async () => {
      await world.promote('test=1', { failingEnvironment: 'test' }).catch(() => undefined);
      expect(world.live.test).toEqual({ x: 'x1' });
      // The pipeline knows the promotion, so a person decides.
      expect(await world.diff(RECONCILE)).toBeUndefined();
      world.pipeline.recreate();
    };

    it('is released where it had gone live', async () => {
      await release({});
      await cutOff();
      await expectReleased(await world.diff(RECONCILE));
      expect(world.live.test).toEqual({ x: 'x2' });
    });

    it('is released where it had needed no execution', async () => {
      await release({});
      pushNothing();
      expect(await world.diff()).toBeUndefined();
      await cutOff();
      await expectReleased(await world.diff(RECONCILE));
      expect(world.live.test).toEqual({ x: 'x2' });
    });

    it('is released by the execution of the creation, where that comes first', async () => {
      await release({});
      await cutOff();
      await expectReleased(world.pipeline.start(world.repository.branches.get(BRANCH)!, { id: 'created', trigger: 'CreatePipeline' }));
      expect(world.live.test).toEqual({ x: 'x2' });
    });
  });
});
