/** A directive of a `go.mod` or `go.work`, split at blanks: `['require', 'example.com/module', 'v1.0.0']`. */
export interface Directive {
  readonly words: readonly string[];
  /** A comment says that the module is there for another module's sake. */
  readonly isIndirect: boolean;
}

/** Directives of a `go.mod` or `go.work`; those in a block carry its verb. */
export function parseDirectives(text: string): Directive[] {
  const directives: Directive[] = [];
  let block: string | undefined;
  for (const line of text.split('\n')) {
    const words = line.replace(/\/\/.*$/, '').trim().split(/\s+/).filter((word) => word !== '').map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
    if (words.length === 0) {
      continue;
    }
    if (block === undefined && words.at(-1) === '(') {
      block = words[0];
    } else if (words[0] === ')') {
      block = undefined;
    } else {
      directives.push({ words: block === undefined ? words : [block, ...words], isIndirect: /\/\/\s*indirect\b/.test(line) });
    }
  }
  return directives;
}
