import * as fc from 'fast-check';
import { hostileText, returnsOrRefuses } from './support/hostile';
import { parseBuildspec } from '../../agent/buildspec';
import { parseNameStatus } from '../../cli/git/name-status';
import { templateParameters } from '../../lambda/release/template';
import { ComponentInputs } from '../../src/core/inputs';
import { makePlan } from '../../src/core/plan';
import { MemoryTree } from '../core/support/memory-tree';

const catalogue = { version: 1 as const, components: [{ name: 'x', path: 'x' }, { name: 'y', path: 'y', dependsOn: ['x'] }] };
const baseline = { commit: 'base', components: new Map([['x', {}], ['y', {}]]) };

/** A path as Git has it: no empty segment, no NUL. */
const path = hostileText.map((text) => text.split('/').filter((segment) => !['', '.', '..'].includes(segment)).join('/').replaceAll('\0', ''))
  .filter((text) => text !== '');

describe('paths of a repository', () => {
  it('a changed path is its component\'s, whatever it looks like, and is reported as it is', () => {
    fc.assert(fc.property(path, fc.constantFrom('A' as const, 'D' as const, 'M' as const), (name, type) => {
      const plan = makePlan({ catalogue, head: 'head', comparison: { kind: 'diff', baseline, changes: [{ path: `x/${name}`, type }] } });
      expect(plan.changed).toEqual([
        { component: 'x', reasons: [{ kind: 'Direct', paths: [`x/${name}`], count: 1 }] }, { component: 'y', reasons: [{ kind: 'Dependency', via: 'x' }] },
      ]);
    }), { numRuns: 1_000 });
  });

  it('a path of no component is listed, never dropped', () => {
    fc.assert(fc.property(path.filter((name) => !/^[xy](\/|$)/.test(name)), (name) => {
      const plan = makePlan({ catalogue, head: 'head', comparison: { kind: 'diff', baseline, changes: [{ path: name, type: 'M' }] } });
      expect(plan).toMatchObject({ changed: [], unowned: { count: 1, paths: [name] } });
    }), { numRuns: 1_000 });
  });

  it('the content of a file counts, whatever its name', async () => {
    await fc.assert(fc.asyncProperty(path, async (name) => {
      const digest = async (content: string) => new ComponentInputs(catalogue, new MemoryTree({ [`x/${name}`]: content })).digest('x');
      expect(await digest('one')).toBe(await digest('one'));
      expect(await digest('one')).not.toBe(await digest('two'));
    }), { numRuns: 300 });
  });

  it('Git\'s own list gives each path as it is', () => {
    // Git stores bytes; those that are no UTF-8 have no text to compare with.
    const whole = path.filter((name) => Buffer.from(name).toString() === name);
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('A', 'D', 'M'), whole), { maxLength: 20 }), (changes) => {
      const bytes = changes.map(([type, name]) => `${type}\0${name}\0`).join('');
      expect([...parseNameStatus(Buffer.from(bytes))]).toEqual(changes.map(([type, name]) => ({ type, path: name })));
    }), { numRuns: 500 });
  });
});

describe('files of a repository', () => {
  const yaml = fc.oneof(
    hostileText,
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ version: 0.2, phases: value, env: value })),
    fc.jsonValue().map((value) => JSON.stringify({ version: 0.2, phases: { build: value } })),
    fc.jsonValue().map((value) => JSON.stringify({ Resources: {}, Parameters: value })),
  );

  it('any text is a buildspec or refused with the file\'s name', () => {
    fc.assert(fc.property(yaml, (text) => {
      const result = returnsOrRefuses(() => parseBuildspec(text, 'hostile.yml'));
      if ('refusal' in result) {
        expect(result.refusal.message).toContain('hostile.yml');
      }
    }), { numRuns: 1_000 });
  });

  it('any text is a template or refused', () => {
    fc.assert(fc.property(yaml, (text) => {
      returnsOrRefuses(() => templateParameters(text));
    }), { numRuns: 1_000 });
  });
});
