import { ExportingStack, orderRemovedExports } from '../../../src/core/delivery/removed-exports';

const stack = (id: string, more: Partial<ExportingStack> = {}): ExportingStack => ({ id, stackName: `shop-${id}`, after: [], firmlyAfter: [], imports: [], removed: [], ...more });
const order = (...stacks: ExportingStack[]) => {
  const { after, problems } = orderRemovedExports(stacks);
  return { after: Object.fromEntries(after), problems };
};
const lost = (name: string, ...importers: string[]) => ({ name, importers: importers.map((id) => `shop-${id}`) });

describe('exports that are in use and go', () => {
  test('the stack that drops the import comes before the one that drops the export', () => {
    expect(order(stack('network', { removed: [lost('x', 'api')] }), stack('api'))).toEqual({ after: { network: ['api'], api: [] }, problems: [] });
  });

  test('an import that stays turns no order: what is imported already cannot change', () => {
    expect(order(stack('network', { removed: [lost('x', 'api')] }), stack('api', { after: ['network'], imports: ['y'] }))).toEqual({ after: { network: ['api'], api: [] }, problems: [] });
  });

  test.each<[string, ExportingStack[]]>([
    ['it imports it still', [stack('network', { removed: [lost('x', 'api')] }), stack('api', { imports: ['x'] })]],
    ['an import of it is known to CloudFormation alone', [stack('network', { removed: [lost('x', 'api')] }), stack('api', { imports: [undefined] })]],
    ['its stack is not of the release', [stack('network', { removed: [lost('x', 'api')] })]],
    ['it has to come after for another reason', [stack('network', { removed: [lost('x', 'api')] }), stack('api', { after: ['network'], firmlyAfter: ['network'] })]],
    ['it has to come after one between', [stack('network', { removed: [lost('x', 'api')] }), stack('data', { after: ['network'], firmlyAfter: ['network'] }), stack('api', { after: ['data'], firmlyAfter: ['data'] })]],
  ])('it cannot be: %s', (_, stacks) => {
    const { after, problems } = order(...stacks);
    expect(problems).toEqual([expect.stringMatching(/^Stack shop-network loses the export x, which is in use by shop-api, .*\. CloudFormation deletes no export that is in use\. Do it in two releases: .*exportValue/)]);
    expect(after.network).toEqual([]);
  });

  test('two that would have to wait for one another cannot be, and the first order holds', () => {
    expect(order(stack('a', { removed: [lost('x', 'b')] }), stack('b', { removed: [lost('y', 'a')] }))).toEqual({
      after: { a: ['b'], b: [] }, problems: [expect.stringContaining('Stack shop-b loses the export y, which is in use by shop-a, which does not import it any more')],
    });
  });
});
