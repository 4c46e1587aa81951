import { begin, BeginProps } from '../../agent/begin';
import { dependencyBuilds } from '../../agent/dependencies';
import { PlanMarkerItem } from '../../src/contract/tables';

/** A build of x, which depends on y and z, with stores that hold just what is given. */
function propsOf({ diffs = [], outcomes = [] }: { readonly diffs?: readonly object[]; readonly outcomes?: readonly object[] }): BeginProps {
  const build = (component: string) => ({ component, buildNumber: 1, location: '', fingerprint: 'f', commitId: 'old' });
  const definition = { digest: 'd', kind: 'custom', artifact: { type: 'none' }, parameters: [] };
  return {
    catalogue: { version: 1, components: [{ name: 'x', path: 'x', dependsOn: ['y', 'z'], build: definition }, { name: 'y', path: 'y' }, { name: 'z', path: 'z' }] },
    component: { name: 'x', path: 'x', dependsOn: ['y', 'z'], build: definition },
    commitId: 'c',
    planId: 'p',
    plans: { diffs: async () => diffs, diffKey: (name: string) => name },
    outcomes: { getAll: async () => outcomes },
    builds: { getAll: async (wanted: readonly { readonly component: string }[]) => wanted.map(({ component }) => build(component)) },
    releases: { baseline: async () => ({ components: { y: build('y'), z: build('z') } }) },
  } as unknown as BeginProps;
}

const MARKER = { BaselineRelease: 'release' } as PlanMarkerItem;

test('a dependency that changed is taken from this execution, never from the baseline that has it too', async () => {
  const props = propsOf({ diffs: [{ PlanId: 'p', Component: 'y' }] });
  await expect(dependencyBuilds(props, MARKER)).rejects.toThrow('Component \'x\' depends on \'y\', which changed, but this execution has no build of it');
  const decided = propsOf({ diffs: [{ PlanId: 'p', Component: 'y' }], outcomes: [{ component: 'y', build: 1 }] });
  expect((await dependencyBuilds(decided, MARKER)).map(({ component }) => component)).toEqual(['y', 'z']);
});

test('diffs of two plans are no plan', async () => {
  const diffs = [{ PlanId: 'p', Component: 'y' }, { PlanId: 'q', Component: 'z' }];
  await expect(dependencyBuilds(propsOf({ diffs, outcomes: [{ component: 'y', build: 1 }, { component: 'z', build: 1 }] }), MARKER)).rejects.toThrow('Commit c was planned again');
});

test('a plan that is replaced while it is read is not taken for "unchanged"', async () => {
  const plans = [{ id: 'p', diffs: { x: {} } }, { id: 'q', diffs: {} }];
  // Another plan of the commit, by which x is unchanged, comes after the first read.
  let reads = 0;
  const now = () => plans[Math.min(reads++, 1)]!;
  const props = {
    ...propsOf({}),
    plans: {
      diff: async () => (Object.hasOwn(now().diffs, 'x') ? { PlanId: 'p', InputsDigest: 'i', Forced: false } : undefined),
      marker: async () => ({ ...MARKER, PlanId: now().id, Status: 'Complete' }),
    },
  } as unknown as BeginProps;
  await expect(begin(props)).rejects.toThrow('Commit c was planned again: this execution has plan p, but the commit\'s plan is q');
});
