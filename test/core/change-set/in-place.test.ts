import * as fc from 'fast-check';
import { destructions, refusedOf } from '../../../src/core/change-set/guard';
import { InPlace } from '../../../src/core/change-set/in-place';
import { broadenings } from '../../../src/core/change-set/permissions';
import { REPLACED_BY_DESIGN } from '../../../src/core/change-set/replaced-by-design';
import { ChangeDetail, ResourceChange } from '../../../src/core/change-set/resource-change';

const NOT_KNOWN = '{{changeSet:KNOWN_AFTER_APPLY}}';

function modified(path: string, more: Partial<ResourceChange> = {}): ResourceChange {
  return { path, type: 'AWS::Lambda::Function', action: 'Modify', replacement: 'False', properties: [], details: [detail('Code')], ...more };
}

function detail(property: string, more: Partial<ChangeDetail> = {}): ChangeDetail {
  return { attribute: 'Properties', property, recreation: 'Never', evaluation: 'Static', source: 'DirectModification', ...more };
}

function reference(property: string, cause: string, more: Partial<ChangeDetail> = {}): ChangeDetail {
  return detail(property, { recreation: 'Always', evaluation: 'Dynamic', source: cause.includes('.') ? 'ResourceAttribute' : 'ResourceReference', cause, ...more });
}

function dependant(path: string, cause: string, more: Partial<ResourceChange> = {}): ResourceChange {
  return modified(path, { type: 'AWS::Lambda::Url', replacement: 'Conditional', policyAction: 'ReplaceAndDelete', details: [reference('TargetFunctionArn', cause)], ...more });
}

const refused = (...changes: ResourceChange[]) => refusedOf(destructions(changes), { types: [], logicalIds: [] }).map(({ path }) => path);
const why = (...changes: ResourceChange[]) => destructions(changes).map((destruction) => destruction.why);

