import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOnlySource, identitySource, ResourceSchema } from './sources';

/**
 * Writes what the project knows of CloudFormation's resource types, from their schemas as the Python package cfn-lint brings them:
 *
 *     pip download --no-deps --dest /tmp/cfn-lint cfn-lint==1.58.0 && unzip -q /tmp/cfn-lint/*.whl -d /tmp/cfn-lint
 *     npm run resource-types -- /tmp/cfn-lint/cfnlint/data/schemas
 */
const root = join(__dirname, '..', '..');
const folder = process.argv[2];
if (folder === undefined) {
  throw new Error('Pass the folder data/schemas of the Python package cfn-lint.');
}

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const { schema_date: date } = read('version.json') as { readonly schema_date: string };
// us-east-1 has every type that any Region of the commercial partition has.
const files = read('providers', 'us-east-1.json') as Readonly<Record<string, string>>;
const schemas = new Map(Object.keys(files).sort().map((type) => [type, read('resources', `${files[type]}.json`) as ResourceSchema]));

writeFileSync(join(root, 'src', 'core', 'change-set', 'identity-attributes.generated.ts'), identitySource(schemas, date));
writeFileSync(join(root, 'src', 'core', 'change-set', 'create-only-properties.generated.ts'), createOnlySource(schemas, date));
