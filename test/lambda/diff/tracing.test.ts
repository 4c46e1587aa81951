import { CodeCommitServiceException } from '@aws-sdk/client-codecommit';
import { MAX_PAGES } from '../../../lambda/diff/comparison';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { MAX_FILE } from '../../support/fake-code-commit';
import { fileComponent, World } from '../../support/world';

const LOCK = 'package-lock.json';

/** A lockfile by which each component has one dependency, in these versions. */
function lockfile(versions: Readonly<Record<string, string>>, indent = 2): string {
  return JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(Object.entries(versions).flatMap(([component, version]) => [
      [component, { dependencies: { [`of-${component}`]: '*' } }], [`${component}/node_modules/of-${component}`, { version }],
    ])),
  }, undefined, indent);
}

const before = lockfile({ x: '1', y: '1' });
const after = lockfile({ x: '2', y: '1' });

describe('lockfile tracing in the diff function', () => {
  let db: DynamoDb;
  let world: World;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());
  beforeEach(async () => { world = await create(); });

  async function create(traceLockfiles = true): Promise<World> {
    const components = [fileComponent('x'), fileComponent('y', { testPackages: ['of-y'] }), fileComponent('z', { dependsOn: ['y'] })];
    const created = await World.create(db, components, {
      globalPaths: [LOCK, 'yarn.lock', 'package.json'], traceLockfiles, sharedPackages: { root: {} },
    });
    await created.deploy({ 'x': 'x1', 'y': 'y1', 'z': 'z1', [LOCK]: before, 'package.json': '{"version":"1"}', 'x/package.json': '{"name":"x"}' });
    return created;
  }

  /** What is planned for the branch's head, by component. */
  async function planned(in_ = world): Promise<Record<string, unknown>> {
    await in_.diff();
    const head = in_.repository.branches.get('main')!;
    const names = in_.catalogue.components.map(({ name }) => name);
    const diffs = await Promise.all(names.map(async (name) => [name, (await in_.plans().diff(head, name))?.Reasons] as const));
    return Object.fromEntries(diffs.filter(([, reasons]) => reasons !== undefined));
  }

  const global = (more: object = {}) => ({ kind: 'GlobalPath', paths: [LOCK], count: 1, ...more });
  const everything = ['x', 'y', 'z', 'template'];

  it('plans the components whose resolved dependencies changed, and says through which packages', async () => {
    world.push({ [LOCK]: after });
    expect(await planned()).toEqual({ x: [global({ packages: ['of-x'] })] });
  });

  it('plans nothing, and starts nothing, where the lockfile is only formatted anew', async () => {
    const executions = world.pipeline.executions.length;
    world.push({ [LOCK]: lockfile({ x: '1', y: '1' }, 4) });
    expect(await planned()).toEqual({});
    expect(world.pipeline.executions).toHaveLength(executions);
  });

  it('tests a component again, and none of its dependents, where its tests alone use what changed', async () => {
    world.push({ [LOCK]: lockfile({ x: '1', y: '2' }) });
    expect(await planned()).toEqual({ y: [global({ packages: ['of-y'] })] });
  });

  it('builds a component that is affected, though nothing of its own changed, and no other', async () => {
    const execution = await world.deploy({ [LOCK]: after });
    expect(world.built.get(execution.id)).toEqual(['x']);
    expect(world.releaseOf(execution).components).toMatchObject({ x: { buildNumber: 2 }, y: { buildNumber: 1 } });
  });

  it('finds a build again that was made with the same lockfile, and none that was made with another', async () => {
    await world.deploy({ [LOCK]: after });
    expect(world.releaseOf(await world.deploy({ [LOCK]: before })).components).toMatchObject({ x: { buildNumber: 1 } });
    // What x is made of is as it was in its first build, and so is what the lockfile resolves for it. The lockfile is another.
    await world.deploy({ x: 'x2' });
    expect(world.releaseOf(await world.deploy({ x: 'x1', [LOCK]: lockfile({ x: '1', y: '2' }) })).components).toMatchObject({ x: { buildNumber: 4 } });
  });

  it('compares with the last release that succeeded, not with the commit before', async () => {
    world.push({ [LOCK]: after });
    await expect(world.run((await world.diff())!, { failing: ['x'] })).rejects.toThrow();
    world.push({ [LOCK]: lockfile({ x: '2', y: '1' }, 0) });
    expect(await planned()).toEqual({ x: [global({ packages: ['of-x'] })] });
  });

  it('affects all where the catalogue does not ask for tracing, and reads no file', async () => {
    const plain = await create(false);
    plain.push({ [LOCK]: after });
    expect(Object.keys(await planned(plain))).toEqual(everything);
    expect(plain.repository.filesRead()).toEqual([]);
  });

  it('reads no file for paths that cannot be traced', async () => {
    world.push({ 'x': 'x2', 'x/data.json': '{}' });
    expect(Object.keys(await planned())).toEqual(['x']);
    expect(world.repository.filesRead()).toEqual([]);
  });

  it('reads both versions of a lockfile, once each', async () => {
    const [base] = [world.repository.branches.get('main')!];
    const head = world.push({ [LOCK]: after, 'package.json': '{"version":"1","devDependencies":{}}' });
    expect(await planned()).toEqual({ x: [global({ packages: ['of-x'] })] });
    expect(world.repository.filesRead().filter((file) => file.endsWith(LOCK)).sort()).toEqual([`${base}:${LOCK}`, `${head}:${LOCK}`].sort());
  });

  it('reads a manifest that did not change once for both sides', async () => {
    const yarn = (version: string) => `# yarn lockfile v1\n\nleft@^1.0.0:\n  version "${version}"\n`;
    await world.deploy({ 'yarn.lock': yarn('1.0.0'), 'x/package.json': '{"name":"x","dependencies":{"left":"^1.0.0"}}' });
    const known = world.repository.filesRead().length;
    const head = world.push({ 'yarn.lock': yarn('1.0.1') });
    expect(await planned()).toEqual({ x: [{ kind: 'GlobalPath', paths: ['yarn.lock'], count: 1, packages: ['left'] }] });
    const read = world.repository.filesRead().slice(known).filter((file) => file.endsWith('package.json'));
    expect(read.sort()).toEqual(['package.json', ...everything.map((name) => `${name}/package.json`)].map((path) => `${head}:${path}`).sort());
  });

  test.each<[string, string | undefined, string]>([
    ['that is not JSON', '{', 'not JSON: '],
    ['that is gone', undefined, 'it is not there at the head'],
    ['that is too large to be read', `${after}${' '.repeat(MAX_FILE)}`, 'it is larger than CodeCommit gives out (6 MB)'],
  ])('affects all, and says why, by a lockfile %s', async (_, content, detail) => {
    world.push({ [LOCK]: content });
    const reasons = await planned();
    expect(Object.keys(reasons)).toEqual(everything);
    expect(reasons.z).toContainEqual(global({ untraced: expect.stringContaining(`${LOCK}: ${detail}`) as string }));
    expect(world.logs).toContainEqual(expect.objectContaining({ level: 'WARN', message: 'Affects every component', path: LOCK }));
  });

  it('affects all where the time is over, and still writes the plan', async () => {
    world.push({ [LOCK]: after });
    // The first file takes longer than there is time for files; what is left suffices for the plan.
    world.repository.beforeFile = () => world.timing.pass(40_000);
    expect((await planned()).z).toContainEqual(global({ untraced: `${LOCK}: there was no time left to read it` }));
    expect(world.repository.filesRead()).toHaveLength(1);
  });

  it('throws what another attempt may not meet, and completes the plan at that attempt', async () => {
    world.push({ [LOCK]: after });
    const throttled = new CodeCommitServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 400 } });
    world.repository.beforeFile = () => { throw throttled; };
    await expect(world.diff()).rejects.toThrow(throttled);
    world.repository.beforeFile = undefined;
    expect(await planned()).toEqual({ x: [global({ packages: ['of-x'] })] });
  });

  it('affects all where there are too many differences to be read, whatever the lockfile resolves to', async () => {
    world.push({
      [LOCK]: lockfile({ x: '1', y: '1' }, 4),
      ...Object.fromEntries(Array.from({ length: 2 * MAX_PAGES + 1 }, (_, index) => [`x/${index}`, 'new'])),
    });
    const reasons = await planned();
    expect(Object.keys(reasons)).toEqual(everything);
    expect(reasons.template).toEqual([{ kind: 'TreesDiffer' }]);
    expect(world.repository.filesRead()).toEqual([]);
  });

  it('affects whom the lockfile does since the baseline or since the branch that is compared with as well', async () => {
    world.repository.branches.set('staging', world.repository.branches.get('main')!);
    world.repository.commit('staging', { [LOCK]: lockfile({ x: '3', y: '2' }) });
    world.baselineBranch = 'staging';
    world.push({ [LOCK]: lockfile({ x: '1', y: '2' }) });
    expect(await planned()).toEqual({ x: [global({ count: 2, packages: ['of-x'] })], y: [global({ packages: ['of-y'] })] });
  });
});
