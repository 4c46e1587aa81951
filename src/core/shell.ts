/**
 * A text as one word of a POSIX shell, whatever is in it.
 * @throws Error where it holds NUL, which no word can
 */
export function shellQuote(text: string): string {
  if (text.includes('\0')) {
    throw new Error(`No shell variable can hold a NUL character: ${JSON.stringify(text)}.`);
  }
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

/** Shell that exports these variables; the values are data, whatever they look like. */
export function exportVariables(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`).join('');
}
