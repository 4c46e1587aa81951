import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
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
