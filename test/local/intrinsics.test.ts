import { Intrinsics } from '../../local/assembly/intrinsics';
import { AssemblyStack } from '../../local/assembly/manifest';
import { Template } from '../../local/assembly/template';

function intrinsics(template: Template = {}, parameters: Record<string, string> = {}): Intrinsics {
  const stack: AssemblyStack = { name: 'Stack', account: '111111111111', region: 'eu-west-1', template, parameters };
  return new Intrinsics(stack, {
    ref: (logicalId) => `ref(${logicalId})`,
    attribute: (logicalId, attribute) => `${logicalId}->${attribute}`,
    importValue: (name) => `import(${name})`,
  });
}

test.each<[string, unknown, unknown]>([
  ['plain values', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
  ['Ref of a resource', { Ref: 'Bucket' }, 'ref(Bucket)'],
  ['Ref of a pseudo parameter', [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::Partition' }], ['111111111111', 'eu-west-1', 'aws']],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'Role->Arn'],
  ['GetAtt as text, of a nested attribute', { 'Fn::GetAtt': 'Stack.Outputs.Name' }, 'Stack->Outputs.Name'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 1]] }, 'a-ref(B)-1'],
  ['Sub', { 'Fn::Sub': '${A}/${B.Arn}/${AWS::Region}/${!literal}' }, 'ref(A)/B->Arn/eu-west-1/${literal}'],
  ['Sub with variables', { 'Fn::Sub': ['${x}-${A}', { x: { Ref: 'C' } }] }, 'ref(C)-ref(A)'],
  ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['Select from Split', { 'Fn::Select': [2, { 'Fn::Split': [':', 'a:b:c'] }] }, 'c'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Join': ['', ['x', 'y']] } }, 'import(xy)'],
  ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
  ['NoValue drops a property', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['NoValue drops an element', ['a', { Ref: 'AWS::NoValue' }], ['a']],
])('%s', (_, value, expected) => {
  expect(intrinsics().resolve(value)).toEqual(expected);
});

describe('conditions', () => {
  const template: Template = {
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    },
  };

  test.each([['Yes', true], ['No', false], ['Both', false], ['Either', true]])('%s is %s', (name, expected) => {
    expect(intrinsics(template).holds(name)).toBe(expected);
    expect(intrinsics(template).resolve({ 'Fn::If': [name, 'then', { Ref: 'AWS::NoValue' }] })).toBe(expected ? 'then' : undefined);
  });

  test('none always holds', () => {
    expect(intrinsics().holds(undefined)).toBe(true);
  });
});

describe('parameters', () => {
  const template: Template = { Parameters: { P: { Type: 'String', Default: 'default' }, Q: { Type: 'String' }, R: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } } };

  test('a value of the assembly goes before the default', () => {
    expect(intrinsics(template).resolve({ Ref: 'P' })).toBe('default');
    expect(intrinsics(template, { P: 'given' }).resolve({ Ref: 'P' })).toBe('given');
  });

  test('without either', () => {
    expect(() => intrinsics(template).resolve({ Ref: 'Q' })).toThrow("parameter 'Q' has neither a default nor a value");
  });

  test('values of Systems Manager are not there', () => {
    expect(() => intrinsics(template).resolve({ Ref: 'R' })).toThrow("Not emulated: parameter 'R' of type AWS::SSM::Parameter::Value<String>");
  });
});

test('FindInMap', () => {
  const template: Template = { Mappings: { Map: { 'eu-west-1': { Name: 'value' } } } };
  expect(intrinsics(template).resolve({ 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'Name'] })).toBe('value');
  expect(() => intrinsics(template).resolve({ 'Fn::FindInMap': ['Map', 'other', 'Name'] })).toThrow('finds nothing at Map.other.Name');
});

test('an unknown function is named', () => {
  expect(() => intrinsics().resolve({ 'Fn::Cidr': ['10.0.0.0/16', 1, 1] })).toThrow('Not emulated: the template function Fn::Cidr (stack Stack)');
});
