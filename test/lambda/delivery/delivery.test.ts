import { COMMIT, modified, setUp } from './support';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

describe('delivery of a stack', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('creates a stack: prepared, then executed by its ARN with a token, and the outputs come back', async () => {
    const { run, stacks, ledger, report } = await setUp(db);
    expect(await run('prepare')).toMatchObject({ variables: { changes: '1', destructive: '0', broadening: '0' } });
    expect(report()).toMatchObject({ version: 3, commitId: COMMIT, stacks: [{ outcome: 'changes', attempt: 1 }], changes: [{ path: 'Table' }] });
    expect(stacks.status('shop')).toBe('REVIEW_IN_PROGRESS');
    expect(await run('deploy')).toMatchObject({ variables: { Template: 'shop Resources: {}\n' } });
    expect(stacks.status('shop')).toBe('CREATE_COMPLETE');
    expect(await ledger()).toMatchObject({ Attempt: { Number: 1, Phase: 'Succeeded' }, Delivered: { Attempt: 1, Status: 'CREATE_COMPLETE' } });
  });

  it('skips a stack that has this content and is as the last attempt left it, and gives its outputs', async () => {
    const { run, calls, report } = await setUp(db);
    await run('prepare');
    await run('deploy');
    calls.length = 0;
    expect((await run('prepare', 'e2')).variables).toMatchObject({ changes: '0' });
    expect(report('e2')).toMatchObject({ stacks: [{ outcome: 'skipped' }] });
    expect((await run('deploy', 'e2')).variables).toMatchObject({ Template: 'shop Resources: {}\n' });
    expect(calls).toEqual(['DescribeStacks', 'DescribeStacks', 'DescribeStacks']);
  });

  it.each<[string, (system: Awaited<ReturnType<typeof setUp>>) => void]>([
    ['others updated it', ({ stacks, timing }) => {
      stacks.updateByOthers({ StackName: 'shop', TemplateBody: 'Resources: {Other: {}}' } as never);
      timing.pass(60_000);
    }],
    ['it was deleted and made by others', ({ stacks, timing }) => {
      stacks.deleteByOthers('shop');
      stacks.updateByOthers({ StackName: 'shop', TemplateBody: 'Resources: {}\n' } as never);
      timing.pass(60_000);
    }],
    ['it is gone', ({ stacks }) => stacks.deleteByOthers('shop')],
  ])('does not skip a stack although the ledger says that it was delivered: %s', async (_, meddle) => {
    const system = await setUp(db);
    await system.run('prepare');
    await system.run('deploy');
    meddle(system);
    await system.run('prepare', 'e2');
    expect(system.report('e2').stacks[0]!.outcome).not.toBe('skipped');
    expect((await system.run('deploy', 'e2')).variables).toMatchObject({ Template: 'shop Resources: {}\n' });
    expect(system.stacks.live('shop')?.TemplateBody).toBe('Resources: {}\n');
  });

  it('does not skip a stack that others updated to the same content, but finds that nothing is to be done', async () => {
    const { run, stacks, timing, report } = await setUp(db);
    await run('prepare');
    await run('deploy');
    stacks.updateByOthers(stacks.live('shop')!);
    timing.pass(60_000);
    await run('prepare', 'e2');
    expect(report('e2').stacks[0]!.outcome).toBe('empty');
    expect((await run('deploy', 'e2')).failure).toBeUndefined();
    // What was noted anew is what the next comparison uses.
    await run('prepare', 'e3');
    expect(report('e3').stacks[0]!.outcome).toBe('skipped');
  });

  it('delivers a content again that failed since, although it was delivered before', async () => {
    const { run, release, world, stacks } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    world.outcome = () => ({ duration: 20_000, failure: { logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'Throttled' } });
    await run('prepare', 'e2');
    expect((await run('deploy', 'e2')).failure).toBe('Stack shop was not deployed: Table (AWS::DynamoDB::Table) UPDATE_FAILED: Throttled');
    release('Resources: {}\n');
    world.outcome = () => ({ duration: 20_000 });
    expect((await run('prepare', 'e3')).failure).toBeUndefined();
    expect((await run('deploy', 'e3')).failure).toBeUndefined();
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {}\n');
  });

  it('takes the end of its own operation for success, never an earlier UPDATE_COMPLETE', async () => {
    const { run, invoke, release, world, timing } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    // The worker ends after the ledger says that it executes, and before CloudFormation is asked: the stack is still CREATE_COMPLETE.
    world.crash = { call: 'ExecuteChangeSet', when: 'before' };
    expect((await invoke('deploy', 'e2')).failure).toBe('ExecuteChangeSet');
    timing.pass(1_000);
    const { variables } = await run('deploy', 'e2');
    expect(variables).toMatchObject({ Template: 'shop Resources: {B: {}}\n' });
  });

  describe('a worker that ends between any two calls is completed by the retry, and the stack is updated once', () => {
    const CALLS = ['CreateChangeSet', 'DescribeChangeSet', 'DeleteChangeSet', 'ExecuteChangeSet', 'DescribeStacks', 'DescribeStackEvents'];
    it.each(CALLS.flatMap((call) => (['before', 'after'] as const).map((when): [string, string, 'before' | 'after'] => [`${when} ${call}`, call, when])))('%s', async (_, call, when) => {
      for (const action of ['prepare', 'deploy'] as const) {
        const { run, invoke, release, world, stacks } = await setUp(db);
        await run('prepare');
        await run('deploy');
        release('Resources: {B: {}}\n');
        if (action === 'deploy') {
          await run('prepare', 'e2');
        }
        world.crash = { call, when };
        await invoke(action, 'e2');
        world.crash = undefined;
        if (action === 'prepare') {
          expect((await run('prepare', 'e2')).failure).toBeUndefined();
        }
        expect((await run('deploy', 'e2')).failure).toBeUndefined();
        expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {B: {}}\n');
        const starts = stacks.describeStackEvents('shop').filter(({ ResourceStatus }) => ResourceStatus === 'UPDATE_IN_PROGRESS');
        expect(starts).toHaveLength(1);
      }
    });
  });

  it('two workers of one job make one change set and one update', async () => {
    const { invoke, run, release, stacks, calls } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    calls.length = 0;
    await Promise.all([invoke('prepare', 'e2'), invoke('prepare', 'e2')]);
    await Promise.all([invoke('deploy', 'e2'), invoke('deploy', 'e2')]);
    await run('deploy', 'e2');
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {B: {}}\n');
    expect(stacks.describeStackEvents('shop').filter(({ ResourceStatus }) => ResourceStatus === 'UPDATE_IN_PROGRESS')).toHaveLength(1);
  });

  it('says why a deployment failed, and a retry of the failed action makes the change set again and executes it', async () => {
    const { run, release, world, stacks } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    world.outcome = () => ({ duration: 20_000, failure: { logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'Limit exceeded' } });
    expect((await run('deploy', 'e2')).failure).toContain('Table (AWS::DynamoDB::Table) UPDATE_FAILED: Limit exceeded');
    world.outcome = () => ({ duration: 20_000 });
    expect((await run('deploy', 'e2')).failure).toBeUndefined();
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {B: {}}\n');
  });

  it('refuses a change set that was made again and goes beyond the report', async () => {
    const { run, release, world, stacks, ledger } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    stacks.deleteChangeSet('modular-pipeline-2', 'shop');
    world.changes = () => [modified('Table'), modified('Other')];
    const { failure } = await run('deploy', 'e2');
    expect(failure).toContain('would now do more than was judged and approved');
    expect(failure).toContain('- Other (AWS::DynamoDB::Table): Modify is not in the report.');
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {}\n');
    expect((await ledger())?.Attempt.Phase).toBe('Refused');
  });

  it('executes a change set that was made again within the report', async () => {
    const { run, release, world, stacks } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    world.changes = () => [modified('Table'), modified('Other')];
    await run('prepare', 'e2');
    stacks.deleteChangeSet('modular-pipeline-2', 'shop');
    world.changes = () => [modified('Other')];
    expect((await run('deploy', 'e2')).failure).toBeUndefined();
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {B: {}}\n');
  });

  it('refuses what would be destroyed: the change set is deleted, nothing is prepared, and Deploy does not run on it', async () => {
    const { run, release, world, stacks } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    world.changes = () => [modified('Table', 'True')];
    expect((await run('prepare', 'e2')).failure).toContain('- Table (AWS::DynamoDB::Table) is replaced');
    expect(() => stacks.describeChangeSet('modular-pipeline-2', 'shop')).toThrow('does not exist');
    expect((await run('deploy', 'e2')).failure).toContain('Nothing was prepared');
  });

  it('does not take over a stack that it never delivered, unless it is to be adopted', async () => {
    for (const adopt of [false, true]) {
      const { run, stacks, timing } = await setUp(db, { adopt });
      stacks.updateByOthers({ StackName: 'shop', TemplateBody: 'Resources: {Theirs: {}}' } as never);
      timing.pass(60_000);
      const { failure } = await run('prepare');
      expect(failure ?? 'adopted').toContain(adopt ? 'adopted' : 'this solution never delivered it');
    }
  });

  it('waits for an operation of others, and goes on when it is done', async () => {
    const { run, stacks, release, world } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    world.outcome = () => ({ duration: 400_000 });
    stacks.updateByOthers({ StackName: 'shop', TemplateBody: 'Resources: {Theirs: {}}' } as never);
    expect((await run('prepare', 'e2')).failure).toBeUndefined();
    expect((await run('deploy', 'e2')).failure).toBeUndefined();
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {B: {}}\n');
  });

  it('adopts the update that an abandoned execution left running, and then delivers its own', async () => {
    const { run, invoke, stacks, release, world } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    world.outcome = () => ({ duration: 400_000 });
    expect((await invoke('deploy', 'e2')).token).toBeDefined();
    // Stopped and abandoned: nobody asks for e2 again.
    release('Resources: {C: {}}\n');
    expect((await run('prepare', 'e3')).failure).toBeUndefined();
    expect((await run('deploy', 'e3')).failure).toBeUndefined();
    expect(stacks.live('shop')?.TemplateBody).toBe('Resources: {C: {}}\n');
  });

  it('goes on where somebody deletes the stack while an attempt is followed', async () => {
    const { run, invoke, stacks, world } = await setUp(db);
    await run('prepare');
    world.outcome = () => ({ duration: 400_000 });
    expect((await invoke('deploy', 'e1')).token).toBeDefined();
    stacks.deleteByOthers('shop');
    world.outcome = () => ({ duration: 20_000 });
    expect((await run('prepare', 'e2')).failure).toBeUndefined();
    expect((await run('deploy', 'e2')).failure).toBeUndefined();
    expect(stacks.status('shop')).toBe('CREATE_COMPLETE');
  });

  it.each([
    [true, 'UPDATE_ROLLBACK_FAILED', 'Continue the rollback'],
    [false, 'UPDATE_ROLLBACK_COMPLETE', undefined],
  ])('names the way out of a stack that is stuck (rollback fails: %s)', async (rollbackFails, status, way) => {
    const { run, release, world, stacks } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    world.outcome = () => ({ duration: 20_000, failure: { logicalId: 'T', type: 'A', reason: 'no', rollbackFails } });
    await run('deploy', 'e2');
    expect(stacks.status('shop')).toBe(status);
    const { failure } = await run('prepare', 'e3');
    expect(failure ?? '').toContain(way ?? '');
    expect(failure === undefined).toBe(way === undefined);
  });

  it('asks the gates again where the last execution here did not pass them all, although nothing changes', async () => {
    const { run, report, stages } = await setUp(db);
    await run('prepare');
    await run('deploy');
    // The integration tests of e1 failed: it was not recorded.
    await run('prepare', 'e2');
    expect(report('e2').ask).toContain('execution e1 came here last, and did not pass all gates');
    await run('deploy', 'e2');
    expect(await stages.record('prod', 'prod', 'e2')).toBe(true);
    await run('prepare', 'e3');
    expect(report('e3').ask).toBeUndefined();
    expect(await stages.record('prod', 'prod', 'e2')).toBe(false);
  });

  it('does not skip what gets its value only when it is deployed', async () => {
    const { run, release, report } = await setUp(db);
    release('Resources: {A: {Type: "AWS::S3::Bucket", Properties: {BucketName: "{{resolve:ssm:name}}"}}}\n');
    await run('prepare');
    await run('deploy');
    await run('prepare', 'e2');
    expect(report('e2').stacks[0]!.outcome).toBe('empty');
  });

  it('ends before CodePipeline does, and a retry adopts the update that goes on', async () => {
    const { run, invoke, release, world, stacks, timing } = await setUp(db);
    await run('prepare');
    await run('deploy');
    release('Resources: {B: {}}\n');
    await run('prepare', 'e2');
    world.outcome = () => ({ duration: 30 * 3_600_000 });
    const { token } = await invoke('deploy', 'e2');
    timing.pass(22 * 3_600_000);
    expect((await invoke('deploy', 'e2', token)).token).toBeDefined();
    timing.pass(3_600_000);
    expect((await invoke('deploy', 'e2', token)).failure).toContain('still being updated after 23 hours');
    expect(stacks.status('shop')).toBe('UPDATE_IN_PROGRESS');
    timing.pass(8 * 3_600_000);
    expect((await run('deploy', 'e2')).variables).toMatchObject({ Template: 'shop Resources: {B: {}}\n' });
  });

  it('assumes the role for one stack and one step: only Deploy may execute', async () => {
    const { run, assumed } = await setUp(db);
    await run('prepare');
    await run('deploy');
    const policies = assumed.calls().map(({ args: [{ input }] }) => (input as { Policy: string }).Policy);
    expect(policies[0]).not.toContain('ExecuteChangeSet');
    expect(policies.at(-1)).toContain('ExecuteChangeSet');
    expect(policies.every((policy) => policy.length < 2_048 && !policy.includes('stack/*'))).toBe(true);
  });
});
