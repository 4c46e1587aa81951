import * as fc from 'fast-check';
import { ChangeSummary } from '../../../src/core/change-set/resource-change';
import { approvedDigest, contentDigest, StackContent } from '../../../src/core/delivery/content';
import { Coverable, uncovered } from '../../../src/core/delivery/coverage';
import { lateValues } from '../../../src/core/delivery/late-values';
import { leftBehind, Delivered, StageAttempt, whyAsk, whyDeliver } from '../../../src/core/delivery/skipping';
import { conditionOf, describeStuck } from '../../../src/core/delivery/stack-status';
import { failureCause, isNestedStack, StackEvent, tokenOutcome } from '../../../src/core/delivery/token-outcome';

const CONTENT: StackContent = {
  template: 'Resources: {}',
  parameters: { A: '1' },
  tags: { t: 'x' },
  capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
  notificationArns: ['arn:a', 'arn:b'],
  executionRoleArn: 'arn:role',
  rollback: { triggers: [{ arn: 'arn:alarm', type: 'AWS::CloudWatch::Alarm' }], minutes: 5 },
};

describe('content of a stack', () => {
  it.each<[string, Partial<StackContent>]>([
    ['template', { template: 'Resources: {} ' }],
    ['a parameter', { parameters: { A: '2' } }],
    ['a tag', { tags: {} }],
    ['capabilities', { capabilities: ['CAPABILITY_IAM'] }],
    ['notification topics', { notificationArns: [] }],
    ['the execution role', { executionRoleArn: 'arn:other' }],
    ['an alarm', { rollback: { triggers: [], minutes: 5 } }],
    ['no alarms', { rollback: undefined }],
  ])('has another digest for another %s', (_, other) => {
    expect(contentDigest({ ...CONTENT, ...other })).not.toBe(contentDigest(CONTENT));
  });

  it('has a digest that the order of lists and keys does not change', () => {
    expect(contentDigest({ ...CONTENT, capabilities: [...CONTENT.capabilities].reverse(), notificationArns: ['arn:b', 'arn:a'] })).toBe(contentDigest(CONTENT));
  });

  it('is approved for template, tags and capabilities: values may differ', () => {
    expect(approvedDigest({ ...CONTENT, parameters: {} })).toBe(approvedDigest(CONTENT));
    expect(approvedDigest({ ...CONTENT, tags: {} })).not.toBe(approvedDigest(CONTENT));
    expect(approvedDigest({ ...CONTENT, template: '' })).not.toBe(approvedDigest(CONTENT));
    expect(approvedDigest({ ...CONTENT, capabilities: [] })).not.toBe(approvedDigest(CONTENT));
  });
});

