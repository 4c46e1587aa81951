import { begin } from '../../agent/begin';
import { diffKey, planMarkerKey } from '../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { BUCKET, fileComponent, SOLUTION, World } from '../support/world';

describe('Invariant 4: unknown means build', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('x'), fileComponent('y')];
  const everything = (reason: string) => ({ x: [reason], y: [reason], template: [reason] });

  describe('a plan holds every component, and says why,', () => {
    it('without a baseline', async () => {
      const world = await World.create(db, components);
      const head = world.push({ x: 'x1', y: 'y1' });
      await world.diff();
      expect(await world.reasons(head)).toEqual(everything('NoBaseline'));
    });

    it('when the baseline\'s commit is gone', async () => {
      const world = await World.create(db, components);
      const { commitId } = await world.deploy({ x: 'x1', y: 'y1' });
      const head = world.push({ x: 'x2' });
      world.repository.forget(commitId);
      await world.diff();
      expect(await world.reasons(head)).toEqual(everything('BaselineMissing'));
    });

    it('when the time is over before the differences are read', async () => {
      const world = await World.create(db, components);
      await world.deploy({ x: 'x1', y: 'y1' });
      const head = world.push({ x: 'x2' });
      await world.diff(undefined, 0);
      expect(await world.reasons(head)).toEqual(everything('DiffUnreadable'));
      expect(await world.item('diffTable', { CommitId: head, Component: diffKey(SOLUTION, 'x') })).toMatchObject({ InputsDigest: `commit:${head}` });
    });

    it('when the baseline\'s release is gone', async () => {
      const world = await World.create(db, components);
      const { id } = await world.deploy({ x: 'x1', y: 'y1' });
      world.s3.objects.delete(`${BUCKET}/shop/releases/${id}.json`);
      const head = world.push({ x: 'x2' });
      await world.diff();
      expect(await world.reasons(head)).toEqual(everything('DiffUnreadable'));
      await world.run(world.pipeline.last());
      expect(world.live.test).toEqual({ x: 'x2', y: 'y1' });
    });

    it('when the branch to compare with does not exist', async () => {
      const world = await World.create(db, components);
      await world.deploy({ x: 'x1', y: 'y1' });
      world.baselineBranch = 'staging';
      const head = world.push({ x: 'x2' });
      await world.diff();
      expect(await world.reasons(head)).toEqual(everything('DiffUnreadable'));
    });
  });

  describe('a build that cannot know fails, and neither skips nor builds,', () => {
    async function planned() {
      const world = await World.create(db, components);
      await world.deploy({ x: 'x1', y: 'y1' });
      const head = world.push({ x: 'x2' });
      const execution = (await world.diff())!;
      const { planId } = await world.plan(execution);
      const marker = { CommitId: head, Component: planMarkerKey(SOLUTION) };
      const change = async (changes: object) => world.putItem('diffTable', { ...await world.item('diffTable', marker), ...changes });
      return { world, execution, planId, change, head };
    }

    it('without a plan', async () => {
      const { world, execution } = await planned();
      const unplanned = { ...execution, commitId: '0'.repeat(40) };
      await expect(begin(world.agent(unplanned, 'plan', 'y'))).rejects.toThrow(`Commit ${'0'.repeat(40)} has no plan`);
    });

    it.each(['x', 'y'])('with a plan that is being written (%s)', async (component) => {
      const { world, execution, planId, change } = await planned();
      await change({ Status: 'Writing' });
      await expect(begin(world.agent(execution, planId, component))).rejects.toThrow('is not complete: its status is \'Writing\'');
    });

    it.each(['x', 'y'])('with another plan than the execution\'s (%s)', async (component) => {
      const { world, execution, planId, change } = await planned();
      await change({ PlanId: 'other' });
      await expect(begin(world.agent(execution, planId, component))).rejects.toThrow(`this execution has plan ${planId}, but the commit's plan is other`);
    });

    it.each(['x', 'y'])('with a plan that expired, before DynamoDB deletes it (%s)', async (component) => {
      const { world, execution, planId } = await planned();
      world.timing.pass(90 * 86_400_000);
      await expect(begin(world.agent(execution, planId, component))).rejects.toThrow('has no plan, or its plan expired');
    });

    it('with a diff of another plan', async () => {
      const { world, execution, planId, head } = await planned();
      const diff = await world.item('diffTable', { CommitId: head, Component: diffKey(SOLUTION, 'x') });
      await world.putItem('diffTable', { ...diff, PlanId: 'other' });
      await expect(begin(world.agent(execution, planId, 'x'))).rejects.toThrow('is of plan other, not of this execution\'s plan');
    });

    it('with a table that cannot be read', async () => {
      const { world, execution, planId } = await planned();
      (world.tables as { diffTable: string }).diffTable = 'Missing';
      await expect(begin(world.agent(execution, planId, 'y'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });
  });

  it('a component without a diff in the execution\'s own, complete plan is unchanged: the only way to skip', async () => {
    const world = await World.create(db, components);
    const { commitId } = await world.deploy({ x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    const execution = (await world.diff())!;
    const { planId } = await world.plan(execution);
    expect((await begin(world.agent(execution, planId, 'y'))).decision).toEqual({ action: 'skip', reason: `unchanged since ${commitId}` });
    expect((await begin(world.agent(execution, planId, 'x'))).decision.action).toBe('build');
  });
});
