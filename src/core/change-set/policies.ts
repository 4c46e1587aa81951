import { NOT_KNOWN } from './values';
import { canonicalJson } from '../digest';

/** A statement for one action, one resource and one principal: what can be compared with another. */
interface Grant {
  readonly effect: string;
  readonly action: Element;
  readonly resource: Element;
  readonly principal: Element;
  /** Canonical JSON; `undefined`: unconditional. */
  readonly condition?: string;
}

/** One value of a statement's element. The values of a negated one (`NotAction`, ...) stay together, as they only mean something together. */
interface Element {
  readonly key: string;
  readonly value: string;
}

/** Whether a value is an IAM policy document. */
export function isPolicyDocument(value: unknown): value is { readonly Statement: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'Statement' in value;
}

/**
 * Whether the policies `after` allow anything that those of `before` did not, or deny less. Sound and not complete: where it can't be told, they do.
 */
export function allowsMore(before: readonly unknown[], after: readonly unknown[]): boolean {
  const [old, fresh] = [before.flatMap(grantsOf), after.flatMap(grantsOf)];
  const allowed = (grants: readonly Grant[]) => grants.filter(({ effect }) => effect !== 'Deny');
  const denied = (grants: readonly Grant[]) => grants.filter(({ effect }) => effect === 'Deny');
  return !allowed(fresh).every((grant) => allowed(old).some((wider) => includes(wider, grant)))
    || !denied(old).every((grant) => denied(fresh).some((wider) => includes(wider, grant)));
}

function grantsOf(document: unknown): Grant[] {
  return isPolicyDocument(document) ? asList(document.Statement).flatMap(statementGrants) : [];
}

function statementGrants(statement: unknown): Grant[] {
  const fields = (typeof statement === 'object' && statement !== null ? statement : {}) as Record<string, unknown>;
  const { Effect: effect, Condition: condition } = fields;
  const actions = elements(fields, 'Action', (value) => value.toLowerCase());
  const resources = elements(fields, 'Resource');
  const principals = elements(fields, 'Principal');
  return actions.flatMap((action) => resources.flatMap((resource) => principals.map((principal): Grant => ({
    effect: String(effect),
    action,
    resource,
    principal,
    ...(condition === undefined || canonicalJson(condition) === '{}' ? {} : { condition: canonicalJson(condition) }),
  }))));
}

/** The values of an element. One that a statement does not have, as a trust policy has no resource, is a value of its own. */
function elements(fields: Record<string, unknown>, name: string, normalise: (value: string) => string = (value) => value): Element[] {
  const negated = fields[`Not${name}`];
  if (negated !== undefined) {
    return [{ key: `Not${name}`, value: canonicalJson(negated) }];
  }
  const given = fields[name];
  if (given === undefined) {
    return [{ key: name, value: '' }];
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return Object.entries(given).flatMap(([kind, values]) => asList(values).map((value) => ({ key: `${name}/${kind}`, value: text(value) })));
  }
  return asList(given).map((value) => ({ key: name, value: normalise(text(value)) }));
}

/** Whether everything that `inner` speaks of is among what `outer` speaks of. */
function includes(outer: Grant, inner: Grant): boolean {
  return (['action', 'resource', 'principal'] as const).every((part) => elementIncludes(outer[part], inner[part], part))
    && (outer.condition === undefined || outer.condition === inner.condition)
    && !(inner.condition ?? '').includes(NOT_KNOWN);
}

function elementIncludes(outer: Element, inner: Element, part: 'action' | 'resource' | 'principal'): boolean {
  if (inner.value.includes(NOT_KNOWN)) {
    return false;
  }
  if (part === 'principal') {
    // Principals know no patterns, only everyone.
    return outer.key === 'Principal' && outer.value === '*' || outer.key === inner.key && (outer.value === inner.value || outer.value === '*');
  }
  return outer.key === inner.key && (outer.key.startsWith('Not') ? outer.value === inner.value : covers(outer.value, inner.value));
}

/** Whether every text that the pattern `inner` matches is matched by the pattern `outer`. */
function covers(outer: string, inner: string): boolean {
  const pattern = outer.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^]*').replaceAll('?', '[^*]');
  return new RegExp(`^${pattern}$`).test(inner);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
