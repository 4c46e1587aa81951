import { NotEmulatedError } from '../activity';

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches an EventBridge pattern: every field of the pattern must match, arrays in events match where one
 * of their elements does.
 *
 * @throws NotEmulatedError for an operator that is not emulated
 */
export function matchesPattern(pattern: Json, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or') {
      throw new NotEmulatedError("the event pattern operator '$or'");
    }
    const actual = isObject(event) ? event[field] : undefined;
    if (Array.isArray(expected)) {
      return expected.some((candidate) => matchesValue(candidate, actual));
    }
    return matchesPattern(expected as Json, actual);
  });
}

/** Checks a pattern's operators without an event, so that an unknown one is found before one is sent. */
export function assertSupported(pattern: Json): void {
  for (const [field, expected] of Object.entries(pattern)) {
    if (field === '$or') {
      throw new NotEmulatedError("the event pattern operator '$or'");
    }
    if (!Array.isArray(expected)) {
      assertSupported(expected as Json);
      continue;
    }
    for (const candidate of expected) {
      matchesValue(candidate, undefined);
    }
  }
}

function matchesValue(candidate: unknown, actual: unknown): boolean {
  if (!isObject(candidate)) {
    return anyOf(actual, (value) => value === candidate);
  }
  const [[operator, operand]] = Object.entries(candidate);
  switch (operator) {
    case 'exists': return (actual !== undefined && !isObject(actual)) === operand;
    case 'prefix': return anyOf(actual, (value) => typeof value === 'string' && value.startsWith(text(operand, operator)));
    case 'suffix': return anyOf(actual, (value) => typeof value === 'string' && value.endsWith(text(operand, operator)));
    case 'equals-ignore-case': return anyOf(actual, (value) => typeof value === 'string' && value.toLowerCase() === text(operand, operator).toLowerCase());
    case 'anything-but': return anythingBut(operand, actual);
    default: throw new NotEmulatedError(`the event pattern operator '${operator}'`);
  }
}

function anythingBut(operand: unknown, actual: unknown): boolean {
  if (isObject(operand)) {
    const refusedMatch = matchesValue(operand, actual);
    return actual !== undefined && !refusedMatch;
  }
  const refused = Array.isArray(operand) ? operand : [operand];
  return actual !== undefined && anyOf(actual, (value) => !refused.includes(value));
}

function anyOf(actual: unknown, test: (value: unknown) => boolean): boolean {
  return Array.isArray(actual) ? actual.some(test) : test(actual);
}

function text(operand: unknown, operator: string): string {
  if (typeof operand !== 'string') {
    throw new NotEmulatedError(`the event pattern operator '${operator}' with ${JSON.stringify(operand)}`);
  }
  return operand;
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
