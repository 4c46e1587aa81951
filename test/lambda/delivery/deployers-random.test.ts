import { BatchGetBuildsCommand, CodeBuildClient, ListBuildsForProjectCommand, StartBuildCommand, StartBuildInput } from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { setUp } from './support';
import { DELIVERY_ENV, DeliverySettings, DeliveryStep } from '../../../src/contract/deployer';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

const MINUTE = 60_000;

type Action = 'prepare' | 'deploy' | 'switch';

/** Where one worker ends: at its n-th call of CodeBuild, before the call is made, or after it, with the answer lost. */
interface Crash {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** One execution that comes to the place. */
interface Execution {
  readonly build: number;
  /** Steps whose builds fail, once each. */
  readonly fails: readonly DeliveryStep[];
  readonly crashes: Partial<Record<Action, Crash>>;
  /** It is stopped in this action, whose build may go on. */
  readonly stopsIn?: Action;
  readonly approves: boolean;
  /** How long its builds take, how long before a failed action is retried, and until the next execution comes. */
  readonly takes: number;
  readonly retriedAfter: number;
  readonly followedAfter: number;
}

interface StartedBuild {
  readonly id: string;
  readonly token: string;
  readonly step: DeliveryStep;
  readonly build: number;
  readonly begins: number;
  readonly ends: number;
  readonly succeeds: boolean;
  readonly input: StartBuildInput;
}

/** CodeBuild by the clock. */
class TimedBuilds {
  public readonly started: StartedBuild[] = [];
  public crash: undefined | { call: number; readonly when: 'before' | 'after' };
  public takes = MINUTE;
  public fails: DeliveryStep[] = [];

  public constructor(client: CodeBuildClient, private readonly now: () => number, private readonly store: (key: string) => void) {
    const mock = mockClient(client);
    const call = <Input, Output>(work: (input: Input) => Output) => (input: Input): Output => {
      const crashes = this.crash !== undefined && this.crash.call-- === 1 ? this.crash.when : undefined;
      if (crashes !== undefined) {
        this.crash = undefined;
      }
      if (crashes === 'before') {
        throw new Error('the worker ends');
      }
      const output = work(input);
      if (crashes === 'after') {
        throw new Error('the worker ends');
      }
      return output;
    };
    mock.on(StartBuildCommand).callsFake(call((input: StartBuildInput) => ({ build: { id: this.start(input) } })));
    mock.on(ListBuildsForProjectCommand).callsFake(call(() => ({ ids: this.started.map(({ id }) => id).reverse() })));
    mock.on(BatchGetBuildsCommand).callsFake(call(({ ids }: { ids: string[] }) => ({
      builds: this.started.filter(({ id }) => ids.includes(id)).map(({ id, ends, succeeds, input }) => ({
        id, buildStatus: ends > this.now() ? 'IN_PROGRESS' : succeeds ? 'SUCCEEDED' : 'FAILED', environment: { environmentVariables: input.environmentVariablesOverride },
      })),
    })));
  }

  private start(input: StartBuildInput): string {
    const token = input.idempotencyToken!;
    const known = this.started.find((build) => build.token === token && this.now() - build.begins < 5 * MINUTE);
    if (known !== undefined) {
      return known.id;
    }
    const variables = new Map(input.environmentVariablesOverride!.map(({ name, value }) => [name!, value!]));
    const step = variables.get(DELIVERY_ENV.step) as DeliveryStep;
    const failing = this.fails.indexOf(step);
    this.fails.splice(failing, failing === -1 ? 0 : 1);
    const begins = this.now();
    this.started.push({
      id: `deliver:${this.started.length + 1}`,
      token,
      step,
      build: Number(variables.get(DELIVERY_ENV.buildNumber)),
      begins,
      ends: begins + this.takes,
      succeeds: failing === -1,
      input,
    });
    this.store(variables.get(DELIVERY_ENV.report)!.replace('s3://', ''));
    return this.started.at(-1)!.id;
  }

  /** What changes the place, in its order. */
  public get changing(): StartedBuild[] {
    return this.started.filter(({ step }) => step !== 'report');
  }

