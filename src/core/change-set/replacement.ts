import { CREATE_ONLY_PROPERTIES } from './create-only-properties.generated';
import { IDENTITY_ATTRIBUTES } from './identity-attributes.generated';

/** Properties that replace a resource, by type; with `?`, those that may. */
export const CREATE_ONLY: ReadonlyMap<string, ReadonlySet<string>> = byType(CREATE_ONLY_PROPERTIES);

const KNOWN_TYPES: ReadonlySet<string> = new Set([...CREATE_ONLY.keys(), ...byType(IDENTITY_ATTRIBUTES).keys()]);

/** What a change of some properties does to a resource, by the schema of its type: as CloudFormation's `Replacement` says it. */
export function replacementBySchema(type: string, properties: readonly string[]): 'True' | 'Conditional' | 'False' {
  const name = type.startsWith('Custom::') ? 'AWS::CloudFormation::CustomResource' : type;
  const createOnly = CREATE_ONLY.get(name) ?? new Set<string>();
  if (properties.some((property) => createOnly.has(property))) {
    return 'True';
  }
  // A type without a schema here may replace its resource for anything.
  return !KNOWN_TYPES.has(name) || properties.some((property) => createOnly.has(`${property}?`)) ? 'Conditional' : 'False';
}

function byType(table: { readonly [service: string]: string }): Map<string, ReadonlySet<string>> {
  return new Map(Object.entries(table).flatMap(([service, types]) => types.split(';').map((entry): [string, ReadonlySet<string>] => {
    const [name, properties = ''] = entry.split(' ');
    return [`${service}::${name}`, new Set(properties.split(','))];
  })));
}
