import { PROD } from './support';
import { SessionStep, sessionStatements } from '../../../lambda/delivery/session';
import { policyText } from '../../../lambda/shared/assumed-role';

/** What STS takes for a session policy, in characters; a limit on its packed size comes on top. */
const MAX_POLICY = 2_048;

const LONG = {
  ...PROD,
  region: 'ap-southeast-3',
  deployRoleArn: `arn:aws-us-gov:iam::222222222222:role/${'d'.repeat(64)}`,
  executionRoleArn: `arn:aws-us-gov:iam::222222222222:role/${'e'.repeat(64)}`,
};
const ASSETS = { fileBucket: 'b'.repeat(63) } as NonNullable<typeof PROD.assets>;

function size(step: SessionStep, { name = 'n'.repeat(128), nested = [] as string[] | undefined, place = LONG as typeof PROD } = {}): number {
  return policyText(sessionStatements(place, name, step, nested, 'a'.repeat(63))).length;
}

describe('the policy of a session for one stack and one step', () => {
  test.each<[string, Parameters<typeof size>[1]]>([
    ['the longest names', {}],
    ['with assets', { place: { ...LONG, assets: ASSETS } }],
    ['five nested stacks of long names', { nested: ['A', 'B', 'C', 'D', 'E'].map((letter) => letter.repeat(64)), place: { ...LONG, assets: ASSETS } }],
    ['a hundred nested stacks', { nested: Array.from({ length: 100 }, (_, index) => `Nested${index}`), place: { ...LONG, assets: ASSETS } }],
    ['nested stacks that a macro makes', { nested: undefined, place: { ...LONG, assets: ASSETS } }],
  ])('fits: %s', (_, options) => {
    expect(Math.max(size('prepare', options), size('deploy', options))).toBeLessThanOrEqual(MAX_POLICY);
  });

  // docs/security.md gives these figures.
  test('has the same size whether a place has 1, 20 or 100 stacks', () => {
    const sizes = [1, 20, 100].map((count) => Array.from({ length: count }, (_, index) => `shop-${String(index).padStart(15, '0')}`)
      .map((name) => [size('prepare', { name, place: PROD }), size('deploy', { name, place: PROD })])
      .reduce((most, [prepare, deploy]) => [Math.max(most[0]!, prepare!), Math.max(most[1]!, deploy!)], [0, 0]));
    expect(sizes).toEqual([[1_145, 1_103], [1_145, 1_103], [1_145, 1_103]]);
  });

  test('names nested stacks as long as that fits', () => {
    const stacks = (...parameters: readonly [string, readonly string[] | undefined]) => sessionStatements(PROD, parameters[0], 'prepare', parameters[1], 'artifacts')[0]!.Resource.filter((arn) => arn.includes(':stack/'));
    expect(stacks('shop', [])).toHaveLength(1);
    expect(stacks('shop', ['Data'])[1]).toMatch(/:stack\/shop-Data-\*$/);
    expect(stacks('n'.repeat(128), ['A', 'B', 'C', 'D', 'E'].map((letter) => letter.repeat(255)))).toHaveLength(2);
    expect(stacks('shop', undefined)[1]).toMatch(/:stack\/shop-\*$/);
  });

  test('names no action twice, and lets Prepare execute nothing', () => {
    const actions = (step: SessionStep) => sessionStatements(PROD, 'shop', step, [], 'artifacts').flatMap(({ Action }) => Action).filter((action) => action !== 'cloudformation:DescribeChangeSet');
    for (const step of ['prepare', 'deploy'] as const) {
      expect(new Set(actions(step)).size).toBe(actions(step).length);
    }
    expect(actions('prepare')).not.toContain('cloudformation:ExecuteChangeSet');
  });
});
