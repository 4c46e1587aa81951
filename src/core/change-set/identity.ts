import { IDENTITY_ATTRIBUTES } from './identity-attributes.generated';

/** Types whose `Ref` may be another after a modification. */
const REF_CHANGES: ReadonlyMap<string, string> = new Map([
  ['AWS::Batch::JobDefinition', 'an update registers a new revision'],
  ['AWS::CloudFormation::CustomResource', 'its provider decides'],
]);

/**
 * Whether a reference to a resource that is modified and not replaced comes out as before: its physical ID (`Ref`, no attribute), or an attribute
 * that is part of its identity by its type's schema. Of what is not known the answer is no.
 */
export function isIdentity(type: string, attribute: string | undefined): boolean {
  if (type.startsWith('Custom::') || REF_CHANGES.has(type)) {
    return false;
  }
  return attribute === undefined || (attributesByType().get(type)?.has(attribute) ?? false);
}

let table: Map<string, ReadonlySet<string>> | undefined;

/** Read when it is asked for first: most change sets ask for nothing. */
function attributesByType(): ReadonlyMap<string, ReadonlySet<string>> {
  table ??= new Map(Object.entries(IDENTITY_ATTRIBUTES).flatMap(([service, types]) => types.split(';').map((entry) => {
    const [name, attributes] = entry.split(' ') as [string, string];
    return [`${service}::${name}`, new Set(attributes.split(','))];
  })));
  return table;
}
