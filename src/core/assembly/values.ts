import { AssemblyError } from './error';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's field, which is an object or absent. */
export function objectOf(value: unknown, title: string): JsonObject {
  if (value === undefined || value === null) {
    return {};
  }
  if (!isObject(value)) {
    throw new AssemblyError(`${title} is ${JSON.stringify(value)}, and has to be an object.`);
  }
  return value;
}

export function requireText(value: unknown, title: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new AssemblyError(`${title} is ${JSON.stringify(value)}, and has to be a text.`);
  }
  return value;
}

export function optionalString(value: unknown, title: string): string | undefined {
  return value === undefined || value === null ? undefined : requireText(value, title);
}

/** An object of texts. Numbers and booleans are taken as CloudFormation takes them. */
export function textsOf(value: unknown, title: string): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value, title)).map(([name, text]) => {
    if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean') {
      throw new AssemblyError(`${title} ${JSON.stringify(name)} is ${JSON.stringify(text)}, and has to be a text.`);
    }
    return [name, String(text)];
  }));
}

export function listOf(value: unknown, title: string): readonly unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw new AssemblyError(`${title} is ${JSON.stringify(value)}, and has to be a list.`);
  }
  return value;
}

/** Reads JSON, and names the file that is none. */
export function parseJson(text: string, file: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new AssemblyError(`${file} is not JSON: ${(error as Error).message}.`);
  }
  return objectOf(parsed, file);
}