describe('what is resolved only at deployment', () => {
  const late = (template: object) => lateValues(template, JSON.stringify(template));

  it('is found wherever it is', () => {
    expect(late({ Parameters: { Ami: { Type: 'AWS::SSM::Parameter::Value<String>' } } })).toEqual(['parameter Ami is read from Systems Manager']);
    expect(late({ Transform: 'AWS::Serverless-2016-10-31' })).toEqual(['transform AWS::Serverless-2016-10-31']);
    expect(late({ Transform: ['AWS::LanguageExtensions', { Name: 'Own' }] })).toEqual(['transform Own']);
    expect(late({ Resources: { A: { Properties: { X: [{ 'Fn::ImportValue': 'net' }] } } } })).toEqual(['Fn::ImportValue']);
    expect(late({ Resources: { A: { 'Fn::Transform': { Name: 'AWS::Include' } } } })).toEqual(['Fn::Transform']);
    expect(late({ Resources: { A: { Type: 'AWS::CloudFormation::Stack' } } })).toHaveLength(1);
    expect(lateValues({ Resources: { A: { P: 'net' } } }, 'Resources: { A: { P: !ImportValue net } }')).toEqual(['Fn::ImportValue']);
    expect(lateValues({ Resources: { A: { P: {} } } }, 'Resources: { A: { P: !Transform { Name: Own } } }')).toEqual(['Fn::Transform']);
  });

  it.each([
    ['{{resolve:ssm:name}}', true], ['{{resolve:ssm:/a/b:3}}', false], ['{{resolve:ssm-secure:name:12}}', false], ['{{resolve:ssm-secure:name}}', true], ['{{resolve:ssm:name:1a}}', true],
    ['{{resolve:secretsmanager:s}}', true], ['{{resolve:secretsmanager:s:SecretString:key}}', true], ['{{resolve:secretsmanager:s:SecretString:key:AWSCURRENT}}', true],
    ['{{resolve:secretsmanager:s:SecretString:key::EXAMPLE1-90ab}}', false],
    ['{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111111111111:secret:s-Ab12:SecretString:key::v-1}}', false],
  ])('is a dynamic reference without a version: %s %s', (reference, isLate) => {
    expect(late({ Resources: { A: { Properties: { X: `a ${reference} b` } } } }).length > 0).toBe(isLate);
  });

  it('leaves out what the text says in full, and what the CDK says it does not read', () => {
    expect(late({
      Transform: 'AWS::LanguageExtensions',
      Parameters: { A: { Type: 'String' }, BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Description: 'Version. [cdk:skip]' } },
      Resources: { A: { Type: 'AWS::SQS::Queue', Properties: { Name: { Ref: 'A' } } } },
    })).toEqual([]);
  });

  it('counts a parameter without a readable type', () => {
    expect(late({ Parameters: { A: {} } })).toHaveLength(1);
  });
});

describe('the end of an operation', () => {
  const STACK = 'arn:stack/shop/1';
  const own = (status: string, token = 't1'): StackEvent => ({ stackId: STACK, physicalId: STACK, logicalId: 'shop', type: 'AWS::CloudFormation::Stack', status, token });
  const resource = (status: string, more: Partial<StackEvent> = {}): StackEvent => (
    { stackId: STACK, physicalId: 'shop-A', logicalId: 'A', type: 'AWS::SQS::Queue', status, token: 't1', ...more });

  it.each([
    ['UPDATE_COMPLETE', 'succeeded'], ['CREATE_COMPLETE', 'succeeded'], ['UPDATE_IN_PROGRESS', 'running'], ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'running'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'running'], ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'running'], ['UPDATE_ROLLBACK_COMPLETE', 'failed'],
    ['ROLLBACK_COMPLETE', 'failed'], ['UPDATE_ROLLBACK_FAILED', 'failed'], ['SOMETHING_NEW', 'failed'],
  ])('is told by the last event of its token on the stack itself: %s is %s', (status, state) => {
    expect(tokenOutcome([own(status), own('UPDATE_IN_PROGRESS')], STACK, 't1').state).toBe(state);
  });

  it('is not told by events of other tokens, of resources or of nested stacks', () => {
    const nested: StackEvent = { ...own('UPDATE_COMPLETE'), physicalId: 'arn:stack/shop-Data/2', logicalId: 'Data' };
    expect(tokenOutcome([own('UPDATE_COMPLETE', 't0')], STACK, 't1').state).toBe('none');
    expect(tokenOutcome([nested, resource('UPDATE_COMPLETE')], STACK, 't1').state).toBe('running');
    expect(tokenOutcome([own('UPDATE_COMPLETE', 't2'), nested, own('UPDATE_IN_PROGRESS')], STACK, 't1').state).toBe('running');
    expect(tokenOutcome([], STACK, 't1').state).toBe('none');
  });

  it('has the first failure that is no consequence as its cause', () => {
    const events = [
      own('UPDATE_ROLLBACK_IN_PROGRESS'), resource('CREATE_FAILED', { logicalId: 'C', reason: 'Resource creation cancelled' }),
      resource('UPDATE_FAILED', { logicalId: 'A', reason: 'Limit exceeded' }), own('UPDATE_IN_PROGRESS'),
    ];
    expect(failureCause(events)?.logicalId).toBe('A');
    expect(failureCause([resource('CREATE_FAILED', { logicalId: 'C', reason: 'Resource creation cancelled' })])?.logicalId).toBe('C');
    expect(failureCause([own('UPDATE_ROLLBACK_COMPLETE')])).toBeUndefined();
  });

  it('has its cause in the nested stack that failed', () => {
    const nested = resource('UPDATE_FAILED', { type: 'AWS::CloudFormation::Stack', physicalId: 'arn:nested', logicalId: 'Data', reason: 'Embedded stack arn:nested was not successfully updated' });
    expect(failureCause([nested, resource('CREATE_FAILED', { logicalId: 'C', reason: 'Resource creation cancelled' })])?.physicalId).toBe('arn:nested');
    // A failure of its own comes first in time, and says why.
    expect(failureCause([nested, resource('CREATE_FAILED', { logicalId: 'D', reason: 'Limit exceeded' })])?.logicalId).toBe('D');
    expect(isNestedStack(nested)).toBe(true);
  });

  it('has no cause in a nested stack that never came to be, or in the stack itself', () => {
    const nested = resource('CREATE_FAILED', { type: 'AWS::CloudFormation::Stack', logicalId: 'Data' });
    expect(['', undefined, STACK].map((physicalId) => isNestedStack({ ...nested, physicalId }))).toEqual([false, false, false]);
  });

  it('has its cause in a resource that says why, though a nested stack failed before and does not', () => {
    const nested = resource('UPDATE_FAILED', { type: 'AWS::CloudFormation::Stack', physicalId: 'arn:nested', logicalId: 'Data' });
    expect(failureCause([resource('UPDATE_FAILED', { logicalId: 'A', reason: 'Limit exceeded' }), nested])?.logicalId).toBe('A');
  });
});

