import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BuildStore } from '../../../lambda/shared/build-store';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from '../../../lambda/shared/clients';
import { EnvironmentStore } from '../../../lambda/shared/environment-store';
import { ExecutionStore } from '../../../lambda/shared/execution-store';
import { NewPlan, PlanStore } from '../../../lambda/shared/plan-store';
import { TableAccess } from '../../../lambda/shared/table';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { Fault, FaultyDynamoDb } from '../../support/faulty-dynamodb';
import { ManualTiming } from '../../support/timing';

const COMMIT = 'c'.repeat(40);

let db: DynamoDb;
let faulty: FaultyDynamoDb;
let client: DynamoDBDocumentClient;
let diffs: TableAccess;
let deployments: TableAccess;
let timing: ManualTiming;

beforeAll(async () => {
  db = await startDynamoDb();
  faulty = await FaultyDynamoDb.before(db.endpoint);
  client = clientOf();
});
afterAll(async () => {
  client.destroy();
  await faulty.stop();
  await db.stop();
});
beforeEach(async () => {
  const { diffTable, deploymentsTable } = await db.createTables();
  timing = new ManualTiming();
  diffs = { client, solution: 'shop', timing, tableName: diffTable };
  deployments = { ...diffs, tableName: deploymentsTable };
  faulty.reset();
});

function clientOf(overrides: { readonly maxAttempts?: number } = {}): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const base = new DynamoDBClient({ ...CLIENT_CONFIG, ...overrides, endpoint: faulty.endpoint, region: 'eu-west-1', credentials });
  return DynamoDBDocumentClient.from(base, DOCUMENT_CONFIG);
}

const build = (buildNumber: number) => ({
  component: 'x',
  buildNumber,
  location: `s3://bucket/x/${buildNumber}`,
  fingerprint: `print ${buildNumber}`,
  definition: 'definition',
  commitId: COMMIT,
  pipelineExecutionId: 'execution',
  timestamp: '2026-03-01T12:00:00.000Z',
});
const plan = (components: readonly string[]): NewPlan => ({
  commitId: COMMIT,
  planId: 'p',
  plannedFor: 'p',
  catalogueDigest: 'catalogue',
  diffs: components.map((component) => ({ component, reasons: [{ kind: 'NeverDeployed' }], inputsDigest: component, forced: false })),
  unowned: { count: 0, paths: [] },
});
const names = (count: number) => Array.from({ length: count }, (_, index) => `component-${index}`);

const REFUSED: readonly [Fault, string][] = [
  ['throttled', 'ProvisionedThroughputExceededException'], ['limited', 'ThrottlingException'], ['failed', 'InternalServerError'],
];

describe.each(REFUSED)('calls that are %s', (fault, error) => {
  test('are made again until the plan is written whole, each row once', async () => {
    faulty.next('GetItem', fault);
    faulty.next('PutItem', fault, fault);
    faulty.next('UpdateItem', fault);
    await new PlanStore(diffs).write(plan(names(5)), 90);
    expect((await new PlanStore(diffs).require(COMMIT, 'p')).diffs.map(({ PlanId }) => PlanId)).toEqual(Array(5).fill('p'));
    expect(faulty.calls.filter((call) => call === 'PutItem')).toHaveLength(1 + 5 + 2);
    expect(faulty.calls.filter((call) => call === 'UpdateItem')).toHaveLength(1 + 1);
  });

  test('take no build number', async () => {
    faulty.next('UpdateItem', fault, fault);
    expect([await new BuildStore(deployments).nextNumber('x'), await new BuildStore(deployments).nextNumber('x')]).toEqual([1, 2]);
  });

  test('end with the error of the service where they stay so', async () => {
    faulty.next('GetItem', fault, fault);
    const impatient = clientOf({ maxAttempts: 2 });
    await expect(new PlanStore({ ...diffs, client: impatient }).marker(COMMIT)).rejects.toThrow(error);
    expect(faulty.calls).toEqual(['GetItem', 'GetItem']);
    impatient.destroy();
  });
});

describe('a batch that is done in part', () => {
  test('is asked for the rest until all is there, with a pause before each', async () => {
    await new PlanStore(diffs).write(plan(names(120)), 90);
    faulty.reset();
    faulty.next('BatchGetItem', 'partial', 'partial', 'throttled');
    const found = await new PlanStore(diffs).diffs(COMMIT, [...names(120), 'unknown']);
    expect(new Set(found.map(({ InputsDigest }) => InputsDigest))).toEqual(new Set(names(120)));
    expect(found).toHaveLength(120);
    // Of 100 keys: 50, 25, refused, 25; then the other 21.
    expect(faulty.calls).toEqual(Array(5).fill('BatchGetItem'));
    expect(timing.slept).toEqual([25, 50]);
  });

  test('that never ends is an error that says how much is missing', async () => {
    faulty.next('BatchGetItem', 'partial', ...Array<Fault>(9).fill('untouched'));
    await expect(new PlanStore(diffs).diffs(COMMIT, names(4))).rejects.toThrow(`DynamoDB left 2 keys of table ${diffs.tableName} unprocessed after 10 attempts.`);
    expect(faulty.calls).toHaveLength(10);
  });
});

describe('a write that took effect and whose answer is lost', () => {
  test('leaves a gap in the build numbers, and gives none twice', async () => {
    const builds = new BuildStore(deployments);
    faulty.next('UpdateItem', 'lost');
    expect([await builds.nextNumber('x'), await builds.nextNumber('x')]).toEqual([2, 3]);
  });

  test('is no second build: the same again is the one that is there', async () => {
    const builds = new BuildStore(deployments);
    faulty.next('PutItem', 'lost');
    await builds.put(build(1));
    expect(await builds.get({ component: 'x', buildNumber: 1 })).toMatchObject({ location: 's3://bucket/x/1' });
    await expect(builds.put({ ...build(1), pipelineExecutionId: 'another' })).rejects.toThrow('Build 1 of component x is already recorded');
  });

  test('gives an execution one number', async () => {
    const executions = new ExecutionStore(diffs);
    faulty.next('PutItem', 'lost');
    const first = await executions.sequence('a', 'planned', 0);
    expect([await executions.sequence('a', 'planned', 0), await executions.find('a')]).toEqual([first, first]);
    expect(await executions.sequence('b', 'planned', 0)).toBeGreaterThan(first);
  });

  test.each(['first', 'last'])('is completed where it is the %s of a plan', async (which) => {
    faulty.next(which === 'first' ? 'PutItem' : 'UpdateItem', 'lost');
    await new PlanStore(diffs).write(plan(names(3)), 90);
    expect((await new PlanStore(diffs).require(COMMIT, 'p')).diffs).toHaveLength(3);
  });

  test('moves an environment once', async () => {
    const environments = new EnvironmentStore(deployments);
    const live = { Sequence: 1, CommitId: COMMIT, Release: 'key', PipelineExecutionId: 'a', Timestamp: '2026-03-01T12:00:00.000Z' };
    faulty.next('PutItem', 'lost');
    expect(await environments.move('test', live)).toBe(true);
    expect(await environments.read('test')).toMatchObject(live);
    expect(await environments.move('test', { ...live, PipelineExecutionId: 'b' })).toBe(false);
  });
});
