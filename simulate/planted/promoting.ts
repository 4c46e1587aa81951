import { changingRequests, Defect, parse, replaceMethod } from './defect';
import { Records } from '../../cli/operations/records';
import { Promoter } from '../../lambda/diff/promoter';
import { BuildStore } from '../../lambda/shared/build-store';
import { BuildOrder, Unbuilt } from '../../src/core/build-order';
import { DeployedBuild } from '../../src/core/promoted-release';
import type { Release } from '../../src/core/release';

/** Mistakes in promoting by hand, in fanning out and in refusing. */
export const PROMOTING: readonly Defect[] = [
  {
    name: 'promoted-without-proof',
    isRare: true,
    mistake: 'A single build is promoted although it passed no environment before.',
    patch: () => {
      const restore = [
        replaceMethod(BuildStore.prototype, 'deployed', everywhere), replaceMethod(Records.prototype, 'builds', everywhere),
      ];
      return () => restore.forEach((each) => each());
    },
  },
  {
    name: 'promotion-recorded-as-usual',
    mistake: 'What was promoted is recorded like a release of the branch\'s head.',
    isRare: true,
    tamper: changingRequests('PutItem', ({ Item: item }) => {
      delete (item as { Promotion?: unknown }).Promotion;
    }),
  },
  {
    name: 'chosen-builds-taken-for-the-commits',
    isRare: true,
    mistake: 'A build that somebody chose by hand counts as what the commit of its release holds.',
    tamper: (services) => async (service, operation, request) => {
      if (service !== 's3' || request.method !== 'PUT' || !request.path.includes('/releases/')) {
        return services(service, operation, request);
      }
      const { pinned, ...release } = parse(request.body) as unknown as Release;
      return services(service, operation, { ...request, body: JSON.stringify(release) });
    },
  },
  {
    name: 'promoted-into-what-is-under-way',
    isRare: true,
    mistake: 'A single build is promoted while another execution is about to change the environment.',
    patch: () => replaceMethod(Promoter.prototype, 'assertNothingOlderUnderWay', () => async () => undefined),
  },
  {
    name: 'fan-out-in-one-tranche',
    isRare: true,
    mistake: 'A fan-out starts all builds at once, whatever they depend on.',
    patch: () => {
      const restore = [
        replaceMethod(BuildOrder.prototype, 'tranches', (real) => function (this: BuildOrder) {
          return [(Reflect.apply(real, this, []) as string[][]).flat()];
        }),
        replaceMethod(BuildOrder.prototype, 'unbuilt', (real) => function (this: BuildOrder, built: ReadonlySet<string>) {
          return (Reflect.apply(real, this, [built]) as Unbuilt[]).map(({ component }) => ({ component, waitsFor: [] }));
        }),
      ];
      return () => restore.forEach((each) => each());
    },
  },
  {
    name: 'failed-builds-of-a-fan-out-ignored',
    mistake: 'A fan-out succeeds although some of its builds failed.',
    isRare: true,
    programs: (real) => ({
      ...real,
      builds: (props) => {
        const handler = real.builds(props);
        return {
          handle: async (event, remainingMs) => {
            const answer = await handler.handle(event, remainingMs) as { step: string } | undefined;
            return answer?.step === 'failed' ? { step: 'done' } : answer;
          },
        };
      },
    }),
  },
  {
    name: 'unowned-files-left-out',
    isRare: true,
    mistake: 'Files that nobody owns are left out although the catalogue says that they are an error.',
    programs: (real) => ({
      ...real,
      diff: (props) => real.diff({ ...props, catalogue: props.catalogue.unownedPaths === 'error' ? { ...props.catalogue, unownedPaths: 'ignore' } : props.catalogue }),
    }),
  },
];

/** As if every build had been live everywhere. */
function everywhere(real: (...parameters: never[]) => unknown) {
  return async function (this: object, ...parameters: never[]): Promise<DeployedBuild[]> {
    const builds = await (Reflect.apply(real, this, parameters) as Promise<DeployedBuild[]>);
    return builds.map((build) => ({ ...build, environments: ['test', 'prod'] }));
  };
}
