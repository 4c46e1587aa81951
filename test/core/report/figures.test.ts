import { formatDuration, median } from '../../../src/core/report/durations';
import { EnvironmentRecord, WentLive } from '../../../src/core/report/environment-record';
import { deliveryFigures } from '../../../src/core/report/figures';

const NOW = '2026-03-31T00:00:00.000Z';
const before = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

function entry(sequence: number, hours: number, promotion?: WentLive['promotion']): WentLive {
  return { sequence, key: `r${sequence}`, commitId: 'c', executionId: `e${sequence}`, timestamp: before(hours), ...(promotion ? { promotion } : {}) };
}

function figures(environments: readonly EnvironmentRecord[], started: Record<string, string> = {}, days = 30) {
  return deliveryFigures({ environments, started: new Map(Object.entries(started)), now: NOW, days });
}

const prod = (...history: WentLive[]): EnvironmentRecord => ({ name: 'prod', live: history[history.length - 1], history });
const test = (...history: WentLive[]): EnvironmentRecord => ({ name: 'test', live: history[history.length - 1], history });

describe('the four figures', () => {
  it('are of the last environment, and say nothing where nothing was deployed', () => {
    expect(figures([test(entry(1, 5)), prod()])).toEqual({ environment: 'prod', days: 30, deployments: 0, deploymentsPerWeek: 0, leadTimesKnown: 0, failures: 0 });
  });

  it('count what went live within the days, to the second', () => {
    const at = (ms: number) => ({ ...entry(1, 0), timestamp: new Date(Date.parse(NOW) - ms).toISOString() });
    expect(figures([prod(at(7 * 86_400_000))], {}, 7).deployments).toBe(1);
    expect(figures([prod(at(7 * 86_400_000 + 1))], {}, 7).deployments).toBe(0);
    expect(figures([prod(entry(1, 9), entry(2, 8), entry(3, 7))], {}, 14)).toMatchObject({ deployments: 3, deploymentsPerWeek: 1.5 });
  });

  it('take the median lead time of what was deployed of its commit, promoted ones by the execution that built them', () => {
    const environments = [
      test(entry(1, 20), entry(2, 19), entry(3, 18)),
      // Release 4 promotes release 2 from test.
      prod(entry(1, 10), entry(4, 9, { environment: 'prod', release: 2 })),
    ];
    const started = { e1: before(12), e2: before(21), e4: before(9.5) };
    expect(figures(environments, started)).toMatchObject({ deployments: 2, leadTime: 7 * 3_600, leadTimesKnown: 2, failures: 0, changeFailureRate: 0 });
    expect(figures(environments, { e4: before(9.5) }).leadTime).toBeUndefined();
  });

  it('take an older release over a newer one for a rollback, and the one before it for a failure', () => {
    const history = [entry(1, 50), entry(2, 40), entry(3, 37, { environment: 'prod', release: 1 })];
    expect(figures([prod(...history)])).toMatchObject({ deployments: 2, failures: 1, changeFailureRate: 0.5, timeToRestore: 3 * 3_600 });
    // What is deployed again afterwards goes forward.
    expect(figures([prod(...history, entry(4, 30, { environment: 'prod', release: 2 }))])).toMatchObject({ deployments: 3, failures: 1 });
    // So does the same release once more.
    expect(figures([prod(...history, entry(4, 30, { environment: 'prod', release: 3 }))])).toMatchObject({ deployments: 3, failures: 1 });
  });

  it('take no promotion of a single build for a rollback, and have no lead time for it', () => {
    expect(figures([prod(entry(1, 50), entry(2, 40, { environment: 'prod', component: 'x', build: 1 }))], { e1: before(51), e2: before(41) }))
      .toMatchObject({ deployments: 2, failures: 0, leadTimesKnown: 1 });
  });

  it('end where the ledger lacks a release, or names itself', () => {
    expect(figures([prod(entry(5, 9, { environment: 'prod', release: 5 }), entry(6, 8, { environment: 'prod', release: 2 }))], { e5: before(10), e6: before(10) }))
      .toMatchObject({ deployments: 2, failures: 0, leadTimesKnown: 0 });
  });
});

describe('durations', () => {
  it.each([[0, '0 seconds'], [1, '1 second'], [59.9, '59 seconds'], [60, '1 minute'], [3_599, '59 minutes'], [3_600, '1 hour'], [86_399, '23 hours'], [86_400, '1 day'], [172_800, '2 days'], [-5, '0 seconds']])(
    '%d s: %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('median of odd, even and no values', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, undefined]);
  });
});
