import type { RequiresRecreation } from '@aws-sdk/client-cloudformation';
import { CREATE_ONLY_PROPERTIES } from './create-only-properties.generated';

/** What CloudFormation answers otherwise than the schemas say, as far as public answers show. */
const ANSWERED: Readonly<Record<string, RequiresRecreation>> = {
  'AWS::DynamoDB::Table KeySchema': 'Always',
  'AWS::DynamoDB::Table AttributeDefinitions': 'Conditionally',
};

const table = new Map(Object.entries(CREATE_ONLY_PROPERTIES).flatMap(([service, types]) => types.split(';').map((entry): [string, ReadonlySet<string>] => {
  const [name, properties] = entry.split(' ');
  return [`${service}::${name}`, new Set(properties.split(','))];
})));

/** Whether a change of a property replaces the resource. A custom resource is told apart by its provider; another one is another resource. */
export function recreationFor(type: string, property: string): RequiresRecreation {
  const answered = ANSWERED[`${type} ${property}`];
  if (answered !== undefined) {
    return answered;
  }
  const properties = table.get(type.startsWith('Custom::') ? 'AWS::CloudFormation::CustomResource' : type);
  return properties?.has(property) ? 'Always' : properties?.has(`${property}?`) ? 'Conditionally' : 'Never';
}

/** Types that have a property for which they are always replaced. */
export function typesThatAreReplaced(): string[] {
  return [...table].filter(([, properties]) => [...properties].some((name) => !name.endsWith('?'))).map(([type]) => type);
}
