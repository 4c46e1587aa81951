import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import standaloneCode from 'ajv/dist/standalone';

/** Source of a module whose `validate` checks a value against `catalogue.schema.json`. */
export function validatorSource(): string {
  const schema: object = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'catalogue.schema.json'), 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, verbose: false, code: { source: true, esm: true, lines: true } });
  const code = standaloneCode(ajv, ajv.compile(schema));
  return `// Generated from schema/catalogue.schema.json by \`npm run schema\`. Do not edit.\n// @ts-nocheck\n/* eslint-disable */\n${code}\n`;
}
