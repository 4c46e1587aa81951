import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseCatalogue } from '../../../cli/catalogue/parse';
import { loadCatalogue } from '../../../lambda/shared/catalogue';
import { buildsKey, diffKey, environmentKey, outcomeKey } from '../../../src/contract/tables';
import { Catalogue } from '../../../src/core/catalogue';
import { componentId } from '../../../src/core/names';
import { validateCatalogue } from '../../../src/core/validate';
import { hostileJson, hostileText, returnsOrRefuses } from '../support/hostile';
import { property } from '../support/property';

function catalogue(component: object): Catalogue {
  return { version: 1, components: [{ name: 'x', path: 'x', ...component }] };
}

const REFUSED = 'refused by name';

const anything = fc.oneof(hostileText, fc.array(hostileText, { maxLength: 3 }), hostileJson, fc.jsonValue());
const nearName = fc.string({ unit: fc.constantFrom('a', 'B', '1', '@', '/', '.', '_', '-', '#', ' ', '$'), maxLength: 20 });
const nearPath = fc.array(fc.constantFrom('..', '.', 'a', '', '\\'), { maxLength: 5 }).map((segments) => segments.join('/'));

export const CATALOGUES = [
  property('a text that is no catalogue is refused', [fc.oneof(hostileText, fc.json(), hostileJson.map((value) => JSON.stringify(value)))], (text) => {
    assert('refusal' in returnsOrRefuses(() => parseCatalogue(text, 'catalogue.json')));
    return 'refused';
  }, 500),

  property(
    'a catalogue with anything in one field is accepted or refused by name',
    [fc.constantFrom('name', 'path', 'include', 'exclude', 'dependsOn', 'testDependsOn', 'interface', 'build', '__proto__'), anything],
    (name, content) => {
      const text = JSON.stringify({ version: 1, components: [{ name: 'x', path: 'x' }] })
        .replace('"path":"x"', () => `"path":"x",${JSON.stringify(name)}:${JSON.stringify(content)}`);
      const result = returnsOrRefuses(() => parseCatalogue(text, 'catalogue.json'));
      assert(!('refusal' in result) || result.refusal.message.includes('catalogue.json'));
      return 'refusal' in result ? REFUSED : 'accepted';
    },
  ),

  property('a function refuses a file that is not JSON, by its name', [hostileText.filter((text) => !isJson(text))], (text) => {
    assert.throws(() => loadCatalogue('catalogue.json', () => text), /Cannot read catalogue\.json/);
    return REFUSED;
  }, 200),

  property('a name that is accepted is harmless wherever it goes', [fc.oneof(hostileText, nearName)], (name) => {
    const problems = validateCatalogue(catalogue({ name }));
    if (problems.length > 0) {
      assert(problems.join().includes(JSON.stringify(name)));
      return REFUSED;
    }
    assert.match(componentId(name), /^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/);
    const keys = [diffKey('s', name), buildsKey('s', name), outcomeKey('s', name, 'e'), environmentKey('s', name)];
    assert.deepEqual(keys.map((key) => key.split('#').length), [2, 2, 3, 3]);
    return 'accepted';
  }, 2_000),

  property('a glob is accepted or refused with its value', [fc.constantFrom('include', 'exclude', 'interface'), hostileText], (field, glob) => {
    const problems = returnsOrRefuses(() => validateCatalogue(catalogue({ [field]: [glob] })));
    assert('value' in problems);
    assert(problems.value.every((problem) => problem.includes(JSON.stringify(glob))));
    return problems.value.length > 0 ? 'refused with its value' : 'accepted';
  }),

  property('a path never leaves the repository', [fc.oneof(hostileText, nearPath)], (path) => {
    if (validateCatalogue(catalogue({ path })).length > 0) {
      return 'refused';
    }
    assert.doesNotMatch(path, /(^|\/)\.\.(\/|$)|^\/|^$/);
    return 'accepted';
  }),
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
