import * as fc from 'fast-check';
import { hostileJson, hostileText, returnsOrRefuses } from './support/hostile';
import { parseCatalogue } from '../../cli/catalogue/parse';
import { loadCatalogue } from '../../lambda/shared/catalogue';
import { buildsKey, diffKey, environmentKey, outcomeKey } from '../../src/contract/tables';
import { Catalogue } from '../../src/core/catalogue';
import { componentId } from '../../src/core/names';
import { validateCatalogue } from '../../src/core/validate';

function catalogue(component: object, more: Partial<Catalogue> = {}): Catalogue {
  return { version: 1, components: [{ name: 'x', path: 'x', ...component }], ...more };
}

describe('catalogues', () => {
  it('any text is a catalogue or refused', () => {
    fc.assert(fc.property(fc.oneof(hostileText, fc.json(), hostileJson.map((value) => JSON.stringify(value))), (text) => {
      expect(returnsOrRefuses(() => parseCatalogue(text, 'catalogue.json'))).toHaveProperty('refusal');
    }), { numRuns: 500 });
  });

  it('a catalogue with anything in one field is accepted or refused by name', () => {
    const field = fc.constantFrom('name', 'path', 'include', 'exclude', 'dependsOn', 'testDependsOn', 'interface', 'build', '__proto__');
    const value = fc.oneof(hostileText, fc.array(hostileText, { maxLength: 3 }), hostileJson, fc.jsonValue());
    fc.assert(fc.property(field, value, (name, content) => {
      const text = JSON.stringify({ version: 1, components: [{ name: 'x', path: 'x' }] }).replace('"path":"x"', `"path":"x",${JSON.stringify(name)}:${JSON.stringify(content)}`);
      const result = returnsOrRefuses(() => parseCatalogue(text, 'catalogue.json'));
      if ('refusal' in result) {
        expect(result.refusal.message).toContain('catalogue.json');
      }
    }), { numRuns: 1_000 });
  });

  it('a function refuses a file that is not JSON, by its name', () => {
    fc.assert(fc.property(hostileText, (text) => {
      fc.pre(!isJson(text));
      expect(() => loadCatalogue('catalogue.json', () => text)).toThrow('Cannot read catalogue.json');
    }), { numRuns: 200 });
  });

  it('a name that is accepted is harmless wherever it goes', () => {
    fc.assert(fc.property(fc.oneof(hostileText, fc.string({ unit: fc.constantFrom('a', 'B', '1', '@', '/', '.', '_', '-', '#', ' ', '$'), maxLength: 20 })), (name) => {
      const problems = validateCatalogue(catalogue({ name }));
      if (problems.length > 0) {
        expect(problems.join()).toContain(JSON.stringify(name));
        return;
      }
      expect(componentId(name)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/);
      const keys = [diffKey('s', name), buildsKey('s', name), outcomeKey('s', name, 'e'), environmentKey('s', name)];
      expect(keys.map((key) => key.split('#').length)).toEqual([2, 2, 3, 3]);
    }), { numRuns: 2_000 });
  });

  it('a path or glob is accepted or refused with its value, and a problem is said once', () => {
    fc.assert(fc.property(fc.constantFrom('include', 'exclude', 'interface'), hostileText, (field, glob) => {
      const problems = returnsOrRefuses(() => validateCatalogue(catalogue({ [field]: [glob] })));
      expect(problems).toHaveProperty('value');
      expect((problems as { value: string[] }).value.every((problem) => problem.includes(JSON.stringify(glob)))).toBe(true);
    }), { numRuns: 1_000 });
  });

  it('a path never leaves the repository', () => {
    fc.assert(fc.property(fc.oneof(hostileText, fc.array(fc.constantFrom('..', '.', 'a', '', '\\'), { maxLength: 5 }).map((segments) => segments.join('/'))), (path) => {
      if (validateCatalogue(catalogue({ path })).length === 0) {
        expect(path).not.toMatch(/(^|\/)\.\.(\/|$)|^\/|^$/);
      }
    }), { numRuns: 1_000 });
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
