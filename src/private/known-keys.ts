/**
 * Refuses properties that a struct does not have, which would be lost without a word. TypeScript's compiler finds them where it knows the type; plain
 * JavaScript, and values read from a file, have no such check.
 *
 * @param what names the struct and its place, such as `Environment "prod"`
 * @param struct the struct's name, for languages that construct it
 */
export function refuseUnknownKeys(what: string, struct: string, value: object, known: { readonly [key: string]: true }): void {
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) {
    return;
  }
  const camelCase = unknown.replace(/_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
  const meant = Object.keys(known).find((key) => key.toLowerCase() === camelCase.toLowerCase());
  throw new Error(`${what} has the property ${JSON.stringify(unknown)}, which does not exist: `
    + (meant === undefined ? `there are ${Object.keys(known).join(', ')}.` : `write ${meant}${meant === camelCase && unknown.includes('_') ? `, or, in Python, construct ${struct}(...) in place of a dict` : ''}.`));
}
