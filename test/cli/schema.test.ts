import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { validate } from '../../cli/catalogue/schema-validator.generated';
import { validatorSource } from '../../projenrc/catalogue-schema/validator-source';

const root = join(__dirname, '..', '..');

test('the compiled validator is the schema\'s', () => {
  expect(readFileSync(join(root, 'cli', 'catalogue', 'schema-validator.generated.ts'), 'utf8')).toBe(validatorSource());
});

test('every field of the schema is described', () => {
  const schema = JSON.parse(readFileSync(join(root, 'schema', 'catalogue.schema.json'), 'utf8')) as { properties: Record<string, { description?: string }>; $defs: { component: { properties: Record<string, { description?: string; $ref?: string }> } } };
  expect(() => new Ajv2020({ strict: true, strictTypes: false }).compile(schema)).not.toThrow();
  for (const [name, field] of [...Object.entries(schema.properties), ...Object.entries(schema.$defs.component.properties)]) {
    expect([name, 'description' in field || '$ref' in field]).toEqual([name, true]);
  }
});

describe('the compiled validator decides as the schema does', () => {
  const schema = JSON.parse(readFileSync(join(root, 'schema', 'catalogue.schema.json'), 'utf8')) as object;
  const whole = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

  const valid = {
    version: 1,
    solution: 'shop',
    globalPaths: ['package-lock.json'],
    unownedPaths: 'all',
    traceLockfiles: true,
    sharedPackages: { vitest: { build: ['a'], test: ['b'] } },
    components: [
      { name: 'a', path: 'a', include: ['x/**'], exclude: ['a/y'], interface: ['a/src/**'], testPackages: ['jest'] },
      {
        name: 'b',
        path: 'b',
        dependsOn: ['a'],
        testDependsOn: ['a'],
        build: { digest: 'd', kind: 'zip', artifact: { type: 'files' }, parameters: [{ name: 'P', part: { file: 'f' } }, { name: 'Q', part: 'key' }] },
      },
    ],
  };

  test('which takes a catalogue with every field', () => {
    expect([whole(valid), validate(valid)]).toEqual([true, true]);
  });

  const value = fc.oneof(fc.constantFrom<unknown>('', 'x', '\u{1F600}', 0, 1, true, null, [], [''], ['x'], [1], {}, { file: '' }, { test: [1] }, 'location'), fc.jsonValue());

  test.each(placesIn(valid).map((place) => [place.join('.'), place] as const))('with anything, or nothing, at %s', (_, place) => {
    fc.assert(fc.property(fc.oneof(value, fc.constant(undefined)), fc.boolean(), (replacement, another) => {
      const changed = changedAt(valid, another ? [...place.slice(0, -1), 'another'] : place, replacement);
      expect(validate(changed)).toBe(whole(changed));
    }));
  });
});

/** The places of all values inside a value. */
function placesIn(value: unknown): string[][] {
  return typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([key, inner]) => [[key], ...placesIn(inner).map((rest) => [key, ...rest])]);
}

function changedAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<string, unknown>;
  if (rest.length > 0) {
    copy[key!] = changedAt(copy[key!], rest, replacement);
  } else if (replacement === undefined) {
    delete copy[key!];
  } else {
    copy[key!] = replacement;
  }
  // As it comes from a file.
  return JSON.parse(JSON.stringify(copy)) as unknown;
}
