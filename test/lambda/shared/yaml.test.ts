import { readYaml } from '../../../lambda/shared/yaml';

const read = (text: string) => readYaml(text, 'x.yml is not YAML');

test.each<[string, unknown]>([
  ['a: !Ref x', { a: 'x' }],
  ['a: !GetAtt [b, c]', { a: ['b', 'c'] }],
  ['a: !Sub {b: !Ref c}', { a: { b: 'c' } }],
  ['a: !If\n  - b\n  - !Ref c\n  - 1', { a: ['b', 'c', 1] }],
  ['a: !<tag:example.com,2000:x> 1', { a: '1' }],
  ['a: !!str 1', { a: '1' }],
])('a tag leaves the value as it is: %j', (text, content) => {
  expect(read(text)).toEqual(content);
});

test('values have the types of YAML 1.2, where a date and `yes` are text', () => {
  expect(read('{"a": [1, 0.5, true, null]}')).toEqual({ a: [1, 0.5, true, null] });
  expect(read('a: 2010-09-09\nb: yes\nc: ~\nd: 0.2\ne: "0.2"')).toEqual({ a: '2010-09-09', b: 'yes', c: null, d: 0.2, e: '0.2' });
});

test.each(['', '# nothing\n', '---\n'])('a text without content is null: %j', (text) => {
  expect(read(text)).toBeNull();
});

test.each([
  ['a: [', /^x\.yml is not YAML: /],
  ['a: *b', /^x\.yml is not YAML: unidentified alias "b"/],
  ['a: 1\na: 2', /^x\.yml is not YAML: duplicated mapping key/],
  ['a: 1\n---\nb: 2', /^x\.yml is not YAML: it holds 2 documents instead of one$/],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('aliases that stand for more than any file should hold are refused', () => {
  const lines = Array.from({ length: 12 }, (_, level) => `a${level}: &a${level} [${Array(10).fill(level === 0 ? 'x' : `*a${level - 1}`).join(', ')}]`);
  expect(() => read(lines.join('\n'))).toThrow(/^x\.yml is not YAML: .*aliases/);
});
