import { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { modified, ReleasedStack, setUp } from './support';
import { StageAttemptStore } from '../../../lambda/shared/stage-attempt-store';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

/** A network, data, and an API that takes an output of each: `Version` is in a template's text, so that another one changes it. */
function shop(versions: { network?: number; data?: number; api?: number } = {}, more: Partial<ReleasedStack> = {}): ReleasedStack[] {
  const { network = 1, data = 1, api = 1 } = versions;
  const template = (resources: object, rest: object = {}) => JSON.stringify({ Resources: resources, ...rest });
  return [
    {
      id: 'api',
      template: template({
        Function: { Type: 'AWS::Lambda::Function', Properties: { Description: `v${api}`, Environment: { Ref: 'TableName' } } },
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
      }, { Parameters: { TableName: { Type: 'String' }, VpcId: { Type: 'String' } }, Outputs: { Url: { Value: 'x' }, Version: { Value: 'x' } } }),
      parameters: { TableName: { stack: 'data', output: 'TableName' }, VpcId: { stack: 'network', output: 'VpcId' } },
      ...more,
    },
    { id: 'data', template: template({ Table: { Type: 'AWS::DynamoDB::Table', Properties: { Description: `v${data}` } } }, { Outputs: { TableName: { Value: 'x' }, Version: { Value: 'x' } } }), dependsOn: ['network'] },
    { id: 'network', template: template({ Vpc: { Type: 'AWS::EC2::VPC', Properties: { Description: `v${network}` } } }, { Outputs: { VpcId: { Value: 'x' }, Version: { Value: 'x' } } }) },
  ];
}

/** A change set of these resources: all are added where the stack is new, and modified otherwise. */
function changed(input: CreateChangeSetInput, logicalIds: readonly string[]): Change[] {
  const { Resources: resources } = JSON.parse(input.TemplateBody!) as { Resources: Record<string, { Type: string }> };
  return logicalIds.map((logicalId) => ({
    Type: 'Resource',
    ResourceChange: {
      ...modified(logicalId).ResourceChange!,
      ResourceType: resources[logicalId]!.Type,
      ...(input.ChangeSetType === 'CREATE' ? { Action: 'Add', Replacement: undefined, BeforeContext: undefined, Details: [] } : {}),
    },
  }));
}

describe('several stacks in a place', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function several(more: Parameters<typeof setUp>[1] = {}) {
    const system = await setUp(db, more);
    const { world } = system;
    const version = (live: CreateChangeSetInput) => /v(\d+)/.exec(live.TemplateBody!)![1]!;
    world.changes = (input) => changed(input, Object.keys((JSON.parse(input.TemplateBody!) as { Resources: object }).Resources).filter((id) => id !== 'Alarm' || input.ChangeSetType === 'CREATE'));
    const values = { table: 'orders' };
    world.outputs = (name, live): Record<string, string> => {
      const own: Readonly<Record<string, object>> = {
        'shop-network': { VpcId: 'vpc-1' }, 'shop-data': { TableName: version(live) === '1' ? 'orders' : values.table }, 'shop-api': { Url: 'https://shop' },
      };
      return own[name] === undefined ? {} : { ...own[name], Version: version(live) };
    };
    const outcomes = (execution: string) => Object.fromEntries(system.report(execution).stacks.map(({ id, outcome }) => [id, outcome]));
    const released = async (execution: string) => {
      const prepared = await system.run('prepare', execution);
      const deployed = prepared.failure === undefined ? await system.run('deploy', execution) : undefined;
      return { ...deployed, failure: prepared.failure ?? deployed?.failure };
    };
    const versions = () => Object.fromEntries(['network', 'data', 'api'].map((id) => [id, /v(\d+)/.exec(system.stacks.live(`shop-${id}`)?.TemplateBody ?? '')?.[1]]));
    system.releaseStacks(shop());
    return { ...system, values, outcomes, released, versions };
  }

  it('releases an application for the first time: in order, with outputs as parameters, and all outputs come back', async () => {
    const { released, outcomes, stacks, report, s3 } = await several();
    const { failure, variables } = await released('e1');
    expect(failure).toBeUndefined();
    expect(outcomes('e1')).toEqual({ network: 'changes', data: 'changes', api: 'deferred' });
    expect(report().stacks.find(({ id }) => id === 'api')).toMatchObject({ waitsFor: ['data', 'network'], creates: true, changes: [{ path: 'Function', action: 'Add' }, { path: 'Alarm' }] });
    expect(report().changes.map(({ path }) => path).sort()).toEqual(['api@Alarm', 'api@Function', 'data@Table', 'network@Vpc']);
    expect(stacks.live('shop-api')!.Parameters).toEqual(expect.arrayContaining([{ ParameterKey: 'TableName', ParameterValue: 'orders' }, { ParameterKey: 'VpcId', ParameterValue: 'vpc-1' }]));
    expect(variables).toEqual({
      'VpcId': 'vpc-1',
      'TableName': 'orders',
      'Url': 'https://shop',
      'network@VpcId': 'vpc-1',
      'data@TableName': 'orders',
      'api@Url': 'https://shop',
      'network@Version': '1',
      'data@Version': '1',
      'api@Version': '1',
      'stack-ids': expect.stringMatching(/^arn:[^,]+stack\/shop-network\/[^,]+,arn:[^,]+stack\/shop-data\/[^,]+,arn:[^,]+stack\/shop-api\/[^,]+$/),
    });
    expect(s3.json('artifacts/shop/outputs/e1/prod.json')).toEqual({
      network: { VpcId: 'vpc-1', Version: '1' }, data: { TableName: 'orders', Version: '1' }, api: { Url: 'https://shop', Version: '1' },
    });
  });

  it('makes one change set where one stack changed, and gives the outputs of all', async () => {
    const { released, releaseStacks, calls, outcomes } = await several();
    await released('e1');
    calls.length = 0;
    releaseStacks(shop({ api: 2 }));
    const { variables } = await released('e2');
    expect(calls.filter((call) => call === 'CreateChangeSet')).toHaveLength(1);
    expect(outcomes('e2')).toEqual({ network: 'skipped', data: 'skipped', api: 'changes' });
    expect(variables).toMatchObject({ 'VpcId': 'vpc-1', 'api@Version': '2' });
  });

  it('skips all where nothing changed: no change set, one description for each stack', async () => {
    const { released, calls, outcomes } = await several();
    await released('e1');
    calls.length = 0;
    await released('e2');
    expect(outcomes('e2')).toEqual({ network: 'skipped', data: 'skipped', api: 'skipped' });
    expect(new Set(calls)).toEqual(new Set(['DescribeStacks']));
  });

  it('delivers an output that changes: the stack that takes it is reported before, and gets the new value', async () => {
    const { released, releaseStacks, values, outcomes, stacks, report } = await several();
    await released('e1');
    releaseStacks(shop({ data: 2 }));
    values.table = 'orders-2';
    expect((await released('e2')).failure).toBeUndefined();
    expect(outcomes('e2')).toEqual({ network: 'skipped', data: 'changes', api: 'deferred' });
    expect(report('e2').changes).toContainEqual(expect.objectContaining({ path: 'api@Function', action: 'Modify', late: true }));
    expect(stacks.live('shop-api')!.Parameters).toContainEqual({ ParameterKey: 'TableName', ParameterValue: 'orders-2' });
  });

  it('changes nothing in a stack whose values come out as before', async () => {
    const { released, releaseStacks, stacks } = await several();
    await released('e1');
    const before = stacks.describeStackEvents('shop-api').length;
    releaseStacks(shop({ data: 2 }));
    expect((await released('e2')).failure).toBeUndefined();
    expect(stacks.describeStackEvents('shop-api')).toHaveLength(before);
  });

  it('refuses what a value that became known would do beyond the report, says what was delivered, and the retry judges it', async () => {
    const { released, releaseStacks, values, world, versions, run, outcomes } = await several();
    await released('e1');
    releaseStacks(shop({ data: 2 }));
    values.table = 'orders-2';
    const usual = world.changes;
    world.changes = (input) => (input.StackName === 'shop-api' ? [modified('Alarm', 'True')] : usual(input));
    // What CloudFormation shows with the values of the present is judged before, and passes.
    world.changes = ((real) => (input: CreateChangeSetInput) => (
      input.StackName === 'shop-api' && JSON.stringify(input.Parameters).includes('orders-2') ? real(input) : usual(input)))(world.changes);
    const { failure } = await released('e2');
    expect(failure).toContain('The change set of stack shop-api could be made only now, and would now do more than was judged and approved');
    expect(failure).toContain('prod is delivered in part. With the release: shop-network, shop-data. Not: shop-api. Not begun: none.');
    expect(versions()).toEqual({ network: '1', data: '2', api: '1' });
    expect((await run('prepare', 'e2')).failure).toContain('- api@Alarm (AWS::DynamoDB::Table) is replaced');
    expect(outcomes('e2')).toBeDefined();
  });

  it('does not begin what comes after a stack that failed, and a retry, or the next execution, delivers all', async () => {
    for (const retry of [true, false]) {
      const { released, releaseStacks, world, versions, run } = await several();
      await released('e1');
      releaseStacks(shop({ network: 2, data: 2, api: 2 }));
      world.outcome = (name) => ({ duration: 20_000, ...(name === 'shop-data' ? { failure: { logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'Limit exceeded' } } : {}) });
      const { failure } = await released('e2');
      expect(failure).toContain('Stack shop-data was not deployed: Table (AWS::DynamoDB::Table) UPDATE_FAILED: Limit exceeded');
      expect(failure).toContain('With the release: shop-network. Not: shop-data. Not begun: shop-api.');
      expect(versions()).toEqual({ network: '2', data: '1', api: '1' });
      world.outcome = () => ({ duration: 20_000 });
      expect((retry ? await run('deploy', 'e2') : await released('e3')).failure).toBeUndefined();
      expect(versions()).toEqual({ network: '2', data: '2', api: '2' });
    }
  });

  it('notes a partial delivery, shows it in the next report, and forgets it when all are delivered', async () => {
    const { released, releaseStacks, world, run, report, stages } = await several();
    await released('e1');
    expect((await stages.read('prod', 'prod'))!.partly).toBeUndefined();
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    world.outcome = (name) => ({ duration: 20_000, ...(name === 'shop-data' ? { failure: { logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'Limit exceeded' } } : {}) });
    await released('e2');
    const partly = { executionId: 'e2', commitId: report('e2').commitId, with: ['shop-network'], without: ['shop-data'], notBegun: ['shop-api'] };
    expect((await stages.read('prod', 'prod'))!.partly).toEqual(partly);
    expect(report('e2').partly).toBeUndefined();
    // It stays while the next execution is prepared, and approved.
    expect((await run('prepare', 'e3')).failure).toBeUndefined();
    expect(report('e3').partly).toEqual(partly);
    expect((await stages.read('prod', 'prod'))!.partly).toEqual(partly);
    world.outcome = () => ({ duration: 20_000 });
    expect((await run('deploy', 'e3')).failure).toBeUndefined();
    expect((await stages.read('prod', 'prod'))!.partly).toBeUndefined();
    await run('prepare', 'e4');
    expect(report('e4').partly).toBeUndefined();
  });

  const failing = (stack: string) => (name: string) => (
    { duration: 20_000, ...(name === stack ? { failure: { logicalId: 'Table', type: 'AWS::DynamoDB::Table', reason: 'Limit exceeded' } } : {}) });

  it('is not delivered in part where the first stack fails', async () => {
    const { released, releaseStacks, world, stages } = await several();
    await released('e1');
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    world.outcome = failing('shop-network');
    const { failure } = await released('e2');
    expect(failure).toContain('Stack shop-network was not deployed');
    expect(failure).not.toContain('in part');
    expect((await stages.read('prod', 'prod'))!.partly).toBeUndefined();
  });

  it('is not delivered in part any more where one stack is left', async () => {
    const { released, releaseStacks, world, stages, report, run } = await several();
    await released('e1');
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    world.outcome = failing('shop-data');
    await released('e2');
    world.outcome = () => ({ duration: 20_000 });
    releaseStacks(shop({ network: 2 }).filter(({ id }) => id === 'network'));
    expect((await released('e3')).failure).toBeUndefined();
    expect(report('e3').partly).toMatchObject({ executionId: 'e2' });
    expect((await stages.read('prod', 'prod'))!.partly).toBeUndefined();
    await run('prepare', 'e4');
    expect(report('e4').partly).toBeUndefined();
  });

  it('says what failed where that cannot be noted', async () => {
    const { released, releaseStacks, world } = await several();
    await released('e1');
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    world.outcome = failing('shop-data');
    jest.spyOn(StageAttemptStore.prototype, 'notePartly').mockRejectedValueOnce(new Error('throttled'));
    const { failure } = await released('e2');
    expect(failure).toContain('Table (AWS::DynamoDB::Table) UPDATE_FAILED: Limit exceeded');
    expect(failure).toContain('The DeploymentsTable does not say so: throttled');
  });

  it('is not noted as delivered in part by a worker that comes after the record', async () => {
    const { released, stages } = await several();
    await released('e1');
    await stages.record('prod', 'prod', 'e1');
    expect(await stages.notePartly('prod', 'prod', 'e1', { executionId: 'e1', commitId: 'c', with: ['a'], without: ['b'], notBegun: [] })).toBe(false);
    expect((await stages.read('prod', 'prod'))!.partly).toBeUndefined();
  });

  it('goes back to an earlier release of all stacks, also where a delivery failed between them: in the order of what they take, not the reverse', async () => {
    const { released, releaseStacks, world, versions, stacks } = await several();
    await released('e1');
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    world.outcome = (name) => ({ duration: 20_000, ...(name === 'shop-api' ? { failure: { logicalId: 'Function', type: 'AWS::Lambda::Function', reason: 'no' } } : {}) });
    await released('e2');
    expect(versions()).toEqual({ network: '2', data: '2', api: '1' });
    world.outcome = () => ({ duration: 20_000 });
    releaseStacks(shop());
    expect((await released('e3')).failure).toBeUndefined();
    expect(versions()).toEqual({ network: '1', data: '1', api: '1' });
    // The consumer is as it was: its failed update was rolled back, and it takes what it took.
    const ends = ['shop-network', 'shop-data'].map((name) => stacks.describeStackEvents(name)[0]!.Timestamp!.getTime());
    expect(ends[0]).toBeLessThanOrEqual(ends[1]!);
  });

  it('delivers independent stacks at once', async () => {
    const { releaseStacks, run, timing, world } = await several();
    releaseStacks(shop().map((stack) => ({ ...stack, parameters: {}, dependsOn: [], template: stack.template.replace(/"Parameters":.*?\}\},/, '') })));
    world.outcome = () => ({ duration: 50_000 });
    await run('prepare');
    const began = timing.milliseconds;
    expect((await run('deploy')).failure).toBeUndefined();
    expect(timing.milliseconds - began).toBeLessThan(100_000);
  });

  it('follows the others to their end where one fails, and then says all', async () => {
    const { releaseStacks, run, world, versions } = await several();
    releaseStacks(shop().map((stack) => ({ ...stack, parameters: {}, dependsOn: [] })));
    world.outcome = (name) => (name === 'shop-network' ? { duration: 5_000, failure: { logicalId: 'Vpc', type: 'AWS::EC2::VPC', reason: 'no' } } : { duration: 300_000 });
    await run('prepare');
    const { failure } = await run('deploy');
    expect(failure).toContain('With the release: shop-api, shop-data. Not: shop-network.');
    expect(versions()).toMatchObject({ data: '1', api: '1' });
  });

  it('completes whatever a worker left that ended between any two calls', async () => {
    for (const call of ['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DescribeStacks', 'DescribeStackEvents']) {
      for (const when of ['before', 'after'] as const) {
        const { released, releaseStacks, run, invoke, world, versions, values } = await several();
        await released('e1');
        releaseStacks(shop({ network: 2, data: 2, api: 2 }));
        values.table = 'orders-2';
        world.crash = { call, when };
        await invoke('prepare', 'e2');
        world.crash = undefined;
        expect((await run('prepare', 'e2')).failure).toBeUndefined();
        world.crash = { call, when };
        await invoke('deploy', 'e2');
        world.crash = undefined;
        expect((await run('deploy', 'e2')).failure).toBeUndefined();
        expect(versions()).toEqual({ network: '2', data: '2', api: '2' });
      }
    }
  });

  it('compares templates where another stack gives a value for the first time', async () => {
    const { released, releaseStacks, world, report, stacks, calls } = await several();
    await released('e1');
    const real = world.outputs;
    world.outputs = (name, live) => ({ ...real(name, live), ...(name === 'shop-network' && live.TemplateBody!.includes('Zone') ? { Zone: 'zone-1' } : {}) });
    const [api, data, network] = shop({ network: 2 }) as [ReleasedStack, ReleasedStack, ReleasedStack];
    const template = (text: string, change: (content: any) => void) => {
      const content = JSON.parse(text) as object;
      change(content);
      return JSON.stringify(content);
    };
    releaseStacks([
      {
        ...api,
        parameters: { ...api.parameters, Zone: { stack: 'network', output: 'Zone' } },
        template: template(api.template, (content) => {
          content.Parameters.Zone = { Type: 'String' };
          content.Resources.Function.Properties.MemorySize = { Ref: 'Zone' };
          content.Resources.Topic = { Type: 'AWS::SNS::Topic' };
        }),
      },
      data,
      { ...network, template: template(network.template, (content) => { content.Outputs.Zone = { Value: 'x' }; }) },
    ]);
    world.changes = ((usual) => (input: CreateChangeSetInput) => (input.StackName === 'shop-api' ? [
      { Type: 'Resource', ResourceChange: { ...modified('Function').ResourceChange!, ResourceType: 'AWS::Lambda::Function' } },
      { Type: 'Resource', ResourceChange: { Action: 'Add', LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic', AfterContext: '{}' } },
    ] as Change[] : usual(input)))(world.changes);
    const { failure } = await released('e2');
    expect(failure).toBeUndefined();
    expect(calls).toContain('GetTemplate');
    expect(report('e2').stacks.find(({ id }) => id === 'api')!.changes).toMatchObject([
      { path: 'Topic', action: 'Add' }, { path: 'Function', action: 'Modify', replacement: 'False', properties: ['MemorySize'] },
    ]);
    expect(stacks.live('shop-api')!.Parameters).toContainEqual({ ParameterKey: 'Zone', ParameterValue: 'zone-1' });
  });

  it('refuses before anything is prepared what the place may not have, and outputs that gates name and no stack has', async () => {
    const { releaseStacks, run, calls } = await several();
    releaseStacks([...shop(), { id: 'x', stackName: 'CDKToolkit', template: '{"Resources":{}}' }]);
    expect((await run('prepare')).failure).toContain('\'CDKToolkit\', which no release may deliver');
    const other = await several({ gateOutputs: ['Url', 'network@VpcId', 'api@Nope', 'Version'] });
    const { failure } = await other.run('prepare');
    expect(failure).toContain('- output \'api@Nope\' is declared by no stack of the place\n- output \'Version\' is in the stacks network and data and api');
    expect([...calls, ...other.calls]).toEqual([]);
  });

  it('lists stacks that left the release, and leaves them alone', async () => {
    const { released, releaseStacks, report, stacks, stages } = await several();
    await released('e1');
    releaseStacks(shop().filter(({ id }) => id !== 'api'));
    expect((await released('e2')).failure).toBeUndefined();
    expect(report('e2').leftBehind).toEqual(['shop-api']);
    expect(stacks.status('shop-api')).toBe('CREATE_COMPLETE');
    await released('e3');
    expect((await stages.read('prod', 'prod'))?.leftBehind).toEqual(['shop-api']);
  });

  it('watches alarms on every stack, and for their time after the last that changes alone', async () => {
    const { released, releaseStacks, stacks } = await several({ rollback: { triggers: [{ arn: 'arn', type: 'AWS::CloudWatch::Alarm' }], minutes: 10 } });
    const minutes = () => ['network', 'data', 'api'].map((id) => stacks.live(`shop-${id}`)?.RollbackConfiguration?.MonitoringTimeInMinutes);
    await released('e1');
    releaseStacks(shop({ network: 2, data: 2, api: 2 }));
    expect((await released('e2')).failure).toBeUndefined();
    expect(minutes()).toEqual([0, 0, 10]);
    releaseStacks(shop({ network: 2, data: 2, api: 3 }));
    await released('e3');
    expect(minutes()).toEqual([0, 0, 10]);
  });

  it('gives a session to one stack and one step, of the same size whatever the number of stacks', async () => {
    const sizes = await Promise.all([1, 20, 100].map(async (count) => {
      const { releaseStacks, run, assumed } = await several({ stackNames: ['shop-*'] });
      releaseStacks(Array.from({ length: count }, (_, index) => ({ id: `stack-${String(index).padStart(3, '0')}`, template: '{"Resources":{"A":{"Type":"AWS::SNS::Topic","Description":"v1"}}}' })));
      await run('prepare');
      return Math.max(...assumed.calls().map(({ args: [{ input }] }) => (input as { Policy: string }).Policy.length));
    }));
    expect(new Set(sizes).size).toBe(1);
    expect(sizes[0]).toBeLessThan(2_048);
  });
});