describe('a resource that refers to one that is modified', () => {
  it.each<[string, string, string]>([
    ['ARN of a function', 'AWS::Lambda::Function', 'X.Arn'],
    ['name of a function', 'AWS::Lambda::Function', 'X'],
    ['ARN of a queue', 'AWS::SQS::Queue', 'X.Arn'],
    ['ARN of a bucket', 'AWS::S3::Bucket', 'X.Arn'],
    ['ID of a security group', 'AWS::EC2::SecurityGroup', 'X.GroupId'],
    ['name of a topic', 'AWS::SNS::Topic', 'X.TopicName'],
    ['ARN of a state machine', 'AWS::StepFunctions::StateMachine', 'X.Arn'],
    ['Ref of a nested stack', 'AWS::CloudFormation::Stack', 'X'],
    ['Ref of a type that no schema is known of', 'Company::Own::Resource', 'X'],
  ])('stays: %s', (_, type, cause) => expect(refused(dependant('Url', cause), modified('X', { type }))).toEqual([]));

  it.each<[string, string, string]>([
    ['stream of a table', 'AWS::DynamoDB::Table', 'X.StreamArn'],
    ['newest version of a launch template', 'AWS::EC2::LaunchTemplate', 'X.LatestVersionNumber'],
    ['address of an instance', 'AWS::EC2::Instance', 'X.PublicIp'],
    ['value of a parameter', 'AWS::SSM::Parameter', 'X.Value'],
    ['revision of a state machine', 'AWS::StepFunctions::StateMachine', 'X.StateMachineRevisionId'],
    ['ARN of a job definition, which names its revision', 'AWS::Batch::JobDefinition', 'X.JobDefinitionArn'],
    ['Ref of a job definition, which is this ARN', 'AWS::Batch::JobDefinition', 'X'],
    ['output of a nested stack', 'AWS::CloudFormation::Stack', 'X.Outputs.Arn'],
    ['Ref of a custom resource', 'Custom::Database', 'X'],
    ['attribute of a custom resource', 'AWS::CloudFormation::CustomResource', 'X.Arn'],
    ['attribute of a type that no schema is known of', 'Company::Own::Resource', 'X.Arn'],
  ])('may be replaced: %s', (_, type, cause) => {
    expect(refused(dependant('Url', cause), modified('X', { type }))).toEqual(['Url']);
    expect(why(dependant('Url', cause), modified('X', { type }))[0]).toContain(`TargetFunctionArn may change by ${cause}, which an update of X may change`);
  });

  it('stays over several steps, in any order', () => {
    const chain = [dependant('C', 'B.FunctionArn'), dependant('B', 'A'), modified('A')];
    expect(refused(...chain)).toEqual([]);
    expect(refused(...[...chain].reverse())).toEqual([]);
    expect(refused(chain[0], chain[1], modified('A', { replacement: 'True' }))).toEqual(['C', 'B', 'A']);
  });

  it('may be replaced by what refers to it in turn', () => {
    expect(refused(dependant('A', 'B.FunctionArn'), dependant('B', 'A.FunctionArn'))).toEqual(['A', 'B']);
  });

  it.each<[string, ResourceChange[], string]>([
    ['another that is replaced', [modified('X', { replacement: 'True' })], 'and X is not certain to stay'],
    ['another that may be', [modified('X', { replacement: 'Conditional', details: [detail('FunctionName', { recreation: 'Always' })] })], 'and X is not certain to stay'],
    ['one that is removed', [modified('X', { action: 'Remove', replacement: undefined })], 'and X is not certain to stay'],
    ['one that is created', [modified('X', { action: 'Add', replacement: undefined })], 'and X is not certain to stay'],
    ['one of an action that is not known', [modified('X', { unknown: "Action is 'Archive'" })], 'and X is not certain to stay'],
    ['one of which contrary things are said', [modified('X', { policyAction: 'ReplaceAndDelete' })], 'and X is not certain to stay'],
    ['two of one name, of which one is replaced', [modified('X'), modified('X', { replacement: 'True' })], 'and X is not certain to stay'],
    ['one that is not there', [], 'and X is not in the change set'],
    ['one of another nested stack', [modified('Nested/X')], 'and X is not in the change set'],
  ])('may be replaced for %s', (_, others, reason) => {
    const change = dependant('Url', 'X.Arn');
    expect(refused(change, ...others)).toContain('Url');
    expect(why(change, ...others)[0]).toContain(reason);
  });

  it('is looked for in its own nested stack', () => {
    expect(refused(dependant('Api/Url', 'X.Arn'), modified('Api/X'))).toEqual([]);
    expect(refused(dependant('Api/Url', 'X.Arn'), modified('X'))).toEqual(['Api/Url']);
  });

  it.each<[string, Partial<ChangeDetail>, string]>([
    ['a value that is known to change', { evaluation: 'Static' }, 'TargetFunctionArn changes'],
    ['an evaluation that is not told', { evaluation: undefined }, 'TargetFunctionArn changes'],
    ['a parameter', { source: 'ParameterReference', cause: 'Name' }, 'TargetFunctionArn is given by parameter Name, which changes'],
    ['a parameter that is known at execution only', { source: 'ParameterReference', cause: 'Name', evaluation: 'Static', after: NOT_KNOWN }, 'TargetFunctionArn is given by parameter Name'],
    ['the template itself', { source: 'DirectModification', cause: undefined }, 'TargetFunctionArn may change'],
    ['no cause', { cause: undefined }, 'TargetFunctionArn may change'],
    ['an attribute that is not told', { cause: 'X', source: 'ResourceAttribute' }, 'TargetFunctionArn may change by X'],
    ['a property that is new', { changeType: 'Add' }, 'TargetFunctionArn changes'],
    ['a property that goes away', { changeType: 'Remove' }, 'TargetFunctionArn changes'],
    ['a value that is shown to be another', { before: 'arn:old', after: 'arn:new' }, 'TargetFunctionArn changes by X.Arn'],
  ])('may be replaced for %s', (_, more, reason) => {
    const change = dependant('Url', 'X.Arn', { details: [reference('TargetFunctionArn', 'X.Arn', more)] });
    expect(refused(change, modified('X'))).toEqual(['Url']);
    expect(why(change, modified('X'))[0]).toContain(reason);
  });

  it.each<[string, Partial<ChangeDetail>]>([
    ['is not known yet', { before: 'arn:old', after: NOT_KNOWN }],
    ['is shown to be the same', { before: 'arn:old', after: 'arn:old' }],
    ['is reset to what it is', { source: 'DirectModification', cause: undefined, changeType: 'SyncWithActual' }],
  ])('stays where its value %s', (_, more) => {
    const change = dependant('Url', 'X.Arn', { details: [reference('TargetFunctionArn', 'X.Arn'), reference('TargetFunctionArn', 'X.Arn', more)] });
    expect(refused(change, modified('X'))).toEqual([]);
  });

  it('counts every property that may replace it, and none that cannot', () => {
    const also = (more: Partial<ChangeDetail>) => dependant('Url', 'X.Arn', { details: [reference('TargetFunctionArn', 'X.Arn'), detail('AuthType', more)] });
    expect(refused(also({}), modified('X'))).toEqual([]);
    expect(refused(also({ recreation: 'Conditionally' }), modified('X'))).toEqual(['Url']);
    expect(refused(also({ recreation: undefined }), modified('X'))).toEqual(['Url']);
    expect(refused(also({ attribute: 'Metadata', property: undefined, recreation: undefined }), modified('X'))).toEqual([]);
    expect(refused(also({ attribute: 'Tags', property: undefined, recreation: 'Conditionally' }), modified('X'))).toEqual(['Url']);
  });

  it('may be replaced where nothing is said of why', () => {
    expect(refused(dependant('Url', 'X.Arn', { details: [] }), modified('X'))).toEqual(['Url']);
    expect(refused(dependant('Url', 'X.Arn', { details: [detail('AuthType')] }), modified('X'))).toEqual(['Url']);
  });

  it('may stay whatever becomes of a retained resource', () => {
    expect(refused(modified('X', { policyAction: 'Retain' }))).toEqual([]);
    expect(refused(modified('X', { policyAction: 'Delete' }))).toEqual(['X']);
  });

  it.each<[string, unknown, unknown, string[]]>([
    ['the same', { a: ['x', { b: 1 }] }, { a: ['x', { b: 1 }] }, []],
    ['a part that is not known yet', { a: ['x', { b: 1 }] }, { a: [NOT_KNOWN, { b: 1 }] }, []],
    ['one element less', { a: ['x', 'y'] }, { a: ['x'] }, ['Url']],
    ['one element more', { a: ['x'] }, { a: ['x', NOT_KNOWN] }, ['Url']],
    ['one field less', { a: 'x', b: 'y' }, { a: 'x' }, ['Url']],
    ['one field more', { a: 'x' }, { a: 'x', b: NOT_KNOWN }, ['Url']],
    ['a list in place of an object', { a: {} }, { a: [] }, ['Url']],
    ['null in place of an object', { a: {} }, { a: null }, ['Url']],
  ])('compares what is shown: %s', (_, before, after, expected) => {
    const shown = (TargetFunctionArn: unknown) => ({ Properties: { TargetFunctionArn } });
    expect(refused(dependant('Url', 'X.Arn', { before: shown(before), after: shown(after) }), modified('X'))).toEqual(expected);
  });

  it('may be replaced where the resource is shown with another value', () => {
    const shown = (TargetFunctionArn: string) => ({ Properties: { TargetFunctionArn } });
    expect(refused(dependant('Url', 'X.Arn', { before: shown('arn:old'), after: shown(NOT_KNOWN) }), modified('X'))).toEqual([]);
    expect(refused(dependant('Url', 'X.Arn', { before: shown('arn:old'), after: shown('arn:new') }), modified('X'))).toEqual(['Url']);
  });
});

