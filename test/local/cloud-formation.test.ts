import { Stack, StackError, Stacks } from '../../local/engine/cloud-formation/stacks';

const noTemplate = (): never => { throw new StackError('no template'); };
const place = { account: '111111111111', region: 'eu-west-1', name: 'stack' };
const RESOURCES = 'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Sub "${Name}-x"\n';
const TEMPLATE = `Parameters:\n  Name: { Type: String }\n  Size: { Type: Number, Default: 1, AllowedValues: [1, 2] }\n${RESOURCES}`;

/** A stack and its status, without what it read. */
function plain({ operations: { status }, readings, ...stack }: Stack): object {
  expect(readings ?? { imports: {}, parameters: {} }).toEqual({ imports: {}, parameters: {} });
  return { ...stack, status };
}

function configuration(parameters: Record<string, string>, further: object = {}): string {
  return JSON.stringify({ Parameters: parameters, ...further });
}

test('a change set changes nothing before it is executed', () => {
  const stacks = new Stacks(noTemplate);
  stacks.replaceChangeSet(place, 'changes', TEMPLATE, configuration({ Name: 'a' }, { Tags: { team: 'x' } }));
  expect(stacks.all().map(plain)).toEqual([{ ...place, status: 'REVIEW_IN_PROGRESS', template: '', parameters: {}, tags: {} }]);
  stacks.executeChangeSet(place, 'changes');
  expect(stacks.all().map(plain)).toEqual([{ ...place, status: 'CREATE_COMPLETE', template: TEMPLATE, parameters: { Name: 'a', Size: '1' }, tags: { team: 'x' } }]);
});

test('an execution deploys what its change set held, then an update', () => {
  const stacks = new Stacks(noTemplate);
  stacks.replaceChangeSet(place, 'changes', TEMPLATE, configuration({ Name: 'a' }));
  stacks.replaceChangeSet(place, 'changes', TEMPLATE, configuration({ Name: 'b' }));
  stacks.executeChangeSet(place, 'changes');
  expect(stacks.all()[0].parameters.Name).toBe('b');
  stacks.deploy(place, TEMPLATE, configuration({ Name: 'c', Size: '2' }));
  expect(plain(stacks.all()[0])).toMatchObject({ status: 'UPDATE_COMPLETE', parameters: { Name: 'c', Size: '2' } });
});

test('executing a change set uses up all of the stack, and none of another', () => {
  const stacks = new Stacks(noTemplate);
  stacks.replaceChangeSet(place, 'one', TEMPLATE, configuration({ Name: 'a' }));
  stacks.replaceChangeSet(place, 'two', TEMPLATE, configuration({ Name: 'a' }));
  stacks.replaceChangeSet({ ...place, account: '222222222222' }, 'one', TEMPLATE, configuration({ Name: 'a' }));
  stacks.executeChangeSet(place, 'one');
  expect(() => stacks.executeChangeSet(place, 'two')).toThrow('ChangeSet [two] does not exist');
  stacks.executeChangeSet({ ...place, account: '222222222222' }, 'one');
});

test.each<[string, string, string, string]>([
  ['a parameter that the template does not declare', TEMPLATE, configuration({ Name: 'a', Other: 'x' }), 'Parameters: [Other] do not exist in the template'],
  ['a parameter without value and default', TEMPLATE, configuration({}), 'Parameters: [Name] must have values'],
  ['a value that is not allowed', TEMPLATE, configuration({ Name: 'a', Size: '3' }), "Parameter 'Size' must be one of AllowedValues"],
  ['a value that is too long', TEMPLATE, configuration({ Name: 'x'.repeat(4097) }), 'Parameter Name is longer than 4096 bytes'],
  ['no resources', 'Parameters: {}', '{}', 'At least one Resources member must be defined'],
  ['too many parameters', `Parameters:\n${Array.from({ length: 201 }, (_, i) => `  P${i}: { Type: String, Default: x }\n`).join('')}${RESOURCES}`, '{}', 'Number of parameters, 201, is greater than maximum allowed, 200'],
  ['too many resources', JSON.stringify({ Resources: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`R${i}`, {}])) }), '{}', 'Number of resources, 501, is greater than maximum allowed, 500'],
  ['a template that is no YAML', 'a: [', '{}', 'Template format error'],
  ['a configuration that is no JSON', TEMPLATE, '{', 'Template configuration is not valid'],
  ['a configuration with more than it may hold', TEMPLATE, configuration({ Name: 'a' }, { Capabilities: [] }), 'Template configuration is not valid: unknown field Capabilities'],
])('%s is refused', (_, template, config, message) => {
  const stacks = new Stacks(noTemplate);
  const make = () => stacks.replaceChangeSet(place, 'changes', template, config);
  expect(make).toThrow(StackError);
  expect(make).toThrow(message);
  expect(stacks.all()).toEqual([]);
});
