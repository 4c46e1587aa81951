/** What CloudFormation writes where a value is known at execution only. */
export const NOT_KNOWN = 'changeSet:KNOWN_AFTER_APPLY';

/** A resource as a change set shows it. */
interface ShownResource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

export function hasProperties(resource: unknown): resource is ShownResource {
  const properties = (resource as Partial<ShownResource> | null | undefined)?.Properties;
  return typeof properties === 'object' && properties !== null;
}

export function propertyOf(resource: unknown, property: string | undefined): unknown {
  return property !== undefined && hasProperties(resource) ? resource.Properties[property] : undefined;
}

/** Whether a value is the same before and after, but for what is known at execution only. What is shown on one side alone differs. */
export function isSameAsFarAsKnown(before: unknown, after: unknown): boolean {
  if (typeof after === 'string' && after.includes(NOT_KNOWN)) {
    return before !== undefined;
  }
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return before === after;
  }
  const [old, fresh] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = Object.keys(fresh);
  return Array.isArray(before) === Array.isArray(after) && names.length === Object.keys(old).length
    && names.every((name) => Object.hasOwn(old, name) && isSameAsFarAsKnown(old[name], fresh[name]));
}
