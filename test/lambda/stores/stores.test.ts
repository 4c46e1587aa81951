import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { BuildStore } from '../../../lambda/shared/build-store';
import { EnvironmentStore, LiveRelease } from '../../../lambda/shared/environment-store';
import { ExecutionStore } from '../../../lambda/shared/execution-store';
import { Head, HeadStore } from '../../../lambda/shared/head-store';
import { OutcomeStore } from '../../../lambda/shared/outcome-store';
import { readItems, TableAccess } from '../../../lambda/shared/table';
import { Build } from '../../../src/core/release';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { ManualTiming } from '../../support/timing';

describe('stores', () => {
  let db: DynamoDb;
  let diffs: TableAccess;
  let deployments: TableAccess;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  beforeEach(async () => {
    const { diffTable, deploymentsTable } = await db.createTables();
    const common = { client: db.client, solution: 'shop', timing: new ManualTiming() };
    diffs = { ...common, tableName: diffTable };
    deployments = { ...common, tableName: deploymentsTable };
  });

  const build = (buildNumber: number, more: Partial<Build> = {}): Build => ({
    component: 'x',
    buildNumber,
    location: `s3://bucket/x/${buildNumber}`,
    fingerprint: 'print',
    artifactDigest: 'digest',
    definition: 'definition',
    commitId: 'commit',
    pipelineExecutionId: 'execution',
    timestamp: '2026-03-01T12:00:00.000Z',
    ...more,
  });

  describe('HeadStore', () => {
    const head = (more: Partial<Head> = {}): Head => ({
      HeadNumber: 1, HeadCommitId: 'a', CatalogueDigest: 'c', Forced: [], Status: 'Planning', Attempt: 1, Timestamp: 't', ...more,
    });

    it('replaces what was read, and nothing else', async () => {
      const heads = new HeadStore(diffs);
      expect(await heads.read()).toBeUndefined();
      expect(await heads.replace(undefined, head())).toBe(true);
      expect(await heads.replace(undefined, head({ HeadCommitId: 'b' }))).toBe(false);
      expect(await heads.replace(head({ HeadNumber: 2 }), head({ HeadNumber: 3 }))).toBe(false);
      expect(await heads.replace(head({ Attempt: 2 }), head({ HeadNumber: 3 }))).toBe(false);
      expect(await heads.replace(head({ Status: 'Started' }), head({ HeadNumber: 3 }))).toBe(false);
      expect(await heads.replace(head(), head({ HeadNumber: 2, HeadCommitId: 'b' }))).toBe(true);
      expect(await heads.read()).toMatchObject({ HeadNumber: 2, HeadCommitId: 'b', Solution: 'shop' });
    });
  });

  describe('ExecutionStore', () => {
    it('gives each execution a number, always the same, greater than those before', async () => {
      const executions = new ExecutionStore(diffs);
      expect(await executions.last()).toEqual({ taken: 0, planned: 0 });
      expect([await executions.sequence('a', 'planned', 0), await executions.sequence('b', 'planned', 0), await executions.sequence('a', 'planned', 7)]).toEqual([1, 2, 1]);
      expect(await executions.last()).toEqual({ taken: 2, planned: 2 });
      expect(await executions.find('b')).toBe(2);
      expect(await executions.find('c')).toBeUndefined();
    });

    it('numbers promotions among the others, and tells what was planned from them', async () => {
      const executions = new ExecutionStore(diffs);
      expect([await executions.sequence('a', 'promotion', 0), await executions.sequence('b', 'planned', 0), await executions.sequence('c', 'promotion', 0)]).toEqual([1, 2, 3]);
      expect(await executions.last()).toEqual({ taken: 3, planned: 2 });
    });

    it('goes on from what is recorded, where the counter was lost or is a copy from before', async () => {
      const executions = new ExecutionStore(diffs);
      expect([await executions.sequence('a', 'planned', 20), await executions.sequence('b', 'promotion', 3), await executions.sequence('c', 'planned', 21)]).toEqual([21, 22, 23]);
      expect(await executions.sequence('d', 'promotion', 30)).toBe(31);
      expect(await executions.last()).toEqual({ taken: 31, planned: 23 });
    });

    it('gives an execution that asks many times at once one number', async () => {
      const executions = new ExecutionStore(diffs);
      const numbers = await Promise.all(Array.from({ length: 10 }, async () => executions.sequence('a', 'planned', 5)));
      expect(new Set(numbers).size).toBe(1);
      expect(await executions.sequence('b', 'planned', 5)).toBeGreaterThan(numbers[0]!);
    });
  });

  describe('BuildStore', () => {
    it('reads what it wrote', async () => {
      const builds = new BuildStore(deployments);
      await builds.put(build(1));
      await builds.put(build(2, { artifactDigest: undefined, location: '' }));
      expect(await builds.get({ component: 'x', buildNumber: 1 })).toEqual(build(1));
      expect(await builds.getAll([{ component: 'x', buildNumber: 2 }, { component: 'x', buildNumber: 3 }]))
        .toEqual([build(2, { artifactDigest: undefined, location: '' })]);
    });

    it('takes the same build twice, but no other under its number', async () => {
      const builds = new BuildStore(deployments);
      await builds.put(build(1));
      await builds.put(build(1, { timestamp: '2026-03-01T13:00:00.000Z' }));
      await expect(builds.put(build(1, { fingerprint: 'other' }))).rejects.toThrow('Build 1 of component x is already recorded');
      expect(await builds.get(build(1))).toEqual(build(1));
    });

    it('finds the newest build of a fingerprint, of this component and solution', async () => {
      const builds = new BuildStore(deployments);
      await builds.put(build(1));
      await builds.put(build(2));
      await builds.put(build(3, { fingerprint: 'other' }));
      await builds.put(build(9, { component: 'y' }));
      await new BuildStore({ ...deployments, solution: 'shop2' }).put(build(8));
      expect((await builds.findByFingerprint('x', 'print'))?.buildNumber).toBe(2);
      expect(await builds.findByFingerprint('x', 'none')).toBeUndefined();
    });

    it('does not believe the index alone', async () => {
      const builds = new BuildStore({
        ...deployments,
        client: intercept(db, (command) => (command instanceof QueryCommand ? { Items: [{ BuildNumber: 7 }] } : undefined)),
      });
      expect(await builds.findByFingerprint('x', 'print')).toBeUndefined();
    });

    it('reads consistently', async () => {
      const inputs: unknown[] = [];
      const builds = new BuildStore({
        ...deployments,
        client: intercept(db, (command) => {
          if (command instanceof GetCommand) {
            inputs.push(command.input.ConsistentRead);
          }
          return undefined;
        }),
      });
      await builds.get({ component: 'x', buildNumber: 1 });
      expect(inputs).toEqual([true]);
    });

    it('records a deployment on a build that exists', async () => {
      const builds = new BuildStore(deployments);
      const record = { CommitId: 'c', PipelineExecutionId: 'e', Timestamp: 't' };
      await builds.put(build(1));
      await builds.recordDeployment(build(1), 'test', record);
      await expect(builds.recordDeployment(build(2), 'test', record)).rejects.toThrow('Build 2 of component x is not in table');
    });
  });

  describe('OutcomeStore', () => {
    it('decides once', async () => {
      const outcomes = new OutcomeStore(deployments, 'execution');
      const plan = { planId: 'p', commitId: 'c' };
      expect(await outcomes.get('x')).toBeUndefined();
      expect(await outcomes.decide({ component: 'x', outcome: 'Built', build: 1 }, plan)).toMatchObject({ build: 1 });
      expect(await outcomes.decide({ component: 'x', outcome: 'Built', build: 2 }, plan)).toMatchObject({ build: 1 });
      expect(await outcomes.getAll(['x', 'y'])).toEqual([{ component: 'x', outcome: 'Built', build: 1 }]);
      expect(await new OutcomeStore(deployments, 'other').get('x')).toBeUndefined();
    });
  });

  describe('EnvironmentStore', () => {
    const live = (Sequence: number, PipelineExecutionId: string): LiveRelease => ({ Sequence, PipelineExecutionId, CommitId: 'c', Release: 'r', Timestamp: 't' });

    it('moves forward, and again for the same execution', async () => {
      const environments = new EnvironmentStore(deployments);
      expect(await environments.move('test', live(2, 'b'))).toBe(true);
      expect(await environments.move('test', live(1, 'a'))).toBe(false);
      expect(await environments.move('test', live(2, 'c'))).toBe(false);
      expect(await environments.move('test', live(2, 'b'))).toBe(true);
      expect(await environments.move('test', live(3, 'c'))).toBe(true);
      expect(await environments.read('test')).toMatchObject({ Sequence: 3, PipelineExecutionId: 'c' });
      expect(await environments.read('prod')).toBeUndefined();
    });
  });

  describe('readItems', () => {
    it('asks again for keys that were left unprocessed, after a wait', async () => {
      const builds = new BuildStore(deployments);
      await builds.put(build(1));
      await builds.put(build(2));
      let calls = 0;
      const timing = new ManualTiming();
      const access: TableAccess = {
        ...deployments,
        timing,
        client: intercept(db, (command) => {
          if (!(command instanceof BatchGetCommand) || ++calls > 2) {
            return undefined;
          }
          return { Responses: {}, UnprocessedKeys: command.input.RequestItems };
        }),
      };
      expect(await readItems(access, [{ Component: 'shop#x', BuildNumber: 1 }, { Component: 'shop#x', BuildNumber: 2 }])).toHaveLength(2);
      expect(timing.slept).toEqual([25, 50]);
    });

    it('gives up in the end, and says so', async () => {
      const access: TableAccess = {
        ...deployments,
        client: intercept(db, (command) => ({ Responses: {}, UnprocessedKeys: (command as BatchGetCommand).input.RequestItems })),
      };
      await expect(readItems(access, [{ Component: 'shop#x', BuildNumber: 1 }])).rejects.toThrow('left 1 keys of table');
    });
  });
});

/** The client, with answers of the test's own where it gives one. */
function intercept(db: DynamoDb, answer: (command: object) => object | undefined): DynamoDb['client'] {
  return new Proxy(db.client, {
    get: (target, property) => (property !== 'send' ? Reflect.get(target, property) as unknown : async (command: never) => answer(command) ?? target.send(command)),
  });
}
