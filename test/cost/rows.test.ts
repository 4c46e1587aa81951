import { Row } from '../../bench/cost/row';
import { Pricing } from '../../bench/cost/rows';
import { DEFAULT_SCENARIO, Scenario } from '../../bench/cost/scenario';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const pricing = new Pricing();

async function rows(differs: Partial<Scenario>): Promise<Record<Row['by'], Row>> {
  const found = await pricing.rows({ ...DEFAULT_SCENARIO, environments: 1, ...differs });
  return Object.fromEntries(found.map((row) => [row.by, row])) as Record<Row['by'], Row>;
}

describe('a merge, from the template and a local run', () => {
  test('that changes one component of 50 builds one, at a tenth of CDK Pipelines\' price and half of its minutes', async () => {
    const { 'cdk-modular-pipeline': fanOut, 'cdk-modular-pipeline actions': actions, 'aws-cdk-lib/pipelines': peer } = await rows({});
    expect(fanOut).toMatchObject({ builds: 1, actions: 7 });
    // A build for each component, and the pipeline's own: synth, mutation, one asset.
    expect(actions.builds).toBe(50);
    expect(peer.builds).toBe(53);
    expect(fanOut.dollars).toBeLessThanOrEqual(peer.dollars / 10);
    expect(fanOut.minutesOutsideCloudFormation).toBeLessThanOrEqual(peer.minutesOutsideCloudFormation / 2);
    // Commands, provisioning and CloudFormation's own time, with 10 seconds for each action.
    expect(fanOut.minutes).toBeLessThanOrEqual(2 + 36 / 60 + 2 + 10 / 60 + fanOut.actions * 10 / 60);
  });

  test('that changes nothing costs a look; one with dependents takes their builds one after the other', async () => {
    expect((await rows({ changed: 0 }))['cdk-modular-pipeline']).toMatchObject({ builds: 0, actions: 0 });
    const one = (await rows({}))['cdk-modular-pipeline'];
    const dependents = (await rows({ changed: 'dependents' }))['cdk-modular-pipeline'];
    expect(dependents.builds).toBe(3);
    expect(dependents.minutes - one.minutes).toBeCloseTo(2 * (2 + (36 + 2 + 2) / 60), 1);
  });

  test('a month without a merge has a look each interval', async () => {
    const { looks, lookDollars, metricDollars } = await pricing.idle({ ...DEFAULT_SCENARIO, environments: 1 });
    expect(looks).toBe(30 * 24 * 60 / 15);
    expect(lookDollars).toBeGreaterThan(0);
    expect(metricDollars).toBeGreaterThan(0);
  });
});
