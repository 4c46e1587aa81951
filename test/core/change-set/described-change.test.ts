import { changeSetState, DescribedResourceChange, readDescribedChange } from '../../../src/core/change-set/described-change';

const MODIFIED: DescribedResourceChange = {
  Action: 'Modify', LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue', Replacement: 'False', Scope: ['Properties'], Details: [],
};

const unknownOf = (more: Partial<DescribedResourceChange>) => readDescribedChange({ Type: 'Resource', ResourceChange: { ...MODIFIED, ...more } }, 1).unknown;

describe('a change', () => {
  it('is read with its details and values', () => {
    expect(readDescribedChange({
      Type: 'Resource',
      ResourceChange: {
        ...MODIFIED,
        PolicyAction: 'ReplaceAndDelete',
        Details: [{
          Target: { Attribute: 'Properties', Name: 'QueueName', RequiresRecreation: 'Always', BeforeValue: 'a', AfterValue: 'b', AttributeChangeType: 'Modify' },
          Evaluation: 'Static',
          ChangeSource: 'ParameterReference',
          CausingEntity: 'Name',
        }],
        BeforeContext: '{"Properties":{"QueueName":"a"}}',
        AfterContext: 'not JSON',
      },
    }, 1, 'Nested/')).toEqual({
      path: 'Nested/Queue',
      type: 'AWS::SQS::Queue',
      action: 'Modify',
      replacement: 'False',
      policyAction: 'ReplaceAndDelete',
      properties: ['QueueName'],
      details: [{
        attribute: 'Properties', property: 'QueueName', recreation: 'Always', evaluation: 'Static', source: 'ParameterReference', cause: 'Name', changeType: 'Modify', before: 'a', after: 'b',
      }],
      before: { Properties: { QueueName: 'a' } },
    });
  });

  it.each<[string, Partial<DescribedResourceChange>]>([
    ["Action is 'Archive'", { Action: 'Archive' }],
    ["Replacement is 'Later'", { Replacement: 'Later' }],
    ["PolicyAction is 'ReplaceAndArchive'", { PolicyAction: 'ReplaceAndArchive' }],
    ["Scope is 'State'", { Scope: ['Properties', 'State'] }],
    ["Scope is 'State'", { Details: [{ Target: { Attribute: 'State' } }] }],
    ["ResourceDriftStatus is 'LOST'", { ResourceDriftStatus: 'LOST' }],
    ["RequiresRecreation is 'Perhaps'", { Details: [{ Target: { RequiresRecreation: 'Perhaps' } }] }],
    ["AttributeChangeType is 'Move'", { Details: [{ Target: { AttributeChangeType: 'Move' } }] }],
    ["Evaluation is 'Deferred'", { Details: [{ Evaluation: 'Deferred' }] }],
    ["ChangeSource is 'Import'", { Details: [{ ChangeSource: 'Import' }] }],
    ["Replacement is ''", { Replacement: '' }],
    ['LogicalResourceId is missing', { LogicalResourceId: null }],
    ['ResourceType is missing', { ResourceType: undefined }],
    ['Action is missing', { Action: undefined }],
  ])('of which CloudFormation says what is not known is told: %s', (expected, more) => expect(unknownOf(more)).toBe(expected));

  it('of which all is known, or absent, is not', () => {
    expect(unknownOf({})).toBeUndefined();
    expect(unknownOf({ Replacement: null, PolicyAction: null, Scope: null, Details: null, ResourceDriftStatus: 'IN_SYNC' })).toBeUndefined();
  });

  it.each([
    [{ Type: 'Template' }, 'it is one of a Template, not of a resource'],
    [{ Type: 'Template', ResourceChange: MODIFIED }, 'it is one of a Template, not of a resource'],
    [{ Type: 'Resource' }, 'it names no resource'],
    [{ ResourceChange: null }, 'it names no resource'],
  ])('that is not one of a resource is told: %j', (change, unknown) => expect(readDescribedChange(change, 3).unknown).toBe(unknown));
});

test.each<[string | null | undefined, string | null, string]>([
  ['CREATE_COMPLETE', null, 'ready'],
  ['CREATE_PENDING', null, 'pending'],
  ['CREATE_IN_PROGRESS', null, 'pending'],
  ['FAILED', 'No updates are to be performed.', 'empty'],
  ['FAILED', 'The submitted information didn\'t contain changes. Submit different information to create a change set.', 'empty'],
  ['FAILED', null, 'failed'],
  ['FAILED', 'Access denied', 'failed'],
  ['DELETE_PENDING', null, 'failed'],
  [undefined, null, 'failed'],
])('a change set that is %s for %s is %s', (status, reason, expected) => expect(changeSetState(status, reason)).toBe(expected));
