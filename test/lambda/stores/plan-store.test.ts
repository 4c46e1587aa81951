import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { NewPlan, PlanOvertakenError, PlanStore, requirePlan } from '../../../lambda/shared/plan-store';
import { PlanMarkerItem } from '../../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { ManualTiming } from '../../support/timing';

const COMMIT = 'c'.repeat(40);
const MARKER = { CommitId: COMMIT, Component: 'shop#' };

describe('PlanStore', () => {
  let db: DynamoDb;
  let tableName: string;
  let timing: ManualTiming;
  let plans: PlanStore;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  beforeEach(async () => {
    tableName = (await db.createTables()).diffTable;
    timing = new ManualTiming();
    plans = store();
  });

  const store = (solution = 'shop') => new PlanStore({ client: db.client, tableName, solution, timing });
  const plan = (planId: string, components: readonly string[], more: Partial<NewPlan> = {}): NewPlan => ({
    commitId: COMMIT,
    planId,
    plannedFor: planId,
    catalogueDigest: 'catalogue',
    diffs: components.map((component) => ({ component, reasons: [{ kind: 'NeverDeployed' }], inputsDigest: `inputs of ${component}`, forced: false })),
    unowned: { count: 0, paths: [] },
    ...more,
  });
  const components = async (planId: string) => (await plans.require(COMMIT, planId)).diffs.map(({ Component }) => Component);

  it('reads what it wrote', async () => {
    await plans.write(plan('p', ['a', 'b'], { baseline: { commitId: 'base', release: 'key' }, unowned: { count: 1, paths: ['readme'] } }), 90);
    expect(await plans.marker(COMMIT)).toEqual({
      ...MARKER,
      Solution: 'shop',
      PlanId: 'p',
      PlanVersion: expect.any(Number) as number,
      PlannedFor: 'p',
      Status: 'Complete',
      CatalogueDigest: 'catalogue',
      BaselineCommitId: 'base',
      BaselineRelease: 'key',
      Changed: 2,
      Unowned: { count: 1, paths: ['readme'] },
      Timestamp: '2026-03-01T12:00:00.000Z',
      ExpiresAt: Date.parse('2026-05-30T12:00:00Z') / 1000,
    });
    expect(await plans.diff(COMMIT, 'a')).toMatchObject({
      Component: 'shop#a', PlanId: 'p', Reasons: [{ kind: 'NeverDeployed' }], InputsDigest: 'inputs of a', Forced: false,
    });
  });

  it('lets diffs outlive their marker by a week', async () => {
    await plans.write(plan('p', ['a']), 90);
    expect((await plans.diff(COMMIT, 'a'))!.ExpiresAt).toBe(Date.parse('2026-06-06T12:00:00Z') / 1000);
  });

  it('does not see a marker that expired', async () => {
    await plans.write(plan('p', ['a']), 1);
    timing.pass(86_400_000 - 1);
    expect(await plans.marker(COMMIT)).toBeDefined();
    timing.pass(1);
    expect(await plans.marker(COMMIT)).toBeUndefined();
  });

  it('reads more diffs than one page and one batch hold', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `component-${index}-${'x'.repeat(100)}`);
    const long = [{ kind: 'Direct' as const, count: 1, paths: ['p'.repeat(5_000)] }];
    await plans.write({ ...plan('p', []), diffs: names.map((component) => ({ component, reasons: long, inputsDigest: 'i', forced: false })) }, 90);
    expect(await components('p')).toHaveLength(230);
    expect(await plans.diffs(COMMIT, names)).toHaveLength(230);
  });

  it('replaces a plan whole: stale diffs go', async () => {
    await plans.write(plan('first', ['a', 'b', 'c']), 90);
    await plans.write(plan('second', ['b', 'd']), 90);
    expect(await components('second')).toEqual(['shop#b', 'shop#d']);
    await expect(plans.require(COMMIT, 'first')).rejects.toThrow('this execution has plan first, but the commit\'s plan is second');
  });

  it('writes nothing for a wish that a complete plan answers', async () => {
    await plans.write(plan('first', ['a'], { plannedFor: 'head:1' }), 90);
    const marker = await plans.write(plan('second', ['b'], { plannedFor: 'head:1' }), 90);
    expect(marker.PlanId).toBe('first');
    expect(await components('first')).toEqual(['shop#a']);
  });

  it('leaves the plan of a later head in place', async () => {
    await plans.write(plan('later', ['a'], { plannedFor: 'head:10' }), 90);
    await expect(plans.write(plan('late', ['a', 'b'], { plannedFor: 'head:9' }), 90)).rejects.toThrow(PlanOvertakenError);
    expect(await components('later')).toEqual(['shop#a']);
    expect((await plans.write(plan('last', ['b'], { plannedFor: 'head:11' }), 90)).PlanId).toBe('last');
  });

  it('leaves a complete plan in place that an execution can use, whatever it was made for', async () => {
    await plans.write(plan('of the head', ['a'], { plannedFor: 'head:1' }), 90);
    expect((await plans.write(plan('of an execution', ['b'], { plannedFor: 'execution:e' }), 90)).PlanId).toBe('of the head');
    expect((await plans.write(plan('new', ['b'], { plannedFor: 'execution:e', catalogueDigest: 'other' }), 90)).PlanId).toBe('new');
  });

  it('writes anew for the same wish with another catalogue', async () => {
    await plans.write(plan('first', ['a'], { plannedFor: 'head:1' }), 90);
    await plans.write(plan('second', ['b'], { plannedFor: 'head:1', catalogueDigest: 'other' }), 90);
    expect(await components('second')).toEqual(['shop#b']);
  });

  it('keeps solutions apart that share the table', async () => {
    await plans.write(plan('p', ['a', 'b']), 90);
    await store('shop2').write(plan('q', ['a']), 90);
    expect(await components('p')).toEqual(['shop#a', 'shop#b']);
    expect((await store('shop2').require(COMMIT, 'q')).diffs).toHaveLength(1);
  });

  it('ends with one whole plan, of many written at once', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `p${index}`);
    await Promise.all(ids.map(async (id, index) => plans.write(plan(id, ['common', `own-${index}`, `shared-${index % 2}`]), 90)));
    const { PlanId } = (await plans.marker(COMMIT))!;
    const index = ids.indexOf(PlanId);
    expect(await components(PlanId)).toEqual(['shop#common', `shop#own-${index}`, `shop#shared-${index % 2}`]);
  });

  describe('a writer at work', () => {
    const writing = async (): Promise<PlanMarkerItem> => {
      await plans.write(plan('first', ['a', 'b']), 90);
      const marker: PlanMarkerItem = { ...(await plans.marker(COMMIT))!, PlanId: 'second', PlannedFor: 'second', Status: 'Writing' };
      await db.client.send(new PutCommand({ TableName: tableName, Item: marker }));
      return marker;
    };

    it('is waited for, and taken over when it does not come to its end', async () => {
      await writing();
      await plans.write(plan('third', ['c']), 90);
      expect(timing.slept.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(60_000);
      expect(await components('third')).toEqual(['shop#c']);
    });

    it('that was overtaken while it slept harms nothing', async () => {
      let overtake = async () => {
        overtake = async () => {};
        timing.pass(61_000);
        await plans.write(plan('fast', ['b', 'fast'], { plannedFor: 'wish' }), 90);
      };
      const slowClient = new Proxy(db.client, {
        get: (target, property) => (property !== 'send' ? Reflect.get(target, property) as unknown : async (command: PutCommand) => {
          if (command instanceof PutCommand && command.input.Item!.Component === 'shop#slow') {
            await overtake();
          }
          return target.send(command);
        }),
      });
      await plans.write(plan('old', ['old']), 90);
      const slow = new PlanStore({ client: slowClient, tableName, solution: 'shop', timing });
      const marker = await slow.write(plan('slow', ['slow', 'b'], { plannedFor: 'wish' }), 90);
      expect(marker.PlanId).toBe('fast');
      expect(await plans.diff(COMMIT, 'b')).toMatchObject({ PlanId: 'fast' });
      expect(await plans.diff(COMMIT, 'fast')).toMatchObject({ PlanId: 'fast' });
    });
  });

  it('writes diffs over those of an expired plan whose marker is deleted', async () => {
    await plans.write(plan('first', ['a']), 1);
    const diff = (await plans.diff(COMMIT, 'a'))!;
    tableName = (await db.createTables()).diffTable;
    await db.client.send(new PutCommand({ TableName: tableName, Item: diff }));
    timing.pass(2 * 86_400_000);
    plans = store();
    await plans.write(plan('second', ['a']), 1);
    expect(await components('second')).toEqual(['shop#a']);
    expect((await plans.diff(COMMIT, 'a'))!.PlanId).toBe('second');
  });

  it('refuses a plan of which a diff is missing', async () => {
    await plans.write(plan('p', ['a', 'b']), 90);
    await db.client.send(new PutCommand({ TableName: tableName, Item: { ...(await plans.marker(COMMIT))!, Changed: 3 } }));
    await expect(plans.require(COMMIT, 'p')).rejects.toThrow('has 3 diffs, but 2 were read');
  });

  it('says what is wrong with a marker', () => {
    const marker = { PlanId: 'p', Status: 'Writing' } as PlanMarkerItem;
    expect(() => requirePlan(undefined, COMMIT, 'p')).toThrow(`Commit ${COMMIT} has no plan`);
    expect(() => requirePlan(marker, COMMIT, 'q')).toThrow('this execution has plan q, but the commit\'s plan is p');
    expect(() => requirePlan(marker, COMMIT, 'p')).toThrow('its status is \'Writing\'');
    expect(requirePlan({ ...marker, Status: 'Complete' }, COMMIT, 'p')).toMatchObject({ PlanId: 'p' });
  });
});