describe('a stack is skipped', () => {
  const facts = { stackId: 's', status: 'UPDATE_COMPLETE', updated: '2026-01-01', outputsDigest: 'o' };
  const delivered: Delivered = { ...facts, digest: 'd' };
  const ledger = { delivered, lastSucceeded: true };

  it('only if nothing differs', () => {
    expect(whyDeliver(ledger, 'd', facts, [])).toBeUndefined();
    expect(whyDeliver(undefined, 'd', facts, [])).toBe('it was never delivered');
    expect(whyDeliver({ lastSucceeded: true }, 'd', facts, [])).toBe('it was never delivered');
    expect(whyDeliver({ ...ledger, lastSucceeded: false }, 'd', facts, [])).toBe('the last attempt did not succeed');
    expect(whyDeliver(ledger, 'e', facts, [])).toBe('its content changed');
    expect(whyDeliver(ledger, 'd', undefined, [])).toBe('the stack is gone');
    expect(whyDeliver(ledger, 'd', facts, ['Fn::ImportValue'])).toContain('Fn::ImportValue');
  });

  it.each(['stackId', 'status', 'updated', 'outputsDigest'] as const)('not where its %s is another', (field) => {
    expect(whyDeliver(ledger, 'd', { ...facts, [field]: 'x' }, [])).toBe('the stack is not as the last attempt left it');
  });
});

it('the time that alarms are watched changes nothing in a stack, and not its digest', () => {
  expect(contentDigest({ ...CONTENT, rollback: { ...CONTENT.rollback!, minutes: 6 } })).toBe(contentDigest(CONTENT));
});

it('stacks that a release does not bring any more are left behind until one brings them again', () => {
  expect(leftBehind(undefined, ['a'])).toEqual([]);
  expect(leftBehind({ stacks: ['a', 'b'], leftBehind: ['c', 'd'] }, ['a', 'd'])).toEqual(['b', 'c']);
});