describe('permissions that refer to what is modified', () => {
  const policy = (Resource: unknown, Action = 'lambda:InvokeFunction') => ({ Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } } });
  const role = (before: unknown, after: unknown, details = [reference('PolicyDocument', 'Function.Arn', { recreation: 'Never' })]) => (
    modified('Policy', { type: 'AWS::IAM::Policy', before, after, details }));
  const shown = { before: { Properties: { Code: 'a' } }, after: { Properties: { Code: 'b' } } };
  const broader = (...changes: ResourceChange[]) => broadenings(changes).map(({ path }) => path);

  it('are not broader for that', () => {
    expect(broader(role(policy('arn:fn'), policy(NOT_KNOWN)), modified('Function', shown))).toEqual([]);
    expect(broader(role(undefined, undefined), modified('Function', shown))).toEqual([]);
  });

  it('are where the other resource is replaced', () => {
    expect(broader(role(policy('arn:fn'), policy(NOT_KNOWN)), modified('Function', { ...shown, replacement: 'True' }))).toEqual(['Policy']);
  });

  it('are where the policy itself changes as well', () => {
    expect(broader(role(policy('arn:fn'), policy(NOT_KNOWN, 'lambda:*')), modified('Function', shown))).toEqual(['Policy']);
    const direct = [reference('PolicyDocument', 'Function.Arn', { recreation: 'Never' }), detail('PolicyDocument', { evaluation: 'Dynamic' })];
    expect(broader(role(policy('arn:fn'), policy(NOT_KNOWN), direct), modified('Function', shown))).toEqual(['Policy']);
  });

  it('are judged by what else changes of the resource', () => {
    const details = [reference('PolicyDocument', 'Function.Arn', { recreation: 'Never' }), detail('Roles')];
    const attached = (document: unknown, Roles: string[]) => ({ Properties: { ...(document as { Properties: object }).Properties, Roles } });
    const change = (roles: string[]) => role(attached(policy('arn:fn'), ['a', 'b']), attached(policy(NOT_KNOWN), roles), details);
    expect(broader(change(['a']), modified('Function', shown))).toEqual([]);
    expect(broader(change(['a', 'b', 'c']), modified('Function', shown))).toEqual(['Policy']);
  });

  it.each(['AWS::Lambda::Permission', 'AWS::Lambda::Url'])('of a %s are not broader for that either', (type) => {
    const change = dependant('Grant', 'Function.Arn', { type });
    expect(broader(change, modified('Function', shown))).toEqual([]);
    expect(broader(change, modified('Function', { ...shown, replacement: 'True' }))).toEqual(['Grant']);
    expect(broader({ ...change, details: [...change.details!, detail('AuthType')], before: {}, after: {} }, modified('Function', shown))).toEqual(['Grant']);
  });

  it('are of a resource that is replaced, whatever is said of why', () => {
    expect(broader(dependant('Grant', 'Function.Arn', { type: 'AWS::Lambda::Permission', replacement: 'True', before: {}, after: {} }), modified('Function', shown))).toEqual(['Grant']);
  });

  it('are where something changes of which no property is named', () => {
    const details = [reference('PolicyDocument', 'Function.Arn', { recreation: 'Never' }), detail('PolicyDocument', { property: undefined })];
    expect(broader(role(policy('arn:fn'), policy(NOT_KNOWN), details), modified('Function', shown))).toEqual(['Policy']);
  });

  it('are not where CloudFormation only notes what is there', () => {
    expect(broader(modified('Policy', { type: 'AWS::IAM::Policy', action: 'SyncWithActual', replacement: undefined, details: [] }))).toEqual([]);
  });
});

