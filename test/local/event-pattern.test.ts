import { assertSupported, matchesPattern } from '../../local/engine/event-pattern';

const event = {
  source: 'aws.codecommit',
  resources: ['arn:a', 'arn:b'],
  detail: { event: 'referenceUpdated', referenceType: 'branch', referenceName: 'dev', count: 3, flag: false, empty: '', deep: { list: ['x', 'y'] } },
};

test.each<[string, object, boolean]>([
  ['an exact value', { source: ['aws.codecommit'] }, true],
  ['one of several', { detail: { event: ['referenceCreated', 'referenceUpdated'] } }, true],
  ['none of several', { detail: { event: ['referenceCreated', 'referenceDeleted'] } }, false],
  ['every field must match', { source: ['aws.codecommit'], detail: { referenceType: ['tag'] } }, false],
  ['an element of a list', { resources: ['arn:b'] }, true],
  ['no element of a list', { resources: ['arn:c'] }, false],
  ['a number', { detail: { count: [3] } }, true],
  ['a number is no text', { detail: { count: ['3'] } }, false],
  ['false', { detail: { flag: [false] } }, true],
  ['a nested list', { detail: { deep: { list: ['y'] } } }, true],
  ['a field that is missing', { detail: { other: ['x'] } }, false],
  ['a field below one that is missing', { detail: { other: { more: ['x'] } } }, false],
  ['prefix', { detail: { referenceName: [{ prefix: 'de' }] } }, true],
  ['another prefix', { detail: { referenceName: [{ prefix: 'ev' }] } }, false],
  ['prefix of an element', { resources: [{ prefix: 'arn:' }] }, true],
  ['suffix', { detail: { referenceName: [{ suffix: 'v' }] } }, true],
  ['whatever its case', { detail: { referenceName: [{ 'equals-ignore-case': 'DEV' }] } }, true],
  ['exists', { detail: { empty: [{ exists: true }] } }, true],
  ['exists, and does not', { detail: { other: [{ exists: true }] } }, false],
  ['exists not', { detail: { other: [{ exists: false }] } }, true],
  ['exists not below what is missing', { other: { more: [{ exists: false }] } }, true],
  ['exists not, and does', { detail: { event: [{ exists: false }] } }, false],
  ['anything but', { detail: { referenceName: [{ 'anything-but': 'main' }] } }, true],
  ['anything but this', { detail: { referenceName: [{ 'anything-but': ['main', 'dev'] }] } }, false],
  ['anything but a prefix', { detail: { referenceName: [{ 'anything-but': { prefix: 'release/' } }] } }, true],
  ['anything but, of what is missing', { detail: { other: [{ 'anything-but': 'x' }] } }, false],
  ['anything but a prefix, of what is missing', { detail: { other: [{ 'anything-but': { prefix: 'x' } }] } }, false],
  ['a value or an operator', { detail: { referenceName: ['main', { prefix: 'd' }] } }, true],
])('%s', (_, pattern, expected) => {
  expect(matchesPattern(pattern as Record<string, unknown>, event)).toBe(expected);
});

test.each([
  ['numeric', { detail: { count: [{ numeric: ['>', 1] }] } }],
  ['wildcard', { detail: { referenceName: [{ 'anything-but': { wildcard: 'd*' } }] } }],
  ['$or', { $or: [{ source: ['x'] }] }],
])('the operator %s is refused by name, before an event is sent', (operator, pattern) => {
  expect(() => assertSupported(pattern)).toThrow(`the event pattern operator '${operator}'`);
});
