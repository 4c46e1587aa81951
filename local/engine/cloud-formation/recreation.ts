import type { RequiresRecreation } from '@aws-sdk/client-cloudformation';
import { CREATE_ONLY } from '../../../src/core/change-set/replacement';

/** What CloudFormation answers otherwise than the schemas say, as far as public answers show. */
const ANSWERED: Readonly<Record<string, RequiresRecreation>> = {
  'AWS::DynamoDB::Table KeySchema': 'Always',
  'AWS::DynamoDB::Table AttributeDefinitions': 'Conditionally',
};

/** Whether a change of a property replaces the resource. A custom resource is distinguished by its provider; another one is another resource. */
export function recreationFor(type: string, property: string): RequiresRecreation {
  const answered = ANSWERED[`${type} ${property}`];
  if (answered !== undefined) {
    return answered;
  }
  const properties = CREATE_ONLY.get(type.startsWith('Custom::') ? 'AWS::CloudFormation::CustomResource' : type);
  return properties?.has(property) ? 'Always' : properties?.has(`${property}?`) ? 'Conditionally' : 'Never';
}

/** Types that have a property for which they are always replaced. */
export function typesThatAreReplaced(): string[] {
  return [...CREATE_ONLY].filter(([, properties]) => [...properties].some((name) => !name.endsWith('?'))).map(([type]) => type);
}
