import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone';

interface Schema {
  readonly [keyword: string]: unknown;
}

const BUILD = '#/$defs/build';

/** What says nothing about a value. */
const ANNOTATIONS = ['$schema', '$id', '$defs', 'title', 'description', 'default'];

/**
 * Source of a module whose `validate` checks a value against `catalogue.schema.json`.
 *
 * The command line runs it cold, once, on every component. So annotations are left out, definitions stand in place of what refers to them
 * (but for `build`, which a catalogue that is only compared has not), and a string's length is counted in UTF-16 units instead of
 * by walking its characters, which comes to the same where all that is asked for is one.
 */
export function validatorSource(): string {
  const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'catalogue.schema.json'), 'utf8')) as Schema;
  const ajv = new Ajv({
    allErrors: true, strict: true, strictTypes: false, inlineRefs: false, unicode: false, logger: false, code: { source: true, esm: true, lines: true },
  });
  const definitions = schema.$defs as Schema;
  const build = inPlace(definitions.build as Schema, definitions);
  const code = standaloneCode(ajv, ajv.compile({ ...inPlace(schema, definitions), $defs: { build } }));
  return `// Generated from schema/catalogue.schema.json by \`npm run schema\`. Do not edit.\n// @ts-nocheck\n/* eslint-disable */\n${code}\n`;
}

/** The schema with definitions in place of what refers to them: none refers to itself. */
function inPlace(schema: Schema, definitions: Schema): Schema {
  const { $ref, ...own } = schema;
  if ($ref === BUILD) {
    return { $ref };
  }
  const referred = $ref === undefined ? {} : definitions[($ref as string).replace('#/$defs/', '')] as Schema | undefined;
  if (!referred) {
    throw new Error(`The schema refers to ${String($ref)}, which it doesn't define.`);
  }
  return Object.fromEntries(Object.entries({ ...referred, ...own })
    .filter(([keyword]) => !ANNOTATIONS.includes(keyword))
    .map(([keyword, value]) => [keyword, valueInPlace(keyword, value, definitions)]));
}

function valueInPlace(keyword: string, value: unknown, definitions: Schema): unknown {
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(Object.entries(value as Schema).map(([name, schema]) => [name, inPlace(schema as Schema, definitions)]));
    case 'items':
    case 'additionalProperties':
      return typeof value === 'object' ? inPlace(value as Schema, definitions) : value;
    case 'anyOf':
      return (value as Schema[]).map((schema) => inPlace(schema, definitions));
    default:
      return value;
  }
}
