import { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { modified, ReleasedStack, setUp } from './support';
import { PlaceDelivery } from '../../../lambda/delivery/place-delivery';
import { ChangeReport } from '../../../src/contract/delivery';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

/** Histories of releases of three stacks, with failures and workers that end anywhere, watched from outside; and mistakes that the watching has to catch. */

/** Numbers that look random, and are the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 1_103_515 + 12_345) % 2_147_483_648;
    return Math.floor(state / 256) % below;
  };
}

type Versions = Readonly<Record<'network' | 'data' | 'api', number>>;

const IDS = ['network', 'data', 'api'] as const;

function stacksOf(versions: Versions): ReleasedStack[] {
  const template = (id: string, more: object) => JSON.stringify({
    Resources: { [`${id}Resource`]: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: `v${versions[id as 'api']}`, Value: { Ref: 'Value' } } } }, ...more,
  });
  const takes = { Parameters: { Value: { Type: 'String' } } };
  return [
    { id: 'api', template: template('api', { ...takes, Outputs: { Api: { Value: 'x' } } }), parameters: { Value: { stack: 'data', output: 'Data' } }, dependsOn: ['network'] },
    { id: 'data', template: template('data', { ...takes, Outputs: { Data: { Value: 'x' } } }), parameters: { Value: { stack: 'network', output: 'Network' } } },
    { id: 'network', template: template('network', { Outputs: { Network: { Value: 'x' } } }) },
  ];
}

const versionOf = (input: CreateChangeSetInput | undefined) => Number(/v(\d+)/.exec(input?.TemplateBody ?? '')?.[1] ?? 0);
const valueOf = (input: CreateChangeSetInput | undefined) => input?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Value')?.ParameterValue;

/** Every other version of a template gives another value. */
const outputOf = (id: string, version: number) => `${id}-${Math.floor(version / 2)}`;

/** Plays a history. @throws Error where something happened that must not */
async function play(
  db: DynamoDb, seed: number, tamper: (system: Awaited<ReturnType<typeof setUp>>, execution: string) => void = () => undefined,
): Promise<void> {
  const system = await setUp(db);
  const { world, stacks, run, invoke, releaseStacks, report } = system;
  const random = randomOf(seed);
  let versions: Versions = { network: 1, data: 1, api: 1 };
  const name = (id: string) => `shop-${id}`;
  world.outputs = (stackName, live) => {
    const id = stackName.replace('shop-', '');
    return { [id[0]!.toUpperCase() + id.slice(1)]: outputOf(id, versionOf(live)) };
  };
  world.changes = (input): Change[] => {
    const id = input.StackName!.replace('shop-', '');
    const change = { ...modified(`${id}Resource`).ResourceChange!, ResourceType: 'AWS::SNS::Topic' as const };
    const added = { Action: 'Add' as const, LogicalResourceId: change.LogicalResourceId, ResourceType: change.ResourceType, AfterContext: '{}' };
    return [{ Type: 'Resource', ResourceChange: input.ChangeSetType === 'CREATE' ? added : change }];
  };
  let failing = '';
  world.outcome = (stackName) => {
    // What is executed has all that it takes already.
    const live = stackName === 'shop-api' ? 'data' : stackName === 'shop-data' ? 'network' : undefined;
    if (live !== undefined && (versionOf(stacks.live(name(live))) !== versions[live] || stacks.status(name(live))!.endsWith('_IN_PROGRESS'))) {
      throw new Error(`order: ${stackName} is executed before ${name(live)} is delivered`);
    }
    return { duration: 5_000 + random(90_000), ...(stackName === failing ? { failure: { logicalId: 'R', type: 'T', reason: 'no' } } : {}) };
  };
  for (let step = 0; step < 5; step++) {
    const execution = `e${step}`;
    versions = Object.fromEntries(IDS.map((id) => [id, versions[id] + random(3) % 2])) as unknown as Versions;
    releaseStacks(stacksOf(versions));
    failing = step > 0 && random(3) === 0 ? name(IDS[random(3)]!) : '';
    const crash = ['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DescribeStacks', ''][random(5)]!;
    if (crash !== '') {
      world.crash = { call: crash, when: random(2) === 0 ? 'before' : 'after' };
      await invoke('prepare', execution);
      world.crash = undefined;
    }
    const prepared = await run('prepare', execution);
    if (prepared.failure !== undefined) {
      throw new Error(`prepare: ${prepared.failure}`);
    }
    tamper(system, execution);
    let deployed = await run('deploy', execution);
    if (deployed.failure?.includes('order:')) {
      throw new Error(deployed.failure);
    }
    if (deployed.failure !== undefined && failing !== '') {
      failing = '';
      if (random(2) === 0) {
        continue;
      }
      deployed = await run('deploy', execution);
    }
    if (deployed.failure !== undefined) {
      throw new Error(`deploy: ${deployed.failure}`);
    }
    for (const id of IDS) {
      if (versionOf(stacks.live(name(id))) !== versions[id]) {
        throw new Error(`delivered: ${name(id)} has version ${versionOf(stacks.live(name(id)))} in place of ${versions[id]}`);
      }
      if (deployed.variables?.[`${id}@${id[0]!.toUpperCase() + id.slice(1)}`] !== outputOf(id, versions[id])) {
        throw new Error(`outputs: ${JSON.stringify(deployed.variables)} lack those of ${id}`);
      }
    }
    if (valueOf(stacks.live('shop-api')) !== outputOf('data', versions.data) || valueOf(stacks.live('shop-data')) !== outputOf('network', versions.network)) {
      throw new Error('values: a stack has a parameter that is not the output it takes');
    }
    const seen = new Set(report(execution).changes.map(({ path }) => path.split('@')[0]));
    const unseen = report(execution).stacks.filter(({ id, outcome }) => outcome === 'changes' && !seen.has(id));
    if (unseen.length > 0) {
      throw new Error(`report: what changes in ${unseen.map(({ id }) => id).join(', ')} is not shown`);
    }
  }
}

describe('histories of three stacks', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  afterEach(() => { jest.restoreAllMocks(); });

  it('hold', async () => {
    for (let seed = 0; seed < 5; seed++) {
      await play(db, seed);
    }
  });

  /** The least history that catches a mistake. */
  async function caught(tamper?: Parameters<typeof play>[2]): Promise<string> {
    for (let seed = 0; seed < 12; seed++) {
      try {
        await play(db, seed, tamper);
      } catch (error) {
        return (error as Error).message;
      }
    }
    return 'nothing';
  }

  const prototype = PlaceDelivery.prototype as unknown as Record<string, (...parameters: any[]) => any>;

  it('catch a stack that gets an output as it was before', async () => {
    const real = prototype.parameters!;
    const first = new Map<string, unknown>();
    jest.spyOn(prototype, 'parameters').mockImplementation(function (this: unknown, planned: { stack: { id: string } }, outputs: unknown) {
      const { id } = planned.stack;
      first.set(id, first.get(id) ?? Reflect.apply(real, this, [planned, outputs]));
      return first.get(id);
    });
    expect(await caught()).toMatch(/^values:|^deploy:/);
  });

  it('catch an order that is ignored', async () => {
    const real = prototype.deploy!;
    jest.spyOn(prototype, 'deploy').mockImplementation(async function (this: { stacks: { links: object }[] }, ...parameters: unknown[]) {
      this.stacks = this.stacks.map((stack) => ({ ...stack, links: { ...stack.links, after: [] } }));
      return Reflect.apply(real, this, parameters) as unknown;
    });
    expect(await caught()).toMatch(/^order:|^deploy:/);
  });

  it('catch a stack that is skipped and gives no outputs', async () => {
    const real = prototype.deploy!;
    jest.spyOn(prototype, 'deploy').mockImplementation(async function (this: unknown, report: ChangeReport, ...parameters: unknown[]) {
      const outputs = await (Reflect.apply(real, this, [report, ...parameters]) as Promise<Map<string, object> | undefined>);
      return outputs && new Map([...outputs].filter(([id]) => report.stacks.find((stack) => stack.id === id)!.outcome !== 'skipped'));
    });
    expect(await caught()).toMatch(/^outputs:/);
  });

  it('catch a report of one stack only', async () => {
    expect(await caught(({ s3 }, execution) => {
      const key = `artifacts/shop/change-sets/${execution}/prod.json`;
      const report = s3.json(key) as unknown as ChangeReport;
      const changes = report.changes.filter(({ path }) => path.startsWith('network@'));
      s3.objects.set(key, { body: Buffer.from(JSON.stringify({ ...report, changes })), input: { Bucket: '', Key: '' } });
    })).toMatch(/^report:/);
  });
});
