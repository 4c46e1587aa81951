import * as fc from 'fast-check';
import { actionDollars, ASSUMPTION_DATA, buildDollars, PRICE_DATA } from '../../bench/cost/data';
import { graphOf, workOf } from '../../bench/cost/graph';
import { callDollars } from '../../bench/cost/ours';
import { pipelinePerComponent, singleBuildspec } from '../../bench/cost/peers';
import { DEFAULT_SCENARIO, parseOptions } from '../../bench/cost/scenario';
import { runOf, seenAfter, seenByJob, waitingInvocations, waitingJob } from '../../bench/cost/timeline';

describe('options', () => {
  test('are those of the scenario', () => {
    expect(parseOptions(['--components', '50', '--depth', '3', '--changed', '1', '--json'])).toEqual({ scenario: DEFAULT_SCENARIO, json: true, tables: false });
    expect(parseOptions(['--commands', '0.5', '--environments', '4', '--cloudformation', '5', '--provisioning', '20', '--changed', 'all']).scenario).toEqual({
      ...DEFAULT_SCENARIO, commands: 0.5, environments: 4, cloudFormation: 5, provisioningSeconds: 20, changed: 'all',
    });
    expect(parseOptions([]).tables).toBe(true);
    expect(parseOptions(['--changed', 'nothing']).scenario.changed).toBe(0);
    expect(parseOptions(['--components', '2']).scenario).toMatchObject({ components: 2, depth: 2, changed: 1 });
  });

  test.each([
    [['--components=0'], '--components is "0": it takes a whole number from 1 to 5000.'],
    [['--components=2.5'], '--components is "2.5"'],
    [['--components='], '--components is ""'],
    [['--components=3', '--depth=4'], '--depth is "4": it takes a whole number from 1 to 3.'],
    [['--components=3', '--changed=4'], '--changed is "4": it takes a whole number from 0 to 3, "dependents"'],
    [['--changed=some'], '--changed is "some"'],
    [['--commands=-1'], '--commands is "-1": it takes a number from 0 to 480.'],
    [['--colour=blue'], 'Unknown option'],
  ])('%j are refused', (args, message) => expect(() => parseOptions(args)).toThrow(message));
});

describe('what a merge builds', () => {
  const graph = graphOf(50, 3);

  test('one that nothing depends on, one with its dependents, all, nothing', () => {
    expect(workOf(graph, 1).tranches).toEqual([['component-2']]);
    expect(workOf(graph, 'dependents').tranches).toEqual([['component-0'], ['component-1'], ['component-2']]);
    expect(workOf(graph, 'all').tranches.map(({ length }) => length)).toEqual([18, 16, 16]);
    expect(workOf(graph, 0).tranches).toEqual([]);
    expect(workOf(graphOf(1, 1), 1).tranches).toEqual([['template']]);
  });

  test('each builds after what it depends on, and dependents of what changed are built', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 60 }), (components, depth, changed) => {
      const nodes = graphOf(components, depth);
      const { touched, tranches } = workOf(nodes, Math.min(changed, components));
      const level = new Map(tranches.flatMap((tranche, index) => tranche.map((name) => [name, index] as const)));
      expect(touched).toHaveLength(Math.min(changed, components));
      for (const { name, dependsOn } of nodes) {
        const below = dependsOn === undefined ? undefined : level.get(dependsOn);
        expect(level.has(name)).toBe(touched.includes(name) || below !== undefined);
        if (below !== undefined) {
          expect(level.get(name)!).toBeGreaterThan(below);
        }
      }
    }));
  });
});

describe('time and money', () => {
  test('every action and build is billed by whole minutes, each by itself', () => {
    expect(actionDollars(1)).toBe(0.002);
    expect(actionDollars(61)).toBe(0.004);
    expect(buildDollars(120, 'BUILD_GENERAL1_SMALL')).toBe(0.01);
    expect(() => buildDollars(1, 'BUILD_GENERAL9_HUGE')).toThrow('prices.json has no price for the compute type BUILD_GENERAL9_HUGE');
    expect(runOf([
      { stage: 'a', runOrder: 1, seconds: 10 }, { stage: 'a', runOrder: 1, seconds: 70 }, { stage: 'a', runOrder: 2, seconds: 5 }, { stage: 'b', runOrder: 1, seconds: 1 },
    ])).toEqual({ seconds: 76, dollars: expect.closeTo(0.01, 10) });
  });

  test('what ends in a gap between invocations is seen after it', () => {
    expect(seenAfter(120, 60, 30)).toBe(120);
    expect(seenAfter(61, 60, 30)).toBe(90);
    expect(seenAfter(170, 60, 30)).toBe(180);
    expect(seenAfter(60, 60, 30)).toBe(60);
    expect(waitingInvocations(120, 60, 30)).toEqual({ count: 2, seconds: 90 });
    expect(waitingInvocations(0, 60, 30)).toEqual({ count: 1, seconds: 0 });
    // One that starts the work first waits after a gap.
    expect(seenByJob(162, 240, 30)).toBe(162);
    expect(seenByJob(10, 240, 30)).toBe(30);
    expect(seenByJob(280, 240, 30)).toBe(300);
    expect(waitingJob(162, 240, 30)).toEqual({ count: 2, seconds: 132 });
    expect(waitingJob(280, 240, 30)).toEqual({ count: 3, seconds: 240 });
  });

  test('requests are billed by what they do', () => {
    const { dynamoDbRead, dynamoDbWrite, s3Read, s3Write } = PRICE_DATA.prices;
    expect(callDollars({ 'dynamodb:GetItem': 2, 'dynamodb:PutItem': 1, 's3:GetObject': 1, 's3:PutObject': 1, 'sts:AssumeRole': 9 }))
      .toBeCloseTo(2 * dynamoDbRead.dollars + dynamoDbWrite.dollars + s3Read.dollars + s3Write.dollars, 12);
  });

  test('prices have a source and a date, assumptions lie within their range', () => {
    Object.values(PRICE_DATA.prices).forEach(({ source, date, per }) => {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(per).not.toBe('');
    });
    Object.values(ASSUMPTION_DATA).forEach(({ value, low = value, high = value }) => {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    });
  });
});

test('the simple peers, by hand', () => {
  const assumed = Object.fromEntries(Object.entries(ASSUMPTION_DATA).map(([name, { value }]) => [name, value])) as never;
  const graph = graphOf(50, 3);
  expect(singleBuildspec({ scenario: DEFAULT_SCENARIO, graph, assumed }))
    .toMatchObject({ builds: 1, actions: 4, minutes: Number(((36 + 4 * 9) / 60 + 100 + 4).toFixed(2)) });
  expect(pipelinePerComponent({ scenario: { ...DEFAULT_SCENARIO, changed: 'dependents' }, graph, assumed })).toMatchObject({ builds: 3, actions: 12, minutes: 7.2 });
  expect(pipelinePerComponent({ scenario: { ...DEFAULT_SCENARIO, changed: 0 }, graph, assumed }))
    .toMatchObject({ builds: 0, actions: 0, dollars: 0, minutes: 0 });
});
