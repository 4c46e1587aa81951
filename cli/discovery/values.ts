/** Parts of parsed manifests: whatever has an unexpected type counts as absent. */

export type Fields = { readonly [key: string]: unknown };

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
}

/** The value at a path of keys. */
export function fieldAt(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((at, key) => fieldsOf(at)[key], value);
}

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
