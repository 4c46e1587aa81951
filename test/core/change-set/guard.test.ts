import { Allowances, describeRefusal, destructions, refusedOf } from '../../../src/core/change-set/guard';
import { REPLACED_BY_DESIGN } from '../../../src/core/change-set/replaced-by-design';
import { describeChange, ResourceChange } from '../../../src/core/change-set/resource-change';

const NOTHING = { types: [], logicalIds: [] };

function change(more: Partial<ResourceChange>): ResourceChange {
  return { path: 'Queue', type: 'AWS::SQS::Queue', action: 'Modify', replacement: 'False', properties: [], ...more };
}

const refusedPaths = (changes: readonly ResourceChange[], allowances: Allowances) => refusedOf(destructions(changes), allowances).map(({ path }) => path);

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
    [change({ unknown: "Evaluation is 'Perhaps'" }), true],
    [change({ action: 'Add', replacement: undefined, unknown: "Action is 'x'" }), true],
    [change({ replacement: 'False', policyAction: 'ReplaceAndDelete' }), true],
    [change({ details: [{ attribute: 'Properties', property: 'QueueName', recreation: 'Always', evaluation: 'Static', source: 'DirectModification' }] }), true],
    [change({ details: [{ attribute: 'Properties', property: 'DelaySeconds', recreation: 'Never', evaluation: 'Static', source: 'DirectModification' }] }), false],
    [change({ unread: true }), true],
    [change({ action: 'Add', replacement: undefined, unread: true }), false],
  ])('%j: %s', (given, expected) => expect(destructions([given])).toHaveLength(expected ? 1 : 0));
});

describe('what is refused', () => {
  const removed = change({ path: 'Table', type: 'AWS::DynamoDB::Table', action: 'Remove' });
  const nested = change({ path: 'Database/Table', type: 'AWS::DynamoDB::Table', replacement: 'Conditional' });
  const harmless = change({});

  it('is every destructive change, in order, and no other', () => {
    expect(refusedPaths([harmless, nested, removed], NOTHING)).toEqual(['Database/Table', 'Table']);
  });

  it('leaves out allowed types', () => {
    expect(refusedPaths([nested, removed], { types: ['AWS::DynamoDB::Table'], logicalIds: [] })).toEqual([]);
    expect(refusedPaths([removed], { types: ['AWS::SQS::Queue'], logicalIds: [] })).toEqual(['Table']);
  });

  it('leaves out allowed resources by their whole path', () => {
    expect(refusedPaths([nested, removed], { types: [], logicalIds: ['Table'] })).toEqual(['Database/Table']);
    expect(refusedPaths([nested, removed], { types: [], logicalIds: ['Database/Table'] })).toEqual(['Table']);
    expect(refusedPaths([nested, removed], { types: [], logicalIds: ['*'] })).toEqual([]);
  });

  it.each([...REPLACED_BY_DESIGN.keys()])('never is %s, which is replaced by design', (type: string) => {
    expect(refusedPaths([change({ type, action: 'Remove' }), change({ type, replacement: 'True' })], NOTHING)).toEqual([]);
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
    const refused = destructions(Array.from({ length: 40 }, (_, index) => change({ path: `Nested/Queue${index}`, action: 'Remove' })));
    const text = describeRefusal({ environment: 'prod', stackName: 'shop', commitId: 'a'.repeat(40), pipeline: 'shop', refused });
    expect(text).toContain('would delete or replace 40 resources. It was deleted, and nothing was deployed:');
    expect(text).toContain('- Nested/Queue0 (AWS::SQS::Queue) is deleted\n');
    expect(text).toContain('- and 30 more\n');
    expect(text).toContain(`cdk-modular-pipeline allow prod --pipeline shop --commit ${'a'.repeat(40)}`);
    expect(text).toContain('allowLogicalIds');
    expect(text.length).toBeLessThan(2000);
  });

  it('stays within it whatever the reasons, and with that for which nested stacks are hidden', () => {
    const refused = Array.from({ length: 40 }, (_, index) => ({ path: `Nested/Queue${index}`, type: 'AWS::SQS::Queue', why: 'w'.repeat(500) }));
    const refusal = { environment: 'prod', stackName: 'shop', commitId: 'a'.repeat(40), pipeline: 'shop', refused };
    expect(describeRefusal({ ...refusal, hidden: 'h'.repeat(2_000) }).length).toBeLessThan(2000);
    expect(describeRefusal({ ...refusal, hidden: 'Template error' })).toContain('could not show the changes of nested stacks, which were judged by their templates: Template error\n');
    expect(describeRefusal({ ...refusal, refused: refused.slice(0, 1) })).toContain('w'.repeat(500));
  });
});
