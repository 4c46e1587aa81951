import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { shellQuote } from '../../src/core/shell';
import { bundleFile, withFolder } from '../../src/private/bundles';
import { digestOf } from '../../src/private/digest';
import { requireLiteral, requireLiterals } from '../../src/private/literal';

test('every bundle is there', () => {
  for (const bundle of ['lambda/diff.lambda', 'lambda/release.lambda', 'lambda/record.lambda', 'agent/agent'] as const) {
    expect(fs.statSync(bundleFile(bundle)).size).toBeGreaterThan(1000);
  }
});

test('a bundle that is missing is named', () => {
  expect(() => bundleFile('lambda/none.lambda' as 'agent/agent')).toThrow(/assets\/lambda\/none\.lambda\/index\.js is missing: the package is incomplete/);
});

test('a folder holds the files as long as it is used', () => {
  const seen = withFolder(new Stack(), { 'a.json': '{}', 'b.js': Buffer.from('1') }, (folder) => ({
    folder, a: fs.readFileSync(path.join(folder, 'a.json'), 'utf8'), b: fs.readFileSync(path.join(folder, 'b.js'), 'utf8'),
  }));
  expect(seen).toMatchObject({ a: '{}', b: '1' });
  expect(fs.existsSync(seen.folder)).toBe(false);
});

test('where the CDK takes no copies, the folder stays', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:disable-asset-staging': true } }));
  const folder = withFolder(stack, { 'a.json': '{}' }, (made) => made);
  expect(fs.existsSync(folder)).toBe(true);
  fs.rmSync(folder, { recursive: true });
});

test('digests see content, not the order of keys', () => {
  expect(digestOf({ a: 1, b: [{ c: 2, d: undefined }] })).toBe(digestOf({ b: [{ c: 2 }], a: 1 }));
  expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
});

test('literals pass, tokens are refused by the place they stand in', () => {
  const stack = new Stack();
  expect(requireLiteral('x', 'a')).toBe('a');
  expect(requireLiterals('x', ['a'])).toEqual(['a']);
  expect(() => requireLiteral('the name', stack.region)).toThrow(/^the name is "\$\{Token\[.*\]\}", a value known only at deployment: it must be a literal/);
  expect(() => requireLiterals('names', ['a', stack.region])).toThrow('names[1] is ');
});

test('a quoted text is one word of bash', () => {
  const text = 'it\'s "$(id)" `id` \\ \n $HOME';
  const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' });
  expect(stdout).toBe(text);
});
