import { Crashed } from '../support/crash';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('Invariant 8: idempotent', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('x'), fileComponent('y', { dependsOn: ['x'] })];

  /** Lets the work die after its first write, then after its second, ... until it does not die any more. `check` sees each world after the retry. */
  async function dieBetweenAnyTwoSteps(
    prepare: () => Promise<World>, work: (world: World) => Promise<unknown>, check: (world: World) => Promise<void>,
  ): Promise<number> {
    for (let writes = 1; ; writes++) {
      const world = await prepare();
      world.crash.after(writes);
      let died = false;
      try {
        await work(world);
      } catch (error) {
        died = error instanceof Crashed || (error as Error).message === new Crashed().message;
        if (!died) {
          throw error;
        }
      }
      world.crash.never();
      if (died) {
        await work(world);
      }
      await check(world);
      if (!died) {
        return writes - 1;
      }
    }
  }

  it('starts one execution for the same event twice', async () => {
    const world = await World.create(db, components);
    world.push({ x: 'x1', y: 'y1' });
    await world.diff();
    await world.diff();
    await world.diff({ action: 'reconcile' });
    expect(world.pipeline.executions).toHaveLength(1);
  });

  it('starts one execution for the same event many times at once, all with one token', async () => {
    const world = await World.create(db, components);
    const head = world.push({ x: 'x1', y: 'y1' });
    let starts = 0;
    world.timing.tick = 1;
    world.pipeline.beforeStart = async () => { starts++; };
    await Promise.all(Array.from({ length: 8 }, async () => world.diff()));
    expect(starts).toBeGreaterThan(0);
    expect(world.pipeline.executions).toEqual([expect.objectContaining({ commitId: head })]);
    await world.run(world.pipeline.last());
    expect(world.live.test).toEqual({ x: 'x1', y: 'y1' });
  });

  it('starts nothing anew where one that slept wakes up after another did it all', async () => {
    const world = await World.create(db, components);
    world.timing.tick = 1;
    await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    world.repository.beforeBranch = async () => {
      world.repository.beforeBranch = undefined;
      await world.diff();
    };
    await world.diff();
    expect(world.pipeline.executions).toHaveLength(2);
    expect(await world.heads().read()).toMatchObject({ HeadNumber: 2, Attempt: 1, Status: 'Started' });
  });

  it('starts nothing for the same event after a release', async () => {
    const world = await World.create(db, components);
    await world.deploy({ x: 'x1', y: 'y1' });
    expect(await world.diff()).toBeUndefined();
  });

  it('deploys A again when a branch returns to it: A, B, A', async () => {
    const world = await World.create(db, components);
    const a = await world.deploy({ x: 'a', y: 'y1' });
    const b = await world.deploy({ x: 'b' });
    world.repository.branches.set('main', a.commitId);
    const again = await world.diff();
    await world.run(again!);
    expect(world.live.prod).toEqual({ x: 'a', y: 'y1' });
    expect(world.built.get(again!.id)).toBeUndefined();
    expect(world.releaseOf(again!).components.x).toEqual(world.releaseOf(a).components.x);
    expect(world.releaseOf(again!).baseline?.commitId).toBe(b.commitId);
  });

  it('starts a commit without changes never, however often it is asked', async () => {
    const world = await World.create(db, components);
    await world.deploy({ x: 'x1', y: 'y1' });
    const head = world.push({ 'readme.md': 'text' });
    expect(await world.diff()).toBeUndefined();
    expect(await world.diff()).toBeUndefined();
    expect(await world.heads().read()).toMatchObject({ HeadNumber: 2, HeadCommitId: head, Status: 'NothingChanged' });
    expect(await world.plans().marker(head)).toMatchObject({ Status: 'Complete', Changed: 0, Unowned: { count: 1, paths: ['readme.md'] } });
  });

  it('forces once for a call that died and was retried, and again for a call of its own', async () => {
    const world = await World.create(db, components);
    await world.deploy({ x: 'x1', y: 'y1' });
    const force = { action: 'force', components: ['x'] };
    world.crash.after(1);
    await expect(world.diff(force)).rejects.toThrow(Crashed);
    world.crash.never();
    const forced = (await world.diff(force))!;
    await world.run(forced);
    expect(world.built.get(forced.id)).toEqual(['x']);
    expect(world.pipeline.executions).toHaveLength(2);
    expect((await world.diff(force))?.id).toBe('execution-3');
  });

  it('does not lose what was forced when the branch moves before it is started', async () => {
    const world = await World.create(db, components);
    await world.deploy({ x: 'x1', y: 'y1' });
    world.crash.after(1);
    await expect(world.diff({ action: 'force', components: ['x'] })).rejects.toThrow(Crashed);
    world.crash.never();
    const head = world.push({ y: 'y2' });
    await world.diff();
    expect(await world.reasons(head)).toEqual({ x: ['Forced'], y: ['Direct', 'Dependency'] });
  });

  describe('a crash between any two steps is completed by the retry', () => {
    const pushed = async () => {
      const world = await World.create(db, components);
      world.push({ x: 'x1', y: 'y1' });
      return world;
    };
    const started = async () => {
      const world = await pushed();
      await world.diff();
      return world;
    };

    it('of the diff function', async () => {
      const crashes = await dieBetweenAnyTwoSteps(pushed, async (world) => world.diff(undefined, 60_000, 'request'), async (world) => {
        expect(world.pipeline.executions).toHaveLength(1);
        expect(await world.heads().read()).toMatchObject({ HeadNumber: 1, Attempt: 1, Status: 'Started', PipelineExecutionId: 'execution-1' });
        await world.run(world.pipeline.last());
        expect(world.live.prod).toEqual({ x: 'x1', y: 'y1' });
      });
      expect(crashes).toBe(9);
    });

    it('of the Plan action', async () => {
      const byHand = async () => {
        const world = await pushed();
        world.pipeline.start(world.repository.branches.get('main')!);
        return world;
      };
      const crashes = await dieBetweenAnyTwoSteps(byHand, async (world) => world.plan(world.pipeline.last()), async (world) => {
        await world.run(world.pipeline.last());
        expect(world.live.prod).toEqual({ x: 'x1', y: 'y1' });
        expect(world.releaseOf(world.pipeline.last()).sequence).toBeLessThanOrEqual(2);
      });
      expect(crashes).toBeGreaterThanOrEqual(7);
    });

    it('of builds', async () => {
      const crashes = await dieBetweenAnyTwoSteps(started, async (world) => {
        await world.build(world.pipeline.last(), (await world.plan(world.pipeline.last())).planId);
      }, async (world) => {
        await world.run(world.pipeline.last());
        expect(world.live.prod).toEqual({ x: 'x1', y: 'y1' });
      });
      expect(crashes).toBeGreaterThanOrEqual(12);
    });

    it('of the Release action', async () => {
      const crashes = await dieBetweenAnyTwoSteps(async () => {
        const world = await started();
        await world.build(world.pipeline.last(), (await world.plan(world.pipeline.last())).planId);
        return world;
      }, async (world) => {
        world.timing.pass(1_000);
        await world.release(world.pipeline.last(), await world.plan(world.pipeline.last()));
      }, async (world) => {
        await world.run(world.pipeline.last());
        expect(world.live.prod).toEqual({ x: 'x1', y: 'y1' });
      });
      expect(crashes).toBeGreaterThanOrEqual(3);
    });

    it('of the Record action', async () => {
      const crashes = await dieBetweenAnyTwoSteps(async () => {
        const world = await started();
        const execution = world.pipeline.last();
        const variables = await world.plan(execution);
        await world.build(execution, variables.planId);
        await world.release(execution, variables);
        return world;
      }, async (world) => world.record(world.pipeline.last(), 'test'), async (world) => {
        expect(await world.baseline()).toBe(world.pipeline.last().commitId);
        for (const component of ['x', 'y', 'template']) {
          const item = await world.item('deploymentsTable', { Component: `shop#${component}`, BuildNumber: 1 });
          expect(item!.Deployments).toEqual({ test: expect.objectContaining({ PipelineExecutionId: 'execution-1' }) as unknown });
        }
      });
      expect(crashes).toBe(6);
    });
  });
});
