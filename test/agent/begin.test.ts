import { begin } from '../../agent/begin';
import { requireComponent } from '../../agent/component';
import { dependencyBuilds } from '../../agent/dependencies';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, World } from '../support/world';

describe('begin', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const components = [fileComponent('library'), fileComponent('x', { dependsOn: ['library'] }), fileComponent('y', { testDependsOn: ['x'] })];

  it('reuses what was built from the same: a revert builds nothing', async () => {
    const world = await World.create(db, components);
    const first = await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    await world.deploy({ x: 'x2' });
    const revert = await world.deploy({ x: 'x1' });
    expect(world.built.get(revert.id)).toBeUndefined();
    expect(world.releaseOf(revert).components.x).toEqual(world.releaseOf(first).components.x);
    expect(await world.item('deploymentsTable', { Component: `shop#x#${revert.id}`, BuildNumber: 0 })).toMatchObject({ Outcome: 'Reused', Build: 1 });
  });

  it('cuts off early: dependents are not built where the artifact came out the same', async () => {
    const world = await World.create(db, components);
    await world.deploy({ 'library': 'l1', 'library/comment': 'a', 'x': 'x1', 'y': 'y1' });
    const execution = await world.deploy({ 'library/comment': 'b' });
    expect(await world.reasons(execution.commitId)).toMatchObject({ library: ['Direct'], x: ['Dependency'] });
    expect(world.built.get(execution.id)).toEqual(['library']);
    expect(world.releaseOf(execution).components).toMatchObject({ library: { buildNumber: 2 }, x: { buildNumber: 1 } });
  });

  it('builds dependents of what came out different, test dependents too', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    const execution = await world.deploy({ x: 'x2' });
    expect(world.built.get(execution.id)).toEqual(['x', 'y']);
  });

  it('takes a dependency without an artifact by its fingerprint', async () => {
    const [library, ...others] = components;
    const world = await World.create(db, [{ ...library!, build: { ...library!.build!, artifact: { type: 'none' }, parameters: [] } }, ...others]);
    await world.deploy({ 'library': 'l1', 'library/comment': 'a', 'x': 'x1', 'y': 'y1' });
    const execution = await world.deploy({ 'library/comment': 'b' });
    expect(world.built.get(execution.id)).toEqual(['library', 'x', 'y']);
    expect(world.releaseOf(execution).components.library).toMatchObject({ location: '' });
  });

  it('does not decide twice in one execution', async () => {
    const world = await World.create(db, components);
    const execution = await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    const { planId } = await world.plan(execution);
    expect((await begin(world.agent(execution, planId, 'x'))).decision).toEqual({ action: 'skip', reason: 'this execution has it already: build 1' });
  });

  it('tells the builds it depends on: this execution\'s where they changed, the baseline\'s otherwise', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ x: 'x2', y: 'y2' });
    const execution = (await world.diff())!;
    const { planId } = await world.plan(execution);
    await world.buildComponent(execution, planId, 'x');
    const { dependencies } = await begin(world.agent(execution, planId, 'y'));
    expect(dependencies.map(({ component, buildNumber }) => [component, buildNumber])).toEqual([['library', 1], ['x', 2]]);
  });

  it('fails where a changed dependency has no build yet', async () => {
    const world = await World.create(db, components);
    world.push({ library: 'l1', x: 'x1', y: 'y1' });
    const execution = (await world.diff())!;
    const { planId } = await world.plan(execution);
    await expect(begin(world.agent(execution, planId, 'x'))).rejects.toThrow('depends on \'library\', which changed, but this execution has no build of it');
  });

  it('never takes a component for unchanged because the plan was replaced while it was read', async () => {
    const world = await World.create(db, components);
    await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ library: 'l2' });
    const execution = (await world.diff())!;
    const { planId } = await world.plan(execution);
    const props = world.agent(execution, planId, 'library');
    const [diff, marker] = [await props.plans.diff(execution.commitId, 'library'), await props.plans.marker(execution.commitId)];
    expect([diff?.PlanId, marker?.PlanId]).toEqual([planId, planId]);
    // From the first read on there is another plan, by which the component is unchanged.
    let reads = 0;
    const plans = Object.create(props.plans, {
      diff: { value: async () => (reads++ === 0 ? diff : undefined) },
      marker: { value: async () => (reads++ === 0 ? marker : { ...marker, PlanId: 'another' }) },
    }) as typeof props.plans;
    await expect(begin({ ...props, plans })).rejects.toThrow('another');
  });

  it('fails where the baseline lacks a dependency, or is gone', async () => {
    const world = await World.create(db, components);
    const first = await world.deploy({ library: 'l1', x: 'x1', y: 'y1' });
    world.push({ x: 'x2' });
    const execution = (await world.diff())!;
    const { planId } = await world.plan(execution);
    const props = world.agent(execution, planId, 'x');
    const marker = (await world.plans().marker(execution.commitId))!;
    await expect(dependencyBuilds(props, { ...marker, BaselineRelease: undefined })).rejects.toThrow('the plan\'s baseline has no build of it');
    world.s3.objects.delete(`artifacts/shop/releases/${first.id}.json`);
    await expect(begin(props)).rejects.toThrow(`shop/releases/${first.id}.json, is not in the artifact bucket any more`);
  });
});

it('requireComponent names what the catalogue lacks', () => {
  const catalogue = { version: 1 as const, components: [{ name: 'a', path: 'a' }] };
  expect(() => requireComponent(catalogue, 'b')).toThrow('The catalogue has no component \'b\'');
  expect(() => requireComponent(catalogue, 'a')).toThrow('Component \'a\' has no build definition');
});