describe('gates are passed over', () => {
  const last: StageAttempt = { executionId: 'e1', contentDigest: 'c', gatesDigest: 'g', testsDigest: 't', stacks: ['a', 'b'], leftBehind: ['c'], phase: 'Recorded' };

  it('only where the last execution here delivered this content, passed the same gates with the same tests, and was recorded', () => {
    expect(whyAsk(last, last)).toBeUndefined();
    expect(whyAsk(undefined, last)).toBe('nothing was deployed here before');
    expect(whyAsk({ ...last, phase: 'Started' }, last)).toBe('execution e1 came here last, and did not pass all gates');
    expect(whyAsk(last, { ...last, contentDigest: 'x' })).toBe('what is deployed changed');
    expect(whyAsk(last, { ...last, gatesDigest: 'x' })).toBe('the gates changed');
    expect(whyAsk(last, { ...last, testsDigest: 'x' })).toBe('what the gates read of the commit changed');
  });
});

describe('a change set is covered by a report', () => {
  const change = (more: Partial<ChangeSummary> = {}): ChangeSummary => ({ path: 'A', type: 'AWS::SQS::Queue', action: 'Modify', replacement: 'Conditional', properties: [], ...more });
  const report = (changes: readonly ChangeSummary[], more: Partial<Coverable> = {}): Coverable => ({ approvedDigest: 'd', changes, destructive: [], broadenings: [], ...more });

  it('if it does what the report says, or less', () => {
    expect(uncovered(report([change(), change({ path: 'B' })]), report([change()]))).toEqual([]);
    expect(uncovered(report([change()]), report([change({ replacement: 'False' })]))).toEqual([]);
    expect(uncovered(report([change()]), report([change({ properties: ['Other'] })]))).toEqual([]);
  });

  it.each<[string, Coverable, string]>([
    ['another path', report([change({ path: 'B' })]), 'B (AWS::SQS::Queue): Modify is not in the report.'],
    ['another type', report([change({ type: 'AWS::SNS::Topic' })]), 'A (AWS::SNS::Topic): Modify is not in the report.'],
    ['another action', report([change({ action: 'Remove' })]), 'A (AWS::SQS::Queue): Remove is not in the report.'],
    ['a stronger replacement', report([change({ replacement: 'True' })]), 'A (AWS::SQS::Queue): replacement is True, and Conditional in the report.'],
    ['an unknown replacement', report([change({ replacement: 'Perhaps' })]), 'A (AWS::SQS::Queue): replacement is Perhaps, and Conditional in the report.'],
    ['a policy that keeps less', report([change({ policyAction: 'ReplaceAndDelete' })]), 'A (AWS::SQS::Queue): ReplaceAndDelete keeps less than what is in the report.'],
    ['something unknown', report([change({ unknown: 'Action is \'Archive\'' })]), 'A (AWS::SQS::Queue): Action is \'Archive\' is not in the report.'],
    ['nested changes that cannot be seen', report([change({ unread: true })]), 'A (AWS::SQS::Queue): its nested changes cannot be seen, and could be in the report.'],
    ['a deletion', report([change()], { destructive: ['A'] }), 'A: is deleted or replaced, or may be, which is not in the report.'],
    ['more permissions', report([change()], { broadenings: [{ path: 'A' }] }), 'A: broadens permissions, which is not in the report.'],
    ['another template', report([change()], { approvedDigest: 'e' }), 'The template, its tags or its capabilities are others than the report\'s.'],
  ])('but not with %s', (_, actual, sentence) => {
    expect(uncovered(report([change()]), actual)).toEqual([sentence]);
  });

  it('where what was unknown, unseen, deleted or broader in the report is so again', () => {
    const all = report([change({ unknown: 'Action is \'Archive\'', unread: true, policyAction: 'Delete' })], { destructive: ['A'], broadenings: [{ path: 'A' }] });
    expect(uncovered(all, all)).toEqual([]);
    expect(uncovered(all, report([change()]))).toEqual([]);
    expect(uncovered(all, report([change({ unknown: 'Action is \'Merge\'' })]))).toEqual(['A (AWS::SQS::Queue): Action is \'Merge\' is not in the report.']);
  });

  it.each<[keyof ChangeSummary, readonly (string | undefined)[]]>([
    ['replacement', ['False', 'Conditional', 'True', 'Perhaps']],
    ['policyAction', ['Retain', 'ReplaceAndRetain', 'Snapshot', 'ReplaceAndSnapshot', 'Delete', 'ReplaceAndDelete', 'Archive']],
  ])('as far as its %s is no stronger', (field, order) => {
    // What may be replaced is judged as what is: a replacement that is not certain counts only where it is destructive.
    const of = (value: string | undefined) => report([change({ [field]: value })], { destructive: ['A'] });
    order.forEach((reported, i) => order.forEach((actual, j) => {
      expect(uncovered(of(reported), of(actual)).length).toBe(j > i ? 1 : 0);
    }));
    // What is absent is the weakest.
    expect(uncovered(of(order.at(-1)), of(undefined))).toEqual([]);
    expect(uncovered(of(undefined), of(order.at(-1))).length).toBe(1);
  });

  it('covers itself, and whatever is left of it', () => {
    const any = fc.record({
      path: fc.constantFrom('A', 'B', 'C'),
      type: fc.constantFrom('T', 'U'),
      action: fc.constantFrom('Add', 'Modify', 'Remove'),
      replacement: fc.option(fc.constantFrom('True', 'False', 'Conditional'), { nil: undefined }),
      policyAction: fc.option(fc.constantFrom('Delete', 'Retain'), { nil: undefined }),
      properties: fc.constant([]),
    });
    const unique = fc.uniqueArray(any, { selector: ({ path, type, action }) => `${path}/${type}/${action}` });
    fc.assert(fc.property(unique, fc.func(fc.boolean()), (changes, keep) => {
      const all = report(changes, { destructive: ['A'], broadenings: [{ path: 'B' }] });
      expect(uncovered(all, { ...all, changes: changes.filter(keep) })).toEqual([]);
    }));
  });
});

