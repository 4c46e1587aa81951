import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand, StartBuildCommand, StartBuildInput } from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import { PROD, setUp } from './support';
import { DELIVERY_ENV, DeliverySettings } from '../../../src/contract/deployer';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

const SETTINGS: DeliverySettings = {
  id: 'db', component: 'db', afterStacks: false, rollback: 'DEPLOY_OLDER', definition: 'v1', outputs: {}, project: 'deliver-db', report: 'changes',
};

/** CodeBuild as the delivery sees it: what was started, and what becomes of it. */
class FakeBuilds {
  public readonly started: { readonly id: string; readonly step: string; readonly input: StartBuildInput; status: string }[] = [];
  /** Ends the worker at its n-th call: before it is made, or after it, with the answer lost. */
  public crash: undefined | { call: number; readonly when: 'before' | 'after' };
  /** What reports say, in their turn; the last stays. */
  public reports: object[] = [{ changes: [{ path: 'V1', type: 'Migration', effect: 'create' }] }];
  /** What a build ends as, by its step; `SUCCEEDED` where nothing is said. */
  public ends: Partial<Record<string, string>> = {};

  public constructor(client: CodeBuildClient, store: (key: string, text: string) => void) {
    const mock = mockClient(client);
    const call = <Input, Output>(work: (input: Input) => Output) => (input: Input): Output => {
      const isNow = this.crash !== undefined && this.crash.call-- === 1;
      const when = isNow ? this.crash!.when : undefined;
      this.crash = isNow ? undefined : this.crash;
      if (when === 'before') {
        throw new Error('the worker ends');
      }
      const output = work(input);
      if (when === 'after') {
        throw new Error('the worker ends');
      }
      return output;
    };
    mock.on(StartBuildCommand).callsFake(call((input: StartBuildInput) => {
      const variables = new Map(input.environmentVariablesOverride!.map(({ name, value }) => [name!, value!]));
      const step = variables.get(DELIVERY_ENV.step)!;
      const build = { id: `deliver-db:${this.started.length + 1}`, step, input, status: this.ends[step] ?? 'SUCCEEDED' };
      this.started.push(build);
      if (step === 'report' && build.status === 'SUCCEEDED') {
        const [report] = this.reports.length > 1 ? this.reports.splice(0, 1) : this.reports;
        store(variables.get(DELIVERY_ENV.report)!.replace('s3://', ''), JSON.stringify(report));
      }
      return { build: { id: build.id } };
    }));
    mock.on(ListBuildsForProjectCommand).callsFake(call(() => ({ ids: this.started.map(({ id }) => id).reverse() })));
    mock.on(BatchGetBuildsCommand).callsFake(call(({ ids }: { ids: string[] }) => ({
      builds: this.started.filter(({ id }) => ids.includes(id)).map(({ id, status, input }) => ({
        id,
        buildStatus: status,
        environment: { environmentVariables: input.environmentVariablesOverride },
        phases: [{ phaseType: 'BUILD', phaseStatus: status, contexts: [{ message: 'exit status 1' }] }],
      })),
    })));
  }

  public get steps(): string[] {
    return this.started.map(({ step }) => step);
  }
}