  /** The build that is in the place; nothing where none is, or a failure leaves it open which. */
  public state(switches: boolean): number | undefined {
    const effective = switches ? 'switch' : 'deploy';
    const last = this.changing.filter(({ step, succeeds }) => step === effective || !succeeds).at(-1);
    return last?.succeeds ? last.build : undefined;
  }
}

const crash = fc.option(fc.record({ call: fc.integer({ min: 1, max: 6 }), when: fc.constantFrom('before' as const, 'after' as const) }), { nil: undefined });
const time = (...minutes: number[]) => fc.constantFrom(...minutes.map((minute) => minute * MINUTE));
const executions = fc.array(fc.record({
  build: fc.integer({ min: 1, max: 4 }),
  fails: fc.subarray<DeliveryStep>(['report', 'deploy', 'switch'], { maxLength: 1 }),
  crashes: fc.record({ prepare: crash, deploy: crash, switch: crash }),
  stopsIn: fc.option(fc.constantFrom<Action>('prepare', 'deploy', 'switch'), { nil: undefined }),
  approves: fc.boolean(),
  takes: time(0.1, 1, 3),
  retriedAfter: time(0, 8, 30),
  followedAfter: time(0, 1, 20),
}), { minLength: 1, maxLength: 5 });

describe('whatever fails, stops, crashes or comes late', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function live(all: readonly Execution[], switches: boolean): Promise<void> {
    const settings: DeliverySettings = {
      id: 'db', component: 'db', afterStacks: false, rollback: 'DEPLOY_OLDER', definition: 'v1', outputs: {}, project: 'deliver', report: 'changes', ...(switches ? { switches } : {}),
    };
    const { codeBuild, timing, s3, world, releaseStacks, invoke, run } = await setUp(db, { stackNames: [], deliveries: [settings] });
    const report = Buffer.from('{"changes":[{"path":"V1","type":"Migration","effect":"create"}]}');
    const builds = new TimedBuilds(codeBuild, () => timing.milliseconds, (key) => s3.objects.set(key, { body: report, input: { Bucket: '', Key: '' } }));

    const bring = async ({ build, fails, crashes, stopsIn, approves, takes, retriedAfter }: Execution, name: string): Promise<boolean> => {
      world.components = { db: { component: 'db', buildNumber: build, location: `s3://artifacts/shop/components/db/${build}/artifact.zip`, fingerprint: `f${build}`, artifactDigest: `d${build}` } };
      releaseStacks([]);
      Object.assign(builds, { takes, fails: [...fails] });
      for (const action of switches ? ['prepare', 'deploy', 'switch'] as const : ['prepare', 'deploy'] as const) {
        builds.crash = crashes[action] && { ...crashes[action] };
        if (action === 'switch' && !approves) {
          return false;
        }
        if (stopsIn === action) {
          await invoke(action, name);
          return false;
        }
        if ((await run(action, name)).failure !== undefined) {
          builds.crash = undefined;
          timing.pass(retriedAfter);
          if ((await run(action, name)).failure !== undefined) {
            return false;
          }
        }
      }
      return true;
    };

    for (const [index, execution] of all.entries()) {
      if (await bring(execution, `e${index + 1}`)) {
        // Delivered means delivered, also where it was left out.
        expect(builds.state(switches)).toBe(execution.build);
        expect(builds.changing.filter(({ ends }) => ends > timing.milliseconds)).toEqual([]);
      }
      timing.pass(execution.followedAfter);
    }
    expect(builds.started.map(({ token }) => token)).toEqual([...new Set(builds.started.map(({ token }) => token))]);
    // No two change the place at once.
    builds.changing.slice(1).forEach(({ begins }, index) => expect(begins).toBeGreaterThanOrEqual(builds.changing[index]!.ends));
  }

  test.each([{ switches: false, runs: 25 }, { switches: true, runs: 25 }])('what succeeds is what is there, once, and alone (switches: $switches)', async ({ switches, runs }) => {
    await fc.assert(fc.asyncProperty(executions, async (all) => live(all, switches)), { numRuns: runs });
  });
});