describe('the status of a stack', () => {
  it.each([
    [undefined, 'absent'], ['REVIEW_IN_PROGRESS', 'absent'], ['UPDATE_COMPLETE', 'ready'], ['UPDATE_ROLLBACK_COMPLETE', 'ready'], ['IMPORT_COMPLETE', 'ready'],
    ['UPDATE_IN_PROGRESS', 'busy'], ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'busy'], ['DELETE_IN_PROGRESS', 'busy'], ['ROLLBACK_COMPLETE', 'stuck'],
    ['UPDATE_ROLLBACK_FAILED', 'stuck'], ['NEW_STATUS', 'unknown'], ['CREATE_COMPLETE', 'ready'], ['IMPORT_ROLLBACK_COMPLETE', 'ready'],
    ['CREATE_FAILED', 'stuck'], ['ROLLBACK_FAILED', 'stuck'], ['DELETE_FAILED', 'stuck'], ['DELETE_COMPLETE', 'stuck'], ['UPDATE_FAILED', 'stuck'],
    ['IMPORT_ROLLBACK_FAILED', 'stuck'], ['UPDATE_ROLLBACK_IN_PROGRESS', 'busy'], ['CREATE_IN_PROGRESS', 'busy'], ['NEW_IN_PROGRESS', 'busy'],
  ])('%s is %s', (status, condition) => {
    expect(conditionOf(status)).toBe(condition);
  });

  it('names the way out of every one that is stuck, and says so of one that is not known', () => {
    expect(describeStuck('shop', 'DELETE_FAILED')).toContain('Finish deleting it');
    expect(describeStuck('shop', 'NEW_STATUS')).toContain('does not know the status');
  });
});