describe('a deployer other than CloudFormation', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function begin(settings: Partial<DeliverySettings> = {}, stacks = false) {
    const place = stacks ? {} : { stackNames: [] };
    const own = await setUp(db, { ...place, deliveries: [{ ...SETTINGS, ...settings }] });
    const store = (key: string, text: string) => own.s3.objects.set(key, { body: Buffer.from(text), input: { Bucket: '', Key: '' } });
    const builds = new FakeBuilds(own.codeBuild, store);
    const bring = (buildNumber: number, template = 'Resources: {}\n') => {
      own.world.components = {
        db: { component: 'db', buildNumber, location: `s3://artifacts/shop/components/db/${buildNumber}/artifact.zip`, fingerprint: `f${buildNumber}`, artifactDigest: `d${buildNumber}` },
      };
      own.releaseStacks(stacks ? [{ id: 'shop', template }] : []);
    };
    bring(1);
    const ledger = async () => own.attempts.read({ environment: PROD.environment, place: 'prod', stackName: '@db' });
    return { ...own, builds, bring, store, ledger };
  }

  test('reports, delivers once, and is left out where the place has this very build', async () => {
    const { run, builds, report, ledger, bring, assumed } = await begin();
    expect((await run('prepare')).variables).toEqual({ changes: '1', destructive: '0', broadening: '0' });
    expect(report().changes).toMatchObject([{ path: 'db@V1', type: 'Migration', action: 'Add' }]);
    expect((await run('deploy')).failure).toBeUndefined();
    expect(builds.started.map(({ step, input }) => [step, input.sourceLocationOverride])).toEqual([
      ['report', 'artifacts/shop/components/db/1/artifact.zip'], ['deploy', 'artifacts/shop/components/db/1/artifact.zip'],
    ]);
    // Without stacks, neither the bootstrap nor its deploy role is needed.
    expect(assumed.calls()).toEqual([]);
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Succeeded' }, Delivered: { Build: 1 } });
    expect((await run('prepare', 'e2')).variables!.changes).toBe('0');
    await run('deploy', 'e2');
    expect(builds.steps).toHaveLength(2);
    bring(2);
    await run('prepare', 'e3');
    await run('deploy', 'e3');
    expect(builds.steps).toEqual(['report', 'deploy', 'report', 'deploy']);
  });

  // Of the calls of Deploy: list, start, look.
  test.each([1, 2, 3, 4].flatMap((call) => (['before', 'after'] as const).map((when) => ({ call, when }))))('a worker that ends $when call $call delivers once, in its retry', async (crash) => {
    const { run, builds, timing, ledger } = await begin();
    await run('prepare');
    builds.crash = { ...crash };
    const first = await run('deploy');
    // Beyond what CodeBuild's own token covers.
    timing.pass(10 * 60_000);
    expect((await run('deploy')).failure).toBeUndefined();
    expect(first.failure === undefined || first.failure === 'the worker ends').toBe(true);
    expect(builds.steps).toEqual(['report', 'deploy']);
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Succeeded' } });
  });

  test('two workers of one job start one build', async () => {
    const { invoke, builds } = await begin();
    await Promise.all([invoke('prepare', 'e1'), invoke('prepare', 'e1')]);
    expect(new Set(builds.started.map(({ input }) => input.idempotencyToken)).size).toBe(1);
    await Promise.all([invoke('deploy', 'e1'), invoke('deploy', 'e1')]);
    expect(new Set(builds.started.map(({ input }) => input.idempotencyToken)).size).toBe(2);
  });

  test('a failure fails the action, is never taken for a delivery, and the retry runs it again', async () => {
    const { run, builds, ledger } = await begin();
    await run('prepare');
    builds.ends = { deploy: 'FAILED' };
    expect((await run('deploy')).failure).toBe('The delivery of component \'db\' to prod failed: build deliver-db:2 is FAILED in phase BUILD: exit status 1');
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Failed' } });
    builds.ends = {};
    expect((await run('deploy')).failure).toBeUndefined();
    expect(builds.steps).toEqual(['report', 'deploy', 'report', 'deploy']);
  });

  test('what is prepared again has to be covered by what was approved', async () => {
    const { run, builds } = await begin();
    builds.reports = [{ changes: [{ path: 'V1', type: 'Migration', effect: 'create' }] }, { changes: [{ path: 'V1', type: 'Migration', effect: 'update' }] }];
    await run('prepare');
    builds.ends = { deploy: 'FAILED' };
    await run('deploy');
    expect((await run('deploy')).failure).toContain('V1 (Migration): Modify is not in the report.');
    expect(builds.steps).toEqual(['report', 'deploy', 'report']);
  });

  test('the guard refuses what would be lost, and nothing is delivered', async () => {
    const { run, builds, ledger } = await begin();
    builds.reports = [{ changes: [{ path: 'orders', type: 'Table', effect: 'delete' }] }];
    expect((await run('prepare')).failure).toContain('The delivery of component \'db\' to prod would delete or replace a resource. Nothing was delivered:\n- db@orders (Table) is deleted');
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Refused' } });
    expect((await run('deploy')).failure).toContain('Nothing was prepared');
    expect(builds.steps).toEqual(['report']);
  });

  test('a report that can\'t be read fails Prepare, by name', async () => {
    const { run, builds } = await begin();
    builds.reports = [{ change: [] }];
    expect((await run('prepare')).failure).toContain('The report of changes has no list "changes"');
  });

  test('a report without changes is a delivery of nothing', async () => {
    const { run, builds, ledger } = await begin();
    builds.reports = [{ changes: [] }];
    expect((await run('prepare')).variables!.changes).toBe('0');
    await run('deploy');
    expect(builds.steps).toEqual(['report']);
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Succeeded' }, Delivered: { Build: 1 } });
  });

  test('without a report, every kind of approval asks', async () => {
    const { run, builds, report } = await begin({ report: 'none' });
    expect((await run('prepare')).variables).toEqual({ changes: '1', destructive: '1', broadening: '1' });
    expect(report().ask).toBeUndefined();
    await run('deploy');
    expect(builds.steps).toEqual(['deploy']);
  });

  test('an older build is kept out by SKIP, which says so, and refused by REFUSE', async () => {
    const skipping = await begin({ rollback: 'SKIP' });
    skipping.bring(2);
    await skipping.run('prepare');
    await skipping.run('deploy');
    skipping.bring(1);
    expect((await skipping.run('prepare', 'e2')).variables!.changes).toBe('0');
    expect(skipping.report('e2').deliveries).toMatchObject([{ outcome: 'kept', kept: expect.stringContaining('build 2 is there, and the release has build 1') as string }]);
    expect((await skipping.run('deploy', 'e2')).failure).toBeUndefined();
    expect(skipping.builds.steps).toEqual(['report', 'deploy']);
    expect(await skipping.ledger()).toMatchObject({ Delivered: { Build: 2 } });

    const refusing = await begin({ rollback: 'REFUSE' });
    refusing.bring(2);
    await refusing.run('prepare');
    await refusing.run('deploy');
    refusing.bring(1);
    expect((await refusing.run('prepare', 'e2')).failure).toContain('build 2 is there, and the release has build 1, which is older');
  });

  test('what a stopped execution left running is waited for, and counts', async () => {
    const { run, builds, invoke, ledger, timing } = await begin();
    await run('prepare');
    builds.ends = { deploy: 'IN_PROGRESS' };
    expect((await invoke('deploy', 'e1')).token).toBeDefined();
    // The execution is stopped; another comes to the place.
    const waiting = await invoke('prepare', 'e2');
    expect(waiting.token).toBeDefined();
    builds.started.at(-1)!.status = 'SUCCEEDED';
    builds.ends = {};
    timing.pass(30_000);
    expect((await invoke('prepare', 'e2', waiting.token)).variables!.changes).toBe('0');
    expect(await ledger()).toMatchObject({ Delivered: { PipelineExecutionId: 'e1' } });
  });

  test('an attempt of which no build is found is lost only when no one can start one any more', async () => {
    const { run, attempts, ledger, timing, builds } = await begin();
    await run('prepare');
    const prepared = (await ledger())!;
    await attempts.write({ environment: 'prod', place: 'prod', stackName: '@db' }, prepared, {
      ...prepared.Attempt, Phase: 'Executing', Timestamp: new Date(timing.milliseconds).toISOString(),
    });
    expect((await run('prepare', 'e2')).failure).toBeUndefined();
    expect(timing.milliseconds - Date.parse((prepared.Attempt).Timestamp)).toBeGreaterThan(15 * 60_000);
    expect(builds.steps).toEqual(['report', 'report']);
  });

  test('what switches is delivered only when it was switched to; until then it is ready, and counts as nothing', async () => {
    const { run, builds, ledger, bring } = await begin({ switches: true });
    await run('prepare');
    expect((await run('deploy')).variables!['switch-waiver']).toBe('ask');
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Ready' } });
    expect((await ledger())!.Delivered).toBeUndefined();
    expect((await run('switch')).failure).toBeUndefined();
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Succeeded' }, Delivered: { Build: 1 } });
    // The place has this build: nothing is deployed, no one is asked, and the switch does nothing.
    expect((await run('prepare', 'e2')).variables!.changes).toBe('0');
    expect((await run('deploy', 'e2')).variables!['switch-waiver']).toBe('nothing waits to be switched to');
    expect((await run('switch', 'e2')).failure).toBeUndefined();
    expect(builds.steps).toEqual(['report', 'deploy', 'switch']);
    // Rejected: the next execution delivers again, though it brings the same.
    bring(2);
    await run('prepare', 'e3');
    await run('deploy', 'e3');
    expect((await run('prepare', 'e4')).variables!.changes).toBe('1');
    await run('deploy', 'e4');
    expect((await run('switch', 'e3')).failure).toContain('does not wait for its switch. Retry the stage with all of its actions.');
    await run('switch', 'e4');
    expect(await ledger()).toMatchObject({ Delivered: { Build: 2, PipelineExecutionId: 'e4' } });
  });

  test('a switch that fails is no delivery, and is not tried again by itself', async () => {
    const { run, builds, ledger } = await begin({ switches: true });
    await run('prepare');
    await run('deploy');
    builds.ends = { switch: 'FAILED' };
    expect((await run('switch')).failure).toMatch(/failed: build deliver-db:3 is FAILED in phase BUILD: exit status 1 Retry the stage with all of its actions\.$/);
    builds.ends = {};
    expect((await run('switch')).failure).toContain('Retry the stage with all of its actions.');
    expect(builds.steps).toEqual(['report', 'deploy', 'switch']);
    expect((await ledger())!.Delivered).toBeUndefined();
  });

  test.each([1, 2, 3, 4].flatMap((call) => (['before', 'after'] as const).map((when) => ({ call, when }))))('a worker that ends $when call $call of the switch switches once', async (crash) => {
    const { run, builds, timing, ledger } = await begin({ switches: true });
    await run('prepare');
    await run('deploy');
    builds.crash = { ...crash };
    const first = await run('switch');
    timing.pass(10 * 60_000);
    expect((await run('switch')).failure).toBeUndefined();
    expect(first.failure === undefined || first.failure === 'the worker ends').toBe(true);
    expect(builds.steps).toEqual(['report', 'deploy', 'switch']);
    expect(await ledger()).toMatchObject({ Attempt: { Phase: 'Succeeded' } });
  });

  test('what takes outputs of a stack that changes is asked for, reported and judged in its turn, and left out where they come out the same', async () => {
    const { run, builds, bring, report } = await begin({ afterStacks: true, outputs: { TEMPLATE: 'Template' } }, true);
    const template = (text: string) => `Resources: {}\nOutputs:\n  Template: { Value: '${text}' }\n`;
    bring(1, template('a'));
    await run('prepare');
    expect(report().deliveries).toMatchObject([{ outcome: 'deferred' }]);
    expect(builds.steps).toEqual([]);
    expect((await run('deploy')).failure).toBeUndefined();
    expect(builds.steps).toEqual(['report', 'deploy']);
    expect(builds.started[1]!.input.environmentVariablesOverride).toContainEqual({ name: 'TEMPLATE', value: `shop ${template('a')}`, type: 'PLAINTEXT' });
    // Nothing changes: the outputs are known, and nothing is done.
    await run('prepare', 'e2');
    expect(report('e2').deliveries).toMatchObject([{ outcome: 'skipped' }]);
    await run('deploy', 'e2');
    expect(builds.steps).toHaveLength(2);
    // A deletion is refused when its turn comes.
    bring(2, template('b'));
    builds.reports = [{ changes: [{ path: 'page', type: 'Page', effect: 'delete' }] }];
    await run('prepare', 'e3');
    expect((await run('deploy', 'e3')).failure).toMatch(/db@page \(Page\) is deleted[\s\S]*prod is delivered in part\. With the release: shop\. Not: delivery db\. Not begun: none\. Nothing is rolled back/);
    expect(builds.steps).toEqual(['report', 'deploy', 'report']);
  });
});
