/** Compares the templates that two applications synthesized: compare.mjs FOLDER OTHER. What names the language itself is left out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [own, other] = process.argv.slice(2);
const names = (folder) => readdirSync(folder).filter((name) => name.endsWith('.template.json')).sort();

function load(folder, name) {
  const template = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  delete template.Resources?.CDKMetadata;
  delete template.Conditions?.CDKMetadataAvailable;
  if (Object.keys(template.Conditions ?? {}).length === 0) {
    delete template.Conditions;
  }
  // A nested template is compared itself; its address has the hash of what was left out of it here.
  for (const { Type, Properties } of Object.values(template.Resources ?? {})) {
    if (Type === 'AWS::CloudFormation::Stack') {
      delete Properties.TemplateURL;
    }
  }
  return template;
}

function differences(a, b, path = '') {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) {
    return a === b ? [] : [`${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`];
  }
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], `${path}/${key}`));
}

const [mine, theirs] = [names(own), names(other)];
const found = JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [`templates: ${mine.join(' ')} and ${theirs.join(' ')}`];
for (const name of mine.filter((one) => theirs.includes(one))) {
  found.push(...differences(load(own, name), load(other, name)).map((difference) => `${name}${difference}`));
}
found.slice(0, 20).forEach((difference) => console.error(difference));
const resources = mine.reduce((sum, name) => sum + Object.keys(load(own, name).Resources ?? {}).length, 0);
if (found.length > 0 || resources === 0) {
  console.error(`${found.length} differences between ${own} and ${other}`);
  process.exit(1);
}
console.log(`${mine.length} templates with ${resources} resources are equal: ${own} and ${other}`);
