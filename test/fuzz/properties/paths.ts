import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readBuildspecFile } from '../../../agent/buildspec-file';
import { parseNameStatus } from '../../../cli/git/name-status';
import { templateDeclarations } from '../../../lambda/release/template';
import { ComponentInputs } from '../../../src/core/inputs';
import { makePlan } from '../../../src/core/plan';
import { MemoryTree } from '../../core/support/memory-tree';
import { hostileText, returnsOrRefuses } from '../support/hostile';
import { property } from '../support/property';

const catalogue = { version: 1 as const, components: [{ name: 'x', path: 'x' }, { name: 'y', path: 'y', dependsOn: ['x'] }] };
const baseline = { commit: 'base', components: new Map([['x', {}], ['y', {}]]) };

/** A path as Git has it: no empty segment, no NUL. */
const path = hostileText.map((text) => text.split('/').filter((segment) => !['', '.', '..'].includes(segment)).join('/').replaceAll('\0', ''))
  .filter((text) => text !== '');
// Git stores bytes; those that are no UTF-8 have no text to compare with.
const whole = path.filter((name) => Buffer.from(name).toString() === name);

export const PATHS = [
  property(
    'a changed path is its component\'s, whatever it looks like, and is reported as it is',
    [path, fc.constantFrom('A' as const, 'D' as const, 'M' as const)],
    (name, type) => {
      const { changed } = makePlan({ catalogue, head: 'head', comparison: { kind: 'diff', baseline, changes: [{ path: `x/${name}`, type }] } });
      assert.deepEqual(changed, [
        { component: 'x', reasons: [{ kind: 'Direct', paths: [`x/${name}`], count: 1 }] }, { component: 'y', reasons: [{ kind: 'Dependency', via: 'x' }] },
      ]);
      return 'planned';
    },
  ),

  property('a path of no component is listed, never dropped', [path.filter((name) => !/^[xy](\/|$)/.test(name))], (name) => {
    const { changed, unowned } = makePlan({ catalogue, head: 'head', comparison: { kind: 'diff', baseline, changes: [{ path: name, type: 'M' }] } });
    assert.deepEqual({ changed, unowned }, { changed: [], unowned: { count: 1, paths: [name] } });
    return 'listed';
  }),

  property('the content of a file counts, whatever its name', [path], async (name) => {
    const digest = async (content: string) => new ComponentInputs(catalogue, new MemoryTree({ [`x/${name}`]: content })).digest('x');
    assert.equal(await digest('one'), await digest('one'));
    assert.notEqual(await digest('one'), await digest('two'));
    return 'told apart';
  }, 300),

  property(
    'Git\'s own list gives each path as it is',
    [fc.array(fc.tuple(fc.constantFrom('A', 'D', 'M'), whole), { maxLength: 20 })],
    (changes) => {
      const bytes = changes.map(([type, name]) => `${type}\0${name}\0`).join('');
      assert.deepEqual([...parseNameStatus(Buffer.from(bytes))], changes.map(([type, name]) => ({ type, path: name })));
      return 'read';
    },
    500,
  ),
];

const yaml = fc.oneof(
  hostileText,
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ version: 0.2, phases: value, env: value })),
  fc.jsonValue().map((value) => JSON.stringify({ version: 0.2, phases: { build: value } })),
  fc.constantFrom('npm ci', 'make $(touch canary)').map((command) => JSON.stringify({ version: 0.2, phases: { build: { commands: [command] } } })),
  fc.jsonValue().map((value) => JSON.stringify({ Resources: {}, Parameters: value })),
);

export const FILES = [
  property('any text is a buildspec or refused with the file\'s name', [yaml], (text) => {
    const result = returnsOrRefuses(() => readBuildspecFile(text, 'hostile.yml', undefined));
    assert(!('refusal' in result) || result.refusal.message.includes('hostile.yml'));
    return 'refusal' in result ? 'refused by name' : 'accepted';
  }),

  property('any text is a template or refused', [yaml], (text) => (
    'refusal' in returnsOrRefuses(() => templateDeclarations(text)) ? 'refused' : 'accepted'
  )),
];
