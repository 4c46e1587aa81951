import { describeRefusal, isDestructive, refusedChanges, REPLACED_BY_DESIGN } from '../../../src/core/change-set/guard';
import { describeChange, ResourceChange } from '../../../src/core/change-set/resource-change';

const NOTHING = { types: [], logicalIds: [] };

function change(more: Partial<ResourceChange>): ResourceChange {
  return { path: 'Queue', type: 'AWS::SQS::Queue', action: 'Modify', replacement: 'False', properties: [], ...more };
}

describe('what is destructive', () => {
  it.each([
    [change({ action: 'Add', replacement: undefined }), false],
    [change({ action: 'Import', replacement: undefined }), false],
    [change({ action: 'SyncWithActual', replacement: undefined }), false],
    [change({ replacement: 'False' }), false],
    [change({ replacement: 'True' }), true],
    [change({ replacement: 'Conditional' }), true],
    [change({ replacement: undefined }), true],
    [change({ action: 'Remove', replacement: undefined }), true],
    [change({ action: 'Remove', replacement: undefined, policyAction: 'Retain' }), true],
    [change({ action: 'Dynamic', replacement: undefined }), true],
    [change({ action: 'SomethingNew', replacement: undefined }), true],
    [change({ unread: true }), true],
    [change({ action: 'Add', replacement: undefined, unread: true }), false],
  ])('%j: %s', (given, expected) => expect(isDestructive(given)).toBe(expected));
});

describe('what is refused', () => {
  const removed = change({ path: 'Table', type: 'AWS::DynamoDB::Table', action: 'Remove' });
  const nested = change({ path: 'Database/Table', type: 'AWS::DynamoDB::Table', replacement: 'Conditional' });
  const harmless = change({});

  it('is every destructive change, in order, and no other', () => {
    expect(refusedChanges([harmless, nested, removed], NOTHING)).toEqual([nested, removed]);
  });

  it('leaves out allowed types', () => {
    expect(refusedChanges([nested, removed], { types: ['AWS::DynamoDB::Table'], logicalIds: [] })).toEqual([]);
    expect(refusedChanges([removed], { types: ['AWS::SQS::Queue'], logicalIds: [] })).toEqual([removed]);
  });

  it('leaves out allowed resources by their whole path', () => {
    expect(refusedChanges([nested, removed], { types: [], logicalIds: ['Table'] })).toEqual([nested]);
    expect(refusedChanges([nested, removed], { types: [], logicalIds: ['Database/Table'] })).toEqual([removed]);
    expect(refusedChanges([nested, removed], { types: [], logicalIds: ['*'] })).toEqual([]);
  });

  it.each(REPLACED_BY_DESIGN)('never is %s, which is made anew with each release', (type) => {
    expect(refusedChanges([change({ type, action: 'Remove' }), change({ type, replacement: 'True' })], NOTHING)).toEqual([]);
  });
});

describe('in words', () => {
  it.each([
    [change({ action: 'Remove', policyAction: 'Delete' }), 'is deleted'],
    [change({ action: 'Remove', policyAction: 'Retain' }), 'leaves the stack and is retained'],
    [change({ action: 'Remove', policyAction: 'Snapshot' }), 'is deleted after a snapshot'],
    [change({ replacement: 'True', properties: ['QueueName'] }), 'is replaced (QueueName)'],
    [change({ replacement: 'Conditional', properties: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }), 'may be replaced (a, b, c, d, e and 2 more)'],
    [change({ replacement: undefined }), 'is modified in a way that CloudFormation does not tell'],
    [change({ action: 'Add' }), 'is created'],
    [change({ action: 'Dynamic' }), 'changes in a way that is not known yet: Dynamic'],
    [change({ unread: true }), 'is a nested stack whose changes cannot be seen'],
  ])('%j: %s', (given, expected) => expect(describeChange(given)).toBe(expected));

  it('names the resources and the way out, within what an action shows', () => {
    const refused = Array.from({ length: 40 }, (_, index) => change({ path: `Nested/Queue${index}`, action: 'Remove' }));
    const text = describeRefusal({ environment: 'prod', stackName: 'shop', commitId: 'a'.repeat(40), pipeline: 'shop', refused });
    expect(text).toContain('would delete or replace 40 resources. It was deleted, and nothing was deployed:');
    expect(text).toContain('- Nested/Queue0 (AWS::SQS::Queue) is deleted\n');
    expect(text).toContain('- and 30 more\n');
    expect(text).toContain(`cdk-modular-pipeline allow prod --pipeline shop --commit ${'a'.repeat(40)}`);
    expect(text).toContain('allowLogicalIds');
    expect(text.length).toBeLessThan(2000);
  });
});
