/**
 * The line, from 1, that a key of a YAML or JSON text is on; the line of the last key on the way to it that is found where it is written in another
 * way, such as inside of braces on one line.
 */
export function lineOf(text: string, path: readonly string[]): number {
  const lines = text.split('\n');
  let at = 0;
  let indentation = -1;
  for (const key of path) {
    const found = findKey(lines, key, at, indentation);
    if (found === undefined) {
      break;
    }
    ({ at, indentation } = found);
  }
  return at + 1;
}

/** The next line with the key that is further in than its parent, before what comes after the parent. */
function findKey(lines: readonly string[], key: string, from: number, parent: number): { at: number; indentation: number } | undefined {
  const written = [key, `"${key}"`, `'${key}'`];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    const content = line.trimStart();
    const indentation = line.length - content.length;
    if (content === '' || content.startsWith('#')) {
      continue;
    }
    if (at > from && indentation <= parent) {
      return undefined;
    }
    if (indentation > parent && written.some((form) => content.startsWith(form) && content.slice(form.length).trimStart().startsWith(':'))) {
      return { at, indentation };
    }
  }
  return undefined;
}