/** Change sets of resources that refer to each other in any way. */
const IDS = ['A', 'B', 'C', 'D', 'E'];
const TYPES = ['AWS::Lambda::Function', 'AWS::Lambda::Url', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'Custom::Thing', 'AWS::Lambda::Permission', 'AWS::RDS::DBInstance'];
const anyDetail = fc.record({
  attribute: fc.constantFrom('Properties', 'Tags', undefined),
  property: fc.constantFrom('Name', 'Arn', undefined),
  recreation: fc.constantFrom('Never', 'Conditionally', 'Always', undefined),
  evaluation: fc.constantFrom('Static', 'Dynamic', undefined),
  source: fc.constantFrom('ResourceReference', 'ResourceAttribute', 'ParameterReference', 'DirectModification', 'Automatic', undefined),
  cause: fc.constantFrom(...IDS, ...IDS.map((id) => `${id}.Arn`), 'A.StreamArn', undefined),
  changeType: fc.constantFrom('Modify', 'Add', 'SyncWithActual', undefined),
});
const anyChange = fc.record({
  path: fc.constantFrom(...IDS, 'N/A', 'N/B'),
  type: fc.constantFrom(...TYPES),
  action: fc.constantFrom('Add', 'Modify', 'Modify', 'Modify', 'Remove', 'Import', 'Dynamic', 'SyncWithActual', 'New'),
  replacement: fc.constantFrom('True', 'Conditional', 'Conditional', 'False', 'False', undefined),
  policyAction: fc.constantFrom('Delete', 'Retain', 'ReplaceAndDelete', undefined),
  properties: fc.constant([]),
  details: fc.array(anyDetail, { maxLength: 3 }),
});

describe('whatever is in a change set', () => {
  it('what is replaced or removed for certain does not pass, if its type holds anything', () => {
    fc.assert(fc.property(fc.array(anyChange, { maxLength: 8 }), (changes) => {
      const certain = changes.filter(({ type, action, replacement }) => !REPLACED_BY_DESIGN.has(type) && (action === 'Remove' || action === 'Modify' && replacement === 'True'));
      const passed = new Set(refused(...changes));
      expect(certain.filter(({ path }) => !passed.has(path))).toEqual([]);
    }), { numRuns: 2_000 });
  });

  it('what stays refers only to what stays: each resource has an order in which it follows what it refers to', () => {
    fc.assert(fc.property(fc.array(anyChange, { maxLength: 8 }), (changes) => {
      const inPlace = new InPlace(changes);
      const staying = changes.filter((change) => inPlace.has(change));
      const settled = new Set(staying.filter(({ replacement, action }) => replacement !== 'Conditional' || action === 'SyncWithActual').map(({ path }) => path));
      let rest = staying.filter(({ replacement, action }) => replacement === 'Conditional' && action !== 'SyncWithActual');
      for (let size = -1; size !== rest.length;) {
        size = rest.length;
        rest = rest.filter((change) => {
          const causes = change.details!.filter(({ recreation, changeType, attribute }) => changeType !== 'SyncWithActual' && (recreation ?? (attribute === 'Tags' ? 'Never' : 'Always')) !== 'Never')
            .map(({ cause }) => change.path.slice(0, change.path.lastIndexOf('/') + 1) + cause!.split('.')[0]);
          const follows = causes.every((cause) => settled.has(cause));
          if (follows) {
            settled.add(change.path);
          }
          return !follows;
        });
      }
      expect(rest).toEqual([]);
    }), { numRuns: 2_000 });
  });

  it('the order of changes counts for nothing', () => {
    fc.assert(fc.property(fc.array(anyChange, { maxLength: 8 }), (changes) => {
      expect(refused(...[...changes].reverse()).sort()).toEqual(refused(...changes).sort());
    }));
  });
});
