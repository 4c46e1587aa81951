import { changingRequests, Defect, replaceMethod } from './defect';
import { BuildRuns } from '../../lambda/builds/build-runs';
import { Pipeline } from '../../lambda/shared/pipeline';
import { FanOutInput } from '../../src/contract/fan-out';
import { BuildOrder, Unbuilt } from '../../src/core/build-order';

/** Mistakes in promoting by hand, in fanning out and in refusing. */
export const PROMOTING: readonly Defect[] = [
  {
    name: 'promotion-recorded-as-usual',
    mistake: 'What was promoted is recorded like a release of the branch\'s head.',
    isRare: true,
    tamper: changingRequests('PutItem', ({ Item: item }) => {
      delete (item as { Promotion?: unknown }).Promotion;
    }),
  },
  {
    name: 'promotions-undone-by-the-schedule',
    isRare: true,
    mistake: 'A head whose execution was superseded by a promotion is started again by itself.',
    patch: () => replaceMethod(Pipeline.prototype, 'promotedLast', () => async () => undefined),
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
          handle: async (event, remainingMs, invocation) => {
            const answer = await handler.handle(event, remainingMs, invocation) as { step: string } | undefined;
            return answer?.step === 'failed' ? { step: 'done' } : answer;
          },
        };
      },
    }),
  },
  {
    name: 'a-run-for-each-invocation',
    isRare: true,
    mistake: 'Each invocation of the Build action\'s job starts a run of the state machine.',
    patch: () => replaceMethod(BuildRuns.prototype, 'begin', (real) => async function (this: BuildRuns, input: FanOutInput, job: string) {
      const find = this.find.bind(this);
      const blind = Object.assign(Object.create(this) as BuildRuns, {
        find: async (name: string) => {
          const known = await find(name);
          return known === undefined ? undefined : { ...known, status: 'ABORTED', job: undefined };
        },
      });
      return Reflect.apply(real, blind, [input, job]);
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
